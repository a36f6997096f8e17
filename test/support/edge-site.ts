/** An edge HTTP server in this process, with a real engine on a data folder of its own. */
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/fetch'
import type { ContractRouterClient } from '@orpc/contract'
import type { Contract } from '../../main/contract/contract.ts'
import { createEngine } from '../../main/engine/engine.ts'
import { memorySecrets } from '../../main/hosts/edge/demo/memory-secrets.ts'
import { startEdgeServer, type EdgeServer } from '../../main/hosts/edge/http/edge-server.ts'
import { openSessions } from '../../main/hosts/edge/http/sessions.ts'
import { signIn, type SignIn } from '../../main/hosts/edge/http/sign-in.ts'
import { createPorts } from '../../main/hosts/ports.ts'

export const apiToken = 'an-api-token-for-this-test-only'

/** What nobody may get to see through the window's routes; it lies beside the window's folder. */
export const hidden = 'not for the window'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export interface Ask {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Leaves the token out. */
  readonly anonymous?: boolean
}

export interface EdgeSite {
  readonly server: EdgeServer
  readonly port: number
  /** Who may come in, as long as this process has not been started anew. */
  readonly people: SignIn
  readonly dataDir: string
  /** Over node:http, which sends any Host, Origin and path it is told to, unlike fetch. */
  ask(path: string, ask?: Ask): Promise<Answer>
  post(path: string, body: unknown, ask?: Ask): Promise<Answer>
  /** The clock of the sessions goes ahead. */
  passHours(hours: number): void
  /** Another server for the same engine. */
  startAnother(port?: number): Promise<EdgeServer>
  /** A server as after a restart: all it knows of who is signed in is what a data folder says. */
  restarted(dataDir?: string): Promise<Restarted>
  close(): Promise<void>
}

export interface Restarted {
  readonly people: SignIn
  ask(path: string, ask?: Ask): Promise<Answer>
  close(): Promise<void>
}

/** Slow clients are cut off after 0.3 s (headers) and 0.6 s (whole request). */
export async function startEdgeSite(): Promise<EdgeSite> {
  const folder = await mkdtemp(join(tmpdir(), 'marshal-http-'))
  const window = join(folder, 'window')
  await mkdir(join(window, 'assets'), { recursive: true })
  await writeFile(join(window, 'index.html'), '<!doctype html><html><head></head></html>')
  await writeFile(join(window, 'assets', 'app-1.js'), 'export {}')
  await writeFile(join(folder, 'secret.txt'), hidden)
  const dataDir = join(folder, 'data')
  await mkdir(dataDir, { mode: 0o700 })
  let clock = 1_800_000_000_000
  const now = () => clock
  const sessions = await openSessions({ dataDir, now })
  const ports = await createPorts({ dataDir, secrets: memorySecrets(), signedIn: sessions })
  const engine = await createEngine(ports, { host: 'edge', version: '0.0.0', schedule: false })
  const people = signIn({ apiToken, sessions })
  const common = { engine, log: ports.log, signIn: people, host: '127.0.0.1' } as const
  const server = await startEdgeServer({
    ...common,
    port: 0,
    windowFolder: window,
    headersMs: 300,
    requestMs: 600,
    watchMs: 50,
  })
  const port = Number(new URL(server.url).port)

  async function askAt(at: number, path: string, wish: Ask = {}): Promise<Answer> {
    const { method = 'GET', headers = {}, body, anonymous } = wish
    const request = httpRequest({
      host: '127.0.0.1',
      port: at,
      path,
      method,
      headers: {
        ...(anonymous ? {} : { authorization: `Bearer ${apiToken}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
    })
    request.end(body)
    const [response] = await once(request, 'response')
    let text = ''
    for await (const part of response) text += String(part)
    return { status: response.statusCode, headers: response.headers, text }
  }

  const ask = (path: string, wish?: Ask) => askAt(port, path, wish)

  return {
    server,
    port,
    people,
    dataDir,
    ask,
    post: (path, body, more = {}) =>
      ask(path, { method: 'POST', body: JSON.stringify(body), ...more }),
    passHours: (hours) => void (clock += hours * 3_600_000),
    startAnother: (wanted = 0) => startEdgeServer({ ...common, port: wanted, windowFolder: null }),
    async restarted(from = dataDir) {
      const again = signIn({ apiToken, sessions: await openSessions({ dataDir: from, now }) })
      const other = await startEdgeServer({ ...common, signIn: again, port: 0, windowFolder: null })
      return {
        people: again,
        ask: (path, wish) => askAt(Number(new URL(other.url).port), path, wish),
        close: () => other.drain(1000),
      }
    },
    async close() {
      await server.drain(1000)
      await engine.stop()
      ports.log.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The contract over HTTP, as the window uses it. */
export function rpcClient(
  url: string,
  token = apiToken,
  more: Readonly<Record<string, string>> = {},
): ContractRouterClient<Contract> {
  const headers = { ...more, authorization: `Bearer ${token}` }
  return createORPCClient(new RPCLink({ url: `${url}/rpc`, headers }))
}
