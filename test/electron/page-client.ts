/** A client of the contract inside the page, as the window has one, but under the test's control. */
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import type { Contract } from '../../main/contract/contract.ts'

type Client = ContractRouterClient<Contract>

export interface PageClient {
  /** Asks the preload script for a line; resolves when it is there. */
  connect(): Promise<void>
  readonly client: Client
  /** The raw port, for what an honest client would never send. */
  readonly port: MessagePort
  /** Live events since `follow` was called. */
  follow(): Promise<void>
  readonly events: readonly unknown[]
}

declare global {
  var marshalTest: PageClient
}

let port: MessagePort | null = null
let client: Client | null = null
const events: unknown[] = []

function thePort(): MessagePort {
  if (port === null) throw new Error('not connected')
  return port
}

function theClient(): Client {
  if (client === null) throw new Error('not connected')
  return client
}

globalThis.marshalTest = {
  connect: () =>
    new Promise((resolve) => {
      const listen = (event: MessageEvent<unknown>) => {
        const [first] = event.ports
        if (event.data !== 'marshal:port' || first === undefined) return
        window.removeEventListener('message', listen)
        port = first
        client = createORPCClient(new RPCLink({ port: first }))
        first.start()
        resolve()
      }
      window.addEventListener('message', listen)
      window.postMessage('marshal:connect', window.origin)
    }),
  get client() {
    return theClient()
  },
  get port() {
    return thePort()
  },
  follow: async () => {
    const stream = await theClient().status.watch()
    void (async () => {
      for await (const event of stream) events.push(event)
    })().catch(() => undefined)
  },
  get events() {
    return events
  },
}
