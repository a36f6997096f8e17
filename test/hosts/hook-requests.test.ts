import { connect as connectSocket } from 'node:net'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCallAllowance } from '../../main/hosts/call-allowance.ts'
import { targetOf } from '../../main/hosts/hook-requests.ts'
import {
  signWebhook,
  type OutgoingWebhook,
} from '../../main/stand-ins/mock-sync-server/webhook-sender.ts'
import { apiToken, startEdgeSite, type Ask, type EdgeSite } from '../support/edge-site.ts'
import { startMockSync, type MockSyncStandIn } from '../targets/mock-sync-server/stand-in.ts'

const secret = 'canary-hook-secret'
const ana = { entity: 'person', id: 'a' }

let site: EdgeSite
let target: MockSyncStandIn
beforeAll(async () => {
  target = await startMockSync()
  site = await startEdgeSite()
  const add = (config: Record<string, unknown>) =>
    site.post('/api/targets', {
      config: {
        adapter: 'mock-sync-server',
        url: target.url,
        schedule: { delta: null, reconcile: null },
        ...config,
      },
    })
  for (const config of [
    { name: 'Race office', secrets: { webhookSecret: secret } },
    { name: 'no-secret' },
    { name: 'out', direction: 'outbound', secrets: { webhookSecret: secret } },
  ])
    expect((await add(config)).status).toBe(200)
})
afterAll(async () => {
  await site.close()
  await target.stop()
})

/** Sends what a webhook is to an address; without the token, as strangers do. */
function send(path: string, webhook: OutgoingWebhook, more: Ask = {}) {
  const { headers, text } = signWebhook(webhook, secret)
  return site.ask(path, {
    method: 'POST',
    body: text,
    anonymous: true,
    ...more,
    headers: { ...headers, ...more.headers },
  })
}
const office = '/hooks/Race%20office'

describe('the address of webhooks', () => {
  it('takes what is signed, without token, from any origin and of any content type', async () => {
    for (const headers of [
      {},
      { origin: 'https://elsewhere.example' },
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/json; charset=latin1' },
      { 'transfer-encoding': 'chunked' },
    ] as Record<string, string>[]) {
      const answer = await send(office, { body: ana }, { headers })
      expect({ status: answer.status, text: answer.text }).toEqual({
        status: 200,
        text: '{"message":"Taken in"}',
      })
      expect(answer.headers['cache-control']).toBe('no-store')
      expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    }
  })

  it('takes the exact bytes: a body that only means the same is another one', async () => {
    const { headers, text } = signWebhook({ body: ana }, secret)
    const spaced = JSON.stringify(JSON.parse(text), null, 1)
    const answer = await site.ask(office, {
      method: 'POST',
      headers,
      body: spaced,
      anonymous: true,
    })
    expect(answer.status).toBe(401)
    expect((await send(office, { body: `{"id" : "a\\u00e9", "entity":"person"}` })).status).toBe(
      200,
    )
  })

  it('refuses what is not signed, wrongly signed or old, token or not, all in one sentence', async () => {
    for (const webhook of [
      { signature: 'none' },
      { signature: 'wrong' },
      { agoMs: 360_000 },
    ] as const) {
      for (const more of [{}, { headers: { authorization: `Bearer ${apiToken}` } }]) {
        const answer = await send(office, { body: ana, ...webhook }, more)
        expect(answer).toMatchObject({
          status: 401,
          text: '{"error":"The signature is missing, wrong or too old"}',
        })
      }
    }
  })

  it('says to whoever looks in where webhooks go, the same under every name', async () => {
    for (const path of [office, '/hooks/nobody', '/hooks/out?secret=wrong'])
      expect(await send(path, { body: ana }, { method: 'GET' })).toMatchObject({
        status: 200,
        text: '{"message":"Webhooks are sent here by POST"}',
      })
    for (const path of ['/hooks', '/hooks/', '/hooks/a/b'])
      expect((await send(path, { body: ana }, { method: 'GET' })).status).toBe(404)
  })

  it.each(['HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    'answers %s as if nothing were there',
    async (method) => {
      for (const headers of [{}, { authorization: `Bearer ${apiToken}` }] as Record<
        string,
        string
      >[])
        expect((await send(office, { body: ana }, { method, headers })).status).toBe(404)
    },
  )

  it.each([
    '/hooks',
    '/hooks/',
    '/hooks/nobody',
    '/hooks/out',
    '/hooks/Race%20office/',
    '/hooks/Race%20office/x',
    '/hooks/%',
    '/hooks/..%2fapi%2fstatus',
    '/hooks/__proto__',
    '/hooks//Race%20office',
  ])('knows nobody at %s', async (path) => {
    expect(await send(path, { body: ana })).toMatchObject({
      status: 404,
      text: '{"error":"There is nothing here"}',
    })
  })

  it('says that a target is not set up, and what cannot be read', async () => {
    expect(await send('/hooks/no-secret', { body: ana })).toMatchObject({
      status: 409,
      text: '{"error":"Webhooks are not set up here"}',
    })
    for (const body of ['', '{', '[]', '\ufeff'])
      expect((await send(office, { body })).status).toBe(400)
  })

  it('is reached by its own names only', async () => {
    expect((await send(office, { body: ana }, { headers: { host: 'evil.example' } })).status).toBe(
      421,
    )
  })

  it('refuses more than 1 MB, announced or not', async () => {
    const large = { ...ana, notes: 'x'.repeat(1024 * 1024) }
    expect((await send(office, { body: large })).status).toBe(413)
    const chunked = await send(
      office,
      { body: large },
      { headers: { 'transfer-encoding': 'chunked' } },
    ).catch((error: NodeJS.ErrnoException) => error.code)
    // The connection is closed with the answer; whether that is read before the cut is up to the network.
    expect([413, 'ECONNRESET', 'EPIPE']).toContain(
      typeof chunked === 'object' ? chunked.status : chunked,
    )
  })

  it('cuts off a sender that is too slow', async () => {
    const socket = connectSocket(site.port, '127.0.0.1')
    let heard = ''
    socket.on('data', (part) => (heard += String(part)))
    socket.on('error', () => {})
    socket.write(
      `POST ${office} HTTP/1.1\r\nHost: 127.0.0.1:${site.port}\r\nContent-Length: 100\r\n\r\n{`,
    )
    await once(socket, 'close')
    expect(heard === '' || heard.startsWith('HTTP/1.1 408')).toBe(true)
  })

  it('works over a real sender: duplicates are answered alike', async () => {
    const url = `${site.server.url}${office}`
    const again = { body: ana, deliveryId: 'd-1' }
    const answers = await target.sendWebhooks({
      url,
      secret,
      atOnce: 8,
      webhooks: [again, again, ...Array.from({ length: 200 }, () => ({ body: ana })), again],
    })
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  })

  it('tells nobody a secret', async () => {
    const webhooks = Array.from({ length: 20 }, (): OutgoingWebhook => ({
      body: ana,
      signature: 'wrong',
    }))
    const url = `${site.server.url}/hooks/no-secret`
    const answers = await target.sendWebhooks({ url, secret, atOnce: 16, webhooks })
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([409]))
    expect(answers.some(({ body }) => body.includes('canary'))).toBe(false)
  })
})

describe('the name in an address', () => {
  it.each([
    ['/hooks/timing', 'timing'],
    ['/hooks/timing?token=x', 'timing'],
    ['/hooks/%C3%9Cbung%201', 'Übung 1'],
    ['/hooks/a%2Fb', 'a/b'],
    ['/hooks/%ff', null],
    ['/hooks/', null],
    ['/hook/timing', null],
    ['/hooks/a/b', null],
  ])('%s is %j', (url, name) => {
    expect(targetOf(url)).toBe(name)
  })
})

describe('how often one may call', () => {
  const allowanceOf = (options: { burst: number; perSecond: number }) => {
    let time = 0
    const allowance = createCallAllowance({ ...options, now: () => time })
    const taken = (name: string, count: number) =>
      Array.from({ length: count }, () => allowance.take(name)).filter(Boolean).length
    return { taken, pass: (ms: number) => void (time += ms) }
  }

  it('is a burst, then a steady pace, for each name by itself', () => {
    const { taken, pass } = allowanceOf({ burst: 5, perSecond: 10 })
    expect(taken('a', 9)).toBe(5)
    expect(taken('b', 2)).toBe(2)
    pass(300)
    expect(taken('a', 9)).toBe(3)
    pass(60_000)
    expect(taken('a', 9)).toBe(5)
  })

  it('cannot be had more of by making up names', () => {
    const { taken, pass } = allowanceOf({ burst: 5, perSecond: 1 })
    let all = 0
    for (let n = 0; n < 1_000; n++) all += taken(`made up ${n}`, 1)
    expect(all).toBe(205)
    pass(10_000)
    expect(taken('honest', 9)).toBe(5)
  })
})
