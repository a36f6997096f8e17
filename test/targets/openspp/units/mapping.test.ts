/** Persons as registrants and organisations as groups: what a body says, and what comes back of it. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Fields } from '../../../../main/engine/model/record.ts'
import { canonicaliser, normaliseFields } from '../../../../main/engine/model/record.ts'
import { bindingsOf } from '../../../../main/engine/targets/kit/bindings.ts'
import { noParts } from '../../../../main/engine/targets/kit/resource.ts'
import { opensppResources } from '../../../../main/engine/targets/openspp/mapping.ts'

const bindings = bindingsOf(opensppResources)
const bindingFor = (entity: string) => bindings.find((one) => one.entity === entity)!
const person = bindingFor('person')

/** A body as Odoo gives it back: what is empty is false. */
const there = (body: object) =>
  Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, (value as unknown) ?? false]),
  )

describe('a person as a registrant', () => {
  it('has a whole name in capitals beside its parts, where both parts may travel', () => {
    const body = (fields: Fields) => person.toRemote(fields, {}, noParts)
    expect(body({ firstName: 'Ana', lastName: 'Núñez' })).toEqual({
      ...{ name: 'NÚÑEZ, ANA', given_name: 'Ana', family_name: 'Núñez', group: null },
    })
    expect(body({ firstName: null, lastName: 'Núñez' })).toMatchObject({ name: 'NÚÑEZ' })
    expect(body({ lastName: 'Núñez' })).not.toHaveProperty('name')
  })

  it('refers to her group, and to none where it is not there', () => {
    expect(person.toRemote({}, { organisation: '7' }, noParts)).toEqual({ group: '7' })
    expect(person.fromRemote!({ group: 7 }).refs).toEqual({ organisation: '7' })
    expect(person.fromRemote!({ group: null }).refs).toEqual({ organisation: null })
    expect(person.fromRemote!({}).refs).toEqual({})
  })

  it('who has nothing but a whole name keeps it', () => {
    const raw = { name: 'NKOSI, CHIDI', given_name: false, family_name: false }
    expect(person.fromRemote!(raw).fields).toEqual({ firstName: null, lastName: 'NKOSI, CHIDI' })
  })

  it('comes back as she was sent, as far as a registrant can say it', () => {
    const text = fc.string({ minLength: 1, maxLength: 20 })
    const sent = fc.record({
      firstName: fc.option(text),
      lastName: text,
      gender: fc.option(fc.constantFrom('male', 'female', 'other', 'unknown')),
      dateOfBirth: fc.option(fc.constantFrom('1984-02-29', '1999-12-31')),
      email: fc.option(fc.emailAddress()),
      phone: fc.option(fc.constantFrom('+4915112345678')),
      identityNumber: fc.option(fc.constantFrom('007', 'A-1')),
    })
    const hash = canonicaliser('person', person.fields)
    const normal = (given: Fields) => normaliseFields('person', given).fields
    fc.assert(
      fc.property(sent, (given) => {
        const whole = normal(given)
        fc.pre(whole['lastName'] !== null && whole['lastName'] !== undefined)
        const read = person.fromRemote!(there(person.toRemote(whole, {}, noParts)))
        expect(hash(normal(read.fields))).toBe(hash(person.project!(whole)))
        expect(person.project!(person.project!(whole))).toEqual(person.project!(whole))
      }),
    )
  })
})

describe('an organisation as a group', () => {
  it('comes back as it was sent', () => {
    const { toRemote, fromRemote } = bindingFor('organisation')
    const tsv = { name: 'TSV', email: 'a@b.cd', phone: null }
    expect(fromRemote!(there(toRemote(tsv, {}, noParts))).fields).toEqual(tsv)
  })
})
