/** The English of the codes in `row-reasons.ts`: for the command, files and scripts. The window has words of its own. */
import { wordOf, type Words } from './coded-words.ts'
import { entityLabels } from './entity-labels.ts'
import { orderText } from './guess-words-en.ts'
import type { BadRow } from './imports.ts'
import { exampleFor, fixOf, type CellReason, type RowFix, type RowReason } from './row-reasons.ts'
import { unfitWords } from './unfit-words-en.ts'

const cellWords: Words<CellReason> = {
  ...unfitWords,
  'no-year': ({ value }) => `has no year: ${value}`,
  'year-alone': ({ value }) => `is a year without month and day: ${value}`,
  moment: ({ value }) => `is a moment and not a day, and may be another day elsewhere: ${value}`,
  'among-dates': ({ value }) => `is a number among dates: ${value}`,
  'two-days': ({ value, one, other }) => `means two days, ${one} or ${other}: ${value}`,
  'not-in-order': ({ value, order }) => `is no day when read as ${orderText[order]}: ${value}`,
  'unknown-gender': () => 'is no word for a gender that is known here',
  'unknown-country': () => 'is not a country that is known here',
  shortened: ({ value }) => `is a number a spreadsheet shortened: ${value}`,
  'too-wide': ({ value }) => `was too wide for its column in a spreadsheet: ${value}`,
  'made-date': ({ value }) =>
    `is a date a spreadsheet made of a number with a hyphen or a dot: ${value}`,
}

/** Why a cell does not fit: the end of a sentence that begins with the name of its field. */
export function cellText(reason: CellReason): string {
  return wordOf<CellReason>(cellWords, reason)(reason)
}

type Status = Extract<RowReason, { code: 'status-stays' }>['own']
const statusWords: Readonly<Record<Status, string>> = {
  registered: 'registered',
  checkedIn: 'checked in',
  started: 'started',
  finished: 'finished',
  dns: 'not started',
  dnf: 'not finished',
  dsq: 'disqualified',
  withdrawn: 'withdrawn',
}

const rowWords: Words<RowReason> = {
  'open-quote': () => 'A quote (") is opened and never closed.',
  quotes: () => 'The quotes (") in this row do not fit together.',
  'row-too-long': ({ most }) => `The row is longer than ${most} characters.`,
  'record-too-long': ({ most }) => `The record is longer than ${most} characters.`,
  'not-json': () => 'The record is not valid JSON.',
  'not-an-object': () => 'The record is not an object like {"last_name": "Lovelace"}.',
  'cut-off': () => 'The file ends in the middle of its list.',
  nested: ({ column }) => `${column} is not a plain value.`,
  'more-cells': ({ cells, columns }) => `The row has ${cells} cells, the header has ${columns}.`,
  'torn-letters': () => 'Its letters were encoded twice, and what they were cannot be told.',
  'lost-letters': () =>
    'The row holds letters that cannot be read: they are not saved as UTF-8, or as the rest of the file is.',
  'control-characters': () => 'The row holds control characters, which no name has.',
  'no-formula-value': () => 'The formula of the cell has no value.',
  unfit: ({ field, reason }) => `${field.label} ${cellText(reason)}.`,
  'not-an-id': ({ value }) => `Id is not one of Marshal's: ${value}.`,
  'several-fit': ({ entity, name }) =>
    `Several records fit this row: ${entityLabels[entity]} ${name}. Add a column id.`,
  'was-removed': ({ entity, name }) => `${entityLabels[entity]} ${name} was deleted.`,
  'record-twice': ({ line }) => `The same record is on line ${line} already.`,
  'entrant-twice': ({ line }) =>
    `The same entrant (names and birth date, e-mail or phone) is on line ${line} already.`,
  'none-named': ({ field, entity, value }) =>
    `${field.label}: there is no ${entityLabels[entity].toLowerCase()} ${value}.`,
  'several-named': ({ field, entity, value }) =>
    `${field.label}: there is more than one ${entityLabels[entity].toLowerCase()} ${value}.`,
  'bib-twice': ({ bib, line }) => `Bib ${bib} is on line ${line} already.`,
  'tag-twice': ({ tag, line }) => `Tag ${tag} is on line ${line} already.`,
  'bib-taken': ({ bib, name }) => `Bib ${bib} is taken by ${name}.`,
  'bib-of-other': ({ bib, name }) =>
    `Bib ${bib} is taken by ${name}: only legs of one team share a bib.`,
  'other-team': ({ bib, name, team }) =>
    `Bib ${bib} is taken by ${name} of ${team}: only legs of one team share a bib.`,
  'same-leg': ({ bib, name, team, leg }) =>
    `Bib ${bib} is taken by ${name}, who is leg ${leg} of ${team}.`,
  taken: ({ field, by }) => `${field.label} is taken by ${by}.`,
  'was-deleted': ({ name, on, who }) => `${name} was deleted here on ${on} by ${who}.`,
  age: ({ field, age }) => `${field.label} makes this entrant ${age} years old.`,
  'status-stays': ({ name, own, given }) =>
    `${name} is ${statusWords[own]} here, the list says ${statusWords[given]}: it stays ${statusWords[own]}.`,
  'handed-out': ({ name, what, own, given }) =>
    `${name} was checked in with ${what.replace('_', ' ')} ${own}, the list says ${given}: ${own} stays.`,
  said: ({ said }) => said,
}

/** What is wrong with a row or a cell, as a sentence. */
export function rowText(reason: RowReason): string {
  return wordOf<RowReason>(rowWords, reason)(reason)
}

/** What a fix is said with: the column, what stands in the cell, and the reason. */
interface Fixed {
  readonly column: string
  readonly value: string
  readonly reason: RowReason
}
const nameIn = (reason: RowReason) =>
  'name' in reason ? reason.name : 'by' in reason ? reason.by : ''
const exampleIn = (reason: RowReason) => (reason.code === 'unfit' ? exampleFor(reason.reason) : '')
const dayIn = (reason: RowReason) =>
  reason.code === 'unfit' && reason.reason.code === 'among-dates' ? reason.reason.day : ''

const fixWords: Readonly<Record<RowFix, (fixed: Fixed) => string>> = {
  correct: () =>
    'Correct it in the file and import the file again: what is in already changes nothing.',
  'correct-cell': () =>
    'Correct the cell in the file; or choose UTF-8 as encoding to take it as it stands.',
  'other-encoding': () =>
    'Correct the cell in the file, or choose another encoding for the whole file.',
  'more-columns': () =>
    'Put a cell that holds the separator in quotes, or give every column a name.',
  formula: () => 'Correct the formula in the workbook and import it again.',
  'say-word': ({ column, value, reason }) =>
    `Say what it means with --value "${column}:${value}=${exampleIn(reason)}" or in the window, or correct it in the file, and import the file again.`,
  'say-order': () =>
    'Say which part comes first: import the file again with --dates dmy (day first) or --dates mdy (month first), or choose the order of dates in the window.',
  'format-dates': ({ reason }) =>
    `As the day number of a spreadsheet it would be ${dayIn(reason)}: format the cells as dates there, and import the file again.`,
  'day-alone': () => 'Write the day alone, like 1984-03-28, and import the file again.',
  'format-text': () =>
    'Format the column as text in the spreadsheet, type the code again, and import the file again.',
  'other-bib': ({ reason }) =>
    `Give one of the two another bib in the list, or take it from ${nameIn(reason)} first. If it is the same person, correct the name or the birth date.`,
  'same-team': () => 'Give one of them another bib, or all who wear it the same team.',
  'own-leg': () => 'Give each of the team a leg of their own.',
  'enter-again': () =>
    'Leave it so, or have those who were deleted here entered again (--deleted-too).',
  'take-from': ({ reason }) => `Choose another one, or take it from ${nameIn(reason)} first.`,
  look: () => 'Correct it if that is not so.',
  card: () => 'If the list is right, change it on the card of the entrant.',
}

/** Where a row or cell is, and what stands there. */
export type RowPlace = Pick<BadRow, 'line' | 'column' | 'value' | 'kept'>

/** A row or cell as reports have it: the facts, and beside them the sentences. */
export function rowInWords(place: RowPlace, facts: RowReason): BadRow {
  const { column, value = '' } = place
  return {
    ...place,
    reason: rowText(facts),
    fix: fixWords[fixOf(facts)]({ column: column ?? '', value, reason: facts }),
    facts,
  }
}
