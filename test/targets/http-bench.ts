/** Servers on loopback and clients of the adapters' kind at them, closed after each test. */
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach } from 'vitest'
import { z } from 'zod'
import type { AnswerReader } from '../../main/engine/targets/kit/answer-error.ts'
import { HttpClient } from '../../main/engine/targets/kit/http-client.ts'
import { signInFrom } from '../../main/engine/targets/kit/sign-in.ts'
import { systemClock } from '../../main/hosts/system-clock.ts'
import { undiciHttp } from '../../main/hosts/undici-http.ts'
import { countedIds } from '../support/test-core.ts'

export const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

export async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

export const signal = new AbortController().signal
export const quiet = { debug() {}, info() {}, warn() {}, error() {} }

export async function open(
  url: string,
  auth = 'api-key',
  offsets: number[] = [],
  reads?: AnswerReader,
): Promise<HttpClient> {
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
  const options = { signIn, limits: { concurrency: 2 } }
  return new HttpClient(context, reads ? { ...options, reads } : options)
}

export const anything = z.unknown()
export const get = (client: HttpClient, path = '/a') =>
  client.json(anything, { method: 'GET', path, query: [['q', '1']], signal })
export const post = (client: HttpClient) =>
  client.json(anything, { method: 'POST', path: '/a', body: { name: 'Zoë' }, signal })

export const json =
  (value: unknown): RequestListener =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(value))
  }
