/** Everything a sheet needs to draw itself, worked out once from the choices. */
import {
  papers,
  labelFormats,
  labelsPerSheet,
  type LabelFormat,
  type PaperName,
} from './paper/formats.ts'
import { linesPerSheet, listColumns, type ListColumn, type ListKind } from './paper/list-layout.ts'
import type { RosterPartView, RosterRow } from '../../../main/contract/roster.ts'
import {
  countLabelSheets,
  countListSheets,
  labelSheets,
  listSheets,
  type Sheet,
} from './paper/sheets.ts'
import type { LabelPart, PrintChoices } from './print-choices.ts'

export interface ListPlan {
  readonly kind: ListKind
  readonly paper: PaperName
  readonly columns: readonly ListColumn[]
  readonly perSheet: number
  /** Each part on sheets of its own. */
  readonly parted: boolean
}

export interface LabelPlan {
  readonly kind: 'labels'
  readonly paper: PaperName
  readonly format: LabelFormat
  readonly on: readonly LabelPart[]
  readonly fields: readonly string[]
  /** First place that is used, from 1. */
  readonly start: number
}

export type PrintPlan = ListPlan | LabelPlan

/** @param fields the chosen ones that may be on paper @param start first label used on the first sheet, from 1 */
export function planPrint(
  choices: PrintChoices,
  fields: readonly string[],
  start: number,
): PrintPlan {
  const { kind } = choices
  if (kind === 'labels') {
    const format = labelFormats[choices.label]
    return { kind, paper: format.paper, format, on: choices.on, fields, start }
  }
  const parts = choices.parts[kind]
  const said = { none: ['race', 'startGroup'], race: ['startGroup'], startGroup: [] } as const
  return {
    kind,
    paper: choices.paper,
    columns: listColumns(kind, choices.paper, { places: said[parts], fields }),
    perSheet: linesPerSheet(kind, choices.paper),
    parted: parts !== 'none',
  }
}

/** The sheets of these lines. */
export function planSheets(plan: PrintPlan, rows: readonly RosterRow[]): readonly Sheet[] {
  return plan.kind === 'labels'
    ? labelSheets(rows, labelsPerSheet(plan.format), plan.start)
    : listSheets(rows, plan.perSheet, plan.parted)
}

/** How many sheets it becomes. */
export function countSheets(plan: PrintPlan, parts: readonly RosterPartView[]): number {
  if (plan.kind !== 'labels') return countListSheets(parts, plan.perSheet)
  const labels = parts.reduce((sum, { entrants }) => sum + entrants, 0)
  return countLabelSheets(labels, labelsPerSheet(plan.format), plan.start)
}

/** Size of its paper, in millimetres. */
export function paperOf({ paper }: PrintPlan) {
  return papers[paper]
}
