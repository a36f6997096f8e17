/**
 * What changed after a stamp, as the records are now. The audit trail is the order: the newest entry of a record has the
 * record's own stamp. Stamps are taken and committed by one writer, so nothing turns up below one that was seen.
 */
import type { HubRecord } from '../../../contract/hub.ts'
import type { FieldValue } from '../../../contract/records.ts'
import type { EntityName } from '../../../contract/words.ts'
import type { Db } from '../../db/schema.ts'
import { ownFieldsOf, ownNames } from '../../model/own-fields.ts'
import type { Fields } from '../../model/record.ts'
import { readOwnFields } from '../sql/own-fields.ts'
import { readRecords } from '../sql/records.ts'
import { jsonPage, value } from '../sql/statement.ts'
import { readDefinedOn } from './definitions.ts'

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
  /** Stamp of the last change of what events define, which is a place in the feed, too. */
  readonly definedOn: number
}

type Entry = Omit<HubRecord, 'fields' | 'deleted'>

/** Reads a page, in the order of the stamps. The number of statements grows with the kinds of records in it, not with its length. */
export async function readFeed(db: Db, { after, limit, entity }: FeedQuery): Promise<FeedPage> {
  // Read first: what is committed between the two statements has a higher stamp, and comes next time.
  const definedOn = await readDefinedOn(db)
  const written = (await value<number | null>(db, 'SELECT max(stamp) AS value FROM audit')) ?? 0
  const newest = Math.max(written, definedOn)
  if (limit === 0 || newest <= after) {
    return { records: [], next: Math.max(after, newest), more: newest > after, definedOn }
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
    definedOn,
  }
}

async function withContent(db: Db, entries: readonly Entry[]): Promise<readonly HubRecord[]> {
  const found = new Map<string, HubRecord>()
  const own = entries.some(({ entity }) => entity === ownFieldsOf) ? await readOwnFields(db) : []
  const namesOf = Map.groupBy(own, ({ eventId }) => eventId)
  // An own field that is empty is said to be, one without a definition is not.
  const sent = (fields: Fields) => {
    const defined = namesOf.get(String(fields['event'])) ?? []
    const values = defined.map(({ name }) => [name, fields[name] ?? null] as const)
    return { ...withoutOwn(fields), ...Object.fromEntries(values) }
  }
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
      found.set(entry.id, { ...entry, deleted, fields: deleted ? {} : sent(record.fields) })
    }
  }
  return entries.flatMap(({ id }) => found.get(id) ?? [])
}

function withoutOwn(fields: Fields): Record<string, FieldValue> {
  const own = new Set(ownNames(fields))
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !own.has(name)))
}
