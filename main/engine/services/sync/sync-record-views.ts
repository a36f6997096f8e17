/** Sync records as people see them. */
import type { SyncRecordView } from '../../../contract/targets.ts'
import type { EntityName } from '../../../contract/words.ts'
import type { Db } from '../../db/schema.ts'
import { entities } from '../../model/entities.ts'
import { displayName } from '../../model/record.ts'
import { readDisplayNames } from '../../store/sql/records.ts'
import { toIso } from '../../store/sql/stamps.ts'
import type { SyncRecordItem } from '../../store/links/sync-record-list.ts'
import { readLinks, type ParentLink } from '../../store/links/sync-records.ts'
import type { LinkData } from '../../sync/inbound/decide/link-data.ts'

/** Views of a page, in its order; a few statements for each kind of record on it. */
export async function viewSyncRecords(
  db: Db,
  targetId: number,
  items: readonly SyncRecordItem[],
): Promise<SyncRecordView[]> {
  const names = await namesOf(db, items)
  const held = items.flatMap(({ state, heldBy }) => (state === 'held' && heldBy ? [heldBy] : []))
  const parents = await readLinks(db, targetId, held)
  return items.map((one) => {
    const { rowNo, entity, recordId, state, heldBy } = one
    const isUndecided = state === 'held' && heldBy === null
    const parent = state === 'linked' ? null : heldBy
    const parentName = parent === null ? '' : (names.get(parent) ?? parent)
    return {
      id: String(rowNo),
      entity,
      recordId,
      remoteId: one.remoteId,
      display: recordId === null ? remoteName(entity, one.linkData) : (names.get(recordId) ?? ''),
      state,
      due: one.due === 1,
      heldBy: parent === null ? null : { recordId: parent, display: parentName },
      errorCode: one.errorCode,
      errorMessage:
        state === 'held'
          ? isUndecided
            ? 'The target may have it already. Say under Attention whether it is one of those.'
            : heldReason(parentName, parents.get(heldBy ?? ''))
          : one.errorMessage,
      attempts: one.attempts,
      nextAttemptOn: toIso(one.nextAttemptOn),
      entityModifiedOn: toIso(one.entityModifiedOn),
      entitySyncedOn: toIso(one.entitySyncedOn),
      remoteSyncedOn: toIso(one.remoteSyncedOn),
    }
  })
}

/** Why a record waits for its parent, and what lets both go. */
export function heldReason(
  parent: string,
  link: Pick<ParentLink, 'state'> | undefined,
): string | null {
  switch (link?.state) {
    case undefined:
      return `${parent} is not sent to this target.`
    case 'failed':
      return `${parent} was refused by the target. What is wrong with it has to be mended first.`
    case 'ignored':
      return `${parent} was given up or left out. Change it, or send it again, and this one goes with it.`
    case 'unmatched':
      return `${parent} waits for a person to send it.`
    case 'held':
      return `${parent} waits itself.`
    default:
      return null
  }
}

/** Names of all records a page shows: its own and the parents they wait for. */
async function namesOf(
  db: Db,
  items: readonly SyncRecordItem[],
): Promise<ReadonlyMap<string, string>> {
  const wanted = new Map<EntityName, Set<string>>()
  const want = (entity: EntityName, id: string) => {
    const ids = wanted.get(entity)
    if (ids) ids.add(id)
    else wanted.set(entity, new Set([id]))
  }
  for (const { entity, recordId, heldBy } of items) {
    if (recordId !== null) want(entity, recordId)
    // Which kind of record it waits for is not kept; few kinds come into question.
    for (const { refersTo } of entities[entity].fields) {
      if (refersTo && heldBy !== null) want(refersTo, heldBy)
    }
  }
  const names = new Map<string, string>()
  for (const [entity, ids] of wanted) {
    for (const [id, name] of await readDisplayNames(db, entity, [...ids])) names.set(id, name)
  }
  return names
}

function remoteName(entity: EntityName, linkData: string | null): string {
  const data = linkData === null ? null : (JSON.parse(linkData) as Partial<LinkData>)
  return data?.fields ? displayName(entity, data.fields) : ''
}
