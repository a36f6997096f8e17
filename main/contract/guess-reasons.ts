/**
 * What an import takes for granted, as closed codes with their facts. Words are made where they are read:
 * `guess-words-en.ts` for the command, files and scripts, `renderer/locales` for the window.
 */
import { z } from 'zod'
import { dateOrders } from './birth-date.ts'

/** A field of an import: its name in a mapping, and what people call it. */
export const importField = z.object({ name: z.string(), label: z.string() })
export type NamedField = z.infer<typeof importField>

const strings = z.array(z.string()).readonly()

/**
 * Why a column fills its field, or none.
 * - `usual-name`: lists call `field` so · `whole-names`: both names, to be parted · `first-names` / `last-names`: the
 *   other half of the names is in another column · `second`: of two columns called `column` it is the second
 * - `all-emails`, `only-genders`, `all-countries`, `all-days`: its cells, of which `values` are some, are nothing else
 * - `yes-is`: its cells say yes or no, and a yes is this status
 * - `fuller` / `before`: it is filled in more rows than `columns` / stands before them, which fit as well
 * - `filled-by`: `column` fills `field` · `chosen-elsewhere`: a person chose another column for `field`
 * - `several`: `columns` could each be `field` · `event-named`: the import names the event of all rows
 * - `names-apart`: the names have columns of their own · `team-mates`: it is about another runner of a team
 * - `club-town`: the town of the club in `column` · `marks`: 0 and X, and no categories
 * - `empty-half`: it is empty, and `column` holds the names · `number-of`: `column` holds the names of its numbers
 * - `year-of-birth`: its name says so · `years-only`: its cells do; neither is a birth date
 */
export const columnReason = z.discriminatedUnion('code', [
  z.object({
    code: z.enum([
      'whole-names',
      'first-names',
      'last-names',
      'all-emails',
      'event-named',
      'names-apart',
      'team-mates',
      'marks',
      'year-of-birth',
      'years-only',
    ]),
  }),
  z.object({ code: z.enum(['only-genders', 'all-countries', 'all-days']), values: strings }),
  z.object({ code: z.literal('yes-is'), status: z.string() }),
  z.object({
    code: z.enum(['second', 'club-town', 'empty-half', 'number-of']),
    column: z.string(),
  }),
  z.object({ code: z.enum(['fuller', 'before']), columns: strings }),
  z.object({ code: z.enum(['usual-name', 'chosen-elsewhere']), field: importField }),
  z.object({ code: z.literal('filled-by'), field: importField, column: z.string() }),
  z.object({ code: z.literal('several'), field: importField, columns: strings }),
])
export type ColumnReason = z.infer<typeof columnReason>
export type ColumnReasonCode = ColumnReason['code']

const dateOrder = z.enum(dateOrders)

/**
 * Why a letter means a gender in its column: it stands beside the letter `beside`; `women-apart` / `both-apart`: women /
 * men and women have letters of their own; `h-word`: it is herr, homme or hombre.
 */
export const letterReason = z.discriminatedUnion('code', [
  z.object({ code: z.literal('beside'), letter: z.string() }),
  z.object({ code: z.enum(['women-apart', 'both-apart', 'h-word']) }),
])
export type LetterReason = z.infer<typeof letterReason>
export type LetterReasonCode = LetterReason['code']

/** A letter for gender, what it was taken for, and why. */
export const genderLetter = z.object({
  letter: z.string(),
  gender: z.enum(['male', 'female', 'other', 'unknown']),
  because: letterReason,
})
export type GenderLetter = z.infer<typeof genderLetter>

const otherSheet = z.object({ name: z.string(), hidden: z.boolean(), rows: z.number().int() })
export type OtherSheet = z.infer<typeof otherSheet>

const who = z.string()

/**
 * Something a file does not say, and what speaks for taking it so.
 * - `letters`: not UTF-8; read as `encoding`, its words are `words` · `letters-doubtful`: as `rival` they would be
 *   `rivalWords` · `saved-twice`: letters were encoded twice, and are put right: `examples`
 * - `separator`: it cuts the lines into equally many cells · `sheet`: of a workbook, and those that were not taken
 * - `no-header`: the first line, `cells`, looks like a row · `header-below`: the columns are named on `line`, below `above`
 * - `as-last-time`: a list with the same columns was imported with these choices
 * - `column-used` / `column-unused`: what a column fills, or that it fills nothing
 * - `no-first-names`: no column is known to hold `field`
 * - `dates-shown`: `value` can be read in no other order · `dates-beside`: `value` in `other` can · `dates-named`: the
 *   header says so · `dates-mixed`: `values` are of two orders · `dates-short`: `value` has a year of two digits ·
 *   `dates-counted`: all are numbers, as `value` for `day` · `dates-midnight`: moments that are midnight elsewhere
 * - `gender-letters`: what letters mean in this column · `amounts`: `value` is money, and more than 0 is paid
 * - `tag-written`: the list has `given` for the tag `who` wears · `bib-zeros`: it has the bib without its zeros
 * - `only-namesake`: `who` is the only one of this name · `legs-in-order`: runners of a team run in the order of rows
 * - `race-added` / `race-moved`: beside, or in place of, `races`
 */
export const guessFacts = z.discriminatedUnion('code', [
  z.object({ code: z.enum(['as-last-time', 'legs-in-order']) }),
  z.object({ code: z.literal('letters'), encoding: z.string(), words: strings }),
  z.object({
    code: z.literal('letters-doubtful'),
    encoding: z.string(),
    words: strings,
    rival: z.string(),
    rivalWords: strings,
  }),
  z.object({
    code: z.literal('saved-twice'),
    examples: z.array(z.object({ from: z.string(), to: z.string() })).readonly(),
  }),
  z.object({ code: z.literal('separator'), separator: z.string() }),
  z.object({ code: z.literal('no-header'), cells: strings }),
  z.object({
    code: z.literal('header-below'),
    line: z.number().int(),
    cells: strings,
    above: z.array(strings).readonly(),
  }),
  z.object({
    code: z.literal('sheet'),
    sheet: z.string(),
    others: z.array(otherSheet).readonly(),
  }),
  z.object({
    code: z.literal('column-used'),
    column: z.string(),
    field: importField,
    reason: columnReason,
  }),
  z.object({ code: z.literal('column-unused'), column: z.string(), reason: columnReason }),
  z.object({ code: z.literal('no-first-names'), field: importField }),
  z.object({ code: z.literal('dates-named'), column: z.string(), order: dateOrder }),
  z.object({
    code: z.literal('dates-shown'),
    column: z.string(),
    order: dateOrder,
    value: z.string(),
  }),
  z.object({
    code: z.literal('dates-beside'),
    column: z.string(),
    order: dateOrder,
    value: z.string(),
    other: z.string(),
  }),
  z.object({ code: z.literal('dates-mixed'), column: z.string(), values: strings }),
  z.object({ code: z.literal('dates-short'), column: z.string(), value: z.string() }),
  z.object({ code: z.literal('amounts'), column: z.string(), value: z.string() }),
  z.object({
    code: z.enum(['dates-counted', 'dates-midnight']),
    column: z.string(),
    value: z.string(),
    /** YYYY-MM-DD */
    day: z.string(),
  }),
  z.object({
    code: z.literal('gender-letters'),
    column: z.string(),
    letters: z.array(genderLetter).readonly(),
  }),
  z.object({ code: z.literal('tag-written'), who, tag: z.string(), given: z.string() }),
  z.object({ code: z.literal('only-namesake'), who }),
  z.object({ code: z.literal('bib-zeros'), who, bib: z.string() }),
  z.object({
    code: z.enum(['race-added', 'race-moved']),
    who,
    race: z.string(),
    races: strings,
  }),
])
export type GuessFacts = z.infer<typeof guessFacts>
export type GuessCode = GuessFacts['code']
