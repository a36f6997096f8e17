/** What taking one entry of an import back means for its record as it is now. Pure. */
import type { FieldValue } from '../../contract/records.ts'
import type { MasterRecord } from '../model/record.ts'
import type { Change } from '../store/writer/change.ts'
import type { ImportEntry, LaterEdit } from '../store/imports/import-runs.ts'

export interface UndoStep {
  /** Null where there is nothing to do any more. */
  readonly change: Change | null
  /** What stays because somebody changed it since; a null field is the whole record. */
  readonly edited: readonly (string | null)[]
}

const nothing: UndoStep = { change: null, edited: [] }

/**
 * A record the import made is deleted, unless anybody changed it since. A field goes back to what it was, unless it is
 * not any more what the import made it.
 */
export function planUndo(
  { action, entity, recordId: id, changes }: ImportEntry,
  record: MasterRecord | undefined,
  edit: LaterEdit | undefined,
): UndoStep {
  if (!record || record.deletedOn !== null || action === 'delete') return nothing
  if (action === 'create') {
    if (edit) return { change: null, edited: [null] }
    return { change: { action: 'delete', entity, id }, edited: [] }
  }
  const fields: Record<string, FieldValue> = {}
  const edited: string[] = []
  for (const [name, [before, after]] of Object.entries(changes)) {
    const is = record.fields[name] ?? null
    if (is === before) continue
    if (is === after) fields[name] = before
    else edited.push(name)
  }
  const change = Object.keys(fields).length > 0
  return { change: change ? { action: 'update', entity, id, fields } : null, edited }
}
