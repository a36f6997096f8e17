/**
 * Bibs that go from one to another within a file: swapped, or moved round. Pure. The file is looked through for it once,
 * and only when a row gives somebody a bib that somebody else has.
 */
import { foldedFullName } from '../model/folded-name.ts'
import { judge } from '../model/same-person.ts'
import type { KnownEntrant } from '../store/imports/known-entrants.ts'
import type { EntrantRow } from './read-entrant.ts'

/** What is kept of each row of the file. */
export interface ListedRow {
  readonly line: number
  /** Id of the event. */
  readonly event: string
  readonly bib: string | null
  readonly person: EntrantRow['person']
}

/** What is kept of whoever has a bib that the file gives to somebody. */
export interface BibHolder {
  readonly event: string
  readonly bib: string
  readonly known: KnownEntrant
}

export interface BibMoves {
  /**
   * The line that says what becomes of whoever has this bib, where the file gives it to somebody else and that works out;
   * undefined for an entry that keeps its bib.
   */
  readonly lineOf: (entry: string) => number | undefined
  /** Whether the file gives this bib to a person of this name. */
  readonly isListed: (event: string, bib: string, foldedName: string) => boolean
  /** Whether more than one row of the file has this name. */
  readonly recurs: (event: string, foldedName: string) => boolean
}

/**
 * Who lets go of a bib: whoever has another one, or none, in the same file. A row that would take a bib from somebody who
 * keeps it is refused; so is then whoever counted on that row.
 */
export function bibMoves(rows: readonly ListedRow[], holders: readonly BibHolder[]): BibMoves {
  const named = Map.groupBy(rows, ({ event, person }) => `${event} ${foldedFullName(person)}`)
  const held = Map.groupBy(holders, ({ event, bib }) => `${event} ${bib}`)
  const byName = Map.groupBy(
    holders,
    ({ event, known }) => `${event} ${foldedFullName(known.person.fields)}`,
  )
  /** Entry → rows that take its bib. */
  const takers = new Map<string, ListedRow[]>()
  for (const row of rows) {
    const [holder, ...mates] = (row.bib === null ? null : held.get(`${row.event} ${row.bib}`)) ?? []
    // A bib of a relay team goes to nobody else.
    if (!holder || mates.length > 0 || isHolder(row, holder, byName)) continue
    const { id } = holder.known.participant!
    takers.set(id, [...(takers.get(id) ?? []), row])
  }
  const moves = new Map<string, ListedRow>()
  for (const holder of holders) {
    const { id } = holder.known.participant!
    const own = takers.has(id) ? ownRow(holder, named) : null
    if (own !== null) moves.set(id, own)
  }
  dropRefused(takers, moves)
  return {
    lineOf: (entry) => moves.get(entry)?.line,
    isListed: (event, bib, name) =>
      named.get(`${event} ${name}`)?.some((row) => row.bib === bib) ?? false,
    recurs: (event, name) => (named.get(`${event} ${name}`)?.length ?? 0) > 1,
  }
}

/** The row means who has its bib: by the rule, unless another holder has exactly its names. */
function isHolder(
  row: ListedRow,
  { known }: BibHolder,
  byName: ReadonlyMap<string, readonly BibHolder[]>,
): boolean {
  const { verdict, name } = judge(row.person, known.person.fields, { sameBib: true })
  if (verdict !== 'same' || name === 'same') return verdict === 'same'
  const namesakes = byName.get(`${row.event} ${foldedFullName(row.person)}`) ?? []
  return !namesakes.some(
    (other) => judge(row.person, other.known.person.fields, { sameBib: false }).verdict === 'same',
  )
}

/** The row of whoever has a bib, which gives them another or none; null when they have none, or it keeps the bib. */
function ownRow(
  { event, bib, known }: BibHolder,
  named: ReadonlyMap<string, readonly ListedRow[]>,
): ListedRow | null {
  const fitting = (named.get(`${event} ${foldedFullName(known.person.fields)}`) ?? [])
    .map((row) => ({ row, ...judge(row.person, known.person.fields, { sameBib: false }) }))
    .filter(({ verdict }) => verdict !== 'other')
  if (fitting.some(({ row }) => row.bib === bib)) return null
  const sure = fitting.find(({ verdict }) => verdict === 'same')
  return sure?.row ?? (fitting.length === 1 ? fitting[0]!.row : null)
}

/** Whoever takes a bib that stays where it is gets nothing, and so keeps the bib another row counted on. */
function dropRefused(
  takers: ReadonlyMap<string, readonly ListedRow[]>,
  moves: Map<string, ListedRow>,
): void {
  const entriesOf = Map.groupBy(moves.keys(), (entry) => moves.get(entry)!)
  const staying = [...takers.keys()].filter((entry) => !moves.has(entry))
  for (let entry = staying.pop(); entry !== undefined; entry = staying.pop()) {
    for (const row of takers.get(entry) ?? []) {
      for (const counted of entriesOf.get(row) ?? []) {
        if (moves.delete(counted)) staying.push(counted)
      }
    }
  }
}
