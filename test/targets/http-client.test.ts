import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { HttpClient } from '../../main/engine/targets/kit/http-client.ts'
import { followable } from '../../main/engine/targets/kit/redirect.ts'
import { signInFrom } from '../../main/engine/targets/kit/sign-in.ts'
import { SyncError } from '../../main/engine/targets/kit/sync-error.ts'
import { systemClock } from '../../main/hosts/system-clock.ts'
import { undiciHttp } from '../../main/hosts/undici-http.ts'
import { countedIds } from '../support/test-core.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const signal = new AbortController().signal
const quiet = { debug() {}, info() {}, warn() {}, error() {} }

async function open(url: string, auth = 'api-key', offsets: number[] = []): Promise<HttpClient> {
  const pool = undiciHttp({ totalMs: 5_000 }).open({ connections: 2, allowInsecure: false })
  closers.push(() => pool.close())
  const context = {
    url,
    auth,
    settings: {},
    secret: async () => 'canary-key',
    http: pool,
    clock: systemClock(),
    ids: countedIds(),
    log: quiet,
    onClockOffset: (offset: number) => void offsets.push(offset),
  }
  const signIn = await signInFrom(context, [auth])
  return new HttpClient(context, { signIn, concurrency: 2, perSecond: null })
}

const anything = z.unknown()
const get = (client: HttpClient, path = '/a') =>
  client.json(anything, { method: 'GET', path, query: [['q', '1']], signal })
const post = (client: HttpClient) =>
  client.json(anything, { method: 'POST', path: '/a', body: { name: 'Zoë' }, signal })

const json =
  (value: unknown): RequestListener =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(value))
  }

describe('a redirect', () => {
  const redirect =
    (status: number, location: string, rest: RequestListener = json([])): RequestListener =>
    (request, response) => {
      if (!request.url?.startsWith('/a')) return rest(request, response)
      response.writeHead(status, { location })
      response.end()
    }

  it('is followed by a read, with credentials only to the same origin', async () => {
    const seen: IncomingMessage[] = []
    const keep: RequestListener = (request, response) => {
      seen.push(request)
      json(['ok'])(request, response)
    }
    const elsewhere = await serve(keep)
    const here = await serve(redirect(302, '/b', keep))
    const away = await serve(redirect(307, `${elsewhere}/b`))
    expect((await get(await open(here))).value).toEqual(['ok'])
    expect((await get(await open(away))).value).toEqual(['ok'])
    expect(seen.map(({ headers }) => headers['x-api-key'])).toEqual(['canary-key', undefined])
  })

  it('that turns a write into a read is not followed', async () => {
    const url = await serve(redirect(302, '/b'))
    await expect(post(await open(url))).rejects.toMatchObject({ code: 'config' })
  })

  it('that keeps the write is followed at the same host', async () => {
    const bodies: string[] = []
    const url = await serve(
      redirect(308, '/b', (request, response) => {
        request.setEncoding('utf8')
        request.on('data', (text: string) => bodies.push(text))
        request.on('end', () => json({ id: 1 })(request, response))
      }),
    )
    expect((await post(await open(url))).value).toEqual({ id: 1 })
    expect(bodies.join('')).toBe('{"name":"Zoë"}')
  })

  it('never carries a write to another host', async () => {
    const url = await serve(redirect(307, 'http://localhost:1/b'))
    await expect(post(await open(url))).rejects.toMatchObject({ code: 'offline', maybeSent: false })
  })

  it('never leads from an encrypted address to one that is not', () => {
    const moved = (location: string) =>
      followable(
        'https://timing.example/a',
        { status: 307, headers: { location }, body: (async function* () {})(), cancel() {} },
        'none',
      )
    expect(() => moved('http://timing.example/b')).toThrow(/not encrypted; it was not followed/)
    expect(moved('/b')).toBe('https://timing.example/b')
    expect(moved('https://other.example/b')).toBe('https://other.example/b')
  })

  it.each([
    ['to a forbidden address', 'http://169.254.169.254/', 'config'],
    ['to something that is no web address', 'file:///etc/passwd', 'config'],
    ['round and round', '/a2', 'config'],
    ['to nowhere', 'http://[', 'bad-response'],
  ])('%s is refused', async (_name, location, code) => {
    const url = await serve(redirect(302, location))
    await expect(get(await open(url))).rejects.toMatchObject({ code })
  })
})

describe('an answer', () => {
  it('may be packed, and is limited by what it unpacks to', async () => {
    const small = gzipSync(JSON.stringify([{ name: 'Zoë' }]))
    const bomb = gzipSync(Buffer.alloc(60 * 1024 * 1024, ' '))
    const url = await serve((request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
      if (request.url?.startsWith('/broken')) response.end('not gzip at all')
      else if (request.url?.startsWith('/half')) response.end(small.subarray(0, 20))
      else response.end(request.url?.startsWith('/bomb') ? bomb : small)
    })
    const client = await open(url)
    expect((await get(client, '/small')).value).toEqual([{ name: 'Zoë' }])
    for (const path of ['/bomb', '/broken', '/half'])
      await expect(get(client, path)).rejects.toMatchObject({ code: 'bad-response' })
    expect((await get(client, '/small')).value).toEqual([{ name: 'Zoë' }])
  })

  it('that announces too much is not read at all', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 51 * 1024 * 1024 })
      response.write('[')
    })
    await expect(get(await open(url))).rejects.toThrow('50 MB')
  })

  it('with a page and no type is a captive portal too', async () => {
    const url = await serve((_request, response) => response.end('\n<!DOCTYPE html><p>Welcome'))
    await expect(get(await open(url))).rejects.toMatchObject({ code: 'offline' })
  })

  it('of the wrong shape is named without its content', async () => {
    const url = await serve(json([{ id: 'secret-name' }]))
    const client = await open(url)
    const shape = z.array(z.object({ id: z.int() }))
    const failure = client.json(shape, { method: 'GET', path: '/a', signal })
    await expect(failure).rejects.toThrow(/unexpected shape: at 0\.id/)
    await expect(failure).rejects.not.toThrow('secret-name')
  })

  it('tells the remote clock once for each second it shows', async () => {
    const offsets: number[] = []
    const url = await serve((request, response) => {
      response.setHeader('date', new Date(Date.now() - 90_000).toUTCString())
      json([])(request, response)
    })
    const client = await open(url, 'none', offsets)
    await Promise.all([get(client), get(client), get(client)])
    expect(offsets.length).toBeLessThanOrEqual(2)
    expect(Math.abs((client.clockOffsetMs ?? 0) + 90_000)).toBeLessThan(2_500)
  })
})

describe('a form', () => {
  it('is sent encoded and says so', async () => {
    const seen: [string | undefined, string][] = []
    const url = await serve((request, response) => {
      let text = ''
      request.on('data', (part: Buffer) => (text += part.toString('utf8')))
      request.on('end', () => {
        seen.push([request.headers['content-type'], text])
        json({})(request, response)
      })
    })
    const client = await open(url)
    const form = { request: '{"name":"Zoë & Söhne"}', event_id: '7' }
    await client.json(anything, { method: 'POST', path: '/a', form, signal })
    expect(seen).toEqual([
      [
        'application/x-www-form-urlencoded',
        'request=%7B%22name%22%3A%22Zo%C3%AB+%26+S%C3%B6hne%22%7D&event_id=7',
      ],
    ])
  })
})

describe('a secret that the server repeats', () => {
  const said = (text: string): RequestListener => {
    return (_request, response) => {
      response.writeHead(400, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ detail: text }))
    }
  }

  it('is blanked wherever the sentence is cut', async () => {
    for (let before = 480; before <= 500; before += 1) {
      const client = await open(await serve(said(`${'x'.repeat(before)}canary-key refused`)))
      const error = await get(client).catch((reason: unknown) => reason)
      expect((error as Error).message).not.toMatch(/can/)
      client.close()
    }
  })

  it('is blanked in the address it redirects to', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(302, { location: 'ftp://elsewhere.example/canary-key/' })
      response.end()
    })
    const error = await get(await open(url)).catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      code: 'config',
      message: expect.stringContaining('/[secret]/, which is not a web address'),
    })
  })
})

describe('a refusal in an API’s own words', () => {
  it('means what its code means, not what its status says', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(400, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ error: { code: 17 } }))
    })
    const pool = undiciHttp().open({ connections: 2, allowInsecure: false })
    closers.push(() => pool.close())
    const seen: unknown[] = []
    const client = new HttpClient(
      {
        url,
        auth: 'none',
        settings: {},
        secret: async () => null,
        http: pool,
        clock: systemClock(),
        ids: countedIds(),
        log: quiet,
        onClockOffset: () => {},
      },
      {
        signIn: await signInFrom({ auth: 'none', secret: async () => null }, ['none']),
        concurrency: 2,
        perSecond: null,
        errorIn: (body, effect) => {
          seen.push([body, effect])
          return new SyncError('auth', 'Who are you?')
        },
      },
    )
    await expect(get(client)).rejects.toMatchObject({ code: 'auth', message: 'Who are you?' })
    expect(seen).toEqual([[{ error: { code: 17 } }, 'none']])
  })
})
