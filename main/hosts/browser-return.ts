/** Waits on this computer for a browser to come back from a sign-in elsewhere. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a browser came back with. */
export type Returned =
  | { readonly code: string }
  /** The other side's word for why not, such as `access_denied`. */
  | { readonly refused: string }

export interface BrowserReturn {
  /** Where the browser has to be sent back to. */
  readonly redirectUri: string
  /** The first return with this state; others are told that nobody waits for them. Rejects when the signal fires. */
  returned(state: string, signal: AbortSignal): Promise<Returned>
  close(): void
}

const path = '/signed-in'

/**
 * Listens on 127.0.0.1.
 * @param port 0 takes a free one
 * @throws where the port is taken, with `code` `EADDRINUSE`
 */
export async function openBrowserReturn(port: number): Promise<BrowserReturn> {
  let waiting: ((request: IncomingMessage, response: ServerResponse) => void) | null = null
  const server = createServer((request, response) => {
    if (waiting) waiting(request, response)
    else say(response, 404, 'Nobody waits for this sign-in.')
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const { port: taken } = server.address() as AddressInfo
  return {
    redirectUri: `http://127.0.0.1:${taken}${path}`,
    returned: (state, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted()
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
        waiting = (request, response) => {
          const told = read(request, state)
          if (told === null) return say(response, 404, 'Nobody waits for this sign-in.')
          waiting = null
          const isIn = 'code' in told
          say(
            response,
            200,
            isIn
              ? 'Marshal has the answer. You can close this page.'
              : 'The sign-in was not finished. You can close this page.',
          )
          resolve(told)
        }
      }),
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

function read({ method, url }: IncomingMessage, state: string): Returned | null {
  // Any page may ask for anything here.
  const asked = URL.parse(url ?? '', 'http://127.0.0.1')
  if (!asked) return null
  const { pathname, searchParams } = asked
  if (method !== 'GET' || pathname !== path || searchParams.get('state') !== state) return null
  const code = searchParams.get('code')
  if (code !== null && code !== '') return { code }
  return { refused: searchParams.get('error') ?? 'no code came' }
}

function say(response: ServerResponse, status: number, words: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    connection: 'close',
  })
  response.end(words)
}
