/** Whether one change can be taken back alone, and what that writes. Pure. */
import type { FieldValue } from '../../../../contract/records.ts'
import type { MasterRecord } from '../../../model/record.ts'
import type { AuditItem } from '../../../store/writer/audit.ts'
import type { Change } from '../../../store/writer/change.ts'

/**
 * - `no-change`: it made or deleted a record; only changed fields have something to go back to
 * - `gone`: the record was deleted since
 * - `changed-since`: somebody, an import or a target changed one of its fields after it
 */
export type UndoRefusal = 'no-change' | 'gone' | 'changed-since'

export type UndoPlan =
  | { readonly change: Change; readonly refused?: never }
  | { readonly refused: UndoRefusal; readonly change?: never }

/**
 * All of its fields go back, or none: only if it is the last change of every one of them.
 * @param newest stamp of the newest change of each field
 */
export function planUndoOfChange(
  { action, entity, recordId: id, stamp, changes }: AuditItem,
  record: MasterRecord | undefined,
  newest: ReadonlyMap<string, number>,
): UndoPlan {
  if (action !== 'update') return { refused: 'no-change' }
  if (!record || record.deletedOn !== null) return { refused: 'gone' }
  const fields: Record<string, FieldValue> = {}
  for (const [name, change] of Object.entries(changes ?? {})) {
    const [before, after] = change as readonly [FieldValue, FieldValue]
    if ((newest.get(name) ?? 0) > stamp || (record.fields[name] ?? null) !== after)
      return { refused: 'changed-since' }
    fields[name] = before
  }
  return { change: { action: 'update', entity, id, fields } }
}
