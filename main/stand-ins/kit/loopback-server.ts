import { createServer } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request whose body has arrived in full. `target` is path and query. */
export interface LoopbackRequest {
  readonly method: string
  readonly target: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** An answer: `body` is the exact text, `''` for none. */
export interface LoopbackAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A running server. `close` stops listening and ends open connections. */
export interface LoopbackServer {
  readonly url: string
  readonly close: () => Promise<void>
}

/** Larger request bodies are answered with 413 and the connection is closed. */
const largestBody = 16 * 1024 * 1024

/**
 * A small HTTP server on 127.0.0.1 for the servers Marshal ships for trying things out (the testing
 * target and the demonstration TagServer). Requests whose Host is not a loopback name are refused, so
 * that a web page cannot read it by rebinding its own name to 127.0.0.1.
 *
 * @param options `port` 0 takes a free one; `answer` is called once per request.
 * @throws when the port is taken, with a message for people and the system's `code`.
 */
export function serveLoopback(options: {
  readonly port: number
  readonly answer: (request: LoopbackRequest) => LoopbackAnswer | Promise<LoopbackAnswer>
}): Promise<LoopbackServer> {
  const server = createServer((request, response) => {
    receive(request, response, options.answer)
  })
  server.keepAliveTimeout = 60_000
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, options.port)))
    server.listen(options.port, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      resolve({
        url: `http://127.0.0.1:${port}`,
        close: () =>
          new Promise((done) => {
            server.close(() => done())
            server.closeAllConnections()
          }),
      })
    })
  })
}

function explain(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== 'EADDRINUSE') return error
  const explained: NodeJS.ErrnoException = new Error(
    `Port ${port} is already in use by another program. Choose another one with --port.`,
    { cause: error },
  )
  explained.code = 'EADDRINUSE'
  return explained
}

function receive(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (request: LoopbackRequest) => LoopbackAnswer | Promise<LoopbackAnswer>,
): void {
  if (!isLoopbackHost(request.headers.host)) {
    send(response, plain(421, 'This server answers on 127.0.0.1 and localhost only.'))
    return
  }
  const parts: Buffer[] = []
  let length = 0
  request.on('data', (part: Buffer) => {
    length += part.length
    if (length <= largestBody) parts.push(part)
    else if (!response.headersSent) {
      response.shouldKeepAlive = false
      send(response, plain(413, 'The request is larger than 16 MB.'))
    }
  })
  request.on('end', () => {
    if (length > largestBody) return
    const body = Buffer.concat(parts).toString('utf8')
    const { method = 'GET', url = '/', headers } = request
    Promise.resolve()
      .then(() => answer({ method, target: url, headers, body }))
      .then(
        (outcome) => send(response, outcome),
        () => send(response, plain(500, 'The server failed while answering.')),
      )
  })
}

function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host)
}

function plain(status: number, text: string): LoopbackAnswer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: text }
}

function send(response: ServerResponse, answer: LoopbackAnswer): void {
  if (response.destroyed || response.headersSent) return
  const body = Buffer.from(answer.body, 'utf8')
  response.writeHead(
    answer.status,
    answer.status === 204 ? answer.headers : { ...answer.headers, 'content-length': body.length },
  )
  response.end(body)
}
