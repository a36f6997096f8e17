/** The window's one connection to the engine, whichever host it runs in. */
import { createORPCClient, DynamicLink } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import { shallowRef, type Ref } from 'vue'
import type { Contract } from '../main/contract/contract.ts'
import { askForPort, createHttpLink, createPortLink, onEnginePort } from './connection/links.ts'
import type { EngineLink } from './connection/links.ts'
import { inDesktopApp } from './connection/host.ts'
import {
  forgetSession,
  onSessionChange,
  signIn,
  storedSession,
  takeTokenFromAddress,
  type SignInOutcome,
} from './connection/session.ts'

export type EngineClient = ContractRouterClient<Contract>

/** `connecting` is only ever the first moments; `lost` means an established connection broke. */
export type ConnectionState = 'connecting' | 'connected' | 'lost' | 'signed-out'

export interface EngineConnection {
  readonly client: EngineClient
  readonly state: Readonly<Ref<ConnectionState>>
  /** Exchanges a one-time token; on success calls work again. */
  signIn(token: string): Promise<SignInOutcome>
  /** The live stream reports what it sees; it is the heartbeat of the connection. */
  report(seen: 'alive' | 'lost'): void
}

/** Opens the connection: signs in with the token of the address if there is one, and takes ports as they come. */
export async function connectToEngine(): Promise<EngineConnection> {
  const state = shallowRef<ConnectionState>('connecting')
  let current: EngineLink | null = null
  const waiting: Array<(link: EngineLink) => void> = []

  const use = (link: EngineLink) => {
    current = link
    for (const resume of waiting.splice(0)) resume(link)
  }
  const useHttp = () =>
    use(
      createHttpLink({
        refused: (session) => {
          forgetSession(session)
          if (storedSession() === null) state.value = 'signed-out'
        },
        lost: () => report('lost'),
      }),
    )
  const report = (seen: 'alive' | 'lost') => {
    if (seen === 'alive') state.value = 'connected'
    else if (state.value === 'connected') state.value = 'lost'
  }

  onEnginePort((port) => {
    const link = createPortLink(port)
    port.addEventListener('close', () => {
      // A newer port ends the earlier one; asking again then would end the newer one, and so on for ever.
      if (current !== link) return
      current = null
      report('lost')
      askForPort()
    })
    use(link)
    if (state.value === 'signed-out') state.value = 'connecting'
  })

  const token = takeTokenFromAddress()
  if (!inDesktopApp()) {
    if (token) await signIn(token)
    if (storedSession()) useHttp()
    else state.value = 'signed-out'
    onSessionChange((session) => {
      if (session === null) state.value = 'signed-out'
      else if (state.value === 'signed-out') {
        state.value = 'connecting'
        useHttp()
      }
    })
  }

  const link = new DynamicLink(
    () => current ?? new Promise<EngineLink>((resolve) => waiting.push(resolve)),
  )
  return {
    client: createORPCClient<EngineClient>(link),
    state,
    report,
    async signIn(oneTimeToken) {
      const outcome = await signIn(oneTimeToken)
      if (outcome === 'ok') {
        state.value = 'connecting'
        useHttp()
      }
      return outcome
    },
  }
}
