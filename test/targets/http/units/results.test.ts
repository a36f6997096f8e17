/** Places in answers, and where their records are. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  canonicalText,
  idOf,
  putAt,
  removeAt,
  textOf,
  valueAt,
} from '../../../../main/engine/targets/http/places.ts'
import { stampOf } from '../../../../main/engine/targets/http/reading.ts'
import { possiblePositions, recordsIn } from '../../../../main/engine/targets/http/results.ts'

const rows = [{ id: 1 }, { id: 2 }]

describe('the records of an answer', () => {
  it('are where the path leads, or the whole answer', () => {
    expect(recordsIn({ data: { items: rows } }, 'data.items')).toMatchObject({ ok: true, rows })
    expect(recordsIn(rows, '_root')).toMatchObject({ ok: true, rows })
    expect(recordsIn({ 'a.b': rows }, 'a&#46;b')).toMatchObject({ ok: true, rows })
    expect(recordsIn([{ list: rows }], '0.list')).toMatchObject({ ok: true, rows })
  })

  it('are under a usual name, where that is a list', () => {
    expect(recordsIn(rows, 'auto')).toMatchObject({ rows })
    expect(recordsIn({ results: rows }, 'auto')).toMatchObject({ rows })
    expect(recordsIn({ items: 2, data: rows }, 'auto')).toMatchObject({ rows })
  })

  it('that are nowhere are an error, never none', () => {
    for (const [body, position] of [
      [{ people: rows }, 'auto'],
      [{ status: 'success' }, 'data.items'],
      [{ data: {} }, 'data.items'],
      [{ data: 'none' }, 'data'],
      ['none', '_root'],
      [{ toString: 1 }, 'constructor'],
    ] as const) {
      expect(recordsIn(body, position)).toMatchObject({ ok: false })
    }
    const found = recordsIn({ people: rows }, 'auto')
    expect(found.ok ? '' : found.why).toContain('people')
  })

  it('are one where a list has one and is written without', () => {
    expect(recordsIn({ item: { id: 1 } }, 'item')).toMatchObject({ rows: [{ id: 1 }] })
  })

  it('are none where XML has an element with nothing in it', () => {
    const empty = { ok: true, rows: [], isCertain: true }
    expect(recordsIn({ records: { '#text': '' } }, 'records.record')).toEqual(empty)
    expect(
      recordsIn({ records: { '@attributes': { n: '0' }, '#text': '' } }, 'records.record'),
    ).toEqual(empty)
    expect(recordsIn({ records: { '#text': 'none' } }, 'records.record')).toMatchObject({
      ok: false,
    })
    expect(recordsIn({ records: { other: { '#text': '' } } }, 'records.record')).toMatchObject({
      ok: false,
    })
  })

  it('that are null are none, but nobody can be sure', () => {
    expect(recordsIn({ items: null }, 'items')).toEqual({ ok: true, rows: [], isCertain: false })
    expect(recordsIn({ items: [] }, 'items')).toEqual({ ok: true, rows: [], isCertain: true })
  })

  it('can be chosen among all the lists there are', () => {
    const body = { tags: ['a'], data: { 'the.items': rows, empty: [] }, meta: { total: 2 } }
    expect(possiblePositions(body)).toEqual([
      { position: 'data.the&#46;items', count: 2 },
      { position: 'data.empty', count: 0 },
    ])
    expect(possiblePositions(rows)).toEqual([{ position: '_root', count: 2 }])
  })
})

describe('a place', () => {
  const name = fc
    .string({ minLength: 1, maxLength: 8 })
    .filter(
      (one) =>
        !/^(#|_root|auto|__proto__|constructor|prototype)$/.test(one) && !one.includes('&#46;'),
    )

  it('gives back what was put there, and is gone once it was taken away', () => {
    fc.assert(
      fc.property(
        fc.array(name, { minLength: 1, maxLength: 4 }),
        fc.jsonValue(),
        (names, value) => {
          const path = names.map((one) => one.replaceAll('.', '&#46;')).join('.')
          const root: Record<string, unknown> = { other: 1 }
          putAt(root, path, value)
          expect(valueAt(root, path)).toEqual(value)
          removeAt(root, path)
          expect(valueAt(root, path)).toBeUndefined()
        },
      ),
    )
  })

  it('never reaches behind an object', () => {
    const root: Record<string, unknown> = {}
    putAt(root, '__proto__.polluted', true)
    putAt(root, 'constructor.prototype.polluted', true)
    expect(root).toEqual({})
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect(valueAt({}, 'toString')).toBeUndefined()
  })

  it('of an element is its text', () => {
    expect(textOf({ '@attributes': { a: '1' }, '#text': 'x' })).toBe('x')
    expect(textOf({ child: { '#text': 'x' } })).toEqual({ child: { '#text': 'x' } })
  })

  it('has an id only where that is a text or a whole number', () => {
    expect([' 7 ', 7, { '#text': '7' }].map(idOf)).toEqual(['7', '7', '7'])
    expect(['', ' ', 1.5, 2 ** 53, null, undefined, true, {}, []].map(idOf)).toEqual(
      Array.from({ length: 9 }, () => null),
    )
  })
})

it('the same content is the same text, whatever the order of its members', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const turned = Object.fromEntries(Object.entries(value).toReversed())
      expect(canonicalText(turned)).toBe(canonicalText(value))
    }),
  )
  expect(canonicalText({ list: [2, 1] })).not.toBe(canonicalText({ list: [1, 2] }))
})

it('a time is read as servers write it', () => {
  const micros = 1_777_000_000_000_000
  for (const told of [
    '2026-04-24T03:06:40Z',
    1_777_000_000,
    '1777000000',
    1_777_000_000_000,
    { '#text': '1777000000000' },
  ])
    expect(stampOf(told)).toBe(micros)
  for (const told of [null, undefined, '', 'soon', '2026-04-24', -1, 0, 1.5, {}])
    expect(stampOf(told)).toBeNull()
})
