/** Chatwoot beside Marshal for a while: who is a contact, what comes back, and whose conversations arrive. */
import { describe, expect, it } from 'vitest'
import { ben, enter, ida, mailingOffice } from '../support/mailing-office.ts'
import { chatwootTarget } from '../targets/chatwoot/target.ts'

const office = (config: Readonly<Record<string, unknown>> = {}) =>
  mailingOffice(chatwootTarget, { config, reads: /\/filter\b/ })

const question = { content: 'Where is my bib?' }

describe('an entrant', () => {
  it('is a contact with her races, and what is put right there comes back and goes nowhere again', async () => {
    const at = await office()
    const her = await at.set('person', ida)
    const { entry } = await enter(at, her)
    await at.rest()
    const races = async () => (await at.server.contact('Ida Voss')).custom_attributes['races']
    expect(await races()).toBe('Spring, Spring / Ten, Spring / Ten / Elite')
    const { id, identifier } = await at.server.contact('Ida Voss')
    expect(identifier).toBe(her.id)

    await at.server.amend(id, { name: 'Ida Lund', phone_number: '+46701234567' })
    await at.sync({ kind: 'reconcile' })
    await at.rest()
    expect((await at.all('person'))[0]).toMatchObject({
      ...{ firstName: 'Ida', lastName: 'Lund', phone: '+46701234567' },
    })

    await at.set('eventParticipant', { status: 'withdrawn' }, entry.id)
    await at.rest()
    expect((await at.server.contact('Ida Lund')).custom_attributes['races']).toBeNull()
    await at.client.records.remove({ entity: 'person', id: her.id, withChildren: true })
    await at.rest()
    expect(await at.server.contacts()).toEqual([])
  })

  it('of a family has a contact of her own, without the phone and address the first one has', async () => {
    const at = await office()
    const shared = { ...ida, phone: '+46701234567' }
    for (const firstName of ['Ida', 'Mia', 'Tom']) await at.set('person', { ...shared, firstName })
    await at.rest()
    const contacts = await at.server.contacts()
    expect(contacts).toHaveLength(3)
    expect(contacts.flatMap(({ email }) => email ?? [])).toEqual([ida.email])
    // Nothing was taken from anybody here.
    for (const one of await at.all('person')) expect(one).toMatchObject({ email: ida.email })
  })

  it('is one contact with whom the support knows already, and somebody else is let be', async () => {
    const at = await office()
    await at.server.load([
      { name: 'Ida Voss', email: ida.email },
      { name: 'Curious Stranger', email: 'curious@example.org' },
    ])
    await at.set('person', ida)
    await at.set('person', ben)
    for (let run = 0; run < 3; run++) await at.sync()
    expect((await at.server.contacts()).map(({ name }) => name).toSorted()).toEqual([
      ...['Ben Okafor', 'Curious Stranger', 'Ida Voss'],
    ])
    expect(await at.all('person')).toHaveLength(2)
    expect(await at.status()).toMatchObject({ state: 'up-to-date', failed: 0, pending: 0 })
  })

  it('is known by our id when Chatwoot is connected anew, with nobody asked who is who', async () => {
    const at = await office()
    for (const firstName of ['Ida', 'Mia', 'Tom']) await at.set('person', { ...ida, firstName })
    await at.rest()
    await at.client.targets.remove({ name: 'timing' })
    const { secrets, settings, auth, adapter } = chatwootTarget
    await at.client.targets.add({
      config: {
        ...{ name: 'timing', url: at.server.url, secrets, settings, auth, adapter },
        schedule: { delta: null, reconcile: null },
      },
    })
    const { outbound } = await at.sync()
    expect(outbound).toMatchObject({ created: 0, failed: 0 })
    await at.rest()
    expect(await at.server.contacts()).toHaveLength(3)
  })

  it('follows her contact into another one without anybody asking, once everything was looked through', async () => {
    const at = await office()
    const her = await at.set('person', ida)
    await at.rest()
    const { id } = await at.server.contact('Ida Voss')
    const [base = 0] = await at.server.load([{ name: 'I.', phone_number: '+46701234567' }])
    await at.server.merge(base, id)
    for (let night = 0; night < 2; night++) await at.sync({ kind: 'reconcile' })
    expect(await at.status()).toMatchObject({ state: 'up-to-date', unmatched: 0 })
    expect((await at.all('person'))[0]).toMatchObject({ id: her.id, phone: '+46701234567' })
    expect(await at.server.contacts()).toHaveLength(1)
  })

  it('stays here when her contact is deleted or merged there, and goes on as the other one', async () => {
    const at = await office()
    const her = await at.set('person', ida)
    await at.rest()
    const { id } = await at.server.contact('Ida Voss')
    const [base = 0] = await at.server.load([{ name: 'I.', phone_number: '+46701234567' }])
    await at.server.merge(base, id)
    await at.set('person', { firstName: 'Ina' }, her.id)
    await at.sync()
    expect(await at.server.contact('Ina Voss')).toMatchObject({ id: base, identifier: her.id })
    await at.rest()
    expect(await at.all('person')).toHaveLength(1)
  })
})

describe('a conversation', () => {
  it('arrives with its last message, and goes on here as it does there', async () => {
    const at = await office()
    const her = await at.set('person', ida)
    await at.sync()
    const { id: contactId } = await at.server.contact('Ida Voss')
    const { id } = await at.server.begin({ contactId, subject: 'Bib', messages: [question] })
    await at.sync()
    const [talk] = await at.all('conversation')
    expect(talk).toMatchObject({ person: her.id, subject: 'Bib', status: 'open' })
    expect(await at.all('message')).toMatchObject([
      { conversation: talk!.id, body: 'Where is my bib?', direction: 'inbound' },
    ])
    await at.server.say(id, { content: 'In the tent.' })
    await at.server.resolve(id)
    await at.rest()
    expect(await at.all('conversation')).toMatchObject([{ id: talk!.id, status: 'resolved' }])
    const bodies = (await at.all('message')).map(({ body }) => body)
    expect(bodies.toSorted()).toEqual(['In the tent.', 'Where is my bib?'])
  })

  it('of a stranger waits, and arrives once she is entered here', async () => {
    const at = await office()
    const [contactId = 0] = await at.server.load([{ name: 'Ida Voss', email: ida.email }])
    await at.server.begin({ contactId, messages: [question] })
    await at.sync()
    expect(await at.all('conversation')).toEqual([])
    const her = await at.set('person', ida)
    for (let run = 0; run < 2; run++) await at.sync()
    expect(await at.all('conversation')).toMatchObject([{ person: her.id }])
    expect(await at.all('message')).toHaveLength(1)
  })
})
