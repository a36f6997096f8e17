/** The audit trail: who changed what, when, and where the change came from. */
import type { FieldValue } from '../../../contract/records.ts'
import type { EntityName, OriginKind } from '../../../contract/words.ts'
import type { Db, Trx } from '../../db/schema.ts'
import type { ChangeContext, Written } from './change.ts'
import { anyCasePattern } from '../sql/any-case.ts'
import { page } from '../sql/page.ts'
import { jsonPage, rows, run, value } from '../sql/statement.ts'

const entries = page({
  ...{ stamp: 'int', entity: 'text', recordId: 'text', action: 'text', changes: 'json?' },
  ...{ who: 'text', origin: 'text', source: 'text?', device: 'text?', madeOn: 'int?' },
  ...{ overruled: 'json?', deviceId: 'text?' },
})

/** Writes one entry per changed record; the entry's key is the record's stamp. */
export async function writeAudit(
  trx: Trx,
  written: readonly Written[],
  context: ChangeContext,
): Promise<void> {
  const given = written.map(({ change, record, before, fields, action }) => ({
    stamp: record.modifiedOn,
    entity: change.entity,
    recordId: record.id,
    who: record.modifiedBy,
    origin: change.hand?.origin ?? context.origin,
    source: change.hand ? change.hand.source : context.source,
    device: change.hand?.device ?? null,
    madeOn: change.hand?.madeOn ?? null,
    deviceId: change.sentBy ?? null,
    overruled: change.action === 'delete' ? null : (change.overruled ?? null),
    action: action === 'created' ? 'create' : action === 'updated' ? 'update' : 'delete',
    changes:
      action === 'created'
        ? onlyGiven(fields)
        : action === 'updated'
          ? changedFields(before, fields)
          : null,
  }))
  await run(
    trx,
    `INSERT INTO audit (${entries.names}, importNo)
     SELECT ${entries.names}, ?2 FROM ${entries.from()}`,
    entries.json(given),
    context.importNo ?? null,
  )
}

function onlyGiven(fields: Readonly<Record<string, FieldValue>>): Record<string, FieldValue> {
  const given: Record<string, FieldValue> = {}
  for (const name in fields) if (fields[name] !== null) given[name] = fields[name]!
  return given
}

function changedFields(
  before: { readonly fields: Readonly<Record<string, FieldValue>> } | null,
  fields: Readonly<Record<string, FieldValue>>,
): Record<string, readonly [FieldValue, FieldValue]> {
  const changed: Record<string, readonly [FieldValue, FieldValue]> = {}
  for (const [name, after] of Object.entries(fields)) {
    const was = before?.fields[name] ?? null
    if (was !== after) changed[name] = [was, after]
  }
  return changed
}

export interface AuditItem {
  readonly stamp: number
  readonly entity: EntityName
  readonly recordId: string
  readonly action: 'create' | 'update' | 'delete'
  readonly who: string
  readonly origin: OriginKind
  readonly source: string | null
  readonly importNo: number | null
  /** create: field → value; update: field → [before, after]; delete: null. */
  readonly changes: Readonly<Record<string, FieldValue | readonly [FieldValue, FieldValue]>> | null
}

export interface AuditFilter {
  readonly entity?: EntityName
  readonly recordId?: string
  readonly who?: string
  readonly origin?: OriginKind
  readonly source?: string
  /** Stamps, both included. */
  readonly since?: number
  readonly until?: number
  /** In a value before or after, whatever the case of its letters. */
  readonly text?: string
  /** Only entries older than this stamp. */
  readonly before: number | null
  readonly limit: number
}

export interface AuditPage {
  /** Newest first. */
  readonly items: readonly AuditItem[]
  /** Everything older than this is still to be looked at; null at the end. */
  readonly next: number | null
}

/** Entries one statement looks through, and all statements for one page: what is rare is not searched for to the end. */
const looked = { atOnce: 20_000, forPage: 200_000 } as const

const itemObject = `json_object('stamp', stamp, 'entity', entity, 'recordId', recordId, 'action', action,
  'who', who, 'origin', origin, 'source', source, 'importNo', importNo, 'changes', json(changes))`

const isMeant = `(?4 IS NULL OR entity = ?4) AND (?5 IS NULL OR who = ?5) AND (?6 IS NULL OR origin = ?6)
  AND (?7 IS NULL OR source = ?7)
  AND (?8 IS NULL OR (changes GLOB ?10 AND EXISTS (SELECT 1 FROM json_tree(changes)
    WHERE atom IS NOT NULL AND atom GLOB ?8)))`

/** A page of entries, newest first. */
export async function readAudit(db: Db, filter: AuditFilter): Promise<AuditPage> {
  const { recordId = null, entity = null, who = null, origin = null, source = null } = filter
  const { text = null, limit, since = 0 } = filter
  const inValue = text === null ? null : anyCasePattern(text)
  // The whole column is looked at first, where a quote or a line break is written as JSON does.
  const written = text === null ? null : anyCasePattern(JSON.stringify(text).slice(1, -1))
  const ofRecord = recordId === null ? '?3 IS NULL' : 'recordId = ?3'
  const isRare =
    recordId === null && [entity, who, origin, source, text].some((one) => one !== null)
  const items: AuditItem[] = []
  let before = Math.min(filter.before ?? Number.MAX_SAFE_INTEGER, (filter.until ?? Infinity) + 1)
  for (let seen = 0; seen < looked.forPage; seen += looked.atOnce) {
    const low = isRare ? await manyBefore(db, before, since) : undefined
    const found = await jsonPage<AuditItem>(
      db,
      `SELECT json_group_array(${itemObject}) AS page FROM (SELECT * FROM audit
         WHERE stamp < ?1 AND stamp >= ?2 AND ${ofRecord} AND ${isMeant} ORDER BY stamp DESC LIMIT ?9)`,
      ...[before, low ?? since, recordId, entity, who, origin, source, inValue],
      limit - items.length,
      written,
    )
    items.push(...found)
    if (items.length === limit) return { items, next: items.at(-1)!.stamp }
    if (low === undefined) return { items, next: null }
    before = low
  }
  return { items, next: before }
}

/** Down to which stamp one statement looks; undefined when there is less than that. */
function manyBefore(db: Db, before: number, since: number): Promise<number | undefined> {
  return value<number>(
    db,
    `SELECT stamp AS value FROM audit WHERE stamp < ? AND stamp >= ? ORDER BY stamp DESC LIMIT 1 OFFSET ?`,
    before,
    since,
    looked.atOnce - 1,
  )
}

/** One entry; undefined when there is none with this stamp. */
export async function findAudit(db: Db, stamp: number): Promise<AuditItem | undefined> {
  const [item] = await jsonPage<AuditItem>(
    db,
    `SELECT json_group_array(${itemObject}) AS page FROM audit WHERE stamp = ?`,
    stamp,
  )
  return item
}

/** Which of these records a target deleted here. */
export async function findDeletedBy(
  db: Db,
  target: string,
  recordIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (recordIds.length === 0) return new Set()
  const found = await jsonPage<string>(
    db,
    `SELECT json_group_array(item.value) AS page FROM json_each(?1) AS item
     WHERE EXISTS (SELECT 1 FROM audit AS a WHERE a.recordId = item.value AND a.action = 'delete'
       AND a.origin = 'target' AND a.source = ?2)`,
    JSON.stringify(recordIds),
    target,
  )
  return new Set(found)
}

/** Who gave a field of a record the value it has, and when (stamp). */
export interface FieldChange {
  readonly recordId: string
  readonly field: string
  readonly stamp: number
  readonly who: string
}

const fieldPage = page({ recordId: 'text', fields: 'json' })

/** The newest change of each of these fields, all in one statement. A field is missing where the trail does not tell. */
export function readFieldChanges(
  db: Db,
  entity: EntityName,
  wanted: readonly { readonly recordId: string; readonly fields: readonly string[] }[],
): Promise<readonly FieldChange[]> {
  return jsonPage<FieldChange>(
    db,
    // Making a record gave all of its fields their value, also those it left empty.
    `SELECT json_group_array(json_object('recordId', a.recordId, 'field', item.field, 'stamp', a.stamp, 'who', a.who)) AS page
     FROM (SELECT record.recordId AS recordId, field.value AS field
         FROM ${fieldPage.from('?1', 'record')}, json_each(record.fields) AS field) AS item
       CROSS JOIN audit AS a
     WHERE a.stamp = (SELECT stamp FROM audit WHERE recordId = item.recordId AND entity = ?2
       AND (action = 'create' OR json_type(changes, '$."' || item.field || '"') IS NOT NULL)
       ORDER BY stamp DESC LIMIT 1)`,
    fieldPage.json(wanted),
    entity,
  )
}

/** How many changes came after a stamp; not counted beyond `most`. */
export async function countChangesSince(db: Db, stamp: number, most: number): Promise<number> {
  const found = await value<number>(
    db,
    `SELECT count(*) AS value FROM (SELECT 1 FROM audit WHERE stamp > ? LIMIT ?)`,
    stamp,
    most,
  )
  return found ?? 0
}

/** Who changed something by hand since then (stamp), newest first. */
export async function readWorkers(db: Db, since: number): Promise<readonly string[]> {
  // From name to name in the index: as many steps as there are names, not as there are changes.
  const found = await rows<{ who: string }>(
    db,
    `WITH RECURSIVE worker (who) AS (
       SELECT min(who) FROM audit WHERE origin = 'operator'
       UNION ALL
       SELECT (SELECT min(who) FROM audit WHERE origin = 'operator' AND who > worker.who)
       FROM worker WHERE worker.who IS NOT NULL LIMIT ?1)
     SELECT who FROM (SELECT who, (SELECT max(stamp) FROM audit WHERE origin = 'operator' AND who = worker.who) AS last
       FROM worker WHERE who IS NOT NULL)
     WHERE last >= ?2 ORDER BY last DESC`,
    mostWorkers,
    since,
  )
  return found.map(({ who }) => who)
}

const mostWorkers = 500
