/**
 * A bib or tag that the hub gave to one, and somebody here to another: the other loses it, in the transaction that brings the
 * one. Entry and check-in stay; what was typed stays in the history, and a person is told until there is another bib.
 */
import type { EntityName } from '../../../contract/words.ts'
import type { Trx } from '../../db/schema.ts'
import { displayName } from '../../model/record.ts'
import { takenFields } from '../../model/taken-fields.ts'
import { noteForPerson, type Notice } from '../../store/hub/notices.ts'
import { findStaged } from '../../store/traffic/inbox.ts'
import { readDisplayNames, readRecords } from '../../store/sql/records.ts'
import type { Change, ChangeContext, ChangeOutcome } from '../../store/writer/change.ts'
import { changeRecords } from '../../store/writer/record-change.ts'
import type { Decided } from './decide/decide.ts'

export interface Arriving {
  readonly targetId: number
  readonly entity: EntityName
}

/** A change of the hub that was refused, and who is in its way. */
export interface Blocked {
  readonly change: Extract<Change, { readonly action: 'create' | 'update' }>
  readonly holderId: string
  /** Fields it is about. */
  readonly fields: readonly string[]
}

/** What somebody here does for it: changes, and what people are told of them. */
export interface Releases {
  readonly changes: readonly Change[]
  readonly notices: readonly Notice[]
}

/** Decisions that were refused because another record here holds a value. */
export function blockedOf(outcomes: ReadonlyMap<Decided, ChangeOutcome>): readonly Blocked[] {
  return [...outcomes].flatMap(([{ change }, outcome]): readonly Blocked[] => {
    if (outcome.status !== 'refused' || outcome.problem.code !== 'taken') return []
    const { holder } = outcome.problem
    if (!holder || !change || change.action === 'delete' || change.id === holder.id) return []
    return [{ change, holderId: holder.id, fields: takenFields(outcome.problem) }]
  })
}

/**
 * Takes what they hold from entries in the way. Answers whether any let go. One that is deleted there, and waits here for what
 * refers to it, lets go without a word: that is no news for the hub, and nobody has to find another bib.
 */
export async function letHoldersGo(
  trx: Trx,
  { targetId, entity: entries }: Arriving,
  blocked: readonly Blocked[],
  context: ChangeContext,
): Promise<boolean> {
  const holderIds = blocked.map(({ holderId }) => holderId)
  const staged = await findStaged(trx, targetId, entries, holderIds)
  const ids = blocked.flatMap(({ change, holderId }) => [change.id, holderId])
  const records = await readRecords(trx, 'eventParticipant', [...new Set(ids)])
  const names = await namesOf(trx, blocked)
  const changes: Change[] = []
  const quiet: Change[] = []
  const notices: Notice[] = []
  for (const { change, holderId, fields } of blocked) {
    const { entity, id, hand } = change
    const held = records.get(holderId)
    for (const name of held ? fields : []) {
      // A change that says nothing of the bib wants the one its record has.
      const wanted = change.fields[name] ?? records.get(id)?.fields[name] ?? null
      // One tag may be the first of one and the spare of another.
      const field = [name, 'tag', 'spareTag'].find((one) => held!.fields[one] === wanted)
      if (wanted === null || field === undefined) continue
      const letGo = { action: 'update', entity, id: holderId, fields: { [field]: null } } as const
      if (staged.get(holderId) === 'deletion') {
        quiet.push(letGo)
        continue
      }
      changes.push({ ...letGo, overruled: { [field]: wanted } })
      notices.push({
        ...{ kind: 'number', entity, recordId: holderId, field, lost: wanted, kept: null },
        ...{ holder: names.get(id) ?? null, keptBy: hand?.by ?? null, lostBy: held!.modifiedBy },
      })
    }
  }
  await changeRecords(trx, quiet, { ...context, exceptTarget: targetId })
  return (await release(trx, { changes, notices }, context)) || quiet.length > 0
}

/** Writes releases. Answers whether anybody let go. */
export async function release(
  trx: Trx,
  { changes, notices }: Releases,
  context: ChangeContext,
): Promise<boolean> {
  await changeRecords(trx, changes, context)
  await noteForPerson(trx, notices, context.now)
  return changes.length > 0
}

/** What people know the arriving entries by, by their id: also of those that are not here yet. */
async function namesOf(
  trx: Trx,
  blocked: readonly Blocked[],
): Promise<ReadonlyMap<string, string>> {
  const ids = blocked.map(({ change }) => change.id)
  const shown = await readDisplayNames(trx, 'eventParticipant', ids)
  const persons = blocked.flatMap(({ change: { fields } }) =>
    typeof fields['person'] === 'string' ? [fields['person']] : [],
  )
  const people = await readDisplayNames(trx, 'person', persons)
  return new Map(
    blocked.map(({ change: { entity, id, fields } }) => [
      id,
      shown.get(id) ?? people.get(String(fields['person'])) ?? displayName(entity, fields),
    ]),
  )
}
