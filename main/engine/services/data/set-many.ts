/** Changing many records at once: all of them, or none. */
import { ProblemError } from '../../../contract/problem.ts'
import type { FieldValue, ManyChanged, ManyChanges } from '../../../contract/records.ts'
import { changeTogether } from '../../change-together.ts'
import type { Core } from '../../core.ts'
import type { MasterRecord } from '../../model/record.ts'
import { readRecords } from '../../store/sql/records.ts'
import { refuseLacking, withCheckIn } from '../desk/check-in-by-edit.ts'

/** Throws `ProblemError`, and nothing is changed, where one of them is refused. */
export function setMany(core: Core, { entity, changes }: ManyChanges): Promise<ManyChanged> {
  return changeTogether(core, async (trx, change) => {
    const ids = changes.map(({ id }) => id)
    const before = await readRecords(trx, entity, ids)
    const fitting = changes.filter(({ id, was }) => isStill(before.get(id), was))
    const written = fitting.map(({ id, fields }) => ({
      id,
      fields: withCheckIn(core, { entity, before: before.get(id), fields }),
    }))
    const outcomes = await change(
      written.map(({ id, fields }) => ({ action: 'update', entity, id, fields })),
    )
    for (const outcome of outcomes) {
      if (outcome.status === 'refused') throw new ProblemError(outcome.problem)
    }
    const changed = written.filter((_, at) => outcomes[at]?.status === 'updated')
    if (entity === 'eventParticipant') {
      const newly = changed.filter(
        ({ id, fields }) =>
          fields['status'] === 'checkedIn' && before.get(id)?.fields['status'] !== 'checkedIn',
      )
      await refuseLacking(
        trx,
        newly.map(({ id }) => id),
      )
    }
    const after = await readRecords(trx, entity, ids)
    const undo = changed.map(({ id, fields }) => ({
      id,
      fields: fieldsOf(before.get(id), Object.keys(fields)),
      was: fieldsOf(after.get(id), Object.keys(fields)),
    }))
    return { count: changed.length, left: changes.length - fitting.length, undo }
  })
}

function isStill(
  record: MasterRecord | undefined,
  was: Readonly<Record<string, FieldValue>> = {},
): boolean {
  if (record === undefined || record.deletedOn !== null) return false
  return Object.entries(was).every(([name, value]) => (record.fields[name] ?? null) === value)
}

function fieldsOf(
  record: MasterRecord | undefined,
  names: readonly string[],
): Record<string, FieldValue> {
  return Object.fromEntries(names.map((name) => [name, record?.fields[name] ?? null]))
}
