/** The audit trail: who changed what, when, and where the change came from. */
import type { FieldValue } from '../../../contract/records.ts'
import type { EntityName, OriginKind } from '../../../contract/words.ts'
import type { Db, Trx } from '../../db/schema.ts'
import type { ChangeContext, Written } from './change.ts'
import { page } from '../sql/page.ts'
import { jsonPage, run } from '../sql/statement.ts'

const entries = page({
  ...{ stamp: 'int', entity: 'text', recordId: 'text', action: 'text', changes: 'json?' },
  ...{ who: 'text', origin: 'text', source: 'text?', device: 'text?', madeOn: 'int?' },
  ...{ overruled: 'json?' },
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
  /** Only entries older than this stamp. */
  readonly before: number | null
  readonly limit: number
}

/** Entries, newest first. */
export async function readAudit(db: Db, filter: AuditFilter): Promise<readonly AuditItem[]> {
  const conditions = ['stamp < ?1']
  if (filter.recordId !== undefined) conditions.push('recordId = ?2')
  if (filter.entity !== undefined) conditions.push('entity = ?3')
  return jsonPage<AuditItem>(
    db,
    `SELECT json_group_array(json_object('stamp', stamp, 'entity', entity, 'recordId', recordId, 'action', action,
       'who', who, 'origin', origin, 'source', source, 'importNo', importNo, 'changes', json(changes))) AS page
     FROM (SELECT * FROM audit WHERE ${conditions.join(' AND ')} AND coalesce(?2, ?3) IS coalesce(?2, ?3)
       ORDER BY stamp DESC LIMIT ?4)`,
    filter.before ?? Number.MAX_SAFE_INTEGER,
    filter.recordId ?? null,
    filter.entity ?? null,
    filter.limit,
  )
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
