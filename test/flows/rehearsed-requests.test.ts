/** The exact requests of a rehearsal: what the run then sends, without what signs it in, and nothing leaves before. */
import { expect, it } from 'vitest'
import { startListOf } from '../support/race-day.ts'
import { startTestEngine } from '../support/test-engine.ts'
import type { TestTarget } from '../support/test-target.ts'
import { chatwootTarget } from '../targets/chatwoot/target.ts'
import { mailchimpTarget } from '../targets/mailchimp/target.ts'
import { opensppTarget } from '../targets/openspp/target.ts'
import { runSignupForAll } from '../targets/runsignup/target.ts'
import { tagserverTarget } from '../targets/tagserver/target.ts'

async function rehearsed(target: TestTarget) {
  const marshal = await startTestEngine({ target })
  await marshal.importEntrants(startListOf(8))
  const before = (await marshal.server.log()).length
  const { requests = [] } = await marshal.client.sync.rehearse({
    ...{ name: 'timing', limit: 6, requests: true },
  })
  const log = (await marshal.server.log()).slice(before)
  return { marshal, requests, written: log.filter(({ method }) => method !== 'GET') }
}

it.each([tagserverTarget, mailchimpTarget, chatwootTarget])(
  'are for $adapter those the run begins with',
  async (target) => {
    const { marshal, requests, written } = await rehearsed(target)
    expect(written).toEqual([])
    const before = (await marshal.server.log()).length
    await marshal.sync()
    const [sent] = (await marshal.server.log())
      .slice(before)
      .filter(({ method }) => method !== 'GET')
    const [shown] = requests
    expect(shown).toBeDefined()
    expect(shown).toMatchObject({ method: sent!.method })
    expect(shown!.url.endsWith(sent!.path)).toBe(true)
    expect(shown!.body!.slice(0, 4_000)).toBe(sent!.body)
  },
)

it.each([tagserverTarget, mailchimpTarget, chatwootTarget, runSignupForAll, opensppTarget])(
  'say nothing of what signs $adapter in',
  async (target) => {
    const { requests } = await rehearsed(target)
    expect(requests.length).toBeGreaterThan(0)
    expect(requests.length).toBeLessThanOrEqual(6)
    const text = JSON.stringify(requests)
    expect(text).toContain('[secret]')
    for (const secret of Object.values(target.secrets)) expect(text).not.toContain(secret)
  },
)
