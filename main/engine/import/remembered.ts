/** Columns and values as a person chose them for the last list with the same columns. */
import { z } from 'zod'
import { guessInWords } from '../../contract/guess-words-en.ts'
import { readingChoices, type ImportGuess, type ImportOptions } from '../../contract/imports.ts'
import { contentHash } from '../model/record.ts'
import type { Table } from './table.ts'

const remembered = z.object({
  map: z.record(z.string(), z.string()),
  reading: readingChoices.pick({ dates: true, values: true }),
})
export type Remembered = z.infer<typeof remembered>

type Choices = Pick<ImportOptions, 'map' | 'reading' | 'fresh'>

/** What is compared of a name of a column. */
const plain = (column: string) => column.normalize('NFKC').trim().toLowerCase()

/** The same for the same columns in any order; null where they have no names of their own. Pure. */
export function choicesKey(entity: string, columns: readonly string[]): string | null {
  if (columns.every((column) => /^column \d+$/i.test(column))) return null
  return contentHash(JSON.stringify([entity, ...columns.map(plain).toSorted()]))
}

/** What was chosen now goes before what was chosen last time, as do the fields it takes. Pure. */
export function withRemembered<Given extends Choices>(given: Given, last: Remembered): Given {
  const chosen = new Set(Object.keys(given.map).map(plain))
  const taken = new Set(Object.values(given.map))
  const isFree = ([column, field]: readonly [string, string]) =>
    !chosen.has(plain(column)) && (field === '' || !taken.has(field))
  const map = { ...Object.fromEntries(Object.entries(last.map).filter(isFree)), ...given.map }
  // Words of a column that fills another field now mean nothing.
  const words = Object.entries(last.reading.values ?? {}).filter(
    ([column]) => !chosen.has(plain(column)),
  )
  const values = { ...Object.fromEntries(words), ...given.reading?.values }
  const dates = given.reading?.dates ?? last.reading.dates
  return {
    ...given,
    map,
    reading: {
      ...given.reading,
      ...(dates !== undefined && { dates }),
      ...(Object.keys(values).length > 0 && { values }),
    },
  }
}

/** What is to be there next time; null where nothing was chosen. Pure. */
export function choicesOf({ map, reading }: Choices): Remembered | null {
  const { dates, values } = reading ?? {}
  if (Object.keys(map).length === 0 && dates === undefined && values === undefined) return null
  return {
    map,
    reading: { ...(dates !== undefined && { dates }), ...(values !== undefined && { values }) },
  }
}

export interface Recalled<Given> {
  readonly key: string | null
  readonly options: Given
  readonly guesses: readonly ImportGuess[]
}

/**
 * The options with what was chosen last time.
 * @param find answers what was kept under a key
 */
export async function recall<Given extends Choices & { readonly entity: string }>(
  table: Table,
  options: Given,
  find: (key: string) => Promise<unknown>,
): Promise<Recalled<Given>> {
  const key = choicesKey(options.entity, await columnsOf(table))
  const none = { key, options, guesses: [] }
  if (key === null || options.fresh) return none
  const last = remembered.safeParse(await find(key))
  if (!last.success) return none
  const guesses = [guessInWords({ code: 'as-last-time' })]
  return { key, options: withRemembered(options, last.data), guesses }
}

async function columnsOf(table: Table): Promise<readonly string[]> {
  for await (const { columns } of table.pages(1)) return columns
  return []
}
