/** What the conformance suite needs to know of a stand-in server, whatever system it stands in for. */
import type { EntityName, SyncErrorCode } from '../../../main/contract/words.ts'
import type { Clock } from '../../../main/engine/ports.ts'
import type { RemoteBody } from '../../../main/engine/targets/kit/adapter.ts'
import type { RequestMatch } from '../../support/stand-in-process.ts'
import type { StandInProcess } from '../../support/stand-in-process.ts'

export interface StoredRecord {
  readonly remoteId: string
  readonly body: RemoteBody
}

export interface ConformanceServer {
  readonly process: StandInProcess
  /** Sign-in the server accepts; `secrets` must hold a value that is looked for in every log line. */
  readonly auth: string
  readonly secrets: Readonly<Record<string, string>>
  /** Kept beside them and no secret, like the name of a user. */
  readonly names?: Readonly<Record<string, string>>
  /** Keeps what the target gives in place of one of them. */
  readonly storeSecret?: (key: string, value: string) => Promise<void>
  /** What the adapter reads and waits by. Default: that of this computer. */
  readonly clock?: Clock
  /** Settings of the target. Default: the adapter's own. */
  readonly settings?: Readonly<Record<string, unknown>>
  /** Remote ids of parents that are there and cannot be made from here. */
  readonly parents?: Readonly<Partial<Record<EntityName, string>>>
  /** The requests that write, where the adapter has to look things up first. Default: all. */
  readonly writes?: RequestMatch
  /** What these statuses mean where the answer is no JSON, if that is another code. */
  readonly withoutJson?: Readonly<Partial<Record<number, SyncErrorCode>>>
  /** References it cannot be without and fills in where we have none. */
  readonly fills?: Readonly<Partial<Record<EntityName, readonly string[]>>>
  /** Makes the server refuse these secrets. */
  lockOut(): Promise<void>
  /** Makes the server accept them (again). */
  letIn(): Promise<void>
  /** Live records of an entity, as the server keeps them. */
  stored(entity: EntityName): Promise<readonly StoredRecord[]>
}

/** What a server must be able to do for adapters that pull. */
export interface PullServer extends ConformanceServer {
  /** Puts `count` records there as somebody else's work, all with the same modified time. Answers their remote ids. */
  putTogether(entity: EntityName, count: number, prefix: string): Promise<readonly string[]>
  /** Deletes one as somebody else would. */
  removeThere(entity: EntityName, remoteId: string): Promise<void>
  /** False where only a walk through everything tells that something was deleted. Default: changes do. */
  readonly tellsDeletions?: boolean
}
