import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStandIn, type OpenStandIn } from '../../../main/stand-ins/kit/open-stand-in.ts'
import { tagserver } from '../../../main/stand-ins/tagserver/stand-in.ts'

let folder: string
let server: OpenStandIn

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'marshal-demo-'))
  server = await start()
})
afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

function start(latencyMs = 0): Promise<OpenStandIn> {
  const contentFile = join(folder, 'tagserver.jsonl')
  const options = { port: 0, key: 'demo', seed: null, faults: [] }
  return openStandIn(tagserver, { ...options, latencyMs, contentFile })
}

function call(method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${server.url}${path}`, {
    method,
    headers: { 'x-api-key': 'demo' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

async function create(collection: string, body: unknown): Promise<number> {
  const answer = await call('POST', `/api/${collection}`, body)
  expect(answer.status).toBe(201)
  return ((await answer.json()) as { id: number }).id
}

/** `fetch` does not let a caller choose the Host header. */
function statusForHost(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${server.url}/page.json`, { headers: { host } }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
      .once('error', reject)
      .end()
  })
}

describe('the TagServer stand-in, for people', () => {
  it('shows on its page what has arrived', async () => {
    const event = { id: await create('events', { name: 'Spring Classic' }) }
    const person = { id: await create('people', { firstName: 'Ana', lastName: 'Silva' }) }
    const entrant = await create('event-participants', { event, person, number: '0042' })
    await call('DELETE', `/api/event-participants/${entrant}`)
    const shown: unknown = await (await fetch(`${server.url}/page.json`)).json()
    expect(shown).toMatchObject({
      counts: { people: 1, events: 1, 'event-participants': 0 },
      changes: [
        { kind: 'deleted', id: entrant },
        { kind: 'created', collection: 'event-participants', label: 'bib 0042, Ana Silva' },
        { kind: 'created', collection: 'people', label: 'Ana Silva' },
        { kind: 'created', collection: 'events', label: 'Spring Classic' },
      ],
    })
  })

  it('serves a page that loads nothing from elsewhere', async () => {
    for (const path of ['/', '/page.css', '/page.js']) {
      const answer = await fetch(`${server.url}${path}`)
      expect(answer.status).toBe(200)
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(await answer.text()).not.toMatch(/https?:\/\//)
    }
  })

  it('wants the key for the data, and its own name as Host', async () => {
    expect((await fetch(`${server.url}/api/events`)).status).toBe(401)
    expect(await statusForHost(new URL(server.url).host)).toBe(200)
    expect(await statusForHost('evil.example:80')).toBe(421)
  })

  it('has its content again after a restart, also when it was killed while writing', async () => {
    const kept = await create('tags', { number: '1' })
    const gone = await create('tags', { number: '2' })
    await call('PUT', `/api/tags/${kept}`, { id: kept, number: '0001' })
    await call('DELETE', `/api/tags/${gone}`)
    await server.close()
    await appendFile(join(folder, 'tagserver.jsonl'), '{"kind":"created","collec')
    server = await start()
    const next = await create('tags', { number: '3' })
    expect(next).toBeGreaterThan(gone)
    await server.close()
    server = await start()
    expect(await (await call('GET', '/api/tags')).json()).toMatchObject([
      { id: kept, number: '0001' },
      { id: next, number: '3' },
    ])
  })

  it('allows eight requests in flight', async () => {
    await server.close()
    server = await start(50)
    const answers = await Promise.all(Array.from({ length: 9 }, () => call('GET', '/api/events')))
    const statuses = answers.map((answer) => answer.status).sort((a, b) => a - b)
    expect(statuses).toEqual([...Array<number>(8).fill(200), 429])
  })
})
