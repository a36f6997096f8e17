/** Access to the engine from any component. */
import { createTanstackQueryUtils, type RouterUtils } from '@orpc/tanstack-query'
import { inject, type App, type InjectionKey, type Ref } from 'vue'
import type { ConnectionState, EngineClient, EngineConnection } from '../engine-client.ts'

export interface EngineAccess {
  /** Typed calls: `await client.desk.checkIn({ id })`. Errors: see `toShownProblem`. */
  readonly client: EngineClient
  /** Cached queries: `useQuery(orpc.targets.list.queryOptions())`, keys: `orpc.desk.key()`. */
  readonly orpc: RouterUtils<EngineClient>
  readonly connection: Readonly<Ref<ConnectionState>>
  readonly signIn: EngineConnection['signIn']
}

const key: InjectionKey<EngineAccess> = Symbol('engine')

/** Makes the engine available to `useEngine`. */
export function provideEngine(app: App, connection: EngineConnection): EngineAccess {
  const access: EngineAccess = {
    client: connection.client,
    orpc: createTanstackQueryUtils(connection.client),
    connection: connection.state,
    signIn: connection.signIn,
  }
  app.provide(key, access)
  return access
}

/** The engine. Only inside components of the window. */
export function useEngine(): EngineAccess {
  const access = inject(key)
  if (!access) throw new Error('useEngine outside the window')
  return access
}
