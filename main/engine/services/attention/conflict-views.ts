/** Conflicts as people see them, and the names of groups of them. */
import type { ConflictFilter, ConflictView } from '../../../contract/conflicts.ts'
import type { EntityName } from '../../../contract/words.ts'
import type { Db } from '../../db/schema.ts'
import { isOwnField } from '../../../contract/own-field-names.ts'
import { entities, fieldOf } from '../../model/entities.ts'
import { readFieldChanges } from '../../store/writer/audit.ts'
import type { ConflictChoice, OpenConflict } from '../../store/attention/conflicts.ts'
import { readDisplayNames, readRecords } from '../../store/sql/records.ts'
import { toIso } from '../../store/sql/stamps.ts'
import type { Target } from '../../store/runs/targets.ts'
import { targetNamed } from '../targets/target-named.ts'

/** Name of a group: no target name and no field has a bar. */
export function groupKeyOf(target: string, entity: EntityName, fields: readonly string[]): string {
  return [target, entity, ...fields].join('|')
}

/** Which open conflicts a filter means. Throws `ProblemError` for a target that does not exist. */
export function chosenConflicts(
  targets: readonly Target[],
  { target, ids, group }: ConflictFilter,
): ConflictChoice {
  const [groupTarget, entity, ...fields] = group?.split('|') ?? []
  const named = [target, groupTarget].map((name) => {
    return name === undefined ? undefined : targetNamed(targets, name).id
  })
  const [byTarget, byGroup] = named
  // A group of another target than the one named has nothing in common with it.
  const nothing = byTarget !== undefined && byGroup !== undefined && byTarget !== byGroup
  const targetId = byGroup ?? byTarget
  return {
    ...(targetId === undefined ? {} : { targetId }),
    ...(nothing ? { ids: [] } : ids ? { ids } : {}),
    ...(group === undefined ? {} : { group: { entity: entity as EntityName, fields } }),
  }
}

/** Conflicts with the values of now: ours is what the record says, not what it said when the conflict was opened. */
export async function viewConflicts(
  db: Db,
  targets: readonly Target[],
  conflicts: readonly OpenConflict[],
): Promise<ConflictView[]> {
  const views = new Map<number, ConflictView>()
  for (const [entity, items] of Map.groupBy(conflicts, (conflict) => conflict.entity)) {
    const ids = items.map((conflict) => conflict.recordId)
    const records = await readRecords(db, entity, ids)
    const names = await readDisplayNames(db, entity, ids)
    const changes = await readFieldChanges(db, entity, items)
    const changed = new Map(changes.map((one) => [`${one.recordId} ${one.field}`, one]))
    for (const conflict of items) {
      const record = records.get(conflict.recordId)
      if (!record) continue
      const { id, recordId, remoteId, base, theirs, openedOn, remoteSyncedOn } = conflict
      views.set(id, {
        id: String(id),
        target: targets.find((target) => target.id === conflict.targetId)?.name ?? '',
        entity,
        recordId,
        remoteId,
        display: names.get(recordId) ?? recordId,
        openedOn: toIso(openedOn)!,
        oursModifiedOn: toIso(record.modifiedOn)!,
        oursModifiedBy: record.modifiedBy,
        theirsModifiedOn: toIso(remoteSyncedOn),
        fields: [
          ...entities[entity].fields.filter(({ name }) => conflict.fields.includes(name)),
          ...conflict.fields.filter(isOwnField).map((name) => fieldOf(entity, name)),
        ].map(({ name, label, sensitive }) => ({
          field: name,
          label,
          sensitive: sensitive === true,
          base: base?.[name] ?? null,
          ours: record.fields[name] ?? null,
          theirs: theirs[name] ?? null,
          oursChangedOn: toIso(changed.get(`${recordId} ${name}`)?.stamp ?? null),
          oursChangedBy: changed.get(`${recordId} ${name}`)?.who ?? null,
        })),
      })
    }
  }
  return conflicts.flatMap(({ id }) => views.get(id) ?? [])
}
