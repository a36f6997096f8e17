/** Webhooks that were taken in, and the records they only named. Times in microseconds. */
import type { EntityName } from '../../../contract/words.ts'
import type { Db, Trx } from '../../db/schema.ts'
import { page } from '../sql/page.ts'
import { jsonPage, run } from '../sql/statement.ts'

/** A remote record somebody named. */
interface Named {
  readonly entity: EntityName
  readonly remoteId: string
}

const named = page({ entity: 'text', remoteId: 'text' })
const told = page({ entity: 'text', remoteId: 'text', version: 'text', modifiedOn: 'int?' })
const asked = page({ entity: 'text', remoteId: 'text', askedOn: 'int' })

/** A remote record to be fetched. `askedOn` is another one when it was named again since. */
export interface WantedRecord extends Named {
  readonly askedOn: number
}

/** Notes a delivery; false when it came after `before` already. */
export async function takeDelivery(
  trx: Trx,
  targetId: number,
  deliveryId: string,
  { now, before }: { readonly now: number; readonly before: number },
): Promise<boolean> {
  const taken = await run(
    trx,
    `INSERT INTO webhook_delivery (targetId, deliveryId, receivedOn) VALUES (?1, ?2, CAST(?3 AS INTEGER))
     ON CONFLICT DO UPDATE SET receivedOn = excluded.receivedOn WHERE receivedOn < CAST(?4 AS INTEGER)`,
    targetId,
    deliveryId,
    now,
    before,
  )
  return taken > 0
}

/**
 * Which records, by position, may be worked in as they came: those whose sync record is known and not newer. Whoever
 * comes late, twice in different forms, or about a record that is unknown here or gone, does not say what is true now.
 */
export async function findNews(
  trx: Trx,
  targetId: number,
  records: readonly (Named & { readonly version: string; readonly modifiedOn: number | null })[],
): Promise<ReadonlySet<number>> {
  const news = await jsonPage<number>(
    trx,
    `SELECT json_group_array(item.position) AS page FROM ${told.from()} CROSS JOIN sync_record AS s
     WHERE s.targetId = ?2 AND s.entity = item.entity AND s.remoteId = item.remoteId
       AND s.recordId IS NOT NULL AND item.modifiedOn >= s.remoteSyncedOn
       AND NOT EXISTS (SELECT 1 FROM wanted_record AS w WHERE w.targetId = ?2
         AND w.entity = item.entity AND w.remoteId = item.remoteId)
       AND NOT EXISTS (SELECT 1 FROM inbox AS i WHERE i.targetId = ?2
         AND i.entity = item.entity AND i.remoteId = item.remoteId AND i.version <> item.version
         AND (i.modifiedOn IS NULL OR i.modifiedOn >= item.modifiedOn))`,
    told.json(records),
    targetId,
  )
  return new Set(news)
}

/** Notes records to be fetched. One that is noted already is asked for anew: an answer under way may be from before. */
export async function noteWanted(
  trx: Trx,
  targetId: number,
  records: readonly Named[],
  now: number,
): Promise<void> {
  if (records.length === 0) return
  await run(
    trx,
    `INSERT INTO wanted_record (targetId, entity, remoteId, askedOn)
     SELECT ?2, entity, remoteId, CAST(?3 AS INTEGER) FROM ${named.from()} WHERE true
     ON CONFLICT DO UPDATE SET askedOn = max(excluded.askedOn, askedOn + 1)`,
    named.json(records),
    targetId,
    now,
  )
}

/**
 * Notes those of these records that were deleted there, and are there again by a change of ours: what was written there
 * just before the deletion came with it, and was not looked at.
 */
export async function wantRevived(
  trx: Trx,
  targetId: number,
  { entity, remoteIds }: { readonly entity: EntityName; readonly remoteIds: readonly string[] },
  now: number,
): Promise<void> {
  const deleted = await jsonPage<string>(
    trx,
    `SELECT json_group_array(item.value) AS page FROM json_each(?3) AS item
     WHERE EXISTS (SELECT 1 FROM inbox AS i WHERE i.targetId = ?1 AND i.entity = ?2 AND i.remoteId = item.value
       AND i.deleted = 1 AND i.state = 'done')`,
    targetId,
    entity,
    JSON.stringify(remoteIds),
  )
  const revived = deleted.map((remoteId) => ({ entity, remoteId }))
  await noteWanted(trx, targetId, revived, now)
}

/** Records to be fetched, of these entities and after a place in their order. */
export async function readWanted(
  db: Db,
  targetId: number,
  entities: readonly EntityName[],
  { after, limit }: { readonly after: Named | null; readonly limit: number },
): Promise<readonly WantedRecord[]> {
  return jsonPage<WantedRecord>(
    db,
    `SELECT json_group_array(json_object('entity', entity, 'remoteId', remoteId, 'askedOn', askedOn)) AS page
     FROM (SELECT * FROM wanted_record WHERE targetId = ?1 AND (entity, remoteId) > (?2, ?3)
       AND entity IN (SELECT value FROM json_each(?4)) ORDER BY entity, remoteId LIMIT ?5)`,
    targetId,
    after?.entity ?? '',
    after?.remoteId ?? '',
    JSON.stringify(entities),
    limit,
  )
}

/** Strikes records off that were fetched; answers those among them that nobody named again meanwhile, by position. */
export async function strikeWanted(
  trx: Trx,
  targetId: number,
  wanted: readonly WantedRecord[],
): Promise<ReadonlySet<number>> {
  const given = asked.json(wanted)
  const standing = await jsonPage<number>(
    trx,
    `SELECT json_group_array(item.position) AS page FROM ${asked.from()} CROSS JOIN wanted_record AS w
     WHERE w.targetId = ?2 AND w.entity = item.entity AND w.remoteId = item.remoteId
       AND w.askedOn = item.askedOn`,
    given,
    targetId,
  )
  await run(
    trx,
    `DELETE FROM wanted_record WHERE (targetId, entity, remoteId) IN
       (SELECT w.targetId, w.entity, w.remoteId FROM ${asked.from()} CROSS JOIN wanted_record AS w
        WHERE w.targetId = ?2 AND w.entity = item.entity AND w.remoteId = item.remoteId
          AND w.askedOn = item.askedOn)`,
    given,
    targetId,
  )
  return new Set(standing)
}

/** Takes everything off the inbox that came of these records before: what was fetched just now says what is true. */
export async function dropStaged(
  trx: Trx,
  targetId: number,
  records: readonly Named[],
): Promise<void> {
  if (records.length === 0) return
  await run(
    trx,
    `DELETE FROM inbox WHERE id IN (SELECT i.id FROM ${named.from()} CROSS JOIN inbox AS i
       WHERE i.targetId = ?2 AND i.entity = item.entity AND i.remoteId = item.remoteId)`,
    named.json(records),
    targetId,
  )
}

/** Forgets deliveries, and gives up records that could not be fetched, from before a time. Answers how many were given up. */
export async function pruneWebhooks(db: Db, targetId: number, before: number): Promise<number> {
  await run(
    db,
    `DELETE FROM webhook_delivery WHERE targetId = ? AND receivedOn < CAST(? AS INTEGER)`,
    targetId,
    before,
  )
  return run(
    db,
    `DELETE FROM wanted_record WHERE targetId = ? AND askedOn < CAST(? AS INTEGER)`,
    targetId,
    before,
  )
}
