/** A person as a contact, and what comes back of her; conversations and messages. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  canonicaliser,
  normaliseFields,
  type Fields,
} from '../../../../main/engine/model/record.ts'
import { chatwootResources } from '../../../../main/engine/targets/chatwoot/mapping.ts'
import { fullName, namesOf } from '../../../../main/engine/targets/chatwoot/names.ts'
import { conversationRecords } from '../../../../main/engine/targets/chatwoot/reading.ts'
import { bindingsOf } from '../../../../main/engine/targets/kit/bindings.ts'
import { noParts, type PartContent } from '../../../../main/engine/targets/kit/resource.ts'

const bindingFor = (entity: string, settings: Readonly<Record<string, unknown>> = {}) =>
  bindingsOf(chatwootResources(settings)).find((one) => one.entity === entity)!

const entry = (event: string): PartContent => ({
  fields: {},
  one: { event: { fields: { name: event }, ...noParts } },
  many: {},
})

const body = (fields: Fields, entries: readonly PartContent[] = [], settings = {}) =>
  bindingFor('person', settings).toRemote(fields, {}, { one: {}, many: { entries } })

describe('a person as a contact', () => {
  it('has one name, and both of hers beside it', () => {
    const ana = {
      firstName: 'Ana',
      lastName: 'van der Merwe',
      email: null,
      phone: '+4915112345678',
    }
    expect(
      body({ ...ana, city: 'Lund', country: 'SE' }, [entry('Spring'), entry('Autumn')]),
    ).toEqual({
      name: 'Ana van der Merwe',
      email: '',
      phone_number: '+4915112345678',
      additional_attributes: { city: 'Lund', country_code: 'SE' },
      custom_attributes: {
        first_name: 'Ana',
        last_name: 'van der Merwe',
        races: 'Autumn, Spring',
      },
    })
  })

  it('leaves out what does not travel, and a phone Chatwoot would refuse', () => {
    expect(body({ phone: '0151 123' }, [], { races: false })).toEqual({ phone_number: '' })
    expect(body({ lastName: 'Berg' }, [], { races: false })).toEqual({
      name: 'Berg',
      custom_attributes: { last_name: 'Berg' },
    })
    expect(bindingFor('person').fields).not.toContain('dateOfBirth')
  })

  it('comes back as she was sent, as far as a contact can say it', () => {
    const text = fc.string({ minLength: 1, maxLength: 20 })
    const sent = fc.record({
      firstName: fc.option(text),
      lastName: text,
      email: fc.option(fc.emailAddress()),
      phone: fc.option(fc.constantFrom('+4915112345678', '+15551234567', '0151 123', '112')),
      city: fc.option(text),
      country: fc.option(fc.constantFrom('DE', 'GER', 'CI')),
      dateOfBirth: fc.option(fc.constantFrom('1984-02-29', '1999-12-31')),
    })
    const binding = bindingFor('person', { birthDate: true })
    const { toRemote, fromRemote, project, fields } = binding
    const hash = canonicaliser('person', fields)
    const normal = (given: Fields) => normaliseFields('person', given).fields
    fc.assert(
      fc.property(sent, (given) => {
        const whole = normal(given)
        fc.pre(whole['lastName'] !== null)
        const read = fromRemote!(toRemote(whole, {}, noParts))
        expect(hash(normal(read.fields))).toBe(hash(project!(whole)))
        expect(project!(project!(whole))).toEqual(project!(whole))
      }),
    )
  })

  it('whose name was written anew keeps the one that is still in it', () => {
    const merwe = { firstName: 'Ana', lastName: 'van der Merwe' }
    expect(namesOf('Ana van der Merwe', merwe)).toEqual(merwe)
    expect(namesOf('Ana  Lund ', merwe)).toEqual({ firstName: 'Ana', lastName: 'Lund' })
    expect(namesOf('Anna van der Merwe', merwe)).toEqual({ ...merwe, firstName: 'Anna' })
    expect(namesOf('Ida Marie Voss', merwe)).toEqual({ firstName: 'Ida Marie', lastName: 'Voss' })
    expect(namesOf('Cher', merwe)).toEqual({ firstName: null, lastName: 'Cher' })
    expect(fullName({ firstName: null, lastName: 'Cher' })).toBe('Cher')
  })

  it('without a name there says nothing of it', () => {
    const { fields } = bindingFor('person').fromRemote!({ id: 7, name: '', email: 'a@b.cd' })
    expect(fields).toEqual({ email: 'a@b.cd', phone: null, city: null, country: null })
  })
})

describe('a conversation', () => {
  const said = (id: number, more: object = {}) => ({
    ...{ id, content: `${id}`, message_type: 0, private: false, created_at: 1_777_000_000 },
    ...{ content_attributes: {}, sender: { name: 'Ida' }, ...more },
  })
  /** Nothing may be asked for. */
  const nobody = { client: null as never, account: '', signal: null as never }
  const talk = (messages: readonly object[], last: object | null = null) =>
    conversationRecords(nobody, {
      ...{ id: 4, status: 'open', meta: { sender: { id: 7 } }, last_activity_at: 1_777_000_060 },
      ...{ additional_attributes: { mail_subject: 'Bib' }, timestamp: null },
      ...{ messages: [...messages], last_non_activity_message: last },
    })

  it('says whose it is, what about, its state and when it was active last', async () => {
    const [record] = await talk([])
    expect(record).toMatchObject({ entity: 'conversation', remoteId: '4' })
    expect(bindingFor('conversation').fromRemote!(record!.body)).toEqual({
      fields: { subject: 'Bib', status: 'open', lastActivityOn: '2026-04-24T03:07:40.000Z' },
      refs: { person: '7' },
    })
  })

  it('brings its last message, from whichever side', async () => {
    const [, theirs] = await talk([said(1)])
    expect(theirs).toMatchObject({ entity: 'message', remoteId: '4/1' })
    expect(bindingFor('message').fromRemote!(theirs!.body)).toEqual({
      fields: {
        ...{ direction: 'inbound', body: '1', author: 'Ida', sentOn: '2026-04-24T03:06:40.000Z' },
      },
      refs: { conversation: '4' },
    })
    const [, ours] = await talk([said(3, { message_type: 2 })], said(2, { message_type: 1 }))
    expect(ours).toMatchObject({ remoteId: '4/2', body: { direction: 'outbound' } })
  })

  it('is cut where somebody wrote a book', async () => {
    const [, record] = await talk([said(1, { content: 'x'.repeat(5_000) })])
    const { fields } = bindingFor('message').fromRemote!(record!.body)
    expect(fields['body']).toHaveLength(2_000)
  })
})
