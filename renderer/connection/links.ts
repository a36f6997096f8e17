/** The two ways to the engine: HTTP in a browser, a message port in the desktop app. */
import type { ClientLink } from '@orpc/client'
import { RPCLink as HttpLink } from '@orpc/client/fetch'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { headersOf } from '../../main/contract/operator.ts'
import { operatorOfBrowser } from './operator-of-browser.ts'
import { EngineLostError, isAborted } from './shown-problem.ts'
import { storedSession } from './session.ts'

export type EngineLink = ClientLink<Record<never, never>>

/** A link over `POST /rpc/*` with the session as bearer token. */
export function createHttpLink(on: {
  /** Told with the session that was not accepted. */
  readonly refused: (session: string | null) => void
  readonly lost: () => void
}): EngineLink {
  return new HttpLink({
    url: `${location.origin}/rpc`,
    headers: () => ({
      ...headersOf(operatorOfBrowser.value),
      authorization: `${scheme}${storedSession() ?? ''}`,
    }),
    fetch: async (request, init) => {
      try {
        const response = await fetch(request, init)
        if (response.status === 401) on.refused(sessionOf(request))
        return response
      } catch (error) {
        if (isAborted(error)) throw error
        on.lost()
        throw new EngineLostError(error)
      }
    },
  })
}

const scheme = 'Bearer '

function sessionOf({ headers }: Request): string | null {
  return headers.get('authorization')?.slice(scheme.length) || null
}

/** A link over a message port handed in by the desktop app. */
export function createPortLink(port: MessagePort): EngineLink {
  const link = new PortLink({ port })
  port.start()
  return link
}

/** Calls back with every port the desktop app hands in, and asks for one. Only this very window may hand in ports. */
export function onEnginePort(take: (port: MessagePort) => void): void {
  addEventListener('message', (event: MessageEvent<unknown>) => {
    const [port] = event.ports
    if (event.source === window && event.data === 'marshal:port' && port) take(port)
  })
  askForPort()
}

/** Asks the desktop app for a (new) port; see preload/index.ts. Nobody listens in a browser. */
export function askForPort(): void {
  postMessage('marshal:connect', '*')
}
