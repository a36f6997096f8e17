/** Where the lines and columns of a list are on its sheet, in millimetres. Pure. */
import { papers, type ListPaper } from './formats.ts'

export type ListKind = 'startList' | 'checkIn'

/** White around everything; no printer reaches the edge. */
export const listMargin = 12
/** Event, part, number of the sheet. */
export const headHeight = 16
/** Names of the columns. */
export const columnHeadHeight = 7
/** Room to write by hand needs higher lines. */
export const lineHeights: Readonly<Record<ListKind, number>> = { startList: 6.5, checkIn: 9 }
export const listTextSize = 3.3

/** How many lines are on one sheet. */
export function linesPerSheet(kind: ListKind, paper: ListPaper): number {
  const room = papers[paper].height - 2 * listMargin - headHeight - columnHeadHeight
  return Math.floor(room / lineHeights[kind])
}

/** `done`, `handedTag` and `signature` are filled in by hand. */
export type ListColumn =
  | { readonly of: 'bib' | 'name' | 'race' | 'startGroup'; readonly width: number }
  | { readonly of: 'done' | 'handedTag' | 'signature'; readonly width: number }
  | { readonly of: 'field'; readonly field: string; readonly width: number }

/** Fixed widths; name and the others share what is left. */
const fixed = { bib: 16, done: 11, handedTag: 26, signature: 42 } as const
/** Parts of the room that is left. */
const shares = { name: 2, race: 1.2, startGroup: 1.2, field: 1 } as const

/**
 * Columns from left to right; together they are as wide as the paper without its margins.
 * @param places what the heading of the sheet does not say already
 */
export function listColumns(
  kind: ListKind,
  paper: ListPaper,
  {
    places,
    fields,
  }: {
    readonly places: readonly ('race' | 'startGroup')[]
    readonly fields: readonly string[]
  },
): readonly ListColumn[] {
  const byHand = kind === 'checkIn' ? (['handedTag', 'signature'] as const) : []
  const room = papers[paper].width - 2 * listMargin
  const taken =
    fixed.bib +
    (kind === 'checkIn' ? fixed.done : 0) +
    byHand.reduce((sum, of) => sum + fixed[of], 0)
  const shared =
    shares.name + places.reduce((sum, of) => sum + shares[of], 0) + fields.length * shares.field
  const one = (room - taken) / shared
  return [
    ...(kind === 'checkIn' ? [{ of: 'done' as const, width: fixed.done }] : []),
    { of: 'bib', width: fixed.bib },
    { of: 'name', width: one * shares.name },
    ...places.map((of) => ({ of, width: one * shares[of] })),
    ...fields.map((field) => ({ of: 'field' as const, field, width: one * shares.field })),
    ...byHand.map((of) => ({ of, width: fixed[of] })),
  ]
}
