/** What a person's choice makes of one conflict. Pure. */
import type { ConflictDecision, Side } from '../../../../contract/conflicts.ts'
import { fieldOf } from '../../../model/entities.ts'
import type { Fields, MasterRecord } from '../../../model/record.ts'
import type { FieldDecision, OpenConflict } from '../../../store/attention/conflicts.ts'
import { withdrawn } from './resolve.ts'

/** What was chosen for every field, or for single ones. */
export type Choice = Pick<ConflictDecision, 'keep' | 'fields'>

export type Verdict =
  | {
      readonly kind: 'decided'
      /** What changes here. */
      readonly change: Fields
      /** What both sides agree on once it has changed. */
      readonly agreed: Fields
      /** Fields that wait on, sorted by name. */
      readonly open: readonly string[]
      readonly decision: Readonly<Record<string, FieldDecision>>
    }
  | { readonly kind: 'refused'; readonly message: string }

/** Decides the open fields that were chosen; the others wait on. */
export function decideConflict(
  conflict: OpenConflict,
  ours: MasterRecord | undefined,
  { keep, fields = {} }: Choice,
): Verdict {
  if (!ours || ours.deletedOn !== null) {
    return refused('The record was deleted here meanwhile; there is nothing to decide any more.')
  }
  const sides = conflict.fields.flatMap((field): [string, Side][] => {
    const side = fields[field] ?? keep
    return side === undefined ? [] : [[field, side]]
  })
  if (sides.length === 0) {
    const names = conflict.fields.map((field) => fieldOf(conflict.entity, field).label)
    return refused(`None of these fields is to be decided. Open: ${names.join(', ')}.`)
  }
  const consent = keptWithdrawal(conflict, ours.fields, sides)
  if (consent) return refused(consent)
  const change: Record<string, Fields[string]> = {}
  const agreed: Record<string, Fields[string]> = { ...conflict.agreed }
  const decision: Record<string, FieldDecision> = { ...conflict.decision }
  for (const [field, side] of sides) {
    const mine = ours.fields[field] ?? null
    const other = conflict.theirs[field] ?? null
    // Agreed is what the target has: what stays ours then differs from it, and is sent.
    agreed[field] = other
    if (side === 'theirs') change[field] = other
    decision[field] =
      side === 'theirs'
        ? { keep: 'theirs', kept: other, dropped: mine }
        : { keep: 'ours', kept: mine, dropped: other }
  }
  const decided = new Set(sides.map(([field]) => field))
  const open = conflict.fields.filter((field) => !decided.has(field))
  return { kind: 'decided', change, agreed, open, decision }
}

/** Why a choice may not be made: it would undo a withdrawal of consent that is new on the other side. */
function keptWithdrawal(
  conflict: OpenConflict,
  ours: Fields,
  sides: readonly (readonly [string, Side])[],
): string | null {
  if (conflict.entity !== 'contactPreference') return null
  const side = sides.find(([field]) => field === 'status')?.[1]
  if (side === undefined || conflict.base?.['status'] === withdrawn) return null
  const [mine, other] = [ours['status'], conflict.theirs['status']]
  const dropped = side === 'ours' ? other : mine
  const kept = side === 'ours' ? mine : other
  if (dropped !== withdrawn || kept === withdrawn) return null
  const where = side === 'ours' ? 'at the target' : 'here'
  return `Consent was withdrawn ${where}, and a withdrawal always wins. Keep ${side === 'ours' ? 'theirs' : 'ours'}.`
}

const refused = (message: string): Verdict => ({ kind: 'refused', message })
