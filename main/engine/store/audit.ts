/** The audit trail: who changed what, when, and where the change came from. */
import type { FieldValue } from '../../contract/records.ts'
import type { EntityName, OriginKind } from '../../contract/words.ts'
import type { Db, Trx } from '../db/schema.ts'
import type { ChangeContext, Written } from './change.ts'
import { jsonPage, run } from './statement.ts'

/** Writes one entry per changed record; the entry's key is the record's stamp. */
export async function writeAudit(
  trx: Trx,
  written: readonly Written[],
  context: ChangeContext,
): Promise<void> {
  const page = written.map(({ change, record, before, fields, action }) => [
    record.modifiedOn,
    change.entity,
    record.id,
    action === 'created' ? 'create' : action === 'updated' ? 'update' : 'delete',
    action === 'created'
      ? onlyGiven(fields)
      : action === 'updated'
        ? changedFields(before, fields)
        : null,
  ])
  await run(
    trx,
    `INSERT INTO audit (stamp, entity, recordId, action, who, origin, source, changes)
     SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, ?2, ?3, ?4, value ->> 4 FROM jsonb_each(?1)`,
    JSON.stringify(page),
    context.who,
    context.origin,
    context.source,
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
       'who', who, 'origin', origin, 'source', source, 'changes', json(changes))) AS page
     FROM (SELECT * FROM audit WHERE ${conditions.join(' AND ')} AND coalesce(?2, ?3) IS coalesce(?2, ?3)
       ORDER BY stamp DESC LIMIT ?4)`,
    filter.before ?? Number.MAX_SAFE_INTEGER,
    filter.recordId ?? null,
    filter.entity ?? null,
    filter.limit,
  )
}
