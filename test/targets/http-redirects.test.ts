import type { IncomingMessage, RequestListener } from 'node:http'
import { describe, expect, it } from 'vitest'
import { followable } from '../../main/engine/targets/kit/redirect.ts'
import { anything, get, json, open, post, serve, signal } from './http-bench.ts'

describe('a redirect', () => {
  const redirect =
    (status: number, location: string, rest: RequestListener = json([])): RequestListener =>
    (request, response) => {
      if (!request.url?.startsWith('/a')) return rest(request, response)
      response.writeHead(status, { location })
      response.end()
    }

  it('is followed by a read at the same origin', async () => {
    const seen: IncomingMessage[] = []
    const url = await serve(
      redirect(302, '/b', (request, response) => {
        seen.push(request)
        json(['ok'])(request, response)
      }),
    )
    expect((await get(await open(url))).value).toEqual(['ok'])
    expect(seen.map(({ headers }) => headers['x-api-key'])).toEqual(['canary-key'])
  })

  /** A server that nobody was told of, at the same host and another port. */
  async function stranger() {
    const asked: string[] = []
    const url = await serve((request, response) => {
      asked.push(request.method ?? '')
      json([])(request, response)
    })
    return { url, asked }
  }

  it.each([301, 302, 303, 307, 308])(
    '%i of a read to another origin is an error in words, not an empty list',
    async (status) => {
      const { url: elsewhere, asked } = await stranger()
      const client = await open(await serve(redirect(status, `${elsewhere}/b`)))
      const where = new RegExp(`redirects to ${elsewhere}/b, which was not followed; enter that`)
      await expect(get(client)).rejects.toMatchObject({
        code: 'config',
        message: expect.stringMatching(where),
      })
      expect(asked).toEqual([])
    },
  )

  it.each([301, 302, 303, 307, 308])(
    '%i never carries a write to another port of the host',
    async (status) => {
      const { url: elsewhere, asked } = await stranger()
      const client = await open(await serve(redirect(status, `${elsewhere}/b`)))
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
        const failure = client.json(anything, { method, path: '/a', body: { name: 'Zoë' }, signal })
        await expect(failure).rejects.toMatchObject({ code: 'config' })
      }
      expect(asked).toEqual([])
    },
  )

  it.each([301, 302, 303])(
    '%i of a write is not turned into a read, and a create may have happened',
    async (status) => {
      const asked: string[] = []
      const url = await serve(
        redirect(status, '/b', (request, response) => {
          asked.push(request.method ?? '')
          json({ id: 1 })(request, response)
        }),
      )
      const client = await open(url)
      await expect(post(client)).rejects.toMatchObject({ code: 'config', maybeSent: true })
      const put = client.json(anything, { method: 'PUT', path: '/a', body: {}, signal })
      await expect(put).rejects.toMatchObject({ code: 'config', maybeSent: false })
      expect(asked).toEqual([])
    },
  )

  it.each([307, 308])('%i repeats a write at the same origin as it was', async (status) => {
    const seen: { readonly method: string; readonly key: unknown; body: string }[] = []
    const url = await serve(
      redirect(status, '/b', (request, response) => {
        const kept = { method: request.method ?? '', key: request.headers['x-api-key'], body: '' }
        seen.push(kept)
        request.setEncoding('utf8')
        request.on('data', (text: string) => (kept.body += text))
        request.on('end', () => json({ id: 1 })(request, response))
      }),
    )
    expect((await post(await open(url))).value).toEqual({ id: 1 })
    expect(seen).toEqual([{ method: 'POST', key: 'canary-key', body: '{"name":"Zoë"}' }])
  })

  it('to another host is what a network does that wants a sign-in of its own', async () => {
    const client = await open(await serve(redirect(307, 'http://localhost:1/b')))
    const away = { code: 'offline', maybeSent: false }
    await expect(post(client)).rejects.toMatchObject(away)
    await expect(get(client)).rejects.toMatchObject(away)
  })

  it('never leads from an encrypted address to one that is not', () => {
    const moved = (location: string) =>
      followable(
        'https://timing.example/a',
        { status: 307, headers: { location }, body: (async function* () {})(), cancel() {} },
        'none',
      )
    expect(() => moved('http://timing.example/b')).toThrow(/not encrypted; it was not followed/)
    expect(() => moved('https://other.example/b')).toThrow(/instead of answering/)
    expect(moved('/b')).toBe('https://timing.example/b')
  })

  it.each([
    ['to a forbidden address', 'http://169.254.169.254/', 'offline'],
    ['to something that is no web address', 'file:///etc/passwd', 'config'],
    ['round and round', '/a2', 'config'],
    ['to nowhere', 'http://[', 'bad-response'],
  ])('%s is refused', async (_name, location, code) => {
    const url = await serve(redirect(302, location))
    await expect(get(await open(url))).rejects.toMatchObject({ code })
  })
})
