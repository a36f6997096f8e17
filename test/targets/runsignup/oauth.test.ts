/** Access tokens that run out, and refresh tokens that are good once. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { runsignup } from '../../../main/engine/targets/runsignup/adapter.ts'
import { startRunSignup, type RunSignupStandIn } from './stand-in.ts'
import { openBench, type AdapterBench } from '../conformance/adapter-bench.ts'
import { conform } from './bench.ts'

const month = 30 * 24 * 3_600
const client = { name: 'canary', clientId: '77', clientSecret: 'canary-client' }

let server: RunSignupStandIn
let bench: AdapterBench
/** In the order they were stored. */
let stored: string[]
let secrets: Record<string, string>

beforeAll(async () => {
  server = await startRunSignup()
})
beforeEach(async () => {
  await server.reset()
  await server.oauth({ ...client, refreshToken: 'canary-refresh-0', expiresIn: month })
  await server.setSecret('canary-access-0')
  stored = []
  secrets = {
    token: 'canary-access-0',
    refreshToken: 'canary-refresh-0',
    clientSecret: client.clientSecret,
  }
})
afterEach(async () => {
  await bench.close()
  expect(bench.logged()).not.toContain('canary')
})
afterAll(() => server.stop())

async function open(storeSecret?: (key: string, value: string) => Promise<void>): Promise<void> {
  const store = async (key: string, value: string) => {
    secrets[key] = value
    stored.push(key)
  }
  const site = { ...conform(server), secrets, storeSecret: storeSecret ?? store }
  bench = await openBench(runsignup, site, {}, { clientId: client.clientId })
}
const probe = () => bench.connection.probe(bench.signal)
const requests = async () => (await server.log()).map(({ path }) => path.split('?')[0])

describe('an access token', () => {
  it('is used as long as it holds', async () => {
    await open()
    await probe()
    expect(await server.tokens()).toMatchObject({ renewals: 0 })
  })

  it('is renewed before it runs out', async () => {
    secrets['tokenExpiresOn'] = String(Date.now() + 60_000)
    await open()
    await probe()
    await probe()
    expect(await server.tokens()).toMatchObject({ renewals: 1, access: secrets['token'] })
    expect(Number(secrets['tokenExpiresOn'])).toBeGreaterThan(Date.now() + (month - 60) * 1000)
    expect((await requests())[0]).toContain('refresh-token.json')
  })

  it.each([200, 401] as const)(
    'is renewed once for all requests it is refused to, with status %i',
    async (expiredStatus) => {
      await server.turn({ expiredStatus })
      await server.setSecret('canary-other')
      await open()
      await Promise.all([probe(), probe(), probe()])
      expect(await server.tokens()).toMatchObject({ renewals: 1, refresh: secrets['refreshToken'] })
      expect(stored).toEqual(['refreshToken', 'token', 'tokenExpiresOn'])
    },
  )

  it('is not used before what renews it the next time is stored', async () => {
    await server.setSecret('canary-other')
    const failing = () => Promise.reject(new Error('The keychain is locked'))
    await open(failing)
    await expect(probe()).rejects.toThrow('The keychain is locked')
    const answers = (await requests()).filter((path) => path?.startsWith('/race'))
    expect(answers).toHaveLength(1)
  })

  it('that another connection renewed meanwhile is taken over', async () => {
    await open()
    await probe()
    await server.setSecret('canary-access-9')
    Object.assign(secrets, { token: 'canary-access-9', refreshToken: 'canary-refresh-9' })
    await probe()
    expect(await server.tokens()).toMatchObject({ renewals: 0 })
  })

  it('that cannot be renewed any more says so, and is asked for once', async () => {
    secrets['refreshToken'] = 'canary-refresh-old'
    await server.setSecret('canary-other')
    await open()
    await expect(probe()).rejects.toMatchObject({
      code: 'auth',
      message: expect.stringMatching(/run out.*Sign in again/) as string,
    })
    expect((await requests()).filter((path) => path?.includes('refresh'))).toHaveLength(1)
  })

  it('is sent as it is where there is no refresh token', async () => {
    delete secrets['refreshToken']
    await open()
    await probe()
    await server.setSecret('canary-other')
    await expect(probe()).rejects.toMatchObject({ code: 'auth' })
    expect(await server.tokens()).toMatchObject({ renewals: 0 })
  })
})
