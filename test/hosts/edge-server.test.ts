import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LiveEvent } from '../../main/contract/sync.ts'
import { hidden, rpcClient, startEdgeSite, type EdgeSite } from '../support/edge-site.ts'

let site: EdgeSite
beforeAll(async () => {
  site = await startEdgeSite()
})
afterAll(() => site.close())

describe('the window', () => {
  it('is served with a policy and a nonce of its own each time', async () => {
    const pages = [
      await site.ask('/', { anonymous: true }),
      await site.ask('/', { anonymous: true }),
    ]
    const nonces = pages.map(({ headers, text }) => {
      const policy = String(headers['content-security-policy'])
      expect(policy).toContain("default-src 'none'")
      expect(policy).not.toContain('unsafe')
      const nonce = /'nonce-([^']+)'/.exec(policy)?.[1]
      expect(text).toContain(`nonce="${nonce}"`)
      expect(text).toContain('content="edge"')
      return nonce
    })
    expect(nonces[0]).not.toBe(nonces[1])
    expect((await site.ask('/assets/app-1.js', { anonymous: true })).status).toBe(200)
  })

  it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/%2e%2e%2fsecret.txt',
    '/assets/../../secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/..\\secret.txt',
    '/%252e%252e/secret.txt',
    '/....//secret.txt',
    '/assets/%00/secret.txt',
    '//secret.txt',
    '/C:/secret.txt',
    '/%c0%ae%c0%ae/secret.txt',
    '/secret.txt',
    '/%',
  ])('%s leads nowhere', async (path) => {
    const answer = await site.ask(path, { anonymous: true })
    expect(answer.status).toBe(404)
    expect(answer.text).not.toContain(hidden)
  })

  it('answers everything unknown alike', async () => {
    const unknown = [
      await site.ask('/hooks/timing', { method: 'POST', body: '{}', anonymous: true }),
      await site.ask('/assets/none.js', { anonymous: true }),
      await site.ask('/healthz', { method: 'DELETE', anonymous: true }),
      await site.post('/rpc/no/such', {}),
      await site.ask('/api/no-such'),
    ]
    for (const { status, text } of unknown)
      expect({ status, text }).toEqual({ status: 404, text: '{"error":"There is nothing here"}' })
  })
})

it('tells whoever looks in that webhooks are sent by POST, whether there is such a target or not', async () => {
  for (const name of ['timing', 'nobody'])
    expect(await site.ask(`/hooks/${name}`, { anonymous: true })).toMatchObject({
      status: 200,
      text: '{"message":"Webhooks are sent here by POST"}',
    })
})

describe('the contract over HTTP', () => {
  it('makes and finds a record, through rpc and through api, and caches neither', async () => {
    const client = rpcClient(site.server.url)
    const made = await client.records.set({ entity: 'person', fields: { lastName: 'Núñez' } })
    const found = await site.ask(`/api/records/person/${made.id}`)
    expect(found.headers['cache-control']).toBe('no-store')
    expect(JSON.parse(found.text)).toMatchObject({ id: made.id, lastName: 'Núñez' })
  })

  it('answers a problem as a problem', async () => {
    const answer = await site.ask('/api/records/person/01890000-0000-7000-8000-000000000000')
    expect(answer.status).toBe(422)
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'PROBLEM', data: { code: 'not-found' } })
  })

  it('says what is wrong with an input', async () => {
    expect((await site.post('/api/records/list', { entity: 'horse' })).status).toBe(400)
  })

  it('streams live state: all of it first, then what changes', async () => {
    const client = rpcClient(site.server.url)
    const stop = new AbortController()
    const live = await client.status.watch(undefined, { signal: stop.signal })
    const first = await live.next()
    expect(first.value).toMatchObject({ type: 'status' })
    await client.records.set({ entity: 'person', fields: { lastName: 'Okafor' } })
    let told: LiveEvent | null = null
    for await (const event of live) {
      told = event
      // What an earlier test changed may be told before it.
      if (event.type !== 'status') break
    }
    expect(told).toMatchObject({ type: 'data', entities: ['person'] })
    stop.abort()
  })

  it('ends live streams and turns requests away when it drains', async () => {
    const other = await site.startAnother()
    const client = rpcClient(other.url)
    const live = await client.status.watch()
    await live.next()
    // It may have more to tell before.
    const ended = (async () => {
      for (let next = await live.next(); !next.done; next = await live.next());
    })().then(
      () => 'ended',
      () => 'ended',
    )
    await other.drain(5000)
    expect(await ended).toBe('ended')
    await expect(client.status.get()).rejects.toThrow('fetch failed')
  })

  it('names a port that is taken', async () => {
    const again = site.startAnother(site.port)
    await expect(again).rejects.toMatchObject({
      problem: { code: 'wrong-use', message: expect.stringContaining(String(site.port)) },
    })
  })
})
