/** What came from a target and is not worked into master data yet. Staged with the cursor in one transaction. */
import type { EntityName } from '../../../contract/words.ts'
import type { Db, Trx } from '../../db/schema.ts'
import { page } from '../sql/page.ts'
import { jsonPage, run, value } from '../sql/statement.ts'

/** Versions of staged records that stand for an absence begin with this. */
export const absent = 'absent:'

/** A remote record as a page brought it. Times in microseconds. */
interface ArrivingRecord {
  readonly entity: EntityName
  readonly remoteId: string
  readonly version: string
  readonly modifiedOn: number | null
  readonly deleted: boolean
  readonly body: Readonly<Record<string, unknown>>
}

/** A staged remote record. */
export interface InboxItem extends Omit<ArrivingRecord, 'entity'> {
  readonly id: number
}

/** What is known of the record an inbox row is about, and a condition on it. */
const known = (
  condition: string,
) => `EXISTS (SELECT 1 FROM sync_record AS s WHERE s.targetId = inbox.targetId
  AND s.entity = inbox.entity AND s.remoteId = inbox.remoteId AND ${condition})`

/** It was gone there, and is there again as it was. */
const isBack = `(inbox.state = 'done' AND inbox.deleted = 0 AND NOT ${known('true')})`

/** It could not be taken over, or was linked to nothing so far. */
const isOpen = `(inbox.state = 'failed'
  OR ${known(`s.recordId IS NULL AND s.state IN ('unmatched', 'possible')`)})`

/** It was not worked in yet, or waits for its root, and has another state by now: where versions are hashes, an old one. */
const isNewer = `inbox.state IN ('new', 'waiting') AND excluded.modifiedOn > inbox.modifiedOn`

/** It is known to have had another version since: where versions are hashes, going back to old content has an old one. */
const isNews = `(${isNewer} OR inbox.state = 'done' AND ${known(
  's.remoteVersion IS NOT inbox.version AND NOT (excluded.modifiedOn IS NOT NULL AND excluded.modifiedOn < s.remoteSyncedOn)',
)})`

export interface Staging {
  /** Microseconds. */
  readonly now: number
  /** What is worked in once more although it was seen: nothing, what could not be taken over or linked, or everything. */
  readonly again?: 'nothing' | 'open' | 'everything'
  /** They are on a page of a listing: one that is known no more was gone, and is there again as it was. */
  readonly listed?: boolean
}

/**
 * Stages a page. A record that was staged before with the same version is left out, unless it is news: polls overlap on
 * purpose. Answers how many are to be worked in.
 */
export async function stageRecords(
  trx: Trx,
  targetId: number,
  records: readonly ArrivingRecord[],
  staging: Staging,
): Promise<number> {
  let staged = 0
  for (let at = 0; at < records.length; at += stagedAtOnce) {
    const slice = records.slice(at, at + stagedAtOnce)
    staged += await stageSlice(trx, targetId, slice, staging)
  }
  return staged
}

const arriving = page({
  ...{ entity: 'text', remoteId: 'text', version: 'text', modifiedOn: 'int?', deleted: 'int' },
  body: 'json',
})

/** A page of a target may be of any length, and is one text while it is written. */
const stagedAtOnce = 1_000

function stageSlice(
  trx: Trx,
  targetId: number,
  records: readonly ArrivingRecord[],
  { now, again = 'nothing', listed = false }: Staging,
): Promise<number> {
  return run(
    trx,
    `INSERT INTO inbox (targetId, entity, remoteId, version, modifiedOn, deleted, body, receivedOn)
     SELECT ?2, entity, remoteId, version, modifiedOn, deleted, body, CAST(?3 AS INTEGER)
     FROM ${arriving.from()} WHERE true
     ON CONFLICT DO UPDATE SET state = 'new', body = excluded.body, modifiedOn = excluded.modifiedOn
     WHERE ?4 = 'everything' OR (?5 AND ${isBack}) OR (?4 = 'open' AND ${isOpen}) OR ${isNews}`,
    arriving.json(records.map((record) => ({ ...record, deleted: record.deleted ? 1 : 0 }))),
    targetId,
    now,
    again,
    listed ? 1 : 0,
  )
}

/** Rows deleted in one statement: others want to write meanwhile. */
const droppedAtOnce = 5_000

/** Forgets what was staged of an entity since a time and waits to be worked in, after a listing nobody believes. */
export async function dropListed(
  db: Db,
  targetId: number,
  entity: EntityName,
  since: number,
): Promise<void> {
  for (let dropped = droppedAtOnce; dropped === droppedAtOnce;) {
    dropped = await run(
      db,
      `DELETE FROM inbox WHERE id IN (SELECT id FROM inbox WHERE targetId = ?1 AND entity = ?2 AND state = 'new'
         AND receivedOn >= CAST(?3 AS INTEGER) LIMIT ?4)`,
      targetId,
      entity,
      since,
      droppedAtOnce,
    )
  }
}

/** How many staged records of an entity wait to be worked in. */
export async function countInbox(db: Db, targetId: number, entity: EntityName): Promise<number> {
  return (
    (await value<number>(
      db,
      `SELECT count(*) AS value FROM inbox WHERE targetId = ? AND entity = ? AND state = 'new'`,
      targetId,
      entity,
    )) ?? 0
  )
}

export interface InboxPage {
  /** Id of the last item before it, 0 for the first page. */
  readonly after: number
  readonly limit: number
  /** Whether those that were deleted remotely are on it. */
  readonly deletions: boolean
}

/** Staged records of an entity in order of arrival. */
export async function readInbox(
  db: Db,
  targetId: number,
  entity: EntityName,
  { after, limit, deletions }: InboxPage,
): Promise<readonly InboxItem[]> {
  const items = await jsonPage<Omit<InboxItem, 'deleted'> & { readonly deleted: number }>(
    db,
    `SELECT json_group_array(json_object('id', id, 'remoteId', remoteId, 'version', version, 'modifiedOn', modifiedOn,
       'deleted', deleted, 'body', json(body))) AS page
     FROM (SELECT * FROM inbox WHERE targetId = ? AND entity = ? AND id > ? AND state = 'new'
       AND (deleted = 0 OR ?) ORDER BY id LIMIT ?)`,
    targetId,
    entity,
    after,
    deletions ? 1 : 0,
    limit,
  )
  return items.map((item) => ({ ...item, deleted: item.deleted === 1 }))
}

/** A record of a target that could not be taken over. */
export interface RefusedItem {
  readonly id: number
  readonly targetId: number
  readonly entity: EntityName
  readonly body: Readonly<Record<string, unknown>>
}

/** Records that could not be taken over, as they came. */
export function readRefusedItems(db: Db, ids: readonly number[]): Promise<readonly RefusedItem[]> {
  return jsonPage<RefusedItem>(
    db,
    `SELECT json_group_array(json_object('id', id, 'targetId', targetId, 'entity', entity, 'body', json(body))) AS page
     FROM inbox WHERE state = 'failed' AND id IN (SELECT value FROM json_each(?))`,
    JSON.stringify(ids),
  )
}

/** What is staged of these remote records and not worked in yet, by remote id: how they are now, or that they are deleted. */
export async function findStaged(
  trx: Trx,
  targetId: number,
  entity: EntityName,
  remoteIds: readonly string[],
): Promise<ReadonlyMap<string, 'content' | 'deletion'>> {
  const found = await jsonPage<readonly [string, number]>(
    trx,
    // The newest counts.
    `SELECT json_group_array(json_array(remoteId, deleted)) AS page FROM (
       SELECT i.remoteId AS remoteId, i.deleted AS deleted
       FROM json_each(?3) AS item CROSS JOIN inbox AS i
       WHERE i.targetId = ?1 AND i.entity = ?2 AND i.remoteId = item.value AND i.state = 'new' ORDER BY i.id)`,
    targetId,
    entity,
    JSON.stringify(remoteIds),
  )
  return new Map(found.map(([id, deleted]) => [id, deleted === 1 ? 'deletion' : 'content']))
}

/** Marks staged records as worked in. Their version is remembered, their content is not, but whose an absence was. */
export async function finishInbox(trx: Trx, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return
  await run(
    trx,
    `UPDATE inbox SET state = 'done', body = CASE WHEN version LIKE '${absent}%' THEN body ELSE '{}' END
     WHERE id IN (SELECT value FROM json_each(?))`,
    JSON.stringify(ids),
  )
  await overtake(trx, ids)
}

/** How people are told that a remote record could not be taken over. */
export const notTakenMessage = (reason: string) =>
  `A record of the target could not be taken over: ${reason}`

/** How people are told that a remote record was taken over, but not all of it. */
export const takenWithoutMessage = (reason: string) =>
  `A record of the target was taken over without a value that does not fit: ${reason}. What Marshal has stays; correct the value there.`

/** A staged record that could not be taken over, and why. */
export interface NotTaken {
  readonly id: number
  readonly code: 'bad-response' | 'rejected'
  readonly reason: string
}

const failing = page({ id: 'int', code: 'text', reason: 'text' })

/** Keeps staged records that could not be taken over, as failures; a newer version of them is tried again. */
export async function failInbox(trx: Trx, items: readonly NotTaken[], now: number): Promise<void> {
  if (items.length === 0) return
  await run(
    trx,
    `UPDATE inbox SET state = 'failed', errorCode = item.code, errorMessage = item.reason,
       attempts = attempts + 1, lastTriedOn = CAST(?2 AS INTEGER)
     FROM ${failing.from()} WHERE inbox.id = item.id`,
    failing.json(items),
    now,
  )
  await overtake(
    trx,
    items.map(({ id }) => id),
  )
}

/** Earlier versions of these that could not be taken over are nobody's concern any more. Walks what failed, usually nothing. */
async function overtake(trx: Trx, ids: readonly number[]): Promise<void> {
  await run(
    trx,
    `UPDATE inbox SET state = 'done', body = '{}' WHERE state = 'failed' AND EXISTS (
       SELECT 1 FROM inbox AS later WHERE later.targetId = inbox.targetId AND later.entity = inbox.entity
         AND later.remoteId = inbox.remoteId AND later.id > inbox.id
         AND later.id IN (SELECT value FROM json_each(?)))`,
    JSON.stringify(ids),
  )
}

/** Forgets the versions seen of records that were sent just now: an old one coming again means that it was undone there. */
export async function forgetVersions(
  trx: Trx,
  targetId: number,
  entity: EntityName,
  remoteIds: readonly string[],
): Promise<void> {
  if (remoteIds.length === 0) return
  await run(
    trx,
    `DELETE FROM inbox WHERE id IN (SELECT i.id FROM json_each(?3) AS item CROSS JOIN inbox AS i
       WHERE i.targetId = ?1 AND i.entity = ?2 AND i.remoteId = item.value AND i.state = 'done')`,
    targetId,
    entity,
    JSON.stringify(remoteIds),
  )
}

/** Forgets all that was staged of an entity: what was only to be recognised is of no use any more. */
export async function clearInbox(trx: Trx, targetId: number, entity: EntityName): Promise<void> {
  await run(trx, `DELETE FROM inbox WHERE targetId = ? AND entity = ?`, targetId, entity)
}

/** Forgets versions older than an overlap can bring back. */
export async function pruneInbox(db: Db, targetId: number, before: number): Promise<void> {
  await run(
    db,
    `DELETE FROM inbox WHERE targetId = ? AND state = 'done' AND receivedOn < CAST(? AS INTEGER)`,
    targetId,
    before,
  )
}

export async function readCursor(
  db: Db,
  targetId: number,
  entity: EntityName,
): Promise<string | null> {
  return (
    (await value<string>(
      db,
      `SELECT value FROM cursor WHERE targetId = ? AND entity = ?`,
      targetId,
      entity,
    )) ?? null
  )
}

/** Lets everything of some entities be received once more, as it is there now: more of it counts than before. */
export async function readAgain(
  trx: Trx,
  targetId: number,
  entities: readonly EntityName[],
): Promise<void> {
  // One listing may bring several entities.
  await run(trx, `DELETE FROM cursor WHERE targetId = ?`, targetId)
  await run(
    trx,
    `UPDATE sync_record SET remoteVersion = NULL
     WHERE targetId = ?1 AND recordId IS NOT NULL AND entity IN (SELECT value FROM json_each(?2))`,
    targetId,
    JSON.stringify(entities),
  )
}

/** Takes some fields of a kind of record out of what was agreed: neither side is taken to have changed the other's value. */
export async function forgetAgreed(
  trx: Trx,
  targetId: number,
  { entity, fields }: { readonly entity: EntityName; readonly fields: readonly string[] },
): Promise<void> {
  if (fields.length === 0) return
  await run(
    trx,
    `UPDATE sync_record SET agreed = json_remove(agreed, ${fields.map((_, at) => `?${at + 3}`).join(', ')})
     WHERE targetId = ?1 AND entity = ?2 AND agreed IS NOT NULL`,
    ...[targetId, entity, ...fields.map((name) => `$."${name}"`)],
  )
}

/** Moves the cursor, in the transaction that stages the page it stands for. */
export async function writeCursor(
  trx: Trx,
  targetId: number,
  entity: EntityName,
  cursor: string,
): Promise<void> {
  await run(
    trx,
    `INSERT INTO cursor (targetId, entity, value) VALUES (?, ?, ?)
     ON CONFLICT (targetId, entity) DO UPDATE SET value = excluded.value`,
    targetId,
    entity,
    cursor,
  )
}
