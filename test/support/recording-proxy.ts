/** A server in front of another one that passes everything on, and keeps what went through. */
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request and its answer. Bodies are their JSON, undefined where there was none. */
export interface Exchange {
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly sent: unknown
  readonly status: number
  readonly answered: unknown
}

export interface RecordingProxy {
  readonly url: string
  readonly exchanges: readonly Exchange[]
  close(): Promise<void>
}

/** Starts one on this computer. */
export async function startRecordingProxy(behind: string): Promise<RecordingProxy> {
  const exchanges: Exchange[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const { method = 'GET', url: path = '/' } = request
      const sent = Buffer.concat(parts).toString('utf8')
      const headers = passedOn(request.headers)
      void fetch(`${behind}${path}`, { method, headers, ...(sent ? { body: sent } : {}) })
        .then(async (answer) => {
          const text = await answer.text()
          const { status } = answer
          exchanges.push({ method, path, sent: jsonOf(sent), status, answered: jsonOf(text) })
          const type = answer.headers.get('content-type')
          response.writeHead(status, type === null ? {} : { 'content-type': type })
          response.end(text)
        })
        .catch(() => response.destroy())
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    exchanges,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** What belongs to this connection only stays here. */
function passedOn(headers: IncomingHttpHeaders): Record<string, string> {
  const own = ['host', 'connection', 'content-length', 'transfer-encoding', 'accept-encoding']
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' && !own.includes(name) ? [[name, value]] : [],
    ),
  )
}

function jsonOf(text: string): unknown {
  return text === '' ? undefined : (JSON.parse(text) as unknown)
}
