import type { RequestListener } from 'node:http'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { SyncError } from '../../main/engine/targets/kit/sync-error.ts'
import { anything, get, json, open, post, serve, signal } from './http-bench.ts'

describe('an error page', () => {
  const long = 'No such key. '.repeat(8_000)
  const packed = gzipSync(Buffer.alloc(2 * 1024 * 1024, ' '))
  const pages: readonly (readonly [string, RequestListener])[] = [
    ['above 64 KB', (_request, response) => response.end(long)],
    [
      'that announces more than 50 MB',
      (_request, response) => {
        response.setHeader('content-length', 51 * 1024 * 1024)
        response.write(long)
      },
    ],
    [
      'without end',
      (_request, response) => {
        const pour = () => {
          while (!response.destroyed && response.write(long));
        }
        response.on('drain', pour)
        pour()
      },
    ],
    [
      'cut in the middle',
      (_request, response) => {
        response.setHeader('content-length', 200_000)
        response.write('No such key. ', () => response.destroy())
      },
    ],
    [
      'badly packed',
      (_request, response) => {
        response.setHeader('content-encoding', 'gzip')
        response.end('no gzip at all')
      },
    ],
    [
      'packed in a way nobody asked for',
      (_request, response) => {
        response.setHeader('content-encoding', 'zstd')
        response.end('x')
      },
    ],
    [
      'packed and above 64 KB',
      (_request, response) => {
        response.setHeader('content-encoding', 'gzip')
        response.end(packed)
      },
    ],
    [
      'that is not UTF-8',
      (_request, response) => {
        response.end(Buffer.from([0xff, 0xfe, 0xc3, 0x28]))
      },
    ],
  ]

  it.each(pages)(
    '%s means what its status says, and leaks no connection',
    async (_name, answer) => {
      let status = 401
      const url = await serve((request, response) => {
        response.setHeader('content-type', 'application/json')
        if (status === 200) return json(['ok'])(request, response)
        response.statusCode = status
        if (status !== 401) response.setHeader('retry-after', '600')
        answer(request, response)
      })
      const client = await open(url)
      await expect(post(client)).rejects.toMatchObject({ code: 'auth', status: 401 })
      status = 429
      const waits = { retryAfterMs: 600_000, maybeSent: false }
      await expect(post(client)).rejects.toMatchObject({ code: 'rate-limited', ...waits })
      status = 503
      await expect(get(client)).rejects.toMatchObject({ code: 'server', ...waits })
      await expect(post(client)).rejects.toMatchObject({ code: 'server', ...waits })
      status = 500
      await expect(post(client)).rejects.toMatchObject({ code: 'server', maybeSent: true })
      // The pool has two connections: five that were left open would block this.
      status = 200
      expect((await get(client)).value).toEqual(['ok'])
    },
  )

  it('gives its first words', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(401, { 'content-type': 'text/plain' })
      response.end(long)
    })
    await expect(get(await open(url))).rejects.toThrow(/^No such key\. No such key/)
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

  it('of "no content" is nothing, which a schema may take or refuse', async () => {
    const url = await serve((_request, response) => response.writeHead(204).end())
    const client = await open(url)
    expect((await get(client)).value).toBeNull()
    const list = client.json(z.array(z.unknown()), { method: 'GET', path: '/a', signal })
    await expect(list).rejects.toThrow('unexpected shape')
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
  it('means what is read in it, not what its status says, also with 200', async () => {
    const seen: unknown[] = []
    const answers = [
      [400, 'application/json', JSON.stringify({ error: { code: 17 } })],
      [403, 'text/html', '<h1>Access denied</h1>'],
      [200, 'application/json', JSON.stringify({ error: { code: 18 } })],
    ] as const
    let at = 0
    const url = await serve((_request, response) => {
      const [status, type, text] = answers[at++]!
      response.writeHead(status, { 'content-type': type, 'retry-after': '7' })
      response.end(text)
    })
    const client = await open(url, 'none', [], ({ status, headers, body, effect }) => {
      seen.push([status, headers['content-type'], body, effect])
      return status === 403 ? 'rate-limited' : new SyncError('auth', 'Who are you?')
    })
    await expect(get(client)).rejects.toMatchObject({ code: 'auth', message: 'Who are you?' })
    await expect(get(client)).rejects.toMatchObject({ code: 'rate-limited', retryAfterMs: 7_000 })
    await expect(get(client)).rejects.toMatchObject({ code: 'auth', message: 'Who are you?' })
    expect(seen).toEqual([
      [400, 'application/json', { error: { code: 17 } }, 'none'],
      [403, 'text/html', undefined, 'none'],
      [200, 'application/json', { error: { code: 18 } }, 'none'],
    ])
  })
})
