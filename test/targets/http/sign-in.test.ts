/** Each way to sign in, and tokens that run out. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { http } from '../../../main/engine/targets/http/adapter.ts'
import { openBench } from '../conformance/adapter-bench.ts'
import { startHttp, type HttpStandIn } from './stand-in.ts'
import { httpKey, httpServer } from './subject.ts'

let server: HttpStandIn
beforeAll(async () => {
  server = await startHttp(httpKey)
})
beforeEach(() => server.reset())
afterAll(() => server.stop())

const people = { path: '/api/people', resultsPosition: 'data.items' }
const kinds: readonly (readonly [string, Record<string, string>, Record<string, string>])[] = [
  ['api-key', { apiKey: httpKey }, {}],
  ['api-key-query', { apiKey: httpKey }, { apiKeyName: 'key' }],
  ['basic', { username: 'marshal', password: httpKey }, {}],
  ['bearer', { token: httpKey }, {}],
  ['client-credentials', { clientSecret: httpKey }, { clientId: 'marshal' }],
]

async function open(
  auth: string,
  secrets: Record<string, string>,
  settings: Record<string, string>,
) {
  const stored = { ...secrets }
  const storeSecret = async (key: string, value: string) => void (stored[key] = value)
  return openBench(http, {
    ...httpServer(server, { ...people, ...settings }),
    auth,
    secrets: stored,
    storeSecret,
  })
}

it.each(kinds)(
  '%s is accepted, and a wrong secret is about the sign-in',
  async (auth, secrets, settings) => {
    const bench = await open(auth, secrets, settings)
    await bench.connection.probe(bench.signal)
    await bench.close()
    await server.setKey('another-key')
    const other = await open(auth, secrets, settings)
    await expect(other.connection.probe(other.signal)).rejects.toMatchObject({ code: 'auth' })
    expect(other.logged()).not.toContain(httpKey)
    await other.close()
  },
)

it('a token is fetched once, kept for the next connection, and fetched anew once it is refused', async () => {
  const secrets = { clientSecret: httpKey }
  const tokens = async () =>
    (await server.log()).filter(({ path }) => path === '/oauth/token').length
  const stored: Record<string, string> = { ...secrets }
  const storeSecret = async (key: string, value: string) => void (stored[key] = value)
  const bench = () =>
    openBench(http, {
      ...httpServer(server, { ...people, clientId: 'marshal' }),
      ...{ auth: 'client-credentials', secrets: stored, storeSecret },
    })
  const first = await bench()
  await first.connection.probe(first.signal)
  await first.connection.probe(first.signal)
  await first.close()
  const second = await bench()
  await second.connection.probe(second.signal)
  expect(await tokens()).toBe(1)
  await server.expire()
  await second.connection.probe(second.signal)
  expect(await tokens()).toBe(2)
  await second.close()
})
