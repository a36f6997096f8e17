/** Consents and withdrawals, here and in Mautic: they travel both ways, and none is undone by the way. */
import { describe, expect, it, onTestFinished } from 'vitest'
import { webhookJson } from '../../main/stand-ins/mautic/webhooks.ts'
import { ida } from '../support/mailing-office.ts'
import { office } from '../targets/mautic/office.ts'
import { startMockSync } from '../targets/mock-sync-server/stand-in.ts'

describe('a consent', () => {
  it('withdrawn or given again here travels, and nothing of it is said twice', async () => {
    const at = await office()
    const her = await at.set('person', ida)
    const mail = await at.yes(her)
    await at.yes(her, { channel: 'sms', status: 'optedOut' })
    await at.rest()
    expect(await at.site.blocks(ida.email)).toEqual({ sms: 3 })
    await at.set('contactPreference', { status: 'optedOut' }, mail.id)
    await at.rest()
    expect(await at.site.blocks(ida.email)).toEqual({ email: 3, sms: 3 })
    await at.set('contactPreference', { status: 'optedIn' }, mail.id)
    await at.rest()
    expect(await at.site.blocks(ida.email)).toEqual({ sms: 3 })
    const said = (await at.site.log()).filter(({ body }) => /doNotContact/.test(body ?? ''))
    expect(said).toHaveLength(3)
  })

  it('withdrawn there arrives here and at other systems, for each channel', async () => {
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
    await at.site.block(ida.email, 1)
    await at.site.block(ida.email, 3, 'sms')
    await at.rest()
    expect(await at.consent(her)).toBe('optedOut')
    expect(await at.consent(her, 'sms')).toBe('optedOut')
    expect((await at.all('contactPreference')).map(({ source }) => source)).toEqual([
      'Mautic',
      'Mautic',
    ])
    await at.sync({}, 'other')
    const there = (await other.records()).filter(({ entity }) => entity === 'contactPreference')
    expect(there).toMatchObject([{ status: 'optedOut' }, { status: 'optedOut' }])
  })

  it('withdrawn there stays so however often she is sent, also before it was heard of here', async () => {
    const at = await office()
    await at.site.turn({ modified: 'stuck' })
    await at.site.load([{ email: ida.email }])
    await at.site.block(ida.email, 1)
    const her = await at.set('person', ida)
    await at.yes(her)
    await at.sync()
    for (const firstName of ['I', 'Id', 'Ida M']) {
      await at.set('person', { firstName }, her.id)
      await at.sync()
    }
    expect(await at.site.blocks(ida.email)).toEqual({ email: 1 })
    await at.sync({ kind: 'reconcile' })
    expect(await at.consent(her)).toBe('optedOut')
    await at.rest()
  })

  it('withdrawn by somebody there who sets it by hand is not undone either', async () => {
    const at = await office()
    await at.site.turn({ modified: 'stuck' })
    const her = await at.set('person', ida)
    await at.yes(her)
    await at.rest()
    await at.site.block(ida.email, 3)
    for (const firstName of ['I', 'Id']) {
      await at.set('person', { firstName }, her.id)
      await at.sync()
    }
    expect(await at.site.blocks(ida.email)).toEqual({ email: 3 })
    await at.rest()
    expect(await at.consent(her)).toBe('optedOut')
  })

  it('withdrawn there is withdrawn for all who share the address', async () => {
    const at = await office()
    const her = await at.set('person', ida)
    const mia = await at.set('person', { ...ida, firstName: 'Mia' })
    await at.yes(her)
    await at.yes(mia)
    await at.rest()
    await at.site.block(ida.email, 1)
    await at.rest()
    expect([await at.consent(her), await at.consent(mia)]).toEqual(['optedOut', 'optedOut'])
  })

  it('given again after that is refused in words, or taken where a person chose so', async () => {
    for (const resubscribe of [false, true]) {
      const at = await office({ resubscribe })
      const her = await at.set('person', ida)
      const yes = await at.yes(her)
      await at.rest()
      await at.site.block(ida.email, 1)
      await at.rest()
      await at.set('contactPreference', { status: 'optedIn' }, yes.id)
      if (resubscribe) {
        await at.rest()
        expect(await at.site.blocks(ida.email)).toEqual({})
        expect(await at.consent(her)).toBe('optedIn')
        continue
      }
      await at.sync()
      expect(await at.refusals()).toEqual([
        expect.stringContaining(
          'This person unsubscribed in Mautic, and has consented here since.',
        ),
      ])
      expect(await at.site.blocks(ida.email)).toEqual({ email: 1 })
      await at.set('contactPreference', { status: 'optedOut' }, yes.id)
      await at.rest()
    }
  })

  it('is not what a bounce is about: it stays, and says nothing here', async () => {
    const at = await office()
    const her = await at.set('person', ida)
    const yes = await at.yes(her)
    await at.rest()
    await at.site.block(ida.email, 2)
    await at.rest()
    expect(await at.consent(her)).toBe('optedIn')
    await at.set('contactPreference', { status: 'optedOut' }, yes.id)
    await at.rest()
    await at.set('contactPreference', { status: 'optedIn' }, yes.id)
    await at.rest()
    expect(await at.site.blocks(ida.email)).toEqual({ email: 2 })
  })
})

describe('a webhook', () => {
  const secret = 'hook-secret'

  it('that somebody unsubscribed is looked up and taken over at once', async () => {
    const at = await office({}, { webhookSecret: secret })
    const her = await at.set('person', ida)
    await at.yes(her)
    await at.rest()
    await at.site.block(ida.email, 1)
    const { id } = await at.site.contact(ida.email)
    const hear = (signedWith: string) => {
      const { headers, text } = webhookJson({ contact: id, signedWith })
      const body = new TextEncoder().encode(text)
      return at.engine.receiveWebhook('timing', { headers, query: {}, body })
    }
    expect((await hear('wrong')).status).toBe(401)
    expect((await hear(secret)).status).toBe(200)
    await at.sync()
    expect(await at.consent(her)).toBe('optedOut')
    const asked = (await at.site.log()).filter(({ path }) => path === `/api/contacts/${id}`)
    expect(asked).toHaveLength(1)
  })

  it('about who may be written to again by then changes nothing here', async () => {
    const at = await office({}, { webhookSecret: secret })
    const her = await at.set('person', ida)
    await at.rest()
    const { id } = await at.site.contact(ida.email)
    const { headers, text } = webhookJson({ contact: id, signedWith: secret })
    const body = new TextEncoder().encode(text)
    await at.engine.receiveWebhook('timing', { headers, query: {}, body })
    await at.sync()
    expect(await at.consent(her)).toBeNull()
    await at.rest()
  })
})
