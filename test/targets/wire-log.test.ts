import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { WireExchange } from '../../main/engine/ports.ts'
import { HttpClient, type ClientRequest } from '../../main/engine/targets/kit/http-client.ts'
import { signInFrom } from '../../main/engine/targets/kit/sign-in.ts'
import { wireTrace } from '../../main/engine/targets/kit/wire-log.ts'
import { systemClock } from '../../main/hosts/system-clock.ts'
import { undiciHttp } from '../../main/hosts/undici-http.ts'
import { countedIds } from '../support/test-core.ts'
import { closers, json, quiet, serve, signal } from './http-bench.ts'

const key = 'canary-key'

/** Sends one request to a server and gives the lines it left in the wire log. */
async function traced(
  url: string,
  request: Omit<ClientRequest, 'signal'>,
  auth = 'api-key',
): Promise<readonly WireExchange[]> {
  const lines: WireExchange[] = []
  const http = undiciHttp({ totalMs: 5_000 }).open({ connections: 2, allowInsecure: false })
  closers.push(() => http.close())
  const context = {
    url,
    auth,
    settings: {},
    secret: async () => key,
    http,
    clock: systemClock(),
    ids: countedIds(),
    log: { ...quiet, wire: (line: WireExchange) => void lines.push(line) },
    onClockOffset: () => {},
  }
  const signIn = await signInFrom(context, [auth])
  const client = new HttpClient(context, { signIn, limits: { concurrency: 2 } })
  await client.json(z.unknown(), { ...request, signal }).catch(() => {})
  return lines
}

describe('the wire log', () => {
  it('has one line for a request and its answer, with sizes and bodies', async () => {
    const url = await serve(json({ id: 7 }))
    const [line, ...more] = await traced(url, {
      method: 'POST',
      path: '/persons',
      query: [['page', 2]],
      body: { name: 'Zoë' },
    })
    expect(more).toEqual([])
    expect(line).toEqual({
      method: 'POST',
      url: `${url}/persons?page=2`,
      status: 200,
      ms: expect.any(Number) as number,
      sentBytes: 15,
      receivedBytes: 8,
      sent: '{"name":"Zoë"}',
      received: '{"id":7}',
    })
  })

  it('blanks a secret that a server repeats, also in a refusal', async () => {
    const url = await serve((request, response) => {
      response.writeHead(401, { 'content-type': 'text/plain' })
      response.end(`Who is ${request.headers['x-api-key'] as string}?`)
    })
    const [line] = await traced(url, { method: 'GET', path: `/of/${key}` })
    expect(line).toMatchObject({
      url: `${url}/of/[secret]`,
      status: 401,
      received: 'Who is [secret]?',
    })
  })

  it('shows nothing of what a sign-in adds to the address', async () => {
    const url = await serve(json([]))
    const request = { method: 'GET', path: '/a', query: [['q', '1']] } as const
    const [line] = await traced(url, request, 'api-key-query')
    expect(line).toMatchObject({ url: `${url}/a?q=1`, status: 200 })
  })

  it('has a line for each redirect', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/new') return json([])(request, response)
      response.writeHead(302, { location: request.url === '/a' ? '/new' : `/new?key=${key}` })
      response.end()
    })
    expect(await traced(url, { method: 'GET', path: '/a' })).toMatchObject([
      { status: 302, note: 'leads to /new' },
      { status: 200, received: '[]' },
    ])
    const [refused, ...more] = await traced(url, { method: 'DELETE', path: '/b' })
    expect(refused).toMatchObject({ status: 302, note: 'leads to /new?key=[secret]' })
    expect(more).toEqual([])
  })

  it('says why no answer came', async () => {
    const url = await serve((_request, response) => response.destroy())
    const [line] = await traced(url, { method: 'GET', path: '/a' })
    expect(line).toMatchObject({
      status: null,
      receivedBytes: 0,
      note: expect.stringMatching(/\w/),
    })
  })

  it('shows no body that brings new secrets', async () => {
    const url = await serve(json({ access_token: 'nobody-knows-it-yet' }))
    const request = {
      method: 'POST',
      path: '/token',
      form: { a: 'b' },
      confidential: true,
    } as const
    const [line] = await traced(url, request)
    expect(JSON.stringify(line)).not.toContain('nobody-knows')
    expect(line).toMatchObject({ sentBytes: 3, sent: '[left out: it holds secrets]' })
  })
})

describe('a long body', () => {
  const received = (text: string, redact = (words: string) => words): string => {
    const lines: WireExchange[] = []
    const trace = wireTrace(
      { method: 'GET', url: 'https://a.example/', sent: '', confidential: false },
      { now: () => 0, redact, tell: (line) => void lines.push(line) },
    )
    trace.sends()
    trace.answered(200, [Buffer.from(text)])
    return lines[0]?.received ?? ''
  }

  it('is cut after 2,000 characters', () => {
    expect(received('x'.repeat(3_000))).toBe('x'.repeat(2_000))
  })

  it('shows no half of a secret that the end of what was looked through went through', () => {
    // Blanking shortens this so much that its cut end comes to lie among the first 2,000 characters.
    const long = 'k'.repeat(64 * 1024 - 3) + key
    expect(received(long, (text) => text.replace(/^k+/, '[secret]'))).not.toContain('can')
  })
})
