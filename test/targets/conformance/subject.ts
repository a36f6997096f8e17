/** What the groups of the conformance suite share. */
import type { EntityName } from '../../../main/contract/words.ts'
import type { Fields } from '../../../main/engine/model/record.ts'
import type { Adapter, SendOutcome } from '../../../main/engine/targets/kit/adapter.ts'
import type { SyncError } from '../../../main/engine/targets/kit/sync-error.ts'
import type { AdapterBench } from './adapter-bench.ts'
import type { ConformanceServer } from './server.ts'

/** What each group of the suite is given: the running server and a fresh connection for each test. */
export interface Subject<Server extends ConformanceServer = ConformanceServer> {
  readonly adapter: Adapter
  readonly server: () => Server
  readonly bench: () => AdapterBench
  /** The shortest way to one record: an entity without hard parents that would have to be made first. */
  readonly simple: EntityName
  /** Entities that are records of their own there and can be made from here, parents first. */
  readonly sends: readonly EntityName[]
}

/** The error of an outcome; fails the test when it is done. */
export function errorOf(outcome: SendOutcome | undefined): SyncError {
  if (outcome?.status !== 'failed') throw new Error(`expected a failure, got ${outcome?.status}`)
  return outcome.error
}

/** Fields of ours the target has otherwise than they were sent. */
export function keptOf(outcome: SendOutcome | undefined): Fields {
  return outcome?.status === 'done' ? (outcome.kept ?? {}) : {}
}
