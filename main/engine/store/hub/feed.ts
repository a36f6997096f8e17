/**
 * What changed after a stamp, as the records are now. The audit trail is the order: the newest entry of a record has the
 * record's own stamp. Stamps are taken and committed by one writer, so nothing turns up below one that was seen.
 */
import type { HubRecord } from '../../../contract/hub.ts'
import { isOwnField } from '../../../contract/own-field-names.ts'
import type { FieldValue } from '../../../contract/records.ts'
import type { EntityName } from '../../../contract/words.ts'
import type { Db } from '../../db/schema.ts'
import type { Fields } from '../../model/record.ts'
import { readRecords } from '../sql/records.ts'
import { jsonPage, value } from '../sql/statement.ts'

/** What is asked of the feed. `limit` 0 asks only for the newest stamp. */
export interface FeedQuery {
  readonly after: number
  readonly limit: number
  readonly entity: EntityName | null
}

/** A part of the feed, and the stamp to go on from. */
export interface FeedPage {
  readonly records: readonly HubRecord[]
  readonly next: number
  readonly more: boolean
}

type Entry = Omit<HubRecord, 'fields' | 'deleted'>

/** Reads a page, in the order of the stamps. The number of statements grows with the kinds of records in it, not with its length. */
export async function readFeed(db: Db, { after, limit, entity }: FeedQuery): Promise<FeedPage> {
  // Read first: what is committed between the two statements has a higher stamp, and comes next time.
  const newest = (await value<number | null>(db, 'SELECT max(stamp) AS value FROM audit')) ?? 0
  if (limit === 0 || newest <= after) {
    return { records: [], next: Math.max(after, newest), more: newest > after }
  }
  const entries = await jsonPage<Entry>(
    db,
    `SELECT json_group_array(json_object('stamp', stamp, 'entity', entity, 'id', recordId, 'by', who, 'device', device,
       'madeOn', madeOn, 'origin', origin, 'source', source)) AS page
     FROM (SELECT * FROM audit AS a WHERE a.stamp > ?1 AND a.stamp <= ?2 AND (?3 IS NULL OR a.entity = ?3)
       AND NOT EXISTS (SELECT 1 FROM audit AS later
         WHERE later.recordId = a.recordId AND later.stamp > a.stamp AND later.stamp <= ?2)
       ORDER BY a.stamp LIMIT ?4)`,
    after,
    newest,
    entity,
    limit + 1,
  )
  const shown = entries.slice(0, limit)
  const more = entries.length > limit
  return {
    records: await withContent(db, shown),
    next: more ? shown.at(-1)!.stamp : newest,
    more,
  }
}

async function withContent(db: Db, entries: readonly Entry[]): Promise<readonly HubRecord[]> {
  const found = new Map<string, HubRecord>()
  for (const [kind, some] of Map.groupBy(entries, (entry) => entry.entity)) {
    const records = await readRecords(
      db,
      kind,
      some.map(({ id }) => id),
    )
    for (const entry of some) {
      const record = records.get(entry.id)
      if (!record) continue
      const deleted = record.deletedOn !== null
      found.set(entry.id, { ...entry, deleted, fields: deleted ? {} : sentFields(record.fields) })
    }
  }
  return entries.flatMap(({ id }) => found.get(id) ?? [])
}

/** Own fields of events stay at the hub: desks have no definitions of them. */
function sentFields(fields: Fields): Record<string, FieldValue> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !isOwnField(name)))
}
