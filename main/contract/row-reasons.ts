/**
 * Why a row of a file, or a cell of it, is not taken as it stands: closed codes with their facts. Words are made where
 * they are read: `row-words-en.ts` for the command, files and scripts, `renderer/locales` for the window.
 */
import { z } from 'zod'
import { dateOrders } from './birth-date.ts'
import { participantStatus } from './desk.ts'
import { importField } from './guess-reasons.ts'
import { unfit } from './unfit.ts'
import { entityName } from './words.ts'

const value = z.string()

/**
 * Why a cell does not fit its field: as any value, or as lists are written.
 * - `no-year`, `year-alone`: a part of the date is missing · `among-dates`: a number among dates; counted by a
 *   spreadsheet it would be `day` · `moment`: a time of day with it, and another day elsewhere
 * - `two-days`: `one` or `other` · `not-in-order`: no day when it is read in this order
 * - `unknown-gender`, `unknown-country`: a word nobody knows here
 * - `shortened`, `too-wide`, `made-date`: what a spreadsheet made of a code
 */
export const cellReason = z.discriminatedUnion('code', [
  ...unfit.options,
  z.object({
    code: z.enum(['no-year', 'year-alone', 'moment', 'shortened', 'too-wide', 'made-date']),
    value,
  }),
  z.object({ code: z.literal('among-dates'), value, day: z.string() }),
  z.object({ code: z.literal('two-days'), value, one: z.string(), other: z.string() }),
  z.object({ code: z.literal('not-in-order'), value, order: z.enum(dateOrders) }),
  z.object({ code: z.literal('unknown-gender'), choices: z.array(z.string()).readonly() }),
  z.object({ code: z.literal('unknown-country') }),
])
export type CellReason = z.infer<typeof cellReason>
export type CellReasonCode = CellReason['code']

const line = z.number().int()
const named = z.string()
const status = participantStatus

/**
 * What is wrong with a row or a cell, or to be looked at.
 * - `open-quote`, `quotes`, `row-too-long`, `record-too-long`, `not-json`, `not-an-object`, `cut-off`, `nested`,
 *   `more-cells`: the row cannot be taken apart
 * - `torn-letters`: encoded twice beyond repair · `lost-letters`: not saved as the rest is · `control-characters`
 * - `no-formula-value`: in a cell of a workbook · `unfit`: the cell does not fit its field
 * - `not-an-id`, `several-fit`, `was-removed`, `record-twice`: which record a row means
 * - `none-named` / `several-named`: records of this kind that have the name or number `value`
 * - `bib-twice`, `tag-twice`, `entrant-twice`: it is on another line already
 * - `bib-taken`, `other-team`, `bib-of-other`, `same-leg`: somebody else has the bib · `taken`: `by` has what `field` says
 * - `was-deleted`: the entry was deleted here on this day
 * - `age`: taken, and worth a look · `status-stays`, `handed-out`: race morning knows better than the list
 * - `said`: refused by a rule that has words only
 */
export const rowReason = z.discriminatedUnion('code', [
  z.object({
    code: z.enum([
      'open-quote',
      'quotes',
      'not-json',
      'not-an-object',
      'cut-off',
      'torn-letters',
      'lost-letters',
      'control-characters',
      'no-formula-value',
    ]),
  }),
  z.object({ code: z.enum(['row-too-long', 'record-too-long']), most: z.number().int() }),
  z.object({ code: z.literal('nested'), column: z.string() }),
  z.object({
    code: z.literal('more-cells'),
    cells: z.number().int(),
    columns: z.number().int(),
  }),
  z.object({ code: z.literal('unfit'), field: importField, reason: cellReason }),
  z.object({ code: z.literal('not-an-id'), value }),
  z.object({ code: z.enum(['several-fit', 'was-removed']), entity: entityName, name: named }),
  z.object({ code: z.enum(['record-twice', 'entrant-twice']), line }),
  z.object({
    code: z.enum(['none-named', 'several-named']),
    field: importField,
    entity: entityName,
    value,
  }),
  z.object({ code: z.literal('bib-twice'), bib: z.string(), line }),
  z.object({ code: z.literal('tag-twice'), tag: z.string(), line }),
  z.object({ code: z.enum(['bib-taken', 'bib-of-other']), bib: z.string(), name: named }),
  z.object({ code: z.literal('other-team'), bib: z.string(), name: named, team: named }),
  z.object({
    code: z.literal('same-leg'),
    bib: z.string(),
    name: named,
    team: named,
    leg: z.number().int(),
  }),
  z.object({ code: z.literal('taken'), field: importField, by: named }),
  z.object({
    code: z.literal('was-deleted'),
    name: named,
    /** YYYY-MM-DD */
    on: z.string(),
    who: z.string(),
  }),
  z.object({ code: z.literal('age'), field: importField, age: z.number().int() }),
  z.object({ code: z.literal('status-stays'), name: named, own: status, given: status }),
  z.object({
    code: z.literal('handed-out'),
    name: named,
    what: z.enum(['bib', 'tag', 'spare_tag']),
    own: z.string(),
    given: z.string(),
  }),
  z.object({ code: z.literal('said'), said: z.string() }),
])
export type RowReason = z.infer<typeof rowReason>
export type RowReasonCode = RowReason['code']

/** What to do about it. */
export const rowFixes = [
  'correct',
  'correct-cell',
  'other-encoding',
  'more-columns',
  'formula',
  'say-word',
  'say-order',
  'format-dates',
  'day-alone',
  'format-text',
  'other-bib',
  'same-team',
  'own-leg',
  'enter-again',
  'take-from',
  'look',
  'card',
] as const
export type RowFix = (typeof rowFixes)[number]

const cellFixes: Partial<Record<CellReasonCode, RowFix>> = {
  'not-choice': 'say-word',
  'not-answer': 'say-word',
  'unknown-gender': 'say-word',
  'unknown-country': 'say-word',
  'two-days': 'say-order',
  'among-dates': 'format-dates',
  moment: 'day-alone',
  shortened: 'format-text',
  'too-wide': 'format-text',
  'made-date': 'format-text',
}
const fixes: Partial<Record<RowReasonCode, RowFix>> = {
  'torn-letters': 'correct-cell',
  'lost-letters': 'other-encoding',
  'control-characters': 'other-encoding',
  'more-cells': 'more-columns',
  'no-formula-value': 'formula',
  'bib-taken': 'other-bib',
  'other-team': 'same-team',
  'bib-of-other': 'same-team',
  'same-leg': 'own-leg',
  taken: 'take-from',
  'was-deleted': 'enter-again',
  age: 'look',
  'status-stays': 'card',
  'handed-out': 'card',
}

/** What to do about a row or cell: mostly to correct it in the file. Pure. */
export function fixOf(reason: RowReason): RowFix {
  const own = reason.code === 'unfit' ? cellFixes[reason.reason.code] : fixes[reason.code]
  return own ?? 'correct'
}

/** A value a person could say a word means, as an example. Pure. */
export function exampleFor(reason: CellReason): string {
  if (reason.code === 'unknown-country') return 'DE'
  if ('choices' in reason) return reason.choices[1] ?? 'another word'
  return 'yes'
}
