import { createServer, type RequestListener, type Server } from 'node:http'
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server as TcpServer,
} from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { HttpError, type HttpPool } from '../../main/engine/ports.ts'
import { isForbiddenAddress } from '../../main/hosts/forbidden-addresses.ts'
import { undiciHttp } from '../../main/hosts/undici-http.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function listen(server: Server | TcpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    if ('closeAllConnections' in server) server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

const serve = async (listener: RequestListener) =>
  `http://127.0.0.1:${await listen(createServer(listener))}`

function open(
  timeouts: Parameters<typeof undiciHttp>[0] = {},
  allowInsecure = false,
  addresses?: readonly string[],
  connections = 4,
): HttpPool {
  const resolve = addresses
    ? async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    : undefined
  const pool = undiciHttp(timeouts, resolve).open({ connections, allowInsecure })
  closers.push(() => pool.close())
  return pool
}

const get = (pool: HttpPool, url: string, signal?: AbortSignal) =>
  pool.request({ method: 'GET', url, headers: {}, ...(signal ? { signal } : {}) })

async function failure(work: Promise<unknown>): Promise<HttpError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof HttpError)) throw new Error(`expected an HttpError, got ${String(error)}`)
  return error
}

async function text(body: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of body) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}

describe('an outbound request', () => {
  it('sends method, headers and body, and gives back status, joined headers and body', async () => {
    const url = await serve((request, response) => {
      let body = ''
      request.on('data', (part) => (body += part))
      request.on('end', () => {
        response.writeHead(201, { 'X-Many': ['a', 'b'] })
        response.end(`${request.method} ${request.url} ${request.headers['x-api-key']} ${body}`)
      })
    })
    const answer = await open().request({
      method: 'POST',
      url: `${url}/api/people?page=0`,
      headers: { 'x-api-key': 'k' },
      body: '{"name":"Zoë"}',
    })
    expect(answer.status).toBe(201)
    expect(answer.headers['x-many']).toBe('a, b')
    expect(await text(answer.body)).toBe('POST /api/people?page=0 k {"name":"Zoë"}')
  })

  it('never follows a redirect', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(302, { location: 'https://elsewhere.example/' })
      response.end()
    })
    const answer = await get(open(), url)
    expect(answer.status).toBe(302)
    answer.cancel()
  })

  it('counts as not sent when nobody listens', async () => {
    const port = await listen(createTcpServer())
    for (const close of closers.splice(0)) await close()
    const error = await failure(get(open(), `http://127.0.0.1:${port}/`))
    expect(error).toMatchObject({ failure: 'offline', sent: false })
    expect(error.message).toContain('nothing answers there')
  })

  it('counts as not sent when the name is not known', async () => {
    const pool = open({}, true, [])
    expect(await failure(get(pool, 'https://nowhere.example/'))).toMatchObject({
      failure: 'offline',
      sent: false,
    })
  })

  it('counts as sent when the connection is cut after the request', async () => {
    const url = await serve((request) => request.socket.destroy())
    expect(await failure(get(open(), url))).toMatchObject({ failure: 'offline', sent: true })
  })

  it('times out waiting for headers, as sent', async () => {
    const url = await serve(() => {})
    expect(await failure(get(open({ headersMs: 50 }), url))).toMatchObject({
      failure: 'timeout',
      sent: true,
    })
  })

  it('times out when the body stops flowing', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200)
      response.write('half')
    })
    const answer = await get(open({ bodyMs: 50 }), url)
    expect(await failure(text(answer.body))).toMatchObject({ failure: 'timeout', sent: true })
  })

  it('ends an answer that drips for ever after the total time', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200)
      const drip = setInterval(() => response.write('.'), 10)
      response.on('close', () => clearInterval(drip))
    })
    const answer = await get(open({ totalMs: 150 }), url)
    expect(await failure(text(answer.body))).toMatchObject({ failure: 'timeout', sent: true })
  })

  it('stops when the caller does, and says so', async () => {
    const url = await serve(() => {})
    const stop = new AbortController()
    const waiting = failure(get(open(), url, stop.signal))
    stop.abort(new Error('any reason'))
    expect(await waiting).toMatchObject({ failure: 'aborted' })
  })

  it('uses a connection again for the next request', async () => {
    const ports = new Set<number | undefined>()
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort)
      response.end('ok')
    })
    const pool = open({}, false, undefined, 1)
    for (let turn = 0; turn < 3; turn += 1) await text((await get(pool, url)).body)
    expect(ports.size).toBe(1)
  })

  it('names a certificate problem as such, not as being offline', async () => {
    const { createServer: createTlsServer } = await import('node:https')
    const { selfSigned } = await import('../../main/hosts/edge/hub/self-signed.ts')
    const server = createTlsServer(selfSigned(), (_request, response) => response.end('ok'))
    const port = await listen(server as unknown as Server)
    const error = await failure(get(open(), `https://127.0.0.1:${port}/`))
    expect(error).toMatchObject({ failure: 'tls', sent: false })
    expect(error.message).toContain('certificate')
  })

  it('to a server known by its certificate is shown that at each connection, never an earlier session', async () => {
    const { createServer: createTlsServer } = await import('node:https')
    const { fingerprintOf, selfSigned } = await import('../../main/hosts/edge/hub/self-signed.ts')
    const certificate = selfSigned()
    const reused: boolean[] = []
    const server = createTlsServer(certificate, (_request, response) => {
      response.setHeader('connection', 'close')
      response.end('ok')
    })
    server.on('secureConnection', (socket) => reused.push(socket.isSessionReused()))
    const port = await listen(server as unknown as Server)
    const pin = fingerprintOf(certificate.cert)
    const pool = undiciHttp().open({ connections: 1, allowInsecure: false, pin })
    closers.push(() => pool.close())
    for (let turn = 0; turn < 3; turn += 1)
      expect(await text((await get(pool, `https://127.0.0.1:${port}/`)).body)).toBe('ok')
    expect(reused).toEqual([false, false, false])
  })
})

describe('addresses that are refused', () => {
  it.each([
    'http://169.254.169.254/latest/meta-data/',
    'https://169.254.169.254/',
    'https://2852039166/',
    'https://0xa9.254.0xa9fe/',
    'https://[::ffff:169.254.169.254]/',
    'https://[::ffff:a9fe:a9fe]/',
    'https://[64:ff9b::a9fe:a9fe]/',
    'https://[2002:a9fe:a9fe::]/',
    'https://[fe80::1]/',
    'https://[fd00:ec2::254]/',
    'https://0.0.0.0/',
    'https://0/',
    'https://[::]/',
    'https://100.100.100.200/',
  ])('%s', async (url) => {
    expect(await failure(get(open({}, true), url))).toMatchObject({
      failure: 'blocked',
      sent: false,
    })
  })

  it('a name that leads to one, even beside a good address', async () => {
    const pool = open({}, true, ['93.184.216.34', '169.254.169.254'])
    const error = await failure(get(pool, 'https://metadata.example/'))
    expect(error).toMatchObject({ failure: 'blocked', sent: false })
    expect(error.message).toContain('169.254.169.254')
  })

  it('localhost, when it leads elsewhere and plain http was allowed for being local', async () => {
    const pool = open({}, false, ['192.168.1.5'])
    expect(await failure(get(pool, 'http://localhost:1/'))).toMatchObject({ failure: 'blocked' })
  })

  it('plain http to another computer, unless allowed', async () => {
    expect(await failure(get(open(), 'http://timing.example/'))).toMatchObject({
      failure: 'blocked',
    })
    const allowed = open({ connectMs: 50 }, true, [])
    expect(await failure(get(allowed, 'http://timing.example/'))).toMatchObject({
      failure: 'offline',
    })
  })

  it('other protocols, sign-in data in the address, and what is no address', async () => {
    for (const url of ['ftp://timing.example/', 'https://me:pw@timing.example/', 'timing'])
      expect(await failure(get(open({}, true), url))).toMatchObject({ failure: 'blocked' })
  })

  it('ordinary addresses are not among them', () => {
    for (const address of ['127.0.0.1', '192.168.1.1', '8.8.8.8', '::1', '2001:db8::1', 'fd00::1'])
      expect(isForbiddenAddress(address)).toBe(false)
  })
})
