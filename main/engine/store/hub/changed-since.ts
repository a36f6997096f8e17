/** What became of records after a stamp somebody has seen: the history says which fields, from what value, and by whom. */
import type { FieldValue } from '../../../contract/records.ts'
import type { Db } from '../../db/schema.ts'
import { page } from '../sql/page.ts'
import { jsonPage } from '../sql/statement.ts'

/** A field that was changed after the stamp. */
export interface ChangedField {
  /** Its value at the stamp. */
  readonly base: FieldValue
  /** Who gave it the value it has, and the stamp of that. */
  readonly by: string
  readonly on: number
}

/** The fields of one record that changed, by name. */
export type ChangedFields = ReadonlyMap<string, ChangedField>

interface Entry {
  readonly id: string
  readonly stamp: number
  readonly who: string
  readonly action: string
  readonly changes: Readonly<Record<string, FieldValue | readonly [FieldValue, FieldValue]>> | null
}

const asked = page({ id: 'text', seen: 'int' })

/** By record id; records of which nothing changed are left out. One statement. */
export async function readChangedSince(
  db: Db,
  items: readonly { readonly id: string; readonly seen: number }[],
): Promise<ReadonlyMap<string, ChangedFields>> {
  if (items.length === 0) return new Map()
  const entries = await jsonPage<Entry>(
    db,
    `SELECT json_group_array(json_object('id', id, 'stamp', stamp, 'who', who, 'action', action,
       'changes', json(changes))) AS page
     FROM (SELECT item.id, a.stamp, a.who, a.action, a.changes FROM ${asked.from()}
       CROSS JOIN audit AS a ON a.recordId = item.id AND a.stamp > item.seen ORDER BY a.stamp)`,
    asked.json(items),
  )
  const found = new Map<string, Map<string, ChangedField>>()
  for (const { id, stamp, who, action, changes } of entries) {
    const fields = found.get(id) ?? new Map<string, ChangedField>()
    found.set(id, fields)
    for (const [field, change] of Object.entries(changes ?? {})) {
      const before = action === 'create' ? null : (change as readonly [FieldValue, FieldValue])[0]
      const base = fields.has(field) ? fields.get(field)!.base : before
      fields.set(field, { base, by: who, on: stamp })
    }
  }
  return found
}
