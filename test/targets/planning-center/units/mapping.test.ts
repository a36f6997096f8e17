/** Persons as people with what belongs to them, and campuses: what a body says, and what comes back of it. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Fields } from '../../../../main/engine/model/record.ts'
import { canonicaliser, normaliseFields } from '../../../../main/engine/model/record.ts'
import { bindingsOf } from '../../../../main/engine/targets/kit/bindings.ts'
import { noParts } from '../../../../main/engine/targets/kit/resource.ts'
import { planningCenterResources } from '../../../../main/engine/targets/planning-center/mapping.ts'

const bindingFor = (entity: string, settings: Readonly<Record<string, unknown>> = {}) =>
  bindingsOf(planningCenterResources(settings)).find((one) => one.entity === entity)!
const person = bindingFor('person')
const body = (fields: Fields, refs = {}) => person.toRemote(fields, refs, noParts)

describe('a person', () => {
  it('is said in the words of Planning Center, what belongs to the person apart', () => {
    const said = body({
      ...{ firstName: 'Ida', lastName: 'Voss', gender: 'female', dateOfBirth: '1984-02-29' },
      ...{ email: 'ida@example.org', phone: '+4915112345678' },
      ...{ street: 'Torvet 1', city: 'Lund', state: null, postalCode: '0012', country: 'SE' },
    })
    expect(said).toEqual({
      ...{ first_name: 'Ida', last_name: 'Voss', gender: 'F', birthdate: '1984-02-29' },
      email: { address: 'ida@example.org' },
      phone: { number: '+4915112345678' },
      address: {
        ...{ street_line_1: 'Torvet 1', street_line_2: null },
        ...{ city: 'Lund', state: null, zip: '0012', country_code: 'SE' },
      },
    })
  })

  it('has no record for what is empty, and says nothing of what does not travel', () => {
    expect(body({ lastName: 'Voss', email: null, city: null, street: null })).toEqual({
      ...{ last_name: 'Voss', email: null, address: null },
    })
  })

  it('says the campus where the organisation is one, and nothing where it is none', () => {
    expect(body({ lastName: 'V' }, { organisation: '7' })).toMatchObject({ primary_campus_id: '7' })
    expect(body({ lastName: 'V' })).not.toHaveProperty('primary_campus_id')
  })

  it('is read in both ways to write a gender, with both lines of a street', () => {
    const { fields } = person.fromRemote!({
      ...{ gender: 'Female', phone: { number: '(555) 010-9999', e164: '+15550109999' } },
      address: { street_line_1: 'Torvet 1', street_line_2: 'Floor 2', zip: ' ' },
    })
    expect(fields).toMatchObject({ gender: 'female', phone: '+15550109999' })
    expect(fields).toMatchObject({ street: 'Torvet 1, Floor 2', postalCode: null, city: null })
    expect(fields).not.toHaveProperty('email')
  })

  it('comes back as it was sent, as far as a profile can say it', () => {
    const text = fc.string({ minLength: 1, maxLength: 20 })
    const sent = fc.record({
      firstName: fc.option(text),
      lastName: text,
      gender: fc.constantFrom(null, 'male', 'female', 'other', 'unknown'),
      dateOfBirth: fc.option(fc.constantFrom('1984-02-29', '1999-12-31')),
      email: fc.option(fc.emailAddress()),
      phone: fc.option(fc.constantFrom('+4915112345678', '+15551234567')),
      street: fc.option(text),
      city: fc.option(text),
      state: fc.option(text),
      postalCode: fc.option(text),
      country: fc.option(fc.constantFrom('DE', 'US', 'SE')),
      medicalConditions: fc.option(text),
    })
    const hash = canonicaliser('person', person.fields)
    const normal = (given: Fields) => normaliseFields('person', given).fields
    fc.assert(
      fc.property(sent, (given) => {
        const ours = normal(given)
        const back = normal(person.fromRemote!(body(ours)).fields)
        expect(hash(person.project!(back))).toBe(hash(person.project!(ours)))
      }),
    )
  })
})

describe('a campus', () => {
  it('only comes in, unless a person chose otherwise', () => {
    expect(bindingFor('organisation')).toMatchObject({ direction: 'inbound' })
    expect(bindingFor('organisation', { sendCampuses: true })).toMatchObject({ direction: 'both' })
  })

  it('comes back as it was sent', () => {
    const { toRemote, fromRemote } = bindingFor('organisation')
    const fields = { name: 'North', email: 'north@example.org', phone: '+15551234567' }
    expect(fromRemote!(toRemote(fields, {}, noParts)).fields).toEqual(fields)
  })
})
