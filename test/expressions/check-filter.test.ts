import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { checkFilter, filterLimits } from '../../main/engine/expressions/check-filter.ts'
import {
  conditionsFor,
  mentionedEntities,
  mentionedFields,
} from '../../main/engine/expressions/conditions.ts'

const registered = { '==': [{ var: 'eventParticipant.status' }, 'registered'] }
const german = { '==': [{ var: 'person.country' }, 'DE'] }

function nested(levels: number): unknown {
  let expression: unknown = german
  for (let level = 0; level < levels; level++) expression = { '!': expression }
  return expression
}

describe('what a filter is about', () => {
  it('is the entities whose fields it names, parents first', () => {
    expect(mentionedEntities({ and: [registered, german] })).toEqual(['person', 'eventParticipant'])
  })

  it('counts fields named by missing and missing_some', () => {
    const filter = {
      and: [
        { '!': [{ missing: ['person.email', 'person.phone'] }] },
        { '!': [{ missing_some: [1, ['tag.barcode', 'tag.uuid']] }] },
      ],
    }
    expect(mentionedEntities(filter)).toEqual(['person', 'tag'])
    expect(mentionedFields(filter, 'tag')).toEqual(['barcode', 'uuid'])
  })

  it('does not take the element of a list for an entity', () => {
    const filter = { some: [{ merge: [{ var: 'person.city' }] }, { '==': [{ var: '' }, 'Bonn'] }] }
    expect(checkFilter(filter)).toBeNull()
    expect(mentionedEntities(filter)).toEqual(['person'])
  })

  it('splits nested conjunctions into the conditions of each entity', () => {
    const paid = { var: 'eventParticipant.paid' }
    const filter = { and: [german, { and: [registered, paid] }] }
    expect(conditionsFor(filter, 'eventParticipant')).toEqual([registered, paid])
    expect(conditionsFor(filter, 'person')).toEqual([german])
    expect(conditionsFor(filter, 'event')).toEqual([])
  })
})

describe('a filter that can be used', () => {
  it.each([
    ['one condition', registered],
    ['several', { and: [registered, german] }],
    ['a default', { '==': [{ var: ['person.country', 'DE'] }, 'DE'] }],
    ['a list of values', { in: [{ var: 'race.name' }, ['5K', '10K']] }],
    ['a choice', { if: [{ var: 'person.email' }, true, { var: 'person.phone' }] }],
    ['as deep as allowed', nested(filterLimits.depth - 3)],
  ])('%s', (_name, filter) => {
    expect(checkFilter(filter)).toBeNull()
  })
})

describe('a filter that cannot be used says why', () => {
  it.each<[string, unknown, RegExp]>([
    ['no object', 'person', /must be an object/],
    ['a list', [german], /must be an object/],
    ['empty', {}, /exactly one operator; one has none/],
    ['two operators', { '==': [1, 1], '!=': [1, 2] }, /exactly one operator; one has ==, !=/],
    ['unknown operator', { regex: [{ var: 'person.email' }, '.*'] }, /"regex", which is not an op/],
    ['calling a function', { method: [{ var: 'person.email' }, 'at'] }, /"method", which is not/],
    ['reading anything', { val: ['person', 'email'] }, /"val", which is not/],
    ['throwing', { throw: 'x' }, /"throw", which is not/],
    ['an inherited name', { constructor: [1] }, /"constructor", which is not/],
    ['no field', { '==': [1, 1] }, /names no field/],
    ['one condition without a field', { and: [german, true] }, /names no field/],
    ['unknown entity', { var: 'runner.status' }, /"runner.status": there is no such kind/],
    ['field alone', { '==': [{ var: 'paid' }, true] }, /say whose, like eventParticipant\.paid/],
    ['whole record', { '!!': { var: 'person' } }, /write one field, like person\.firstName/],
    ['everything', { '!!': { var: '' } }, /names ""/],
    ['no argument', { '!!': { var: [] } }, /names ""/],
    ['unknown field', { var: 'person.shoeSize' }, /Person has no field "shoeSize"/],
    ['a field of a field', { var: 'person.email.length' }, /write one field/],
    ['prototype', { var: 'person.__proto__' }, /no field "__proto__"/],
    ['constructor', { var: 'person.constructor' }, /no field "constructor"/],
    ['inherited entity', { var: '__proto__.x' }, /no such kind of record/],
    ['computed name', { var: { cat: ['person.', 'email'] } }, /computed or no text/],
    ['number', { var: 1 }, /computed or no text/],
    ['computed missing', { missing: [{ var: 'person.email' }] }, /computed or no text/],
    [
      'missing_some without a list',
      { missing_some: ['person.email'] },
      /needs a number and a list/,
    ],
    ['mixed', { or: [registered, german] }, /mixes person and eventParticipant/],
    ['climbing', { some: [[1], { var: '../../person.email' }] }, /read only the element/],
    ['element prototype', { map: [['a'], { var: '__proto__' }] }, /read only the element/],
    [
      'element constructor',
      { reduce: [[1], { var: 'accumulator.constructor' }, 0] },
      /only the el/,
    ],
    ['too deep', nested(filterLimits.depth), /nested deeper than 32/],
    [
      'too wide',
      { in: [{ var: 'person.city' }, Array.from({ length: 1_000 }, () => 'x')] },
      /more than 1,000 parts/,
    ],
    ['no JSON', { '==': [{ var: 'person.city' }, undefined] }, /not JSON/],
    ['no number', { '==': [{ var: 'person.city' }, Number.NaN] }, /not JSON/],
  ])('%s', (_name, filter, words) => {
    expect(checkFilter(filter)).toMatch(words)
  })

  it('does not overflow on nesting no parser would make', () => {
    expect(checkFilter(nested(200_000))).toMatch(/nested deeper/)
  })

  it('repeats foreign text only in part and on one line', () => {
    const words = checkFilter({ [`x\n${'y'.repeat(10_000)}`]: 1 })
    expect(words?.split('\n')).toHaveLength(1)
    expect(words!.length).toBeLessThan(400)
  })

  it('never throws, whatever JSON it is given', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const words = checkFilter(value)
        expect(words === null || words.length > 0).toBe(true)
      }),
    )
  })
})
