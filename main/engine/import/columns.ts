/** Which column of a file fills which field. Pure. */
import type { ImportGuess } from '../../contract/imports.ts'
import type { Problem } from '../../contract/problem.ts'

/** A field an import can fill, under the name its column usually has. */
export interface ImportField {
  readonly name: string
  readonly label: string
  /** A file without this column is refused. */
  readonly required?: boolean
}

export interface ColumnMapping<Field extends ImportField> {
  /** Per column of the file: the field it fills, null for none. */
  readonly fields: readonly (Field | null)[]
  /** Columns that fill nothing. */
  readonly ignored: readonly string[]
  /** Fields found by something else than the name of the column. */
  readonly guesses?: readonly ImportGuess[]
}

export type Mapped<Field extends ImportField> =
  | { readonly ok: true; readonly mapping: ColumnMapping<Field> }
  | { readonly ok: false; readonly problem: Problem }

/** What is compared of a name: `First Name`, `first-name`, `first_name` and `firstName` are one. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}

/**
 * Finds the field of each column by name or label. `map` (column → field, empty for none) goes before that; a column
 * that would fill a field already taken by `map` fills nothing.
 * @param complete false while more columns may turn up, as in a JSON file: then a missing one is no problem yet
 */
export function mapColumns<Field extends ImportField>(
  columns: readonly string[],
  available: readonly Field[],
  map: Readonly<Record<string, string>> = {},
  complete = true,
): Mapped<Field> {
  const told = new Map<number, Field | null>()
  for (const [column, wanted] of Object.entries(map)) {
    const at = indexOfColumn(columns, column)
    if (at < 0) {
      if (!complete) continue
      return problem(`The file has no column ${column}.`, `Its columns are ${columns.join(', ')}.`)
    }
    const field = wanted === '' ? null : findField(available, wanted)
    if (field === undefined) {
      return problem(
        `There is no field ${wanted} for the column ${column}.`,
        `Choose one of ${available.map(({ name }) => name).join(', ')}.`,
      )
    }
    told.set(at, field)
  }
  const chosen = new Set([...told.values()])
  const fields = columns.map((column, at) => {
    const own = told.get(at)
    if (own !== undefined) return own
    const found = findField(available, column) ?? null
    return found !== null && chosen.has(found) ? null : found
  })
  for (const field of available) {
    const fillers = columns.filter((_, at) => fields[at] === field)
    if (fillers.length > 1) {
      return problem(
        `${fillers.map((name) => `"${name}"`).join(' and ')} would both fill ${field.label}.`,
        new Set(fillers).size < fillers.length
          ? 'Rename one of them in the file.'
          : 'Leave one of them out with an empty mapping.',
      )
    }
    if (field.required && fillers.length === 0 && complete) {
      return problem(
        `The file has no column for ${field.label.toLowerCase()} (${field.name}).`,
        `Name the column ${field.name}, or say which one it is with a mapping. Columns found: ${columns.join(', ') || 'none'}.`,
      )
    }
  }
  return {
    ok: true,
    mapping: { fields, ignored: columns.filter((_, at) => fields[at] === null) },
  }
}

function indexOfColumn(columns: readonly string[], wanted: string): number {
  const exact = columns.indexOf(wanted)
  return exact >= 0 ? exact : columns.findIndex((column) => plain(column) === plain(wanted))
}

function findField<Field extends ImportField>(
  available: readonly Field[],
  name: string,
): Field | undefined {
  const wanted = plain(name)
  if (wanted === '') return undefined
  return (
    available.find((field) => plain(field.name) === wanted) ??
    available.find((field) => plain(field.label) === wanted)
  )
}

function problem(message: string, fix: string): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem: { code: 'wrong-use', message, fix } }
}
