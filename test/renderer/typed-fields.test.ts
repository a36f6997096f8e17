/** What people type into fields, read before it is sent: pure rules, without a window. */
import { describe, expect, it } from 'vitest'
import { dateOrderOf, type DateReader } from '../../main/contract/birth-date.ts'
import type { ShownProblem } from '../../renderer/connection/shown-problem.ts'
import { saveEachField } from '../../renderer/fields/save-each-field.ts'
import { readTyped } from '../../renderer/fields/typed-field.ts'
import { dayText, instantText, readInstant } from '../../renderer/fields/typed-instant.ts'

const british: DateReader = { order: 'dmy', today: '2026-04-18' }
const american: DateReader = { order: 'mdy', today: '2026-04-18' }

describe('A text as it was typed', () => {
  it('is trimmed; nothing is nothing, or missing where it is needed', () => {
    expect(readTyped({ kind: 'text' }, '  12 ', british)).toEqual({ value: '12' })
    expect(readTyped({ kind: 'text' }, '   ', british)).toEqual({ value: null })
    expect(readTyped({ kind: 'text', required: true }, '', british)).toEqual({
      problem: { code: 'required' },
    })
  })
  it('is refused when it is too long, never cut', () => {
    expect(readTyped({ kind: 'text', most: 100 }, 'x'.repeat(300), british)).toEqual({
      problem: { code: 'too-long', most: 100, length: 300 },
    })
    expect(readTyped({ kind: 'text', most: 3 }, ' abc ', british)).toEqual({ value: 'abc' })
  })
  it.each([
    ['1990-07-01', '1990-07-01', '1990-07-01'],
    ['1.7.1990', '1990-07-01', '1990-01-07'],
    ['01/07/1990', '1990-07-01', '1990-01-07'],
    ['010790', '1990-07-01', '1990-01-07'],
  ])('%s is a birth date in the order of the reader', (text, here, there) => {
    expect(readTyped({ kind: 'date' }, text, british)).toEqual({ value: here })
    expect(readTyped({ kind: 'date' }, text, american)).toEqual({ value: there })
  })
  it.each([
    ['02/29/1990', 'no-such-day'],
    ['2031-01-01', 'future'],
    ['1899-12-31', 'too-early'],
    ['soon', 'not-a-date'],
  ])('%s is no birth date, with a reason', (text, code) => {
    expect(readTyped({ kind: 'date' }, text, american)).toEqual({
      problem: { code, about: 'date' },
    })
  })
  it('asks about a child of 5 and somebody of 101, and takes 6 and 100 as they are', () => {
    const ask = (date: string) => 'question' in readTyped({ kind: 'date' }, date, british)
    expect(['2020-04-19', '2020-04-18', '1926-04-18', '1925-04-18'].map(ask)).toEqual([
      true,
      false,
      false,
      true,
    ])
  })
})

describe('A point in time as it was typed', () => {
  const local = (text: string) => new Date(text).toISOString().replace('.000Z', 'Z')
  it.each([
    ['2026-04-20 09:00', '2026-04-20T09:00'],
    ['20.4.2026 9:05', '2026-04-20T09:05'],
    ['20/04/2026, 21:30:15', '2026-04-20T21:30:15'],
    ['20 April 2026 9 pm', '2026-04-20T21:00'],
    ['20/4/2026 12:10 am', '2026-04-20T00:10'],
    ['2026-04-20T09:00', '2026-04-20T09:00'],
  ])('%s is read in the time of this computer', (text, wanted) => {
    expect(readInstant(text, british)).toEqual({ value: local(wanted) })
  })
  it('is taken as it is with its own time zone', () => {
    expect(readInstant('2026-04-20T09:00:00+02:00', british)).toEqual({
      value: '2026-04-20T07:00:00Z',
    })
  })
  it.each([
    ['20.4.2026', 'no-time'],
    ['20.4.2026 25:00', 'no-such-time'],
    ['20.4.2026 13 pm', 'no-such-time'],
    ['31.4.2026 09:00', 'no-such-day'],
    ['tomorrow 09:00', 'not-a-date'],
  ])('%s is refused', (text, problem) => {
    expect(readInstant(text, british)).toEqual({ problem })
  })
  it.each(['en-US', 'en-GB', 'de', 'fr', 'es', 'sv', 'ja', 'hu'])(
    'is shown in %s in a way that reads back',
    (language) => {
      const reader = { order: dateOrderOf(language), today: '2026-04-18' }
      const iso = local('2026-04-05T16:05:30')
      expect(readInstant(instantText(iso, language), reader)).toEqual({ value: iso })
      expect(readTyped({ kind: 'date' }, dayText('1990-07-01', language), reader)).toEqual({
        value: '1990-07-01',
      })
    },
  )
})

describe('Saving field by field', () => {
  /** An engine that refuses these fields, one at a time, as the one writer does. */
  function engine(bad: readonly string[]) {
    const requests: string[][] = []
    return {
      requests,
      send: async (fields: Readonly<Record<string, string>>) => {
        requests.push(Object.keys(fields))
        const found = bad.find((name) => name in fields)
        if (found === undefined) return { saved: true }
        const problem: ShownProblem = { code: 'taken', message: '', fields: { [found]: 'taken' } }
        return { problem }
      },
    }
  }
  it('saves the good tag beside the refused bib', async () => {
    const { send, requests } = engine(['bib'])
    const result = await saveEachField({ bib: '12', tag: 'T-1', notes: 'x' }, send)
    expect(result).toMatchObject({ saved: true, taken: { tag: 'T-1', notes: 'x' }, whole: null })
    expect(Object.keys(result.refused)).toEqual(['bib'])
    expect(requests).toEqual([
      ['bib', 'tag', 'notes'],
      ['tag', 'notes'],
    ])
  })
  it('ends when everything is refused', async () => {
    const result = await saveEachField({ bib: '12', tag: 'T-1' }, engine(['bib', 'tag']).send)
    expect(result).toMatchObject({ saved: null, taken: {}, whole: null })
    expect(Object.keys(result.refused)).toEqual(['bib', 'tag'])
  })
  it('stops at what no field is to blame for', async () => {
    const problem: ShownProblem = { code: 'engine-lost', message: '' }
    const result = await saveEachField({ bib: '12' }, async () => ({ problem }))
    expect(result).toEqual({ saved: null, taken: {}, refused: {}, whole: problem })
  })
})
