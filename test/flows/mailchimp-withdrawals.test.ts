/** Withdrawals at Mailchimp under every rule, and members who are none of ours. */
import { describe, expect, it } from 'vitest'
import { ben, ida, office } from '../targets/mailchimp/office.ts'

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
})
