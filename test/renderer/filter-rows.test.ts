/** A filter as rows and as JSON Logic: one filter, whichever way it is written. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkFilter } from '../../main/engine/expressions/check-filter.ts'
import { holds } from '../../main/engine/expressions/logic.ts'
import {
  filterOfRows,
  rowsFault,
  rowsOfFilter,
  takesList,
  takesNoValue,
  testsFor,
  typedValue,
  type FilterRow,
  type FilterTest,
} from '../../renderer/pages/targets/form/filter-rows.ts'

const tests = [...new Set(['text', 'date'].flatMap(testsFor))]
const value = fc.oneof(fc.string({ minLength: 1 }), fc.integer(), fc.boolean())
const rowOf = (test: FilterTest): fc.Arbitrary<FilterRow> =>
  fc.record({
    field: fc.constantFrom('person.country', 'person.city', 'person.lastName'),
    test: fc.constant(test),
    value: takesNoValue(test)
      ? fc.constant(null)
      : takesList(test)
        ? fc.array(value, { minLength: 1, maxLength: 4 })
        : value,
  })
const row = fc.oneof(...tests.map(rowOf))
const filled = fc.record({
  join: fc.constantFrom('and' as const, 'or' as const),
  rows: fc.array(row, { minLength: 2, maxLength: 6 }),
})

describe('Rows of a filter', () => {
  it('come back from the stored filter as they were, and the engine takes it', () => {
    fc.assert(
      fc.property(filled, (rows) => {
        const filter = filterOfRows(rows)
        expect(checkFilter(filter)).toBeNull()
        expect(rowsOfFilter(filter)).toEqual(rows)
      }),
    )
  })

  it('are read from no filter that means something else', () => {
    const logic = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        fc.record({ var: fc.constantFrom('person.country', 'person.city') }),
        value,
        fc.constant(null),
        fc.array(tie('node'), { maxLength: 3 }),
        fc
          .tuple(fc.constantFrom('==', '!=', 'in', '!', 'and', 'or', '<', 'var'), tie('node'))
          .map(([operator, given]) => ({ [operator]: given })),
      ),
    })).node
    const text = fc.option(fc.constantFrom('DEU', 'Bonn', 'a'), { nil: null })
    const about = fc.record({ country: text, city: text })
    fc.assert(
      fc.property(fc.oneof(logic, filled.map(filterOfRows)), about, (filter, person) => {
        if (typeof filter !== 'object' || filter === null || Array.isArray(filter)) return
        const rows = rowsOfFilter(filter as Record<string, unknown>)
        if (rows === null) return
        expect(holds(filterOfRows(rows), { person })).toBe(holds(filter, { person }))
      }),
      { numRuns: 2_000 },
    )
  })

  it('say in JSON Logic what their words say', () => {
    const fits = (test: FilterTest, given: FilterRow['value'], city: string | null) =>
      holds(filterOfRows({ join: 'and', rows: [{ field: 'person.city', test, value: given }] }), {
        person: { city },
      })
    expect(
      tests.map((test) => [test, fits(test, takesList(test) ? ['Bonn', 'Köln'] : 'Bonn', 'Bonn')]),
    ).toEqual([
      ['is', true],
      ['is-not', false],
      ['one-of', true],
      ['none-of', false],
      ['contains', true],
      ['contains-not', false],
      ['empty', false],
      ['filled', true],
      ['before', false],
      ['until', true],
      ['after', false],
      ['from', true],
    ])
    expect(tests.filter((test) => fits(test, takesList(test) ? ['Bonn'] : 'Bonn', null))).toEqual([
      ...['is-not', 'none-of', 'contains-not', 'empty'],
    ])
  })

  it('are no filter while one is not finished, or where kinds of records are mixed with "or"', () => {
    const city: FilterRow = { field: 'person.city', test: 'is', value: 'Bonn' }
    const blank: FilterRow = { field: '', test: 'is', value: null }
    const fault = (rows: FilterRow[], join: 'and' | 'or' = 'and') => rowsFault({ join, rows })
    expect(fault([city, blank])).toBeNull()
    expect(fault([city, { ...city, value: null }])).toBe('unfinished')
    expect(fault([{ ...city, test: 'one-of', value: [] }])).toBe('unfinished')
    const bib: FilterRow = { field: 'eventParticipant.number', test: 'filled', value: null }
    expect(fault([city, bib])).toBeNull()
    expect(fault([city, bib], 'or')).toBe('mixed')
    expect(filterOfRows({ join: 'and', rows: [blank] })).toBeNull()
  })

  it('compare a number as a number', () => {
    expect(typedValue('integer', ' 012 ')).toBe(12)
    expect(typedValue('integer', 'twelve')).toBeNull()
    expect(typedValue('number', '-3,5')).toBe(-3.5)
    expect(typedValue('number', '3,5,1')).toBeNull()
    expect(typedValue('code', '012')).toBe('012')
  })
})
