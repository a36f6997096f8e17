/** What moved in each of the last hours, and the scale it is drawn on. Pure. */
import type { RunView } from '../../../main/contract/sync.ts'
import { receivedBy, refusedBy, sentBy } from './run-sums.ts'

export interface Hour {
  /** Its first moment, milliseconds since 1970 UTC; whole hours of this computer's clock. */
  readonly start: number
  readonly moved: number
  readonly refused: number
  readonly runs: number
}

const hourMs = 3_600_000

/** The hours up to the newest run, oldest first, those without a run too; at most `most`. */
export function byHour(runs: readonly RunView[], most = 24): readonly Hour[] {
  const hours = Map.groupBy(runs, ({ startedOn }) => hourOf(startedOn))
  if (hours.size === 0) return []
  const starts = [...hours.keys()]
  const last = Math.max(...starts)
  const first = Math.max(Math.min(...starts), last - (most - 1) * hourMs)
  return Array.from({ length: Math.round((last - first) / hourMs) + 1 }, (_, at) => {
    const start = first + at * hourMs
    const inIt = hours.get(start) ?? []
    return {
      start,
      moved: sum(inIt, (run) => sentBy(run) + receivedBy(run)),
      refused: sum(inIt, refusedBy),
      runs: inIt.length,
    }
  })
}

/**
 * The marks of an axis that reaches `most`: powers of ten. Heights grow with the logarithm, so that a first run of
 * 96,000 records does not flatten all others.
 */
export function marksUpTo(most: number): readonly number[] {
  const marks = [10]
  while (marks.at(-1)! < most) marks.push(marks.at(-1)! * 10)
  return marks
}

/** Share of the axis, 0 to 1, that a number takes where `top` is its last mark. */
export const heightOf = (count: number, top: number) => Math.log10(1 + count) / Math.log10(1 + top)

function hourOf(iso: string): number {
  return new Date(iso).setMinutes(0, 0, 0)
}

function sum(runs: readonly RunView[], of: (run: RunView) => number): number {
  return runs.reduce((total, run) => total + of(run), 0)
}
