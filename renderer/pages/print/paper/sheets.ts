/** Which entrants are on which sheet. Pure. */
import type { RosterPartView, RosterRow } from '../../../../main/contract/roster.ts'

/** What the heading of a list says; nulls: nothing is told apart, or they have none. */
export interface SheetPart {
  readonly race: string | null
  readonly startGroup: string | null
}

export interface ListSheet {
  readonly kind: 'list'
  readonly part: SheetPart
  /** Of the sheets of its part, from 1. */
  readonly number: number
  readonly rows: readonly RosterRow[]
}

export interface LabelSheet {
  readonly kind: 'labels'
  /** In the order of the places on the sheet; null: no label there. */
  readonly places: readonly (RosterRow | null)[]
}

export type Sheet = ListSheet | LabelSheet

const samePart = (a: RosterRow, b: RosterRow) =>
  a.raceId === b.raceId && a.startGroupId === b.startGroupId

/** Each part begins on a sheet of its own. @param parted false: everybody is one part, whatever their places */
export function listSheets(
  rows: readonly RosterRow[],
  perSheet: number,
  parted: boolean,
): readonly ListSheet[] {
  const sheets: ListSheet[] = []
  let begin = 0
  let number = 1
  for (let at = 1; at <= rows.length; at += 1) {
    const ends = at === rows.length
    const isOther = !ends && parted && !samePart(rows[at]!, rows[begin]!)
    if (!ends && !isOther && at - begin < perSheet) continue
    const { race, startGroup } = rows[begin]!
    sheets.push({
      kind: 'list',
      part: parted ? { race, startGroup } : { race: null, startGroup: null },
      number,
      rows: rows.slice(begin, at),
    })
    number = isOther ? 1 : number + 1
    begin = at
  }
  return sheets
}

/** @param start the first place that is used on the first sheet, from 1: a sheet that was begun is used up */
export function labelSheets(
  rows: readonly RosterRow[],
  perSheet: number,
  start: number,
): readonly LabelSheet[] {
  const skipped = Math.min(Math.max(start, 1), perSheet) - 1
  const sheets: LabelSheet[] = []
  for (let from = -skipped; from < rows.length; from += perSheet) {
    const here = rows.slice(Math.max(from, 0), from + perSheet)
    const before = Array.from({ length: Math.max(-from, 0) }, () => null)
    sheets.push({ kind: 'labels', places: [...before, ...here] })
  }
  return rows.length === 0 ? [] : sheets
}

/** How many sheets a list becomes. */
export function countListSheets(parts: readonly RosterPartView[], perSheet: number): number {
  return parts.reduce((sum, { entrants }) => sum + Math.ceil(entrants / perSheet), 0)
}

/** How many sheets so many labels become. */
export function countLabelSheets(labels: number, perSheet: number, start: number): number {
  const skipped = Math.min(Math.max(start, 1), perSheet) - 1
  return labels === 0 ? 0 : Math.ceil((labels + skipped) / perSheet)
}
