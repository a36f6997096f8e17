/** Waits on this computer for a browser to come back from a sign-in elsewhere. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ProblemError } from '../contract/problem.ts'
import type { BrowserReturn, Returned } from '../engine/ports.ts'

const path = '/signed-in'

/** What keeps a port from being listened on, by the code of the operating system. */
const cannotListen: Readonly<Record<string, { readonly problem: string; readonly fix: string }>> = {
  EADDRINUSE: {
    problem: 'is taken',
    fix: 'Another sign-in may be waiting there: finish or cancel it. ',
  },
  EACCES: { problem: 'may not be used by Marshal', fix: '' },
}

/**
 * Listens on 127.0.0.1.
 * @param port 0 takes a free one
 * @throws ProblemError `wrong-use` where the port is taken, or is not for everybody
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
  }).catch((cause: NodeJS.ErrnoException) => {
    const why = cannotListen[cause.code ?? '']
    if (!why) throw cause
    const anotherPort =
      '"marshal target sign-in" can use another port (--port); its address has to be entered at the target.'
    throw new ProblemError(
      {
        code: 'wrong-use',
        message: `The port ${port} of this computer ${why.problem}.`,
        fix: `${why.fix}${anotherPort}`,
      },
      { cause },
    )
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
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
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
