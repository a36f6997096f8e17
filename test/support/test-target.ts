/** What a test says of one adapter; nothing else in test/support knows which adapters there are. */
import type { EntityName } from '../../main/contract/words.ts'
import type { Secrets } from '../../main/engine/ports.ts'
import type { EntityBinding, RemoteBody } from '../../main/engine/targets/kit/adapter.ts'
import type { SignIn } from '../../main/stand-ins/kit/stand-in.ts'
import type { StandInProcess } from './stand-in-process.ts'
import { secretsInMemory } from './test-core.ts'

/** An adapter, the stand-in it talks to, and how it signs in there. */
export interface TestTarget<Server extends StandInProcess = StandInProcess> extends SignIn {
  readonly adapter: string
  /** Starts one; whoever asked for it stops it. */
  standIn(): Promise<Server>
}

/** A target whose stand-in keeps content in the very form that is sent. */
export interface PlainTarget<
  Server extends StandInProcess = StandInProcess,
> extends TestTarget<Server> {
  /** What is there of each kind of record, by remote id. */
  contentOf(
    server: Server,
    bindings: readonly EntityBinding[],
  ): Promise<ReadonlyMap<EntityName, ReadonlyMap<string, RemoteBody>>>
}

/** The configuration of the target `timing` at a stand-in, without its secrets. No run happens by itself unless scheduled. */
export function targetConfig(target: TestTarget, url: string): Record<string, unknown> {
  const { adapter, auth, settings } = target
  return {
    ...{ name: 'timing', adapter, url, auth },
    ...(Object.keys(settings).length > 0 ? { settings } : {}),
    schedule: { delta: null, reconcile: null },
  }
}

/** Secrets in memory with what the stand-in of the target `timing` accepts. */
export async function secretsFor(target: TestTarget): Promise<Secrets> {
  const secrets = secretsInMemory()
  for (const [key, value] of Object.entries(target.secrets)) await secrets.set('timing', key, value)
  return secrets
}
