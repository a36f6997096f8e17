/** Changes as the hub takes them, and what it made of them. */
import type { FieldValue } from '../../../contract/records.ts'
import type { ChangesPosted, HubChange, HubOutcome } from '../../../contract/hub.ts'
import type { EntityName } from '../../../contract/words.ts'
import type { OutgoingChange, SendOutcome } from '../kit/adapter.ts'
import { stampTime } from './stamp-time.ts'
import { SyncError } from '../kit/sync-error.ts'

/** One request. Throws `SyncError` where the hub answers less than it was asked. */
export async function push(
  ask: (body: ChangesPosted) => Promise<readonly HubOutcome[]>,
  entity: EntityName,
  batch: readonly OutgoingChange[],
): Promise<readonly SendOutcome[]> {
  const changes = batch.map((change) => toHubChange(entity, change))
  const outcomes = await ask({ changes, merges: true })
  if (outcomes.length !== batch.length) {
    throw new SyncError('bad-response', 'The hub did not answer each change.', { maybeSent: true })
  }
  return outcomes.map((outcome, at) => toOutcome(batch[at]!, outcome))
}

function toHubChange(entity: EntityName, change: OutgoingChange): HubChange {
  const { key, action, body, patch, remoteVersion, modifiedBy, remoteModifiedOn } = change
  const seen = remoteVersion === null ? null : Number(remoteVersion)
  return {
    ...{ key, entity, id: change.remoteId ?? change.recordId, action },
    fields: body as Readonly<Record<string, FieldValue>>,
    changed: action === 'update' && patch !== null ? Object.keys(patch) : null,
    seen: seen !== null && Number.isSafeInteger(seen) ? seen : null,
    by: modifiedBy,
    madeOn: remoteModifiedOn,
  }
}

function toOutcome(change: OutgoingChange, outcome: HubOutcome): SendOutcome {
  const remoteId = change.remoteId ?? change.recordId
  switch (outcome.status) {
    case 'done':
    case 'merged':
    case 'conflict':
    case 'taken': {
      const { stamp, unread, lost, kept } = outcome
      // What the hub has otherwise comes with its next page, and is taken over like any change of a colleague.
      return {
        ...{ status: 'done', remoteId },
        // What a colleague did meanwhile was not read here: the next change is still made on what was seen before.
        ...(unread ? {} : { remoteVersion: String(stamp) }),
        ...(kept ? { kept } : {}),
        ...(lost.length > 0 ? { lost: lost.filter(({ why }) => why !== 'rule') } : {}),
      }
    }
    case 'gone':
      return { status: 'failed', error: goneError(outcome) }
    case 'refused': {
      const { message, sameAs } = outcome
      const same = sameAs === undefined ? {} : { sameAs }
      return { status: 'failed', error: new SyncError('rejected', message), ...same }
    }
  }
}

function goneError({ what, by, on }: Extract<HubOutcome, { status: 'gone' }>): SyncError {
  const who = `${by ?? 'somebody'}${on === null ? '' : ` at ${stampTime(on)}`}`
  return what === 'deleted'
    ? new SyncError('rejected', `It was deleted by ${who} while it was changed here.`)
    : new SyncError(
        'rejected',
        `It was changed by ${who} while it was deleted here, so it is still there. Try again to delete it all the same.`,
      )
}
