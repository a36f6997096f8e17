/** Withdrawals at Mailchimp under every rule, and members who are none of ours. */
import { describe, expect, it } from 'vitest'
import { webhookForm } from '../../main/stand-ins/mailchimp/webhooks.ts'
import { ben, ida } from '../support/mailing-office.ts'
import { office } from '../targets/mailchimp/office.ts'

describe('a withdrawal', () => {
  it('counts each time, also after she had subscribed again', async () => {
    const at = await office()
    const her = await at.set('person', ida)
    await at.yes(her)
    await at.rest()
    let seconds = Math.floor(Date.now() / 1000)
    for (const does of [
      'unsubscribe',
      'subscribe',
      'unsubscribe',
      'subscribe',
      'unsubscribe',
    ] as const) {
      await at.list.audienceClock((seconds += 60))
      await at.list.herself(ida.email, does)
      await at.rest()
      expect(await at.consent(her), does).toBe(does === 'subscribe' ? 'optedIn' : 'optedOut')
    }
  })

  it('of a stranger is nobody’s, and costs nothing once it was seen', async () => {
    const at = await office()
    await at.list.load(Array.from({ length: 30 }, (_, n) => ({ email_address: `s${n}@x.org` })))
    await at.list.herself('s3@x.org', 'unsubscribe')
    const run = await at.sync()
    expect(run.result).toBe('success')
    expect(run.inbound).toMatchObject({ failed: 0, created: 0, unmatched: 0 })
    expect((await at.sync()).inbound).toMatchObject({ found: 0 })
    const late = await at.set('person', { ...ben, email: 's3@x.org' })
    await at.yes(late)
    await at.rest()
    expect(await at.consent(late)).toBe('optedOut')
    expect(await at.list.members()).toHaveLength(30)
  })

  it('is not forgotten because the member is gone, whatever a webhook says', async () => {
    const at = await office({}, { webhookSecret: 's' }, { remoteDeletion: 'delete' })
    const [her, him] = [await at.set('person', ida), await at.set('person', ben)]
    await at.yes(her)
    await at.rest()
    await at.list.herself(ida.email, 'unsubscribe')
    await at.rest()
    await at.list.forget(ida.email)
    await at.list.amend(ben.email, { status: 'pending' })
    for (const email of [ida.email, ben.email]) {
      const { headers, text } = webhookForm({ type: 'unsubscribe', email })
      const body = new TextEncoder().encode(text)
      const answer = await at.engine.receiveWebhook('timing', {
        headers,
        query: { secret: 's' },
        body,
      })
      expect(answer.status).toBe(200)
    }
    expect(await at.sync()).toMatchObject({ result: 'success', inbound: { failed: 0, deleted: 0 } })
    expect([await at.consent(her), await at.consent(him)]).toEqual(['optedOut', null])
  })

  it('of two in one second is two, also where webhooks have no id', async () => {
    const at = await office({}, { webhookSecret: 's' })
    const [her, him] = [await at.set('person', ida), await at.set('person', ben)]
    for (const person of [her, him]) await at.yes(person)
    await at.rest()
    for (const { email } of [ida, ben]) {
      await at.list.herself(email, 'unsubscribe')
      const { headers, text } = webhookForm({ type: 'unsubscribe', email })
      const form = new URLSearchParams(text)
      form.delete('data[id]')
      form.set('fired_at', '2026-04-26 06:00:00')
      const body = new TextEncoder().encode(form.toString())
      await at.engine.receiveWebhook('timing', { headers, query: { secret: 's' }, body })
    }
    await at.sync()
    const asked = (await at.list.log()).filter(({ path }) =>
      /members\/[0-9a-f]{32}\?fields/.test(path),
    )
    expect(asked).toHaveLength(2)
    expect([await at.consent(her), await at.consent(him)]).toEqual(['optedOut', 'optedOut'])
  })
})
