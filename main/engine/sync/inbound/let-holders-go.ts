/**
 * A bib or tag that the hub gave to one, and somebody here to another: the other loses it, in the transaction that brings the
 * one. Entry and check-in stay; what was typed stays in the history, and a person is told until there is another bib.
 */
import type { FieldValue } from '../../../contract/records.ts'
import type { Trx } from '../../db/schema.ts'
import { displayName } from '../../model/record.ts'
import { noteForPerson, type Notice } from '../../store/hub/notices.ts'
import { readDisplayNames, readRecords } from '../../store/sql/records.ts'
import type { Change, ChangeContext, ChangeOutcome } from '../../store/writer/change.ts'
import { changeRecords } from '../../store/writer/record-change.ts'
import type { Decided } from './decide/decide.ts'

/** Whether a decision was refused because another record here holds a value. */
export function isTaken(outcome: ChangeOutcome | undefined): boolean {
  return outcome?.status === 'refused' && outcome.problem.code === 'taken'
}

/** Takes what they hold from those in the way. Answers whether anybody let go. */
export async function letHoldersGo(
  trx: Trx,
  outcomes: ReadonlyMap<Decided, ChangeOutcome>,
  context: ChangeContext,
): Promise<boolean> {
  const releases: { readonly change: Change; readonly notice: Notice }[] = []
  for (const [one, outcome] of outcomes) {
    if (outcome.status !== 'refused' || outcome.problem.code !== 'taken') continue
    const { holder, fields: named = {} } = outcome.problem
    const { change } = one
    if (!holder || !change || change.action === 'delete') continue
    const { entity, id, hand } = change
    // Anything else that is taken, as the number of a tag, its holder cannot be without.
    if (entity !== 'eventParticipant') continue
    const held = (await readRecords(trx, entity, [holder.id])).get(holder.id)
    if (!held) continue
    const winner = await nameOf(trx, change)
    for (const name of Object.keys(named)) {
      const value = change.fields[name] ?? null
      const field = fieldWith(held.fields, value, name)
      if (field === null || id === held.id) continue
      const overruled = { [field]: value }
      releases.push({
        change: { action: 'update', entity, id: held.id, fields: { [field]: null }, overruled },
        notice: {
          ...{ kind: 'number', entity, recordId: held.id, field, lost: value, kept: null },
          ...{ holder: winner, keptBy: hand?.by ?? null, lostBy: held.modifiedBy },
        },
      })
    }
  }
  if (releases.length === 0) return false
  await changeRecords(
    trx,
    releases.map(({ change }) => change),
    context,
  )
  await noteForPerson(
    trx,
    releases.map(({ notice }) => notice),
    context.now,
  )
  return true
}

/** The field in which a record holds a value: one tag may be the first of one and the spare of another. */
function fieldWith(
  fields: Readonly<Record<string, FieldValue>>,
  value: FieldValue,
  name: string,
): string | null {
  if (value === null) return null
  if (fields[name] === value) return name
  return ['tag', 'spareTag'].find((other) => fields[other] === value) ?? null
}

async function nameOf(trx: Trx, change: Change & { action: 'create' | 'update' }): Promise<string> {
  const person = change.fields['person']
  const shown = await readDisplayNames(trx, change.entity, [change.id])
  if (shown.has(change.id)) return shown.get(change.id)!
  if (typeof person !== 'string') return displayName(change.entity, change.fields)
  return (await readDisplayNames(trx, 'person', [person])).get(person) ?? ''
}
