import { once } from 'node:events'
import { connect as connectSocket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiToken, startEdgeSite, type EdgeSite } from '../support/edge-site.ts'

let site: EdgeSite
beforeAll(async () => {
  site = await startEdgeSite()
})
afterAll(() => site.close())

describe('who is let in', () => {
  it.each([
    '/rpc/status/get',
    '/api/status',
    '/api/openapi.json',
    '/metrics',
    '/rpc',
    '/api/no-such',
  ])('%s wants a token', async (path) => {
    for (const headers of [
      {},
      { authorization: 'Bearer wrong' },
      { authorization: apiToken },
      { authorization: `Basic ${Buffer.from(`x:${apiToken}`).toString('base64')}` },
      { authorization: `Bearer ${apiToken} ` + 'x' },
      { authorization: 'Bearer ' },
      { cookie: `token=${apiToken}` },
    ]) {
      const answer = await site.ask(path, {
        anonymous: true,
        headers: headers as Record<string, string>,
      })
      expect(answer.status).toBe(401)
      expect(answer.headers['www-authenticate']).toBe('Bearer')
    }
  })

  it('a token in the address does not count', async () => {
    expect((await site.ask(`/api/status?token=${apiToken}`, { anonymous: true })).status).toBe(401)
  })

  it('the API token opens rpc, api, the document and the metrics', async () => {
    expect((await site.ask('/api/status')).status).toBe(200)
    expect((await site.post('/rpc/status/get', {})).status).toBe(200)
    const document = JSON.parse((await site.ask('/api/openapi.json')).text)
    expect(document.openapi).toMatch(/^3\.1/)
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/status', '/sync', '/targets']),
    )
    const metrics = await site.ask('/metrics')
    expect(metrics.headers['content-type']).toContain('text/plain; version=0.0.4')
    expect(metrics.text).toMatch(/^# HELP/m)
  })

  it('health needs no token and tells nothing but health', async () => {
    const answer = await site.ask('/healthz', { anonymous: true })
    expect(JSON.parse(answer.text)).toEqual({
      ok: true,
      version: expect.any(String),
      state: 'running',
    })
  })

  it('the one-time token gives one session and is dead afterwards', async () => {
    const token = site.people.newOneTimeToken()
    const anonymous = { anonymous: true }
    expect((await site.post('/sign-in', { token: 'wrong' }, anonymous)).status).toBe(401)
    const answer = await site.post('/sign-in', { token }, anonymous)
    expect(answer.status).toBe(200)
    expect(answer.headers['set-cookie']).toBeUndefined()
    const { session } = JSON.parse(answer.text)
    expect((await site.post('/sign-in', { token }, anonymous)).status).toBe(401)
    expect((await site.post('/sign-in', { token: session }, anonymous)).status).toBe(401)
    const authorization = { anonymous: true, headers: { authorization: `Bearer ${session}` } }
    expect((await site.ask('/api/status', authorization)).status).toBe(200)
    // The one-time token itself never opens anything.
    expect(
      (
        await site.ask('/api/status', {
          anonymous: true,
          headers: { authorization: `Bearer ${token}` },
        })
      ).status,
    ).toBe(401)
  })

  it('a new one-time token kills the one before', async () => {
    const before = site.people.newOneTimeToken()
    site.people.newOneTimeToken()
    expect((await site.post('/sign-in', { token: before }, { anonymous: true })).status).toBe(401)
  })

  it.each([[''], ['{}'], ['[]'], ['null'], ['{"token":1}'], ['{"token":""}'], ['not json']])(
    'sign-in with %j gives nothing',
    async (body) => {
      const answer = await site.ask('/sign-in', { method: 'POST', body, anonymous: true })
      expect([400, 401]).toContain(answer.status)
    },
  )
})

describe('where a request may go and come from', () => {
  it.each([
    'evil.example',
    `evil.example:1`,
    '127.0.0.1',
    '127.0.0.1:1',
    'localhost.evil.example',
    '127.0.0.1.nip.io',
    'LOCALHOST',
  ])('a request for Host %s is refused, whoever asks (DNS rebinding)', async (host) => {
    for (const path of ['/', '/healthz', '/api/status', '/sign-in'])
      expect((await site.ask(path, { headers: { host } })).status).toBe(421)
  })

  it('a request with two Host headers is malformed, whichever comes first', async () => {
    const ours = `127.0.0.1:${site.port}`
    for (const [first, second] of [
      [ours, 'evil.example'],
      ['evil.example', ours],
      [ours, ours],
    ]) {
      const socket = connectSocket(site.port, '127.0.0.1')
      socket.end(
        `GET /healthz HTTP/1.1\r\nHost: ${first}\r\nhOST: ${second}\r\nConnection: close\r\n\r\n`,
      )
      let text = ''
      for await (const part of socket) text += String(part)
      expect(text).toMatch(/^HTTP\/1\.1 400 /)
    }
  })

  it('its own names with its own port are fine', async () => {
    for (const name of ['127.0.0.1', 'localhost', 'LocalHost', '[::1]'])
      expect(
        (await site.ask('/healthz', { headers: { host: `${name}:${site.port}` } })).status,
      ).toBe(200)
  })

  it('pages of other origins are refused, and nobody is offered CORS', async () => {
    for (const origin of [
      'https://evil.example',
      'null',
      `https://127.0.0.1:${site.port}`,
      'http://localhost:1',
      'http://127.0.0.1',
    ]) {
      const answer = await site.post('/rpc/status/get', {}, { headers: { origin } })
      expect(answer.status).toBe(403)
      expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    }
    const own = await site.post('/rpc/status/get', {}, { headers: { origin: site.server.url } })
    expect(own.status).toBe(200)
    const preflight = await site.ask('/rpc/status/get', {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    })
    expect(preflight.status).toBe(403)
  })
})

describe('what a request may carry', () => {
  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json-patch+json',
    'text/plain; application/json',
    '',
  ])('content type %j is refused', async (type) => {
    for (const path of ['/rpc/records/set', '/api/records/set', '/sign-in'])
      expect((await site.post(path, {}, { headers: { 'content-type': type } })).status).toBe(415)
  })

  it('a body over 1 MB is refused, announced or not', async () => {
    const body = JSON.stringify({ text: 'x'.repeat(1024 * 1024) })
    expect((await site.ask('/rpc/records/set', { method: 'POST', body })).status).toBe(413)
    const chunked = await site
      .ask('/rpc/records/set', {
        method: 'POST',
        body,
        headers: { 'transfer-encoding': 'chunked' },
      })
      .catch((error: NodeJS.ErrnoException) => error.code)
    // The connection is closed with the answer; whether that is read before the cut is up to the network.
    expect([413, 'ECONNRESET', 'EPIPE']).toContain(
      typeof chunked === 'object' ? chunked.status : chunked,
    )
  })

  it('broken JSON and broken UTF-8 are refused', async () => {
    for (const body of ['{"a":', '\ufeff{}x', ''])
      expect(
        (await site.ask('/api/records/set', { method: 'POST', body: body || '{' })).status,
      ).toBe(400)
  })

  it('a client that sends its headers or its body too slowly is cut off', async () => {
    for (const start of [
      'GET /healthz HTTP/1.1\r\nHost: ',
      `POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1:${site.port}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
    ]) {
      const socket = connectSocket(site.port, '127.0.0.1')
      let heard = ''
      socket.on('data', (part) => (heard += String(part)))
      socket.on('error', () => {})
      socket.write(start)
      await once(socket, 'close')
      expect(heard === '' || heard.startsWith('HTTP/1.1 408')).toBe(true)
    }
  })
})
