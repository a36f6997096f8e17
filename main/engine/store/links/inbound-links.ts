/** Sync records as receiving needs them: found by remote id or record, and written after a page was worked in. */
import type { EntityName, SyncRecordState } from '../../../contract/words.ts'
import type { Db, Trx } from '../../db/schema.ts'
import { entities } from '../../model/entities.ts'
import type { MasterRecord } from '../../model/record.ts'
import type { SyncRecordEventName } from '../../model/sync-record.ts'
import { masterSql, recordFromArray, type RecordArray } from '../sql/master-columns.ts'
import { add, move } from './move-records.ts'
import { page } from '../sql/page.ts'
import { jsonPage, run } from '../sql/statement.ts'
import { writeUnlinkedKeys } from './unlinked-keys.ts'

/** What is known of a remote record, or of a record that may turn out to be it. Stamps in microseconds. */
export interface InboundLink {
  readonly rowNo: number
  readonly recordId: string | null
  readonly remoteId: string | null
  readonly agreed: string | null
  readonly agreedHash: string | null
  /** JSON list of canonical contents that were sent and never confirmed. */
  readonly unconfirmed: string | null
  readonly remoteSyncedOn: number
  readonly state: SyncRecordState
  /** What is kept of a remote record that is not linked, as JSON. */
  readonly linkData: string | null
  /** Version the remote gave last, and 1 while something of ours is to be sent. */
  readonly remoteVersion?: string | null
  readonly isDue?: number
}

const linkItem = `json_object('rowNo', s.rowNo, 'recordId', s.recordId, 'remoteId', s.remoteId, 'agreed', s.agreed,
  'agreedHash', s.agreedHash, 'unconfirmed', s.unconfirmed, 'remoteSyncedOn', s.remoteSyncedOn, 'state', s.state, 'linkData', s.linkData,
  'remoteVersion', s.remoteVersion, 'isDue', s.entityModifiedOn > s.entitySyncedOn)`

/** Links by remote id. */
export async function readLinksByRemoteId(
  db: Db,
  targetId: number,
  entity: EntityName,
  remoteIds: readonly string[],
): Promise<ReadonlyMap<string, InboundLink>> {
  const found = await jsonPage<InboundLink>(
    db,
    `SELECT json_group_array(${linkItem}) AS page FROM json_each(?3) AS item CROSS JOIN sync_record AS s
     WHERE s.targetId = ?1 AND s.entity = ?2 AND s.remoteId = item.value`,
    targetId,
    entity,
    JSON.stringify(remoteIds),
  )
  return new Map(found.map((link) => [link.remoteId!, link]))
}

/** Links by record id. */
export async function readLinksByRecordId(
  db: Db,
  targetId: number,
  recordIds: readonly string[],
): Promise<ReadonlyMap<string, InboundLink>> {
  const found = await jsonPage<InboundLink>(
    db,
    `SELECT json_group_array(${linkItem}) AS page FROM json_each(?2) AS item CROSS JOIN sync_record AS s
     WHERE s.recordId = item.value AND s.targetId = ?1`,
    targetId,
    JSON.stringify(recordIds),
  )
  return new Map(found.map((link) => [link.recordId!, link]))
}

/** Of a common name there are hundreds; nobody decides among so many. */
const mostNamesakes = 20

const namesakes = page({ foldedName: 'text', dateOfBirth: 'text?' })

/**
 * Live persons of these folded names, who were born on that day or of whom one does not know when: a few for each.
 * @param names folded full name, and birth date where it is known
 */
export async function findNamesakes(
  db: Db,
  names: readonly (readonly [string, string | null])[],
): Promise<readonly MasterRecord[]> {
  if (names.length === 0) return []
  const found = await jsonPage<RecordArray>(
    db,
    `SELECT json_group_array(${masterSql('person').recordArray}) AS page
     FROM ${namesakes.from()} CROSS JOIN person AS r
     WHERE r.rowNo IN (SELECT p.rowNo FROM person AS p WHERE p.foldedName = item.foldedName AND p.deletedOn IS NULL
       AND (item.dateOfBirth IS NULL OR p.dateOfBirth IS NULL OR p.dateOfBirth = item.dateOfBirth)
       ORDER BY p.dateOfBirth IS NOT item.dateOfBirth LIMIT ${mostNamesakes})`,
    namesakes.json(names.map(([foldedName, dateOfBirth]) => ({ foldedName, dateOfBirth }))),
  )
  return found.map((array) => recordFromArray('person', array))
}

const stamped = page({ id: 'text', stamp: 'int' })

/** Which of these records have another stamp by now. */
export async function findMoved(
  trx: Trx,
  entity: EntityName,
  stamps: readonly (readonly [id: string, stamp: number])[],
): Promise<ReadonlySet<string>> {
  if (stamps.length === 0) return new Set()
  const moved = await jsonPage<string>(
    trx,
    `SELECT json_group_array(r.id) AS page FROM ${stamped.from()} CROSS JOIN ${entities[entity].table} AS r
     WHERE r.id = item.id AND r.modifiedOn <> item.stamp`,
    stamped.json(stamps.map(([id, stamp]) => ({ id, stamp }))),
  )
  return new Set(moved)
}

const linksSeen = page({ rowNo: 'int', state: 'text', recordId: 'text?', remoteId: 'text?' })

/** Which of these sync records are gone, or say something else by now; by row number. */
export async function findRelinked(
  trx: Trx,
  links: readonly Pick<InboundLink, 'rowNo' | 'state' | 'recordId' | 'remoteId'>[],
): Promise<ReadonlySet<number>> {
  if (links.length === 0) return new Set()
  const relinked = await jsonPage<number>(
    trx,
    `SELECT json_group_array(item.rowNo) AS page FROM ${linksSeen.from()}
     LEFT JOIN sync_record AS s ON s.rowNo = item.rowNo
     WHERE s.state IS NOT item.state OR s.recordId IS NOT item.recordId OR s.remoteId IS NOT item.remoteId`,
    linksSeen.json(links),
  )
  return new Set(relinked)
}

/** How a sync record is left after its remote record was worked in. */
export interface InboundResult {
  /** Null for a new sync record. */
  readonly rowNo: number | null
  readonly recordId: string | null
  readonly remoteId: string | null
  readonly state: SyncRecordState
  readonly agreed: string | null
  readonly agreedHash: string | null
  readonly remoteSyncedOn: number
  readonly remoteVersion: string | null
  /** Stamp of the record here; null leaves what is known of it. */
  readonly entityModifiedOn: number | null
  /** Stamp up to which the target has it; null leaves it as it is. */
  readonly entitySyncedOn: number | null
  readonly linkData: string | null
  /** What it may be recognised by later, where it belongs to none of ours. */
  readonly keys?: readonly string[]
  /** The record here is deleted with it. */
  readonly recordDeleted?: boolean
}

/** What brings a sync record into its state; a state that only sending knows is one it had before. */
const eventOf = {
  linked: 'agreed',
  conflict: 'asked',
  unmatched: 'fitsNone',
  possible: 'fitsSeveral',
  ignored: 'putToRest',
  held: 'seen',
  retry: 'seen',
  failed: 'seen',
} as const satisfies Record<SyncRecordState, SyncRecordEventName>

const worked = page({
  ...{ rowNo: 'int?', recordId: 'text?', remoteId: 'text?', event: 'text' },
  ...{ agreed: 'text?', agreedHash: 'text?', remoteSyncedOn: 'int', remoteVersion: 'text?' },
  ...{ entityModifiedOn: 'int?', entitySyncedOn: 'int?', linkData: 'text?', recordDeleted: 'int?' },
})

const receivingEvents = [...new Set(Object.values(eventOf))]

/** Writes the results of a page: known sync records are changed, others are added. */
export async function writeInboundResults(
  trx: Trx,
  targetId: number,
  entity: EntityName,
  results: readonly InboundResult[],
): Promise<void> {
  const given = (some: readonly InboundResult[]) =>
    worked.json(
      some.map((one) => ({
        ...one,
        event: eventOf[one.state],
        recordDeleted: one.recordDeleted ? 1 : null,
      })),
    )
  // A remote record nothing here fitted so far, now found to be one of ours: its waiting row makes room.
  await run(
    trx,
    `DELETE FROM sync_record WHERE rowNo IN (SELECT s.rowNo FROM ${worked.from()} CROSS JOIN sync_record AS s
       WHERE s.targetId = ?2 AND s.entity = ?3 AND s.remoteId = item.remoteId
         AND s.recordId IS NULL AND s.rowNo IS NOT item.rowNo)`,
    given(results.filter(({ recordId }) => recordId !== null)),
    targetId,
    entity,
  )
  const told = {
    recordId: 'item.recordId',
    remoteId: 'item.remoteId',
    agreed: 'item.agreed',
    agreedHash: 'item.agreedHash',
    remoteSyncedOn: 'item.remoteSyncedOn',
    remoteVersion: 'item.remoteVersion',
    linkData: 'item.linkData',
  }
  const mapping = '(SELECT mappingVersion FROM target WHERE id = ?2)'
  const known = results.filter((one) => one.rowNo !== null)
  const added = results.filter((one) => one.rowNo === null)
  if (known.length > 0) {
    await move(
      trx,
      receivingEvents,
      {
        set: {
          ...told,
          entityModifiedOn: 'coalesce(item.entityModifiedOn, sync_record.entityModifiedOn)',
          entitySyncedOn: 'coalesce(item.entitySyncedOn, sync_record.entitySyncedOn)',
          recordDeleted: 'coalesce(item.recordDeleted, sync_record.recordDeleted)',
          mappingVersion: `CASE WHEN sync_record.agreedHash IS item.agreedHash THEN sync_record.mappingVersion
            ELSE ${mapping} END`,
        },
        from: worked.from(),
        where: 'sync_record.rowNo = item.rowNo',
      },
      given(known),
      targetId,
    )
  }
  if (added.length > 0) {
    await add(
      trx,
      receivingEvents,
      {
        values: {
          ...told,
          targetId: '?2',
          entity: '?3',
          entityModifiedOn: 'coalesce(item.entityModifiedOn, 0)',
          entitySyncedOn: 'coalesce(item.entitySyncedOn, -1)',
          recordDeleted: 'coalesce(item.recordDeleted, 0)',
          mappingVersion: mapping,
        },
        from: worked.from(),
      },
      given(added),
      targetId,
      entity,
    )
  }
  const unlinked = results.flatMap(({ remoteId, keys }) =>
    remoteId === null || keys === undefined ? [] : [{ remoteId, keys }],
  )
  await writeUnlinkedKeys(trx, targetId, entity, unlinked)
}
