/** Persons as contacts and organisations as companies: what a body says, and what comes back of it. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Fields } from '../../../../main/engine/model/record.ts'
import { canonicaliser, normaliseFields } from '../../../../main/engine/model/record.ts'
import { bindingsOf } from '../../../../main/engine/targets/kit/bindings.ts'
import { noParts, type PartContent } from '../../../../main/engine/targets/kit/resource.ts'
import { countryCode, countryName } from '../../../../main/engine/targets/mautic/countries.ts'
import { mauticResources } from '../../../../main/engine/targets/mautic/mapping.ts'

const bindingFor = (entity: string, settings: Readonly<Record<string, unknown>> = {}) =>
  bindingsOf(mauticResources(settings)).find((one) => one.entity === entity)!
const everything = { birthday: 'birthday', language: 'lang', address: true }
const ana = { email: 'ana@example.org', firstName: 'Ana', lastName: 'Núñez' }

const consent = (fields: Fields): PartContent => ({
  fields: { channel: 'email', topic: 'newsletter', ...fields },
  ...noParts,
})
const entry = (event: string): PartContent => ({
  fields: {},
  one: { event: { fields: { name: event }, ...noParts } },
  many: {},
})
const body = (
  fields: Fields,
  many: Readonly<Record<string, readonly PartContent[]>> = {},
  settings: Readonly<Record<string, unknown>> = {},
) => bindingFor('person', settings).toRemote(fields, {}, { one: {}, many })

/** What was sent as it is read. */
const there = (sent: object) => ({ id: 47, fields: { all: sent } })

describe('a person as a contact', () => {
  it('says names, address and phone, and what is empty as empty text', () => {
    expect(body({ ...ana, phone: null })).toEqual({
      ...{ firstname: 'Ana', lastname: 'Núñez', email: 'ana@example.org', mobile: '' },
      ...{ consents: { email: null, sms: null }, entries: [] },
    })
  })

  it('leaves out what does not travel', () => {
    const said = body({ email: 'a@b.cd' })
    expect(Object.keys(said)).toEqual(['email', 'consents', 'entries'])
    expect(body(ana, {}, { phone: '' })).not.toHaveProperty('mobile')
    expect(body(ana, {}, { tags: false })).not.toHaveProperty('entries')
    expect(Object.keys(bindingFor('person', { tags: false }).parts)).toEqual(['consents'])
    expect(Object.keys(bindingFor('person', { tags: false, segments: true }).parts)).toContain(
      'entries',
    )
  })

  it('says the company of her club where Mautic has it, and none where it has not', () => {
    const { toRemote } = bindingFor('person')
    const fields = { ...ana, organisation: 'o1' }
    expect(toRemote(fields, { organisation: '7' }, noParts)).toMatchObject({ company: '7' })
    expect(toRemote(fields, {}, noParts)).toMatchObject({ company: null })
  })

  it('comes back as she was sent, as far as a contact can say it', () => {
    const text = fc.string({ minLength: 1, maxLength: 20 })
    const sent = fc.record({
      email: fc.emailAddress(),
      firstName: fc.option(text),
      lastName: text,
      phone: fc.option(fc.constantFrom('+4915112345678', '+15551234567')),
      dateOfBirth: fc.option(fc.constantFrom('1984-02-29', '1999-12-31')),
      language: fc.option(fc.constantFrom('de', 'pt-BR')),
      street: fc.option(text),
      city: fc.option(text),
      postalCode: fc.option(text),
      country: fc.option(fc.constantFrom('DE', 'TR', 'CI', 'GER', 'XX')),
    })
    const { toRemote, fromRemote, project, fields } = bindingFor('person', everything)
    const hash = canonicaliser('person', fields)
    const normal = (given: Fields) => normaliseFields('person', given).fields
    fc.assert(
      fc.property(sent, (given) => {
        // Mautic cleans texts for web pages; what looks like one is none of ours.
        fc.pre(!/[&<>]/.test(JSON.stringify(given)))
        const whole = normal(given)
        const read = fromRemote!(there(toRemote(whole, {}, noParts)))
        expect(hash(normal(read.fields))).toBe(hash(project!(whole)))
        expect(project!(project!(whole))).toEqual(project!(whole))
      }),
    )
  })

  it('is read without the characters of a web page', () => {
    const { fromRemote } = bindingFor('person')
    const raw = there({ lastname: 'O&#39;Neil &amp; &quot;S&ouml;hne&quot;' })
    expect(fromRemote!(raw).fields).toMatchObject({ lastName: 'O\'Neil & "S&ouml;hne"' })
  })
})

describe('countries', () => {
  it.each([
    ['DE', 'Germany'],
    ['GB', 'United Kingdom'],
    ['CZ', 'Czech Republic'],
    ['TR', 'Turkey'],
    ['BA', 'Bosnia and Herzegovina'],
    ['MM', 'Myanmar'],
    ['ET', 'Ethiopia'],
  ])('%s is %s there, and back', (code, name) => {
    expect(countryName(code)).toBe(name)
    expect(countryCode(name)).toBe(code)
  })

  it.each(['CI', 'CW', 'XK', 'GER', '', 'EU', null])('%s has no name there', (code) => {
    expect(countryName(code)).toBeNull()
  })

  it('have names without signs Mautic does not write', () => {
    for (let a = 65; a < 91; a++)
      for (let b = 65; b < 91; b++) {
        const name = countryName(String.fromCharCode(a, b))
        if (name !== null) expect(name).not.toMatch(/[&’]|\bSt\./)
      }
  })
})

describe('her consents', () => {
  const of = (...consents: readonly PartContent[]) => body(ana, { consents })['consents']

  it('are said for each channel Mautic keeps apart', () => {
    expect(
      of(consent({ status: 'optedIn' }), consent({ channel: 'sms', status: 'optedOut' })),
    ).toEqual({ email: 'optedIn', sms: 'optedOut' })
    expect(of(consent({ channel: 'phone', status: 'optedOut' }))).toEqual({
      email: null,
      sms: null,
    })
  })

  it('are withdrawn by any withdrawal of those who share the address', () => {
    const yes = consent({ status: 'optedIn' })
    expect(of(yes, consent({ status: 'optedOut', topic: null }))).toMatchObject({
      email: 'optedOut',
    })
    expect(of(yes, consent({ status: 'optedOut', topic: 'results' }))).toMatchObject({
      email: 'optedIn',
    })
  })

  it('come back where she is on the list of those nobody may write to', () => {
    const { fromRemote } = bindingFor('contactPreference')
    const read = (channel: string, ...blocks: readonly object[]) =>
      fromRemote!({ id: 47, channel, doNotContact: blocks })
    const about = { channel: 'email', topic: 'newsletter' }
    const block = { channel: 'email', reason: 1, comments: '' }
    expect(read('email', block)).toEqual({
      fields: { ...about, status: 'optedOut', source: 'Mautic', changedOn: null },
      refs: { person: '47' },
    })
    // Where it was withdrawn here, what is known of that stays.
    expect(read('email', { ...block, reason: 3, comments: 'Marshal' }).fields).toEqual({
      ...about,
      status: 'optedOut',
    })
    expect(read('sms', block).fields).toEqual({ channel: 'sms', topic: 'newsletter' })
    expect(read('email').fields).toEqual(about)
  })
})

describe('her races', () => {
  const names = (...entries: readonly PartContent[]) => body(ana, { entries })['entries']

  it('are named each once, and never so that a tag would be taken away', () => {
    expect(names(entry('- 5 km'), entry('Spring'), entry('Spring'))).toEqual(['5 km', 'Spring'])
    expect(names(entry('🏃'.repeat(200)))).toEqual(['🏃'.repeat(190)])
  })
})

describe('an organisation as a company', () => {
  it('says name, e-mail, phone and country by its name', () => {
    const { toRemote, fromRemote } = bindingFor('organisation')
    const tsv = { name: 'TSV', email: 'a@b.cd', phone: null, country: 'DE' }
    const sent = toRemote(tsv, {}, noParts)
    expect(sent).toEqual({
      ...{
        companyname: 'TSV',
        companyemail: 'a@b.cd',
        companyphone: '',
        companycountry: 'Germany',
      },
    })
    expect(fromRemote!(there(sent)).fields).toEqual(tsv)
  })
})
