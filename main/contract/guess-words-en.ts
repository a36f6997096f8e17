/** The English of the codes in `guess-reasons.ts`: for the command, files and scripts. The window has words of its own. */
import type { DateOrder } from './birth-date.ts'
import { wordOf, type Words } from './coded-words.ts'
import type {
  ColumnReason,
  GuessFacts,
  LetterReason,
  NamedField,
  OtherSheet,
} from './guess-reasons.ts'
import type { ImportGuess } from './imports.ts'

/** Names of columns, and values of the file, are quoted. */
const quoted = (values: readonly string[]) => values.map((value) => `"${value}"`)
/** Of many, these show what is meant. */
const few = 3
const someOf = (values: readonly string[]) => quoted(values.slice(0, few)).join(', ')

const columnWords: Words<ColumnReason> = {
  'usual-name': ({ field }) => `a usual name for ${field.label}`,
  'whole-names': () => 'it holds whole names, which are parted into first and last name',
  'first-names': () => 'another column holds the last names',
  'last-names': () => 'another column holds the first names',
  second: ({ column }) => `it is the second column called "${column}"`,
  'all-emails': () => 'all its cells are e-mail addresses',
  'only-genders': ({ values }) => `its cells are ${someOf(values)} only`,
  'all-countries': ({ values }) => `its cells are letters of countries, as ${someOf(values)}`,
  'all-days': ({ values }) => `its cells are days, as ${someOf(values)}`,
  'yes-is': ({ status }) => `its cells say yes or no, and a yes is ${status}`,
  fuller: ({ columns }) => `it is filled in more rows than ${quoted(columns).join(' and ')}`,
  before: ({ columns }) => `it stands before ${quoted(columns).join(' and ')}`,
  'filled-by': ({ field, column }) => `"${column}" fills ${field.label}`,
  'chosen-elsewhere': ({ field }) => `another column was chosen for ${field.label}`,
  several: ({ field, columns }) =>
    `${quoted(columns).join(' and ')} could each be ${field.label}; a mapping says which one is`,
  'event-named': () =>
    'the event of all rows is named for this import; where it holds races, map it to race',
  'names-apart': () => 'the names are in columns of their own',
  'team-mates': () => 'every runner of a team needs a row of their own',
  'club-town': ({ column }) => `it is the town of "${column}"`,
  marks: () => 'it holds marks, as 0 and X, and no categories',
  'empty-half': ({ column }) => `it is empty, and "${column}" holds the names`,
  'number-of': ({ column }) => `"${column}" holds the names of it`,
  'year-of-birth': () => 'a year of birth is no birth date, and Marshal keeps no year alone',
  'years-only': () => 'it holds years only, and a year is no birth date',
}

/** Why a column fills its field, or none. */
export function columnText(reason: ColumnReason): string {
  return wordOf<ColumnReason>(columnWords, reason)(reason)
}

/** The parts of a date in their order. */
export const orderText: Readonly<Record<DateOrder, string>> = {
  dmy: 'day, month, year',
  mdy: 'month, day, year',
  ymd: 'year, month, day',
}

const letterWords: Words<LetterReason> = {
  beside: ({ letter }) => `it stands beside ${letter}`,
  'women-apart': () => 'women have a letter of their own',
  'both-apart': () => 'men and women have letters of their own',
  'h-word': () => 'it is herr, homme or hombre',
}
const letterText = (reason: LetterReason) => wordOf<LetterReason>(letterWords, reason)(reason)

const sheetText = ({ name, hidden, rows }: OtherSheet) =>
  `"${name}" (${hidden ? 'hidden, ' : ''}${rows} rows)`

/** Of a line of the file so many cells are shown. */
export const shownCells = 4

/** The beginning of a line of the file. @param cells those that hold anything; one more than are shown where there are more */
export function lineText(cells: readonly string[]): string {
  const shown = cells.slice(0, shownCells).map((cell) => cell.slice(0, 60))
  return shown.join(', ') + (cells.length > shownCells ? ', …' : '')
}

type Told = Omit<ImportGuess, 'facts'>
const dates = (column: string, value: string, why: string): Told => ({
  what: `Dates in "${column}"`,
  value,
  why,
})
const columnOf = (column: string, field: NamedField | null, reason: ColumnReason): Told => ({
  what: column,
  value: field?.label ?? 'not used',
  why: columnText(reason),
})

const guessWords: Words<GuessFacts, [], Told> = {
  letters: ({ encoding, words }) => ({
    what: 'letters',
    value: encoding,
    why: `The file is not UTF-8. Read so, its words are ${someOf(words)}.`,
  }),
  'letters-doubtful': ({ encoding, words, rival, rivalWords }) => ({
    what: 'letters',
    value: encoding,
    why: `The file is not UTF-8. Read so, its words are ${someOf(words)}. As ${rival} they would be ${someOf(rivalWords)}: look whether they are right.`,
  }),
  'saved-twice': ({ examples }) => ({
    what: 'letters',
    value: 'UTF-8 saved twice',
    why: `Its words hold marks of letters that were encoded twice, and all of them are put right: ${examples.map(({ from, to }) => `${from} is ${to}`).join(', ')}. If they are right as they stand, choose UTF-8.`,
  }),
  separator: ({ separator }) => ({
    what: 'separator',
    value: separator,
    why: 'It cuts the lines of the file into equally many cells.',
  }),
  'no-header': ({ cells }) => ({
    what: 'header line',
    value: 'none',
    why: `The first line looks like a row, not like names of columns (${lineText(cells)}): it is taken as one, and the columns are numbered.`,
  }),
  'header-below': ({ line, cells, above }) => ({
    what: 'header line',
    value: String(line),
    why: `It holds the names of the columns (${lineText(cells)}). What stands above it is taken for a title: ${above.map(lineText).join('; ')}.`,
  }),
  sheet: ({ sheet, others }) => ({
    what: 'sheet',
    value: sheet,
    why: `It looks most like a list. Not taken: ${others.map(sheetText).join(', ')}.`,
  }),
  'as-last-time': () => ({
    what: 'Columns and values',
    value: 'as last time',
    why: 'a list with the same columns was imported with these choices',
  }),
  'column-used': ({ column, field, reason }) => columnOf(column, field, reason),
  'column-unused': ({ column, reason }) => columnOf(column, null, reason),
  'no-first-names': ({ field }) => ({
    what: field.label,
    value: 'none',
    why: 'no column is known to hold first names; a mapping says which one does',
  }),
  'dates-shown': ({ column, order, value }) =>
    dates(column, orderText[order], `"${value}" can be read in no other way`),
  'dates-named': ({ column, order }) => dates(column, orderText[order], 'the header says so'),
  'dates-beside': ({ column, order, value, other }) =>
    dates(
      column,
      orderText[order],
      `"${value}" in the column "${other}" can be read in no other way`,
    ),
  'dates-mixed': ({ column, values }) =>
    dates(
      column,
      'two orders',
      `${quoted(values).join(' and ')} are in one column; each day is read in the only way it can be`,
    ),
  'dates-short': ({ column, value }) =>
    dates(column, 'the latest year that is not after today', `"${value}" has a year of two digits`),
  'dates-counted': ({ column, value, day }) =>
    dates(column, 'day numbers of a spreadsheet', `all are numbers, as "${value}" for ${day}`),
  'dates-midnight': ({ column, value, day }) =>
    dates(column, `"${value}" is ${day}`, 'its moments are midnight in another time zone'),
  'gender-letters': ({ column, letters }) => ({
    what: `Letters in "${column}"`,
    value: letters.map(({ letter, gender }) => `${letter} is ${gender}`).join(', '),
    why: letters.map(({ letter, because }) => `${letter}: ${letterText(because)}`).join('; '),
  }),
  amounts: ({ column, value }) => ({
    what: `Amounts in "${column}"`,
    value: 'more than 0 is paid, 0 is not',
    why: `"${value}" is an amount of money`,
  }),
  'tag-written': ({ who, tag, given }) => ({
    what: `Tag of ${who}`,
    value: tag,
    why: `The list has ${given}, as spreadsheets and scanners write it.`,
  }),
  'only-namesake': ({ who }) => ({
    what: `Who ${who} is`,
    value: 'the only one of this name in the event',
    why: 'The list says nothing else that tells, and nothing that speaks against it.',
  }),
  'bib-zeros': ({ who, bib }) => ({
    what: `Bib of ${who}`,
    value: bib,
    why: 'The list has it without the zeros before it, as spreadsheets write numbers.',
  }),
  'legs-in-order': () => ({
    what: 'leg',
    value: 'by the order of the rows',
    why: 'several runners of one team have one bib, and no column says their legs',
  }),
  'race-added': ({ who, race, races }) => ({
    what: `Races of ${who}`,
    value: `${race} as well as ${races.join(', ')}`,
    why: 'A list adds races and takes none away, unless the import is to move people (--move).',
  }),
  'race-moved': ({ who, race, races }) => ({
    what: `Race of ${who}`,
    value: `${race} instead of ${races.join(', ')}`,
    why: 'The import is to move people.',
  }),
}

/** A guess as reports have it: the facts, and beside them the sentences. */
export function guessInWords(facts: GuessFacts): ImportGuess {
  return { ...wordOf<GuessFacts, [], Told>(guessWords, facts)(facts), facts }
}
