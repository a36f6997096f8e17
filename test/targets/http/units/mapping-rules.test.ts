/** Mappings by rules, in OpenConnector's order, and their casts. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { castFault, castValue } from '../../../../main/engine/targets/http/casts.ts'
import { mapByRules } from '../../../../main/engine/targets/http/mapping-rules.ts'
import {
  conditionFault,
  mappingIn,
  mappingRules,
  rulesFault,
} from '../../../../main/engine/targets/http/said-by-a-person.ts'

const by = (rules: object, input: unknown) => mapByRules(mappingRules.parse(rules), input)
const runner = {
  name: { given: 'Zoë', family: 'Šárka' },
  born: '1984-02-29T00:00:00+02:00',
  bib: '007',
  gone: null,
}

describe('rules', () => {
  it('bring what a path leads to with its type, and render anything else as text', () => {
    const mapping = {
      firstName: 'name.given',
      full: '{{ name.given }} {{name.family}}',
      nobody: '{{ nothing }}',
      half: 'a{{ nothing }}b',
      whole: '#',
      constant: 'runner',
      list: ['a', 1],
      'deep.er': 'bib',
      empty: 'gone',
    }
    expect(by({ mapping }, runner)).toEqual({
      firstName: 'Zoë',
      full: 'Zoë Šárka',
      nobody: null,
      half: 'ab',
      whole: runner,
      constant: 'runner',
      list: ['a', 1],
      deep: { er: '007' },
      empty: null,
    })
  })

  it('pass everything through first, then map, then unset, then cast', () => {
    const rules = {
      passThrough: true,
      mapping: { number: 'bib', dateOfBirth: 'born' },
      unset: ['bib', 'name.given', 'nowhere.at.all'],
      cast: { number: 'int', dateOfBirth: ['date'], bib: 'int' },
    }
    expect(by(rules, runner)).toEqual({
      name: { family: 'Šárka' },
      born: runner.born,
      number: 7,
      dateOfBirth: '1984-02-29',
      gone: null,
    })
    expect(runner.name.given).toBe('Zoë')
  })

  it('change nothing of what they are given, and reach behind no object', () => {
    const input = fc.dictionary(fc.string({ maxLength: 6 }), fc.jsonValue({ maxDepth: 2 }))
    fc.assert(
      fc.property(input, fc.array(fc.string({ maxLength: 6 })), (record, places) => {
        const before = JSON.stringify(record)
        const mapping = Object.fromEntries(places.map((place) => [`${place}.x`, place]))
        by({ passThrough: true, mapping, unset: places }, record)
        expect(JSON.stringify(record)).toBe(before)
      }),
    )
    by({ mapping: { '__proto__.polluted': 'yes' } }, {})
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('passing everything through is the record itself', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (record) => {
        expect(by({ passThrough: true }, record)).toEqual(record)
      }),
    )
  })
})

describe('casts', () => {
  it.each<[string, unknown, unknown]>([
    ['string', 7, '7'],
    ['string', { a: 1 }, '{"a":1}'],
    ['bool', 'false', false],
    ['bool', 'yes', true],
    ['?bool', '', null],
    ['int', '12.9', 12],
    ['int', 'twelve', 'twelve'],
    ['int', '90071992547409930', '90071992547409930'],
    ['float', '1.5', 1.5],
    ['array', 'a', ['a']],
    ['array', null, []],
    ['date', '2026-05-03T23:30:00-05:00', '2026-05-03'],
    ['date', 1_777_000_000, '2026-04-24'],
    ['date', 'soon', 'soon'],
    ['url', 'a b&c', 'a%20b%26c'],
    ['urlDecode', 'a+b%26c', 'a b&c'],
    ['rawurlDecode', 'a+b%', 'a+b%'],
    ['html', '<b>', '&#60;b&#62;'],
    ['htmlDecode', '&lt;b&gt; &#8364; &#x20AC; &none;', '<b> € € &none;'],
    ['base64', 'é', 'w6k='],
    ['base64Decode', 'w6k=', 'é'],
    ['json', { a: 1 }, '{"a":1}'],
    ['jsonToArray', '[1,2]', [1, 2]],
    ['jsonToArray', '[1,', '[1,'],
    ['nullStringToNull', 'null', null],
    ['coordinateStringToArray', '52.1, 4.3', [52.1, 4.3]],
    ['keyCantBeValue', 'x', 'x'],
    ['keyCantBeValue:x', 'x', null],
    ['setNullIfValue==0', 0, null],
    ['countValue:list', null, 3],
    ['moneyStringToInt', '€ 1.234,5', 123_450],
    ['moneyStringToInt', '1,234.56', 123_456],
    ['intToMoneyString', 123_456, '1234.56'],
    ['string,int', 7.9, 7],
  ])('%s makes %j %j', (cast, value, made) => {
    expect(castValue(value, cast, { list: [1, 2, 3] })).toEqual({ value: made })
  })

  it('can take a value away', () => {
    expect(castValue('-', 'unsetIfValue==-', {})).toBe('unset')
    expect(castValue('a', 'unsetIfValue==-', {})).toEqual({ value: 'a' })
  })

  it('decode what they encoded', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom('url', 'rawurl', 'base64', 'html'),
        (text, cast) => {
          expect(castValue(text, `${cast},${cast}Decode`, {})).toEqual({ value: text })
        },
      ),
    )
  })

  it('money goes there and comes back', () => {
    fc.assert(
      fc.property(fc.nat(100_000_000), (cents) => {
        expect(castValue(cents, 'intToMoneyString,moneyStringToInt', {})).toEqual({ value: cents })
      }),
    )
  })

  it('that nobody knows are named', () => {
    expect(castFault('int,toMoon')).toBe('toMoon')
    expect(castFault('unsetIfValue==x,?bool')).toBeNull()
    expect(rulesFault('{"cast": {"age": "toMoon"}}')).toContain('age')
  })
})

describe('what a person wrote', () => {
  it('is rules where it is JSON with their members, and JSONata otherwise', () => {
    expect(mappingIn(' ')).toEqual({ kind: 'none' })
    expect(mappingIn('{"mapping": {"a": "b"}}').kind).toBe('rules')
    expect(mappingIn('{"passThrough": true, "other": 1}').kind).toBe('jsonata')
    expect(mappingIn('{ "lastName": name.family }').kind).toBe('jsonata')
    expect(mappingIn('{}').kind).toBe('jsonata')
  })

  it('is refused where a template does more than name places', () => {
    expect(rulesFault('{"mapping": {"a": "{{ name|upper }}"}}')).toContain('JSONata')
    expect(rulesFault('{"mapping": {"a": "{% if x %}y{% endif %}"}}')).toContain('JSONata')
    expect(rulesFault('{"mapping": {"a": "{{ name }} b"}}')).toBeNull()
  })

  it('is refused where a condition is none', () => {
    expect(conditionFault('{"==": [{"var": "type"}, "runner"]}')).toBeNull()
    expect(conditionFault('')).toBeNull()
    expect(conditionFault('type = runner')).toContain('JSON Logic')
    expect(conditionFault('[1]')).toContain('JSON Logic')
    expect(conditionFault('{"!":'.repeat(40) + 'true' + '}'.repeat(40))).toContain('32')
  })
})
