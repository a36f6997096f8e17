/** Names of the records that changed fields refer to: nobody reads ids. */
import type { FieldValue } from '../../contract/records.ts'
import type { EntityName } from '../../contract/words.ts'
import type { Trx } from '../db/schema.ts'
import { entities } from '../model/entities.ts'
import { readDisplayNames } from '../store/sql/records.ts'
import type { FieldDiff, RowResult } from './row-outcomes.ts'

/** Id → name. */
export type RefNames = ReadonlyMap<string, string>

const refersTo = ({ entity, name }: FieldDiff): EntityName | undefined =>
  entities[entity].fields.find((field) => field.name === name)?.refersTo

/** Reads them as the transaction sees them: a rehearsal's records are nowhere else. One statement per kind. */
export async function namesOfRefs(trx: Trx, rows: readonly RowResult[]): Promise<RefNames> {
  const wanted = new Map<EntityName, Set<string>>()
  for (const diff of rows.flatMap(({ diffs }) => diffs)) {
    const kind = refersTo(diff)
    if (kind === undefined) continue
    for (const id of [diff.before, diff.after]) {
      if (typeof id !== 'string') continue
      const ids = wanted.get(kind) ?? new Set()
      wanted.set(kind, ids.add(id))
    }
  }
  const names = new Map<string, string>()
  for (const [kind, ids] of wanted)
    for (const [id, name] of await readDisplayNames(trx, kind, [...ids])) names.set(id, name)
  return names
}

/** A value as the report shows it; null where there is none. */
export function shownValue(value: FieldValue, names: RefNames): string | null {
  if (value === null || value === '') return null
  return typeof value === 'string' ? (names.get(value) ?? value) : String(value)
}
