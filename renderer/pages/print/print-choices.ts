/** What a person may choose of a print. */
import {
  isSensitiveRosterField,
  openRosterFields,
  sensitiveRosterFields,
  type RosterOrder,
  type RosterPart,
} from '../../../main/contract/roster-fields.ts'
import type { LabelName, ListPaper } from './paper/formats.ts'

export const printKinds = ['startList', 'labels', 'checkIn'] as const
export type PrintKind = (typeof printKinds)[number]

/** What stands on a label beside fields. */
export const labelParts = ['bib', 'name', 'race', 'startGroup', 'code'] as const
export type LabelPart = (typeof labelParts)[number]

export interface PrintChoices {
  readonly kind: PrintKind
  readonly paper: ListPaper
  readonly label: LabelName
  readonly on: readonly LabelPart[]
  readonly order: RosterOrder
  readonly parts: Readonly<Record<PrintKind, RosterPart>>
  readonly fields: Readonly<Record<PrintKind, readonly string[]>>
}

/** More make columns and lines too small to read. */
export const mostFields: Readonly<Record<PrintKind, number>> = {
  startList: 4,
  labels: 3,
  checkIn: 2,
}

/** In America paper is Letter. @param region of the browser's language, such as US */
export function firstChoices(region: string | undefined): PrintChoices {
  const isLetter = ['US', 'CA', 'MX'].includes(region ?? '')
  return {
    kind: 'startList',
    paper: isLetter ? 'letter' : 'a4',
    label: isLetter ? 'avery5160' : 'l7160',
    on: [...labelParts],
    order: 'name',
    parts: { startList: 'startGroup', labels: 'none', checkIn: 'none' },
    fields: { startList: ['category', 'club'], labels: [], checkIn: [] },
  }
}

/**
 * Fields that may be chosen, sensitive ones first where they were asked for. What a check-in sheet has a column for is no
 * field of it.
 * @param own names of the event's own fields
 */
export function offeredFields(
  kind: PrintKind,
  { own, sensitive }: { readonly own: readonly string[]; readonly sensitive: boolean },
): readonly string[] {
  const inColumns = kind === 'checkIn' ? ['tag', 'status'] : []
  return [...sensitiveRosterFields, ...openRosterFields, ...own].filter(
    (name) => (sensitive || !isSensitiveRosterField(name)) && !inColumns.includes(name),
  )
}
