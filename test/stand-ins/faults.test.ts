import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { FaultAction } from '../support/stand-in-process.ts'
import type { TagServerStandIn } from '../targets/tagserver/stand-in.ts'
import { startTagServer } from '../targets/tagserver/stand-in.ts'

let server: TagServerStandIn

beforeAll(async () => {
  server = await startTagServer()
})
beforeEach(async () => {
  await server.reset()
})
afterAll(async () => {
  await server.stop()
})

function post(number: string, signal?: AbortSignal): Promise<Response> {
  return fetch(`${server.url}/api/tags`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-api-key': server.apiKey,
      'idempotency-key': `key-${number}`,
    },
    body: JSON.stringify({ number, barcode: 'é' }),
    signal: signal ?? null,
  })
}

async function tagNumbers(): Promise<unknown[]> {
  return (await server.dump('tags')).map((tag) => tag['number'])
}

async function once(action: FaultAction): Promise<void> {
  await server.fault({ match: { method: 'POST' }, times: 1, action })
}

describe('stand-in faults', () => {
  it('answers with any status, headers and body without handling the request', async () => {
    await once({ kind: 'answer', status: 503, headers: { 'x-more': '1' }, body: { why: 'tired' } })
    const answer = await post('1')
    expect([answer.status, answer.headers.get('x-more')]).toEqual([503, '1'])
    expect(await answer.json()).toEqual({ why: 'tired' })
    expect(await tagNumbers()).toEqual([])
    expect((await post('1')).status).toBe(201)
  })

  it('gives Retry-After as seconds, as a date on its own clock, or as nonsense', async () => {
    const limited = { kind: 'answer', status: 429 } as const
    await once({ ...limited, retryAfter: { seconds: 7 } })
    await once({ ...limited, retryAfter: { dateIn: 60 } })
    await once({ ...limited, retryAfter: { text: 'next Tuesday' } })
    await server.clockOffset(3_600_000)
    expect((await post('1')).headers.get('retry-after')).toBe('7')
    const dated = await post('1')
    const wait = Date.parse(dated.headers.get('retry-after') ?? '')
    expect(wait - Date.parse(dated.headers.get('date') ?? '')).toBeGreaterThanOrEqual(59_000)
    expect(wait - Date.now()).toBeGreaterThan(3_600_000)
    expect((await post('1')).headers.get('retry-after')).toBe('next Tuesday')
  })

  it('cuts the connection before the request is handled', async () => {
    await once({ kind: 'cut-before' })
    await expect(post('1')).rejects.toThrow('fetch failed')
    expect(await tagNumbers()).toEqual([])
  })

  it('cuts the connection after the write was stored', async () => {
    await once({ kind: 'cut-after-write' })
    await expect(post('1')).rejects.toThrow('fetch failed')
    expect(await tagNumbers()).toEqual(['1'])
    expect((await post('1')).status).toBe(409)
  })

  it('cuts the connection in the middle of the answer', async () => {
    await once({ kind: 'cut-in-body' })
    await expect(post('1').then((answer) => answer.text())).rejects.toThrow('terminated')
    expect(await tagNumbers()).toEqual(['1'])
  })

  it.each([
    ['hang', []],
    ['hang-after-write', ['1']],
  ] as const)('never answers: %s', async (kind, stored) => {
    await once({ kind })
    await expect(post('1', AbortSignal.timeout(100))).rejects.toThrow('timeout')
    expect(await tagNumbers()).toEqual(stored)
    expect((await server.log()).at(-1)).toMatchObject({ faults: [kind] })
  })

  it('trickles the answer', async () => {
    await once({ kind: 'slow-body', bytes: 20, everyMs: 1 })
    const answer = await post('1')
    expect(await answer.json()).toMatchObject({ number: '1' })
  })

  it('answers like a captive portal', async () => {
    await once({ kind: 'html' })
    const answer = await post('1')
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html'])
    expect(await answer.text()).toContain('<form')
    expect(await tagNumbers()).toEqual([])
  })

  it('answers with a huge array', async () => {
    await once({ kind: 'huge-body', bytes: 1_000_000 })
    const list: unknown = await (await post('1')).json()
    expect(JSON.stringify(list).length).toBeGreaterThan(1_000_000)
  })

  it('answers without end, until the client hangs up', async () => {
    await once({ kind: 'endless-body' })
    const answer = await post('1')
    let read = 0
    for await (const part of answer.body as unknown as AsyncIterable<Uint8Array>) {
      read += part.length
      if (read > 3_000_000) break
    }
    expect(read).toBeGreaterThan(3_000_000)
    expect((await post('1')).status).toBe(201)
  })

  it('answers half of the JSON, correctly framed', async () => {
    await once({ kind: 'truncated-json' })
    const text = await (await post('1')).text()
    expect(text.startsWith('{')).toBe(true)
    expect(() => JSON.parse(text) as unknown).toThrow('JSON')
  })

  it('answers in another character set than UTF-8', async () => {
    await once({ kind: 'wrong-charset' })
    const bytes = new Uint8Array(await (await post('1')).arrayBuffer())
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes)).toThrow('not valid')
    expect(JSON.parse(new TextDecoder('latin1').decode(bytes))).toMatchObject({ barcode: 'é' })
  })

  it('answers deeply nested arrays', async () => {
    await once({ kind: 'deep-json', depth: 5000 })
    expect((await (await post('1')).text()).length).toBe(10_000)
  })

  it('delays, and goes on with the next rule', async () => {
    await server.fault({ action: { kind: 'delay', ms: 50 } })
    await once({ kind: 'answer', status: 500 })
    const start = performance.now()
    expect((await post('1')).status).toBe(500)
    expect(performance.now() - start).toBeGreaterThan(45)
    expect((await server.log())[0]?.faults).toEqual(['delay', 'answer'])
  })
})

describe('when a fault strikes', () => {
  const down = { kind: 'answer', status: 500 } as const

  async function statuses(count: number): Promise<number[]> {
    const seen: number[] = []
    for (let index = 1; index <= count; index++) seen.push((await post(String(index))).status)
    return seen
  }

  it('the nth, every nth, after so many, so many times', async () => {
    await server.fault({ nth: 2, action: down })
    expect(await statuses(3)).toEqual([201, 500, 201])
    await server.reset()
    await server.fault({ every: 2, action: down })
    expect(await statuses(4)).toEqual([201, 500, 201, 500])
    await server.reset()
    await server.fault({ after: 1, times: 2, action: down })
    expect(await statuses(4)).toEqual([201, 500, 500, 201])
  })

  it('only matching requests, by method, path, pattern and body', async () => {
    await server.fault({ match: { method: 'GET' }, action: down })
    await server.fault({ match: { path: '/api/people' }, action: down })
    await server.fault({ match: { pathPattern: 'tags/\\d+$' }, action: down })
    await server.fault({ match: { bodyContains: '"number":"2"' }, action: down })
    expect(await statuses(3)).toEqual([201, 500, 201])
    expect((await server.faults()).map((report) => report.struck)).toEqual([0, 0, 0, 1])
  })

  it('by chance, the same for the same seed', async () => {
    const chance = { probability: 0.5, seed: 42, action: down } as const
    await server.fault(chance)
    const first = await statuses(12)
    await server.reset()
    await server.fault(chance)
    expect(await statuses(12)).toEqual(first)
    expect(new Set(first)).toEqual(new Set([201, 500]))
  })

  it('no longer when it is removed', async () => {
    const id = await server.fault({ action: down })
    expect(await statuses(1)).toEqual([500])
    await server.removeFault(id)
    expect(await statuses(1)).toEqual([201])
    await server.fault({ action: down })
    await server.clearFaults()
    expect((await post('9')).status).toBe(201)
  })
})

describe('watching and freezing', () => {
  it('logs each request with its key and status, and counts bytes and kinds', async () => {
    await post('1')
    await post('1')
    const stats = await server.stats()
    expect(stats).toMatchObject({
      requests: 2,
      byCollection: { 'POST tags': 2 },
      byStatus: { 201: 1, 409: 1 },
      inFlight: 0,
    })
    expect(stats.bytesIn).toBeGreaterThan(40)
    expect(stats.bytesOut).toBeGreaterThan(40)
    expect(stats.log[1]).toMatchObject({
      no: 2,
      method: 'POST',
      path: '/api/tags',
      idempotencyKey: 'key-1',
      status: 409,
    })
  })

  it('keeps the last 1,000 requests', async () => {
    for (let index = 0; index < 1005; index++)
      await fetch(`${server.url}/api/events`, { headers: { 'x-api-key': server.apiKey } })
    const { log, requests } = await server.stats()
    expect([requests, log.length, log[0]?.no, log.at(-1)?.no]).toEqual([1005, 1000, 6, 1005])
  })

  it('tells when so many requests have succeeded', async () => {
    const enough = server.succeeded({ kind: 'POST tags', atLeast: 2 })
    await post('1')
    await post('1')
    await post('2')
    await enough
    await server.succeeded({ atLeast: 2 })
  })

  it('lets a test act while a request is in flight', async () => {
    const order: string[] = []
    const { done } = await server.onceWhileReceiving(() => {
      order.push('acted')
    })
    await post('1').then(() => order.push('answered'))
    await done
    expect(order).toEqual(['acted', 'answered'])
  })

  it('freezes after the write on request', async () => {
    await server.hold({ moment: 'after-write', match: { method: 'POST' } })
    const answer = post('1')
    await server.held()
    expect(await tagNumbers()).toEqual(['1'])
    await server.release()
    expect((await answer).status).toBe(201)
  })

  it('drops frozen requests on reset', async () => {
    await server.hold()
    const given = new AbortController()
    const answer = post('1', given.signal)
    await server.held()
    await server.reset()
    given.abort()
    await expect(answer).rejects.toThrow('aborted')
    expect(await tagNumbers()).toEqual([])
  })
})

describe('the network and the process', () => {
  it('unplugged, nothing listens; plugged in again, the content is there on the same port', async () => {
    await post('1')
    await server.unplug()
    await expect(post('2')).rejects.toThrow('fetch failed')
    expect(await tagNumbers()).toEqual(['1'])
    await server.plug()
    expect((await post('2')).status).toBe(201)
    expect(await tagNumbers()).toEqual(['1', '2'])
  })

  it('unplugging breaks requests in flight', async () => {
    await server.hold()
    const refused = expect(post('1')).rejects.toThrow('fetch failed')
    await server.held()
    await server.unplug()
    await refused
    await server.plug()
    await server.release()
  })

  it('takes the same commands over HTTP, which are not traffic', async () => {
    await post('1')
    const control = `${server.url}/__control`
    const rule = { nth: 1, action: { kind: 'answer', status: 500 } }
    await fetch(`${control}/fault`, { method: 'POST', body: JSON.stringify(rule) })
    expect((await post('2')).status).toBe(500)
    const told = (await (await fetch(`${control}/stats`)).json()) as { value: { requests: number } }
    expect(told.value.requests).toBe(2)
    const unknown = await fetch(`${control}/nonsense`)
    expect(unknown.status).toBe(400)
    expect(await unknown.json()).toMatchObject({ error: expect.stringContaining('stats') })
  })

  it('refuses to load what POST would refuse, in words', async () => {
    await expect(server.load('races', [{ name: 'no event' }])).rejects.toThrow('event')
  })

  it('ends on SIGTERM, and commands then fail instead of hanging', async () => {
    const other = await startTagServer({ apiKey: 'mine', latencyMs: 1 })
    const answer = await fetch(`${other.url}/api/events`, { headers: { 'x-api-key': 'mine' } })
    expect(answer.status).toBe(200)
    const waiting = other.held()
    await Promise.all([expect(waiting).rejects.toThrow('ended'), other.stop()])
    await expect(other.stats()).rejects.toThrow('ended')
    await expect(fetch(other.url)).rejects.toThrow('fetch failed')
  })

  it('says why it could not start', async () => {
    const port = Number(new URL(server.url).port)
    await expect(startTagServer({ port })).rejects.toThrow('EADDRINUSE')
  })
})
