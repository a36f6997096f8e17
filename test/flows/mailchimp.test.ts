/** Entrants as members of a mailing list: what travels, whose the consent is, and what an unsubscription there does here. */
import { describe, expect, it, onTestFinished } from 'vitest'
import { webhookForm } from '../../main/stand-ins/mailchimp/webhooks.ts'
import { ben, enter, ida } from '../support/mailing-office.ts'
import { office } from '../targets/mailchimp/office.ts'
import { hashOf } from '../targets/mailchimp/stand-in.ts'
import { startMockSync } from '../targets/mock-sync-server/stand-in.ts'

describe('an entrant', () => {
  it('is a member with her races as tags, whatever becomes of them', async () => {
    const at = await office()
    const her = await at.set('person', ida)
    const him = await at.set('person', ben)
    const { spring, ten, entry, place } = await enter(at, her)
    await at.rest()
    const tags = async (email = ida.email) => (await at.list.member(email)).tags
    expect(await at.list.member(ida.email)).toMatchObject({
      status: 'transactional',
      merge_fields: { FNAME: 'Ida', LNAME: 'Voss' },
      tags: ['Spring', 'Spring / Ten', 'Spring / Ten / Elite'],
    })

    await at.list.amend(ida.email, { tags: new Set([...(await tags()), 'VIP']) })
    await at.set('event', { name: 'Autumn' }, spring.id)
    await at.rest()
    expect((await tags()).toSorted()).toEqual(
      ['Autumn', 'Autumn / Ten', 'Autumn / Ten / Elite', 'VIP'].toSorted(),
    )

    const open = await at.set('startGroup', { race: ten.id, name: 'Open' })
    await at.set('startGroupParticipant', { startGroup: open.id }, place.id)
    await at.rest()
    expect((await tags()).toSorted()).toEqual([
      'Autumn',
      'Autumn / Ten',
      'Autumn / Ten / Open',
      'VIP',
    ])

    await at.set('eventParticipant', { person: him.id }, entry.id)
    await at.set('person', { lastName: 'Voss-Lund' }, her.id)
    await at.rest()
    expect(await tags()).toEqual(['VIP'])
    expect(await tags(ben.email)).toEqual(['Autumn', 'Autumn / Ten', 'Autumn / Ten / Open'])
    expect((await at.list.member(ida.email)).merge_fields).toMatchObject({ LNAME: 'Voss-Lund' })

    await at.set('eventParticipant', { status: 'withdrawn' }, entry.id)
    await at.rest()
    expect(await tags(ben.email)).toEqual([])
  })

  it('is none without an address, is archived when she is deleted, and comes back', async () => {
    const at = await office()
    const tom = await at.set('person', { firstName: 'Tom', lastName: 'Berg' })
    const her = await at.set('person', ida)
    await at.rest()
    expect((await at.list.members()).map((one) => one.email_address)).toEqual([ida.email])
    await at.remove('person', her.id)
    await at.rest()
    expect(await at.list.members()).toEqual([])
    await at.set('person', { email: ida.email }, tom.id)
    await at.rest()
    expect(await at.list.members()).toMatchObject([
      { email_address: ida.email, status: 'transactional', merge_fields: { FNAME: 'Tom' } },
    ])
  })

  it('takes state and tags along to another address, also to one somebody has there', async () => {
    const at = await office()
    const her = await at.set('person', ida)
    await enter(at, her)
    await at.yes(her)
    await at.rest()
    const { contact_id: _, ...before } = await at.list.member(ida.email)
    await at.set('person', { email: 'voss@example.org' }, her.id)
    await at.rest()
    expect(await at.list.everybody()).toMatchObject([
      { id: hashOf('voss@example.org'), status: 'subscribed', tags: before.tags },
    ])
    await at.list.herself('voss@example.org', 'unsubscribe')
    await at.rest()
    expect(await at.consent(her)).toBe('optedOut')
    await at.list.herself('voss@example.org', 'subscribe')
    await at.rest()
    expect(await at.consent(her)).toBe('optedIn')
    await at.list.load([{ email_address: 'taken@example.org', merge_fields: { FNAME: 'Old' } }])
    await at.set('person', { email: 'taken@example.org' }, her.id)
    await at.rest()
    expect(await at.list.members()).toMatchObject([
      { email_address: 'taken@example.org', merge_fields: { FNAME: 'Ida' } },
    ])
  })

  it('is one member with all who share her address', async () => {
    const at = await office()
    const her = await at.set('person', ida)
    const mia = await at.set('person', { ...ida, firstName: 'Mia' })
    await enter(at, her)
    await enter(at, mia, ['Autumn', 'Half', 'Half'])
    await at.yes(her)
    await at.rest()
    const family = async () => {
      const [one, ...others] = await at.list.members()
      expect(others).toEqual([])
      return [one?.merge_fields['FNAME'], one?.status, ...(one?.tags ?? [])]
    }
    const hers = ['Spring', 'Spring / Ten', 'Spring / Ten / Elite']
    expect(await family()).toEqual(['Ida', 'subscribed', 'Autumn', 'Autumn / Half', ...hers])

    await at.yes(mia, { status: 'optedOut' })
    await at.rest()
    expect((await family()).slice(0, 2)).toEqual(['Ida', 'unsubscribed'])

    await at.client.records.remove({ entity: 'person', id: her.id, withChildren: true })
    await at.rest()
    expect(await family()).toEqual(['Mia', 'unsubscribed', 'Autumn', 'Autumn / Half'])
    await at.client.records.remove({ entity: 'person', id: mia.id, withChildren: true })
    await at.rest()
    expect(await at.list.members()).toEqual([])
  })
})

describe('a consent', () => {
  it('given or withdrawn here is said once, by a call of its own', async () => {
    const at = await office()
    const her = await at.set('person', ida)
    await at.rest()
    const yes = await at.yes(her)
    await at.rest()
    expect((await at.list.member(ida.email)).status).toBe('subscribed')
    await at.set('contactPreference', { status: 'optedOut' }, yes.id)
    await at.rest()
    expect((await at.list.member(ida.email)).status).toBe('unsubscribed')
    await at.set('person', { firstName: 'Ida Maria' }, her.id)
    await at.rest()
    const said = (await at.list.log()).filter(({ body }) => /"status":/.test(body ?? ''))
    expect(said.map(({ method, body }) => `${method} ${body}`)).toEqual([
      'PATCH {"status":"subscribed"}',
      'PATCH {"status":"unsubscribed"}',
    ])
  })

  it('withdrawn there arrives here and at other systems', async () => {
    const at = await office()
    const other = await startMockSync()
    onTestFinished(() => other.stop())
    await at.client.targets.add({
      config: {
        ...{ name: 'other', adapter: 'mock-sync-server', url: other.url },
        schedule: { delta: null, reconcile: null },
      },
    })
    const her = await at.set('person', ida)
    await at.yes(her, { source: 'entry form' })
    await at.rest()
    await at.sync({}, 'other')
    await at.list.herself(ida.email, 'unsubscribe')
    await at.rest()
    expect(await at.consent(her)).toBe('optedOut')
    expect(await at.all('contactPreference')).toMatchObject([{ source: 'Mailchimp' }])
    await at.sync({}, 'other')
    const there = (await other.records()).filter(({ entity }) => entity === 'contactPreference')
    expect(there).toMatchObject([{ status: 'optedOut' }])
  })

  it('withdrawn there before she was known here is not given again, and arrives', async () => {
    const at = await office()
    await at.list.load([{ email_address: ida.email }])
    await at.list.herself(ida.email, 'unsubscribe')
    const her = await at.set('person', ida)
    await at.yes(her)
    await at.rest()
    expect(await at.consent(her)).toBe('optedOut')
    expect((await at.list.member(ida.email)).status).toBe('unsubscribed')
  })

  it('that is told there and was not known here becomes one; who only waits says nothing', async () => {
    const at = await office()
    const [her, him] = [await at.set('person', ida), await at.set('person', ben)]
    await at.rest()
    await at.list.herself(ida.email, 'subscribe')
    await at.list.amend(ben.email, { status: 'pending' })
    await at.rest()
    expect(await at.consent(her)).toBe('optedIn')
    expect(await at.consent(him)).toBeNull()
  })

  it('withdrawn there arrives for whoever has the address after the one who had it first', async () => {
    const at = await office()
    const her = await at.set('person', ida)
    const mia = await at.set('person', { ...ida, firstName: 'Mia' })
    await at.yes(her)
    await at.yes(mia)
    await at.rest()
    await at.client.records.remove({ entity: 'person', id: her.id, withChildren: true })
    await at.rest()
    await at.list.herself(ida.email, 'unsubscribe')
    await at.rest()
    expect(await at.consent(mia)).toBe('optedOut')
  })

  it('withdrawn there is withdrawn for all who share the address', async () => {
    const at = await office()
    const her = await at.set('person', ida)
    const mia = await at.set('person', { ...ida, firstName: 'Mia' })
    await at.yes(her)
    await at.yes(mia)
    await at.rest()
    await at.list.herself(ida.email, 'unsubscribe')
    await at.rest()
    expect([await at.consent(her), await at.consent(mia)]).toEqual(['optedOut', 'optedOut'])
  })

  it('given again here is refused in words, or asked for by mail where a person chose so', async () => {
    for (const confirmAgain of [false, true]) {
      const at = await office({ confirmAgain })
      const her = await at.set('person', ida)
      const yes = await at.yes(her)
      await at.rest()
      await at.list.herself(ida.email, 'unsubscribe')
      await at.rest()
      await at.set('contactPreference', { status: 'optedIn' }, yes.id)
      if (confirmAgain) {
        await at.rest()
        expect((await at.list.member(ida.email)).status).toBe('pending')
        expect(await at.consent(her)).toBe('optedIn')
        continue
      }
      await at.sync()
      expect(await at.status()).toMatchObject({ state: 'attention', failed: 1 })
      const { failures } = await at.client.failures.list({ limit: 10 })
      expect(failures[0]?.message).toContain('Nobody is subscribed again without being asked')
      expect((await at.list.member(ida.email)).status).toBe('unsubscribed')
      await at.set('contactPreference', { status: 'optedOut' }, yes.id)
      await at.rest()
    }
  })

  it('of an address deleted there for good, or under review, is refused for good', async () => {
    const at = await office()
    await at.list.forget(ida.email)
    await at.list.load([{ email_address: ben.email, status: 'transactional' }])
    await at.list.amend(ben.email, { compliance: true })
    for (const person of [ida, ben]) await at.yes(await at.set('person', person))
    await at.sync()
    expect(await at.status()).toMatchObject({ state: 'attention', failed: 2 })
    const before = (await at.list.log()).length
    const { failures } = await at.client.failures.list({ limit: 10 })
    expect(failures.map(({ message }) => message.split(':')[0]).toSorted()).toEqual([
      'Mailchimp does not let this address be subscribed',
      'Mailchimp does not take this address back',
    ])
    await at.sync()
    const writes = (await at.list.log()).slice(before).filter(({ method }) => method !== 'GET')
    expect(writes).toEqual([])
  })
})

describe('a webhook', () => {
  const secret = 'hook-secret'

  it('that somebody unsubscribed is looked up and taken over at once', async () => {
    const at = await office({}, { webhookSecret: secret })
    const her = await at.set('person', ida)
    await at.yes(her)
    await at.rest()
    await at.list.herself(ida.email, 'unsubscribe')
    const { headers, text } = webhookForm({ type: 'unsubscribe', email: ida.email })
    const hear = (query: Readonly<Record<string, string>>) =>
      at.engine.receiveWebhook('timing', { headers, query, body: new TextEncoder().encode(text) })
    expect((await hear({ secret: 'wrong' })).status).toBe(401)
    expect((await hear({ secret })).status).toBe(200)
    await at.sync()
    expect(await at.consent(her)).toBe('optedOut')
    const asked = (await at.list.log()).filter(({ path }) => path.includes(hashOf(ida.email)))
    expect(asked.filter(({ method }) => method === 'GET')).toHaveLength(1)
  })
})
