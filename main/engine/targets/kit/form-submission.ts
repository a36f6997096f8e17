/** DataCollect's form submissions: one change as its clients push it, to whatever server. Pure. */
import type { EntityName } from '../../../contract/words.ts'
import type { OutgoingChange, SendOutcome } from './adapter.ts'
import type { RemoteBody } from './resource.ts'
import { isoFromStamp } from './stamp-text.ts'

/** One pushed change. `timestamp` is ISO 8601 UTC. */
export interface FormSubmission {
  /** Names the change: the same on every attempt. */
  readonly guid: string
  readonly entityGuid: string
  /** `create-<entity>`, `update-<entity>` or `delete-<entity>`. */
  readonly type: string
  readonly data: RemoteBody
  readonly timestamp: string
  readonly userId: string
  readonly syncLevel: number
}

/** DataCollect numbers its sync levels: 0 is "made at a client". */
const localLevel = 0

/** A change as DataCollect's clients push it. The remote id of a record we made is our id. */
export function submissionOf(entity: EntityName, change: OutgoingChange): FormSubmission {
  return {
    guid: change.key,
    entityGuid: remoteIdOf(change),
    type: `${change.action}-${entity}`,
    data: { entity, ...change.body },
    timestamp: isoFromStamp(change.remoteModifiedOn),
    userId: change.modifiedBy,
    syncLevel: localLevel,
  }
}

/** The outcome of a change that was taken. */
export function submitted(change: OutgoingChange): SendOutcome {
  const { remoteModifiedOn } = change
  return {
    status: 'done',
    remoteId: remoteIdOf(change),
    remoteModifiedOn,
    remoteVersion: isoFromStamp(remoteModifiedOn),
  }
}

/** What a request with these changes does there: whether a creation arrived has to be known, also where it may be repeated. */
export const effectOf = (changes: readonly OutgoingChange[]): 'create' | 'repeatable' =>
  changes.some(({ action }) => action === 'create') ? 'create' : 'repeatable'

/** Id of the record a change is about, at the server. */
function remoteIdOf(change: OutgoingChange): string {
  return change.remoteId ?? change.recordId
}
