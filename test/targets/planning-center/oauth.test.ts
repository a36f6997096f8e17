/** A person signed in with a browser: tokens that run out, and refresh tokens that are good once. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { planningCenter } from '../../../main/engine/targets/planning-center/adapter.ts'
import { applicationId } from '../../../main/stand-ins/planning-center/sign-in.ts'
import { openBench, type AdapterBench } from '../conformance/adapter-bench.ts'
import { startPlanningCenter, type PlanningCenterStandIn } from './stand-in.ts'
import { planningCenterKey, planningCenterServer } from './subject.ts'

let server: PlanningCenterStandIn
let bench: AdapterBench | null
let secrets: Record<string, string>
/** In the order they were stored. */
let stored: string[]

beforeAll(async () => {
  server = await startPlanningCenter({ key: planningCenterKey })
})
beforeEach(async () => {
  await server.reset()
  await server.giveTokens('canary-access-0', 'canary-refresh-0')
  bench = null
  stored = []
  secrets = {
    token: 'canary-access-0',
    refreshToken: 'canary-refresh-0',
    clientSecret: planningCenterKey,
  }
})
afterEach(async () => {
  await bench?.close()
  expect(bench?.logged() ?? '').not.toContain('canary')
})
afterAll(() => server.stop())

async function open(clientId = applicationId): Promise<AdapterBench> {
  const storeSecret = async (key: string, value: string) => {
    secrets[key] = value
    stored.push(key)
  }
  const site = { ...planningCenterServer(server), auth: 'oauth2', secrets, storeSecret }
  bench = await openBench(planningCenter, site, {}, { clientId })
  return bench
}
const probe = async () => bench!.connection.probe(bench!.signal)

describe('tokens of a person', () => {
  it('are renewed once for all requests they are refused to, and kept before they are used', async () => {
    await open()
    await server.expire()
    await Promise.all([probe(), probe(), probe()])
    expect(await server.given()).toBe(1)
    expect(stored).toEqual(['refreshToken', 'token', 'tokenExpiresOn'])
    expect(secrets).toMatchObject({ token: 'canary-access-1', refreshToken: 'canary-refresh-1' })
  })

  it('are renewed with the newest refresh token each time', async () => {
    await open()
    for (const n of [1, 2, 3]) {
      await server.expire()
      await probe()
      expect(await server.given()).toBe(n)
    }
  })

  it('that cannot be renewed any more say what to do', async () => {
    secrets['refreshToken'] = 'canary-used-before'
    await open()
    await server.expire()
    await expect(probe()).rejects.toMatchObject({
      code: 'auth',
      message: expect.stringMatching(/could not be renewed.*target sign-in/),
    })
  })

  it('that are not there say that nobody has signed in', async () => {
    delete secrets['token']
    await expect(open()).rejects.toMatchObject({
      code: 'auth',
      message: expect.stringContaining('Nobody has signed in yet'),
    })
  })

  it('want a client id', async () => {
    await expect(open('')).rejects.toMatchObject({ code: 'config' })
  })
})
