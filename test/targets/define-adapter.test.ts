/** What is said of an interface once, in the declaration, is obeyed by the client that `connect` is given. */
import type { IncomingMessage } from 'node:http'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { defineAdapter, type Declaration } from '../../main/engine/targets/kit/define-adapter.ts'
import type { HttpClient } from '../../main/engine/targets/kit/http-client.ts'
import { SyncError } from '../../main/engine/targets/kit/sync-error.ts'
import type { ConnectContext } from '../../main/engine/targets/kit/adapter.ts'
import type { HttpPool } from '../../main/engine/ports.ts'
import { systemClock } from '../../main/hosts/system-clock.ts'
import { undiciHttp } from '../../main/hosts/undici-http.ts'
import { fakeClock, settle } from '../support/fake-clock.ts'
import { countedIds } from '../support/test-core.ts'
import { anything, closers, json, quiet, serve, signal } from './http-bench.ts'

const settings = z.object({ site: z.string().default('north'), port: z.string().default('') })
type Plain = Declaration<typeof settings>

const plain: Plain = {
  manifest: {
    name: 'plain',
    label: 'Plain',
    description: 'An interface.',
    kind: 'testing',
    direction: 'outbound',
    auth: ['api-key'],
    settings,
    secrets: [{ key: 'apiKey', label: 'API key', required: true }],
    resources: [],
    limits: { concurrency: 2, batchSize: 10 },
    idempotency: 'none',
    batches: false,
    defaults: { mode: 'mirror', conflicts: 'master-wins' },
  },
  connect: async ({ client }) => ({
    probe: async (stop) => void (await get(client, stop)),
    send: async () => [],
  }),
}

const get = (client: HttpClient, stop = signal) =>
  client.json(anything, { method: 'GET', path: '/a', signal: stop })

/** Opens a connection; answers it with the client it was given. */
async function connect(
  declared: Plain,
  url: string,
  ports: Partial<Pick<ConnectContext, 'http' | 'clock'>> = {},
) {
  const pool = undiciHttp({ totalMs: 5_000 }).open({ connections: 9, allowInsecure: false })
  closers.push(() => pool.close())
  const given: { client?: HttpClient; site?: string } = {}
  const adapter = defineAdapter<typeof settings>({
    ...declared,
    async connect(context) {
      given.client = context.client
      given.site = context.settings.site
      return declared.connect(context)
    },
  })
  const connection = await adapter.connect({
    url,
    auth: 'api-key',
    settings: { port: new URL(url === '' ? served : url).port },
    secret: async () => 'canary-key',
    http: pool,
    clock: systemClock(),
    ids: countedIds(),
    log: quiet,
    onClockOffset() {},
    ...ports,
  })
  return { connection, client: given.client!, site: given.site }
}

let served = 'http://127.0.0.1'

it('the settings come with what they are unless set', async () => {
  expect(await connect(plain, 'http://127.0.0.1:1')).toMatchObject({ site: 'north' })
})

it('the key travels where it is said to', async () => {
  const seen: IncomingMessage[] = []
  const url = await serve((request, response) => {
    seen.push(request)
    json([])(request, response)
  })
  await get((await connect(plain, url)).client)
  await get((await connect({ ...plain, apiKeyIn: { header: 'X-Own' } }, url)).client)
  const signIn = async () => ({ headers: { 'x-made': 'up' }, query: [], secrets: [] })
  await get((await connect({ ...plain, signIn }, url)).client)
  expect(
    seen.map(({ headers }) => [headers['x-api-key'], headers['x-own'], headers['x-made']]),
  ).toEqual([
    ['canary-key', undefined, undefined],
    [undefined, 'canary-key', undefined],
    [undefined, undefined, 'up'],
  ])
})

it('an address is worked out from settings and secrets where none is typed', async () => {
  served = await serve(json(['here']))
  const elsewhere = await serve(json(['typed']))
  const address: Plain['manifest']['address'] = async ({ settings: { port }, secret }) =>
    (await secret('apiKey')) === 'canary-key' ? `http://127.0.0.1:${port}` : ''
  const worksOut = { ...plain, manifest: { ...plain.manifest, address } }
  expect((await get((await connect(worksOut, '')).client)).value).toEqual(['here'])
  expect((await get((await connect(worksOut, elsewhere)).client)).value).toEqual(['typed'])
  await expect(connect(plain, '')).rejects.toMatchObject({ code: 'config' })
})

it('no more requests are in flight than it takes, and no more are started in a second', async () => {
  let started = 0
  const http: HttpPool = {
    request: () => {
      started++
      return new Promise(() => {})
    },
    close: async () => {},
  }
  for (const [limits, most] of [
    [{ concurrency: 2, batchSize: 10 }, 2],
    [{ concurrency: 9, batchSize: 10, perSecond: 3 }, 3],
  ] as const) {
    started = 0
    const declared = { ...plain, manifest: { ...plain.manifest, limits } }
    const { client } = await connect(declared, 'http://127.0.0.1:1', { http, clock: fakeClock() })
    expect(client.concurrency).toBe(limits.concurrency)
    const asked = Promise.allSettled(Array.from({ length: 12 }, () => get(client)))
    await settle()
    expect(started).toBe(most)
    client.close()
    void asked
  }
})

it('headers go with each request, and nothing more is started while the adapter reads that it has to rest', async () => {
  let asked = 0
  const url = await serve((request, response) => {
    asked++
    response.setHeader('x-used', request.headers['x-version'] === '7' ? 'up' : 'no')
    json([])(request, response)
  })
  const paces: Plain['paces'] = (told) => (told['x-used'] === 'up' ? 20_000 : null)
  const clock = fakeClock()
  const declared = { ...plain, headers: { 'x-version': '7' }, paces }
  const { client } = await connect(declared, url, { clock })
  await get(client)
  const next = get(client)
  clock.advance(19_999)
  await settle()
  expect(asked).toBe(1)
  clock.advance(1)
  await next
  expect(asked).toBe(2)
})

it('an answer means what the adapter reads in it, in words without secrets', async () => {
  const url = await serve(json({ refused: 'The key canary-key is worn out.' }))
  const reads: Plain['reads'] = ({ status, body }) =>
    new SyncError('auth', (body as { refused: string }).refused, { status })
  const { client } = await connect({ ...plain, reads }, url)
  await expect(get(client)).rejects.toMatchObject({
    code: 'auth',
    message: 'The key [secret] is worn out.',
  })
})

it('a connection is checked by its probe, and its client ends with it', async () => {
  const url = await serve(json([]))
  const { client, connection } = await connect(plain, url)
  const steps = await connection.check(signal)
  expect(steps.map(({ step, ok }) => `${step} ${ok}`)).toEqual([
    'address true',
    'tls true',
    'sign-in true',
    'permission true',
    'clock true',
  ])
  await connection.close()
  await expect(get(client)).rejects.toMatchObject({ code: 'offline' })
})
