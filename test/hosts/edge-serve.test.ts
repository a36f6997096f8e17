import { once } from 'node:events'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { request as httpsRequest } from 'node:https'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { statusDocument } from '../support/command-documents.ts'
import { dataFolderForTest, marshal, marshalJson, RunningMarshal } from '../support/run-marshal.ts'
import { readHubAddress } from '../../main/hosts/edge/hub/running-hub.ts'
import { selfSigned } from '../../main/hosts/edge/hub/self-signed.ts'
import { startTagServer, standInKey } from '../targets/tagserver/stand-in.ts'

// Many processes, one after the other, each a full start of Marshal.
vi.setConfig({ testTimeout: 180_000 })

const env = { MARSHAL_PASSPHRASE: 'correct horse battery staple' }

let data: string
const closers: (() => Promise<unknown>)[] = []
beforeEach(async () => {
  const folder = await dataFolderForTest()
  data = folder.dir
  closers.push(folder.remove)
})
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

interface Up {
  readonly url: string
  readonly signInUrl: string
  readonly token: string
  readonly running: RunningMarshal
}

async function serve(...args: readonly string[]): Promise<Up> {
  const running = new RunningMarshal(['--json', 'serve', '--port', '0', '--show-token', ...args], {
    data,
    env,
  })
  closers.push(() => running.end('SIGKILL'))
  return { running, ...((await running.document()) as Omit<Up, 'running'>) }
}

const bearer = (token: string) => ({
  authorization: `Bearer ${token}`,
  'content-type': 'application/json',
})

const signInWith = (url: string, token: string) =>
  fetch(`${url}/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  })

describe('marshal serve', () => {
  it('prints a link that signs in once', async () => {
    const { url, signInUrl } = await serve()
    expect(signInUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}$/)
    const token = new URL(signInUrl).hash.slice('#token='.length)
    const { session } = (await (await signInWith(url, token)).json()) as { session: string }
    expect((await fetch(`${url}/api/status`, { headers: bearer(session) })).status).toBe(200)
    expect((await signInWith(url, token)).status).toBe(401)
  })

  it.each([
    ['with a vault and a hub', env, ['--hub', '--hub-host', '127.0.0.1', '--hub-port', '0']],
    ['with no place for a token', {}, []],
  ])('starts again by itself as it was, with the backup somebody chose, %s', async (...given) => {
    const [, secrets, args] = given
    const running = new RunningMarshal(
      ['--json', 'serve', '--port', '0', '--show-token', ...args],
      { data, env: secrets },
    )
    closers.push(() => running.end('SIGKILL'))
    const { url, token, signInUrl } = (await running.document()) as Omit<Up, 'running'>
    const hub = await readHubAddress(data)
    const ask = async (path: string, body?: unknown) => {
      const answer = await fetch(`${url}/api${path}`, {
        headers: bearer(token),
        ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      })
      expect(answer.status, path).toBe(200)
      return answer.json() as Promise<Record<string, unknown>>
    }
    const add = (lastName: string) =>
      ask('/records/set', { entity: 'person', fields: { lastName } })
    await add('Kept')
    const { file } = await ask('/backup', {})
    await add('Lost')
    await ask('/restore', { file })
    await running.until('stderr', new RegExp(`Started again at ${url}`))
    // What was told at first goes on to be true: the hub's address, the API token, the link nobody used yet.
    expect(await readHubAddress(data)).toEqual(hub)
    const link = new URL(signInUrl).hash.slice('#token='.length)
    expect((await signInWith(url, link)).status).toBe(200)
    expect((await signInWith(url, link)).status).toBe(401)
    expect(await ask('/about')).toMatchObject({ restored: { from: file } })
    const { records } = await ask('/records/list', { entity: 'person' })
    expect(records).toMatchObject([{ lastName: 'Kept' }])
    // One document, and an orderly end, as if nothing had been.
    const ended = await running.end()
    expect(ended.stdout.trim().split('\n')).toHaveLength(1)
    expect(ended.code).toBe(0)
  })

  it('prints another link at SIGHUP', async () => {
    const { url, running } = await serve()
    running.child.kill('SIGHUP')
    const [, token] = await running.until('stderr', /New sign-in link.*#token=([\w-]{43})/)
    expect((await signInWith(url, token!)).status).toBe(200)
    expect((await running.end()).code).toBe(0)
  })

  it('keeps the API token over restarts where there is somewhere to keep it', async () => {
    const first = await serve()
    await first.running.end()
    const second = await serve()
    expect(second.token).toBe(first.token)
    expect((await fetch(`${second.url}/metrics`, { headers: bearer(second.token) })).status).toBe(
      200,
    )
  })

  it('keeps a browser signed in over a restart, even where there is no keychain', async () => {
    const first = await serve()
    const token = new URL(first.signInUrl).hash.slice('#token='.length)
    const answer = (await (await signInWith(first.url, token)).json()) as { session: string }
    await first.running.end('SIGKILL')
    const second = await serve()
    const status = await fetch(`${second.url}/api/status`, { headers: bearer(answer.session) })
    expect(status.status).toBe(200)
    expect((await signInWith(second.url, token)).status).toBe(401)
  })

  it('refuses a MARSHAL_TOKEN that can be guessed', async () => {
    const refused = await marshal(['serve', '--port', '0'], {
      data,
      env: { MARSHAL_TOKEN: 'secret' },
    })
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('MARSHAL_TOKEN')
  })

  it('sends a change made over HTTP by itself, and ends at SIGTERM with 0 and nothing half done', async () => {
    const timing = await startTagServer()
    closers.push(() => timing.stop())
    const { url, token, running } = await serve()
    const post = (path: string, body: unknown) =>
      fetch(`${url}/api${path}`, {
        method: 'POST',
        headers: bearer(token),
        body: JSON.stringify(body),
      })
    const added = await post('/targets', {
      config: {
        name: 'timing-van',
        adapter: 'tagserver',
        url: timing.url,
        auth: 'api-key',
        secrets: { apiKey: standInKey },
      },
    })
    expect(added.status).toBe(200)
    await post('/records/set', { entity: 'person', fields: { lastName: 'Okafor' } })
    await timing.succeeded({ kind: 'POST people', atLeast: 1 })
    await timing.latency(100)
    for (const lastName of ['A', 'B', 'C', 'D'])
      await post('/records/set', { entity: 'person', fields: { lastName } })
    const stopped = await running.end('SIGTERM')
    expect(stopped.code).toBe(0)
    await timing.latency(0)
    await marshalJson(['sync'], { data, env })
    const people = (await timing.dump('people')).map((person) => person['lastName'])
    expect([...people].sort()).toEqual(['A', 'B', 'C', 'D', 'Okafor'])
    const { targets } = statusDocument.parse(await marshalJson(['status'], { data, env }))
    expect(targets[0]).toMatchObject({ pending: 0, failed: 0, held: 0 })
  })

  it('names a port that is taken, exits 2 and leaves the data folder free', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    const refused = await marshal(['serve', '--port', String(port)], { data, env })
    taken.close()
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain(String(port))
    expect(refused.stderr.trim().split('\n')).toHaveLength(1)
    await marshalJson(['status'], { data, env })
  })

  it.each([
    ['plain http on the network', ['--host', '0.0.0.0'], /--tls-cert/],
    ['a certificate without its key', ['--tls-cert', 'x.pem'], /--tls-key/],
    [
      'an address that is not ours',
      ['--host', '192.0.2.1', '--tls-cert', 'c.pem', '--tls-key', 'k.pem'],
      /192\.0\.2\.1/,
    ],
    [
      'a certificate that is not there',
      ['--tls-cert', 'none.pem', '--tls-key', 'k.pem'],
      /none\.pem/,
    ],
    [
      'a certificate that is none',
      ['--tls-cert', 'junk.pem', '--tls-key', 'k.pem'],
      /certificate/i,
    ],
  ])('refuses %s with exit code 2', async (_what, args, said) => {
    const cwd = await certificates()
    const refused = await marshal(['serve', '--port', '0', ...args], { data, env, cwd })
    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(said)
    expect(refused.stderr.trim().split('\n')).toHaveLength(1)
  })

  it('serves the network over TLS, for its own names only', async () => {
    const cwd = await certificates()
    const { url, token } = await serve(
      ...['--host', '0.0.0.0', '--name', 'localhost'],
      ...['--tls-cert', join(cwd, 'c.pem'), '--tls-key', join(cwd, 'k.pem')],
    )
    expect(url).toMatch(/^https:\/\/localhost:\d+$/)
    const { port } = new URL(url)
    const status = async (host: string) => {
      const request = httpsRequest({
        host: '127.0.0.1',
        port,
        path: '/api/status',
        rejectUnauthorized: false,
        headers: { host, ...bearer(token) },
      })
      request.end()
      const [response] = await once(request, 'response')
      response.resume()
      return response.statusCode
    }
    expect(await status(`localhost:${port}`)).toBe(200)
    expect(await status(`evil.example:${port}`)).toBe(421)
  })
})

async function certificates(): Promise<string> {
  const folder = await mkdtemp(join(data, 'tls-'))
  const { cert, key } = selfSigned()
  await writeFile(join(folder, 'c.pem'), cert)
  await writeFile(join(folder, 'k.pem'), key)
  await writeFile(join(folder, 'junk.pem'), 'junk')
  return folder
}
