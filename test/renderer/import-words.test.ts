/** Every code of an import's report has words in every language, and they name its facts. */
import { describe, expect, it } from 'vitest'
import type {
  ColumnReason,
  ColumnReasonCode,
  GuessCode,
  GuessFacts,
} from '../../main/contract/guess-reasons.ts'
import type {
  CellReason,
  CellReasonCode,
  RowReason,
  RowReasonCode,
} from '../../main/contract/row-reasons.ts'
import { columnText, guessInWords } from '../../main/contract/guess-words-en.ts'
import { rowInWords } from '../../main/contract/row-words-en.ts'
import { useUnfitWords } from '../../renderer/fields/use-unfit-words.ts'
import { useGuessWords } from '../../renderer/pages/data/import/use-guess-words.ts'
import { useRowWords } from '../../renderer/pages/data/import/use-row-words.ts'
import { inWindow, windowLanguages } from '../support/window-words.ts'

const field = { name: 'last_name', label: 'Last name' }
const columns: { readonly [Code in ColumnReasonCode]: ColumnReason } = {
  'usual-name': { code: 'usual-name', field },
  'whole-names': { code: 'whole-names' },
  'first-names': { code: 'first-names' },
  'last-names': { code: 'last-names' },
  'all-emails': { code: 'all-emails' },
  'event-named': { code: 'event-named' },
  'names-apart': { code: 'names-apart' },
  'team-mates': { code: 'team-mates' },
  marks: { code: 'marks' },
  'year-of-birth': { code: 'year-of-birth' },
  'years-only': { code: 'years-only' },
  'only-genders': { code: 'only-genders', values: ['Q1', 'Q2'] },
  'all-countries': { code: 'all-countries', values: ['Q1', 'Q2'] },
  'all-days': { code: 'all-days', values: ['Q1'] },
  'yes-is': { code: 'yes-is', status: 'withdrawn' },
  second: { code: 'second', column: 'Q1' },
  'club-town': { code: 'club-town', column: 'Q1' },
  'empty-half': { code: 'empty-half', column: 'Q1' },
  'number-of': { code: 'number-of', column: 'Q1' },
  fuller: { code: 'fuller', columns: ['Q1', 'Q2'] },
  before: { code: 'before', columns: ['Q1', 'Q2', 'Q3'] },
  'chosen-elsewhere': { code: 'chosen-elsewhere', field },
  'filled-by': { code: 'filled-by', field, column: 'Q1' },
  several: { code: 'several', field, columns: ['Q1', 'Q2'] },
}

const reason = columns['filled-by']
const dates = { column: 'Q1', order: 'dmy', value: 'Q2' } as const
const races = { who: 'Q1', race: 'Q2', races: ['Q3', 'Q4'] }
const guesses: { readonly [Code in GuessCode]: GuessFacts } = {
  letters: { code: 'letters', encoding: 'Q1', words: ['Q2', 'Q3'] },
  'letters-doubtful': {
    code: 'letters-doubtful',
    encoding: 'Q1',
    words: ['Q2'],
    rival: 'Q3',
    rivalWords: ['Q4'],
  },
  'saved-twice': { code: 'saved-twice', examples: [{ from: 'Q1', to: 'Q2' }] },
  separator: { code: 'separator', separator: 'Q1' },
  'no-header': { code: 'no-header', cells: ['Q1', 'Q2'] },
  'header-below': { code: 'header-below', line: 7, cells: ['Q1'], above: [['Q2'], ['Q3']] },
  sheet: { code: 'sheet', sheet: 'Q1', others: [{ name: 'Q2', hidden: true, rows: 3 }] },
  'as-last-time': { code: 'as-last-time' },
  'column-used': { code: 'column-used', column: 'Q2', field, reason },
  'column-unused': { code: 'column-unused', column: 'Q2', reason },
  'no-first-names': { code: 'no-first-names', field: { name: 'first_name', label: 'First name' } },
  'dates-shown': { code: 'dates-shown', ...dates },
  'dates-named': { code: 'dates-named', column: 'Q1', order: 'ymd' },
  'dates-beside': { code: 'dates-beside', ...dates, other: 'Q3' },
  'dates-mixed': { code: 'dates-mixed', column: 'Q1', values: ['Q2', 'Q3'] },
  'dates-short': { code: 'dates-short', column: 'Q1', value: 'Q2' },
  'dates-counted': { code: 'dates-counted', column: 'Q1', value: 'Q2', day: '1984-03-28' },
  'dates-midnight': { code: 'dates-midnight', column: 'Q1', value: 'Q2', day: '1984-03-28' },
  'gender-letters': {
    code: 'gender-letters',
    column: 'Q1',
    letters: [
      { letter: 'Q2', gender: 'female', because: { code: 'beside', letter: 'Q3' } },
      { letter: 'Q4', gender: 'other', because: { code: 'women-apart' } },
    ],
  },
  amounts: { code: 'amounts', column: 'Q1', value: 'Q2' },
  'tag-written': { code: 'tag-written', who: 'Q1', tag: 'Q2', given: 'Q3' },
  'only-namesake': { code: 'only-namesake', who: 'Q1' },
  'bib-zeros': { code: 'bib-zeros', who: 'Q1', bib: 'Q2' },
  'legs-in-order': { code: 'legs-in-order' },
  'race-added': { code: 'race-added', ...races },
  'race-moved': { code: 'race-moved', ...races },
}

const value = 'Q1'
const cells: { readonly [Code in CellReasonCode]: CellReason } = {
  missing: { code: 'missing' },
  rounded: { code: 'rounded' },
  'not-email': { code: 'not-email' },
  'not-phone': { code: 'not-phone' },
  'not-url': { code: 'not-url' },
  'not-country': { code: 'not-country' },
  'not-number': { code: 'not-number' },
  'not-whole': { code: 'not-whole' },
  'too-large': { code: 'too-large' },
  'not-answer': { code: 'not-answer' },
  'not-moment': { code: 'not-moment' },
  'too-long': { code: 'too-long', most: 500 },
  above: { code: 'above', most: 120 },
  below: { code: 'below', least: 0 },
  'not-choice': { code: 'not-choice', choices: ['Q1', 'Q2'] },
  'not-date': { code: 'not-date', value },
  'no-such-day': { code: 'no-such-day', value },
  'too-early': { code: 'too-early', value },
  future: { code: 'future', value },
  'no-such-moment': { code: 'no-such-moment', value },
  'far-moment': { code: 'far-moment', value, first: 1900, last: 2200 },
  'not-a-field': { code: 'not-a-field', entity: 'person' },
  'unknown-record': { code: 'unknown-record', entity: 'tag', id: 'Q1' },
  'no-year': { code: 'no-year', value },
  'year-alone': { code: 'year-alone', value },
  moment: { code: 'moment', value },
  shortened: { code: 'shortened', value },
  'too-wide': { code: 'too-wide', value },
  'made-date': { code: 'made-date', value },
  'among-dates': { code: 'among-dates', value, day: '1984-03-28' },
  'two-days': { code: 'two-days', value, one: '1990-04-03', other: '1990-03-04' },
  'not-in-order': { code: 'not-in-order', value, order: 'ymd' },
  'unknown-gender': { code: 'unknown-gender', choices: ['unknown', 'male'] },
  'unknown-country': { code: 'unknown-country' },
}

const rows: { readonly [Code in RowReasonCode]: RowReason } = {
  'open-quote': { code: 'open-quote' },
  quotes: { code: 'quotes' },
  'not-json': { code: 'not-json' },
  'not-an-object': { code: 'not-an-object' },
  'cut-off': { code: 'cut-off' },
  'torn-letters': { code: 'torn-letters' },
  'lost-letters': { code: 'lost-letters' },
  'control-characters': { code: 'control-characters' },
  'no-formula-value': { code: 'no-formula-value' },
  'row-too-long': { code: 'row-too-long', most: 20_000 },
  'record-too-long': { code: 'record-too-long', most: 100_000 },
  nested: { code: 'nested', column: 'Q1' },
  'more-cells': { code: 'more-cells', cells: 8, columns: 7 },
  unfit: { code: 'unfit', field, reason: cells['no-such-day'] },
  'not-an-id': { code: 'not-an-id', value },
  'several-fit': { code: 'several-fit', entity: 'person', name: 'Q1' },
  'was-removed': { code: 'was-removed', entity: 'tag', name: 'Q1' },
  'record-twice': { code: 'record-twice', line: 7 },
  'entrant-twice': { code: 'entrant-twice', line: 7 },
  'none-named': { code: 'none-named', field, entity: 'event', value },
  'several-named': { code: 'several-named', field, entity: 'organisation', value },
  'bib-twice': { code: 'bib-twice', bib: 'Q1', line: 7 },
  'tag-twice': { code: 'tag-twice', tag: 'Q1', line: 7 },
  'bib-taken': { code: 'bib-taken', bib: 'Q1', name: 'Q2' },
  'bib-of-other': { code: 'bib-of-other', bib: 'Q1', name: 'Q2' },
  'other-team': { code: 'other-team', bib: 'Q1', name: 'Q2', team: 'Q3' },
  'same-leg': { code: 'same-leg', bib: 'Q1', name: 'Q2', team: 'Q3', leg: 2 },
  taken: { code: 'taken', field, by: 'Q1' },
  'was-deleted': { code: 'was-deleted', name: 'Q1', on: '2026-04-18', who: 'Q2' },
  age: { code: 'age', field, age: 104 },
  'status-stays': { code: 'status-stays', name: 'Q1', own: 'checkedIn', given: 'registered' },
  'handed-out': { code: 'handed-out', name: 'Q1', what: 'spare_tag', own: 'Q2', given: 'Q3' },
  said: { code: 'said', said: 'Q1 is no longer there.' },
}

/** The names and values among some facts. */
const namedIn = (facts: object) => JSON.stringify(facts).match(/Q\d/g) ?? []

function expectWords(facts: object, text: string): void {
  expect(text).not.toMatch(/undefined|\[object|reasons\.|words\.|\{\w+\}/)
  expect(text.length).toBeGreaterThan(5)
  for (const fact of namedIn(facts)) expect(text).toContain(fact)
}

describe('The words of an import’s report', () => {
  it.each(Object.values(guesses))('say a guess with its facts: $code', async (facts) => {
    const told: string[] = []
    for (const language of windowLanguages) {
      const { title, why } = await inWindow(language, () => useGuessWords().guessText(facts))
      expectWords(facts, `${title} ${why}`)
      told.push(`${title} ${why}`)
    }
    expect(new Set(told).size).toBe(windowLanguages.length)
    const { what, value, why } = guessInWords(facts)
    expectWords(facts, `${what} ${value} ${why}`)
  })

  it.each(Object.values(columns))('say why a column is taken, or not: $code', async (facts) => {
    const told: string[] = []
    for (const language of windowLanguages) {
      const text = await inWindow(language, () => useGuessWords().columnText(facts))
      expectWords(facts, text)
      told.push(text)
    }
    expect(new Set(told).size).toBe(windowLanguages.length)
    expectWords(facts, columnText(facts))
  })

  it.each(Object.values(rows))('say why a row is not taken as it stands: $code', async (facts) => {
    const told: string[] = []
    for (const language of windowLanguages) {
      const { rowText, fixText } = await inWindow(language, () => useRowWords())
      expectWords(facts, rowText(facts))
      expectWords({}, fixText(facts))
      told.push(rowText(facts))
    }
    expect(new Set(told).size).toBe(facts.code === 'said' ? 1 : windowLanguages.length)
    const { reason: text, fix } = rowInWords({ line: 2, column: 'c', value }, facts)
    expectWords(facts, text)
    expectWords({}, fix!)
  })

  it.each(Object.values(cells))('say why a cell does not fit: $code', async (reasonOf) => {
    const facts: RowReason = { code: 'unfit', field, reason: reasonOf }
    const told: string[] = []
    for (const language of windowLanguages) {
      const { rowText, fixText } = await inWindow(language, () => useRowWords())
      expectWords(facts, rowText(facts))
      expectWords({}, fixText(facts))
      told.push(rowText(facts))
    }
    expect(new Set(told).size).toBe(windowLanguages.length)
    expectWords(facts, rowInWords({ line: 2, column: 'c', value }, facts).reason)
  })
})

describe('The words of a refused value', () => {
  it('are the same in a form as in the report of an import', async () => {
    const facts: RowReason = { code: 'unfit', field, reason: { code: 'not-email' } }
    const { rowText } = await inWindow('de', () => useRowWords())
    const { unfitText } = await inWindow('de', () => useUnfitWords())
    expect(unfitText('Nachname', { code: 'not-email' })).toBe(rowText(facts))
  })
})
