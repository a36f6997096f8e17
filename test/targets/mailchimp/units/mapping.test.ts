/** Persons as members: what a body says, and what comes back of it. */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Fields } from '../../../../main/engine/model/record.ts'
import { canonicaliser, normaliseFields } from '../../../../main/engine/model/record.ts'
import { bindingsOf } from '../../../../main/engine/targets/kit/bindings.ts'
import { noParts, type PartContent } from '../../../../main/engine/targets/kit/resource.ts'
import { hashOf, mailchimpResources } from '../../../../main/engine/targets/mailchimp/mapping.ts'

const everything = { phone: 'PHONE', birthday: 'BIRTHDAY', address: 'ADDRESS' }
const bindings = (settings: Readonly<Record<string, unknown>> = {}) =>
  bindingsOf(mailchimpResources(settings))
const person = (settings: Readonly<Record<string, unknown>> = {}) =>
  bindings(settings).find(({ entity }) => entity === 'person')!
const ana = { email: 'ana@example.org', firstName: 'Ana', lastName: 'Núñez' }

const consent = (fields: Fields): PartContent => ({
  fields: { channel: 'email', topic: 'newsletter', ...fields },
  ...noParts,
})
const body = (
  fields: Fields,
  many: Readonly<Record<string, readonly PartContent[]>> = {},
  settings: Readonly<Record<string, unknown>> = {},
) => person(settings).toRemote(fields, {}, { one: {}, many })

/** An entry in a race of an event, by their names. */
function entry(
  event: string,
  places: readonly (readonly [string, string])[],
  status = 'registered',
) {
  const named = (name: string) => ({ fields: { name }, ...noParts })
  return {
    fields: { status },
    one: { event: named(event) },
    many: {
      places: places.map(([race, group]) => ({
        fields: {},
        one: { startGroup: { fields: { name: group }, one: { race: named(race) }, many: {} } },
        many: {},
      })),
    },
  } satisfies PartContent
}

describe('a person as a member', () => {
  it('says her names and nothing that is not asked for', () => {
    expect(body(ana)).toEqual({
      email_address: 'ana@example.org',
      status_if_new: 'transactional',
      merge_fields: { FNAME: 'Ana', LNAME: 'Núñez' },
      consent: null,
      tags: [],
    })
    expect(person().fields).toEqual(['email', 'language', 'firstName', 'lastName'])
  })

  it('says phone, birthday and address where the audience has fields for them', () => {
    const home = {
      street: 'Main St 1',
      city: 'Town',
      state: 'TX',
      postalCode: '01234',
      country: 'US',
    }
    const { merge_fields: merge } = body(
      { ...ana, phone: '+15551234567', dateOfBirth: '1984-02-29', ...home },
      {},
      everything,
    )
    expect(merge).toEqual({
      FNAME: 'Ana',
      LNAME: 'Núñez',
      PHONE: '+15551234567',
      BIRTHDAY: '02/29',
      ADDRESS: { addr1: 'Main St 1', city: 'Town', state: 'TX', zip: '01234', country: 'US' },
    })
  })

  it('says of an address all or nothing', () => {
    const half = { ...ana, street: 'Main St 1', city: 'Town', state: null, postalCode: '01234' }
    expect(body(half, {}, everything)['merge_fields']).toMatchObject({ ADDRESS: '' })
  })

  it('never says null in a merge field: what is empty is an empty text', () => {
    const { merge_fields: merge } = body({ email: 'a@b.cd', firstName: null, lastName: null })
    expect(merge).toEqual({ FNAME: '', LNAME: '' })
  })

  it('leaves out what does not travel', () => {
    expect(body({ email: 'a@b.cd', lastName: 'Silva' })['merge_fields']).toEqual({ LNAME: 'Silva' })
    expect(body({ email: 'a@b.cd' })).not.toHaveProperty('language')
  })

  it('has the MD5 of her address in lower case as id', () => {
    const md5 = createHash('md5').update('ana@example.org').digest('hex')
    expect(hashOf(' Ana@Example.ORG ')).toBe(md5)
  })

  it('comes back as she was sent, as far as a member can say it', () => {
    const text = fc.string({ minLength: 1, maxLength: 20 })
    const sent = fc.record({
      email: fc.emailAddress(),
      firstName: fc.option(text),
      lastName: text,
      phone: fc.option(fc.constantFrom('+4915112345678', '+15551234567')),
      dateOfBirth: fc.option(fc.constantFrom('1984-02-29', '1999-12-31', '2001-01-01')),
      language: fc.option(fc.constantFrom('de', 'en', 'pt-BR', 'x')),
      street: fc.option(text),
      city: fc.option(text),
      state: fc.option(text),
      postalCode: fc.option(text),
      country: fc.option(fc.constantFrom('DE', 'US')),
    })
    const { toRemote, fromRemote, project, fields } = person(everything)
    const hash = canonicaliser('person', fields)
    const normal = (given: Fields) => normaliseFields('person', given).fields
    fc.assert(
      fc.property(sent, (given) => {
        const whole = normal(given)
        const there = JSON.parse(JSON.stringify(toRemote(whole, {}, noParts))) as typeof ana
        expect(hash(normal(fromRemote!(there).fields))).toBe(hash(project!(whole)))
        // What came back once stays as it is.
        expect(project!(project!(whole))).toEqual(project!(whole))
      }),
    )
  })
})

describe('her consent', () => {
  const of = (...consents: readonly PartContent[]) => {
    const { consent: said, status_if_new: status } = body(ana, { consents })
    return [said, status]
  }

  it('is what her preferences for e-mail about the topic say', () => {
    expect(of(consent({ status: 'optedIn' }))).toEqual(['optedIn', 'subscribed'])
    expect(of(consent({ status: 'optedIn', topic: 'Newsletter' }))[0]).toBe('optedIn')
    expect(of(consent({ status: 'optedOut' }))).toEqual(['optedOut', 'unsubscribed'])
    expect(of(consent({ status: 'unknown' }))).toEqual([null, 'transactional'])
    expect(of(consent({ status: 'optedIn', channel: 'sms' }))[0]).toBeNull()
    expect(of(consent({ status: 'optedIn', topic: 'results' }))[0]).toBeNull()
    expect(of(consent({ status: 'optedIn', topic: null }))[0]).toBeNull()
  })

  it('is withdrawn by any withdrawal of those who share the address, also by one from everything', () => {
    const yes = consent({ status: 'optedIn' })
    expect(of(yes, consent({ status: 'optedOut' }))[0]).toBe('optedOut')
    expect(of(yes, consent({ status: 'optedOut', topic: null }))[0]).toBe('optedOut')
    expect(of(yes, consent({ status: 'optedOut', topic: 'results' }))[0]).toBe('optedIn')
  })

  it('is asked for by mail where nothing is known, if a person chose so', () => {
    expect(body(ana, {}, { confirmNew: true })['status_if_new']).toBe('pending')
  })

  it('comes back from the state of the member', () => {
    const { fromRemote } = bindings().find(({ entity }) => entity === 'contactPreference')!
    const read = (member: object) => fromRemote!({ id: 'h', ...member })
    const about = { channel: 'email', topic: 'newsletter' }
    expect(read({ status: 'subscribed' })).toEqual({
      fields: { ...about, status: 'optedIn' },
      refs: { person: 'h' },
    })
    expect(read({ status: 'unsubscribed' }).fields).toEqual({
      ...about,
      status: 'optedOut',
      source: 'Mailchimp',
      changedOn: null,
    })
    // Where it was withdrawn here, what is known of that stays.
    const byUs = { status: 'unsubscribed', unsubscribe_reason: 'N/A (Unsubscribed by admin)' }
    expect(read(byUs).fields).toEqual({ ...about, status: 'optedOut' })
    for (const status of ['pending', 'cleaned', 'transactional', 'archived'])
      expect(read({ status }).fields).toEqual(about)
  })
})

describe('her tags', () => {
  const tags = (...entries: readonly PartContent[]) => body(ana, { entries })['tags']

  it('are the events, races and start groups of her entries, each once and in one order', () => {
    expect(
      tags(
        entry('Spring', [['Ten', 'Elite']]),
        entry('Autumn', [['Half', 'Half']]),
        entry('Autumn', []),
      ),
    ).toEqual(['Autumn', 'Autumn / Half', 'Spring', 'Spring / Ten', 'Spring / Ten / Elite'])
  })

  it('are none of an entry that was withdrawn', () => {
    expect(tags(entry('Spring', [['Ten', 'Elite']], 'withdrawn'))).toEqual([])
  })

  it('are cut where Mailchimp would refuse them', () => {
    expect(tags(entry('🏃'.repeat(120), []))).toEqual(['🏃'.repeat(100)])
  })

  it('are not said at all where nobody wants them, and then no entry makes a member due', () => {
    expect(body(ana, {}, { tags: false })).not.toHaveProperty('tags')
    expect(Object.keys(person({ tags: false }).parts)).toEqual(['consents'])
  })
})
