/** Search as typed: what the engine answers, and when the window shows it. */
import { join } from 'node:path'
import { child } from './child.ts'
import { median, type Measured } from './measuring.ts'
import { ms, table } from './table.ts'

/** Search and the list of events, see `measure-search.ts`. */
export interface Search {
  readonly serviceP95Ms: number
  readonly sqlP95Ms: number
  readonly eventsMs: number
}

/** From a key to the rows in the window, see `measure-typing.ts`. */
type Typing =
  | {
      readonly keys: number
      readonly p50Ms: number
      readonly p95Ms: number
      readonly maxMs: number
    }
  | { readonly absent: string }

export interface SearchRound {
  readonly engine: Search
  readonly typing: Typing
}

/** Measures both on a data folder that nobody has open. */
export async function measureSearch(dataDir: string): Promise<SearchRound> {
  const engine = await child<Search>('measure-search.ts', dataDir)
  const typing = await child<Typing>('measure-typing.ts', dataDir)
  return { engine, typing }
}

/** Rows of a table, medians of the rounds. `goals` in milliseconds. */
export function searchLines(
  rounds: readonly SearchRound[],
  goals: { readonly shown: number; readonly sql: number },
): readonly (readonly string[])[] {
  const of = (pick: (search: Search) => number) =>
    ms(median(rounds.map(({ engine }) => pick(engine))))
  return [
    [
      'search as typed, from the key to the rows in the window: p50, p95, longest',
      typed(rounds.map(({ typing }) => typing)),
      `p95 ≤ ${goals.shown} ms`,
    ],
    ['… in the engine, p95', of((it) => it.serviceP95Ms), '–'],
    ['… in SQL alone, p95', of((it) => it.sqlP95Ms), `≤ ${goals.sql} ms`],
    ['events of the Desk', of((it) => it.eventsMs), '–'],
  ]
}

function typed(all: readonly Typing[]): string {
  const measured = all.filter((one) => 'keys' in one)
  const [first] = all
  if (measured.length === 0) return first && 'absent' in first ? first.absent : '–'
  const of = (pick: (one: (typeof measured)[number]) => number) => median(measured.map(pick))
  const longest = Math.max(...measured.map(({ maxMs }) => maxMs))
  const figures = [of((it) => it.p50Ms), of((it) => it.p95Ms), longest].map(ms)
  return `${figures.join(', ')} (${of((it) => it.keys)} keys)`
}

/** A start list imported once, then search alone in as many rounds as wanted. */
export async function searchTable(folder: string, csv: string, rounds: number): Promise<string> {
  const dataDir = join(folder, 'search')
  await child<Measured>('measure-import.ts', dataDir, csv)
  const all: SearchRound[] = []
  for (let at = 0; at < rounds; at++) all.push(await measureSearch(dataDir))
  return table(['measure', 'figure', 'goal'], searchLines(all, marathonGoals))
}

export const marathonGoals = { shown: 50, sql: 2 }
export const millionGoals = { shown: 100, sql: 5 }
