/** What others made of records after a stamp a desk has seen: the history says which fields, by whom, and when. */
import type { Db } from '../../db/schema.ts'
import { page } from '../sql/page.ts'
import { jsonPage } from '../sql/statement.ts'

/** A field that was changed after the stamp. */
export interface ChangedField {
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
  readonly fields: readonly string[]
}

const asked = page({ id: 'text', seen: 'int' })

/**
 * By record id; records nobody else touched are left out. What the desk sent itself does not count: it has not read that
 * back yet, and knows it all the same. One statement.
 * @param desk id of the desk that has seen the stamps
 */
export async function readChangedSince(
  db: Db,
  desk: string,
  items: readonly { readonly id: string; readonly seen: number }[],
): Promise<ReadonlyMap<string, ChangedFields>> {
  if (items.length === 0) return new Map()
  const entries = await jsonPage<Entry>(
    db,
    `SELECT json_group_array(json_object('id', id, 'stamp', stamp, 'who', who, 'fields',
       (SELECT json_group_array(key) FROM json_each(changes)))) AS page
     FROM (SELECT item.id, a.stamp, a.who, a.changes FROM ${asked.from()}
       CROSS JOIN audit AS a ON a.recordId = item.id AND a.stamp > item.seen AND a.deviceId IS NOT ?2
       ORDER BY a.stamp)`,
    asked.json(items),
    desk,
  )
  const found = new Map<string, Map<string, ChangedField>>()
  for (const { id, stamp, who, fields } of entries) {
    const changed = found.get(id) ?? new Map<string, ChangedField>()
    found.set(id, changed)
    for (const field of fields) changed.set(field, { by: who, on: stamp })
  }
  return found
}
