/** Every code of an import's report has words in every language, and they name its facts. */
import { describe, expect, it } from 'vitest'
import type {
  ColumnReason,
  ColumnReasonCode,
  GuessCode,
  GuessFacts,
} from '../../main/contract/guess-reasons.ts'
import { columnText, guessInWords } from '../../main/contract/guess-words-en.ts'
import { useGuessWords } from '../../renderer/pages/data/import/use-guess-words.ts'
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

/** The names and values among some facts. */
const namedIn = (facts: object) => JSON.stringify(facts).match(/Q\d/g) ?? []

function expectWords(facts: object, text: string): void {
  expect(text).not.toMatch(/undefined|object|reasons\.|words\.|[{}]/)
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
})
