/** What becomes of one change a desk sends: it, the record as it is, and what changed since the desk saw it. Pure. */
import type { FirstHand, HubChange, LostValue } from '../../../contract/hub.ts'
import type { FieldValue } from '../../../contract/records.ts'
import { displayName, type Fields, type MasterRecord } from '../../model/record.ts'
import type { ChangedFields } from '../../store/hub/changed-since.ts'
import type { Change } from '../../store/writer/change.ts'
import { settleField, settleTogether } from './settle-field.ts'

export interface ChangeFacts {
  readonly change: HubChange
  /** Its fields in normal form. */
  readonly fields: Fields
  readonly hand: FirstHand
  readonly record: MasterRecord | null
  /** A record that is the same as one the desk made; null for none. */
  readonly twin?: MasterRecord | null
  /** Fields that changed after `change.seen`; null where the desk has seen nothing of it: then all that differ count. */
  readonly since: ChangedFields | null
}

/** `nothing`: it is so already. */
export type DecidedChange =
  | { readonly kind: 'write'; readonly write: Change; readonly lost: readonly LostValue[] }
  | { readonly kind: 'nothing'; readonly stamp: number }
  /** It was made here as well: the desk merges its own into this one. */
  | { readonly kind: 'same'; readonly sameAs: string; readonly message: string }
  | {
      readonly kind: 'gone'
      readonly what: 'deleted' | 'changed'
      readonly by: string | null
      readonly on: number | null
    }

/** Decides one change. A repeated one finds everything as it wants it. */
export function decideChange(facts: ChangeFacts): DecidedChange {
  const { change, fields, hand, record, since, twin = null } = facts
  const { entity, id } = change
  if (change.action === 'delete') return decideDeletion(facts)
  if (record === null && twin !== null) {
    const message = `${displayName(entity, twin.fields)} was made at the hub as well.`
    return { kind: 'same', sameAs: twin.id, message }
  }
  if (record === null) {
    const write: Change = { action: 'create', entity, id, fields, hand }
    return { kind: 'write', write, lost: [] }
  }
  if (record.deletedOn !== null) {
    return { kind: 'gone', what: 'deleted', by: record.modifiedBy, on: record.modifiedOn }
  }
  const wanted = Object.keys(fields).filter(
    (name) => change.changed === null || change.changed.includes(name),
  )
  const differing = wanted.filter((name) => !isSame(fields[name], record.fields[name]))
  // Of what it has seen nothing of, the desk fills what is empty at the hub.
  const isBoth = (name: string) =>
    since === null ? !isSame(record.fields[name], null) : since.has(name)
  const together = differing.some(isBoth)
    ? settleTogether(entity, record.fields, { ...record.fields, ...only(fields, wanted) })
    : null
  const apply: Record<string, FieldValue> = {}
  const lost: LostValue[] = []
  for (const name of differing) {
    const sent = fields[name] ?? null
    const here = record.fields[name] ?? null
    if (!isBoth(name)) {
      apply[name] = sent
      continue
    }
    const settled = together?.fields.includes(name)
      ? { value: together.side === 'desk' ? sent : here, why: 'rule' as const }
      : settleField({ entity, field: name, hub: here, desk: sent, by: hand.by })
    if (!isSame(settled.value, here)) apply[name] = settled.value
    if (isSame(settled.value, sent)) continue
    const last = since?.get(name)
    lost.push({
      ...{ field: name, sent, kept: settled.value, why: settled.why, holder: null },
      ...{ by: last?.by ?? null, on: last?.on ?? null },
    })
  }
  if (Object.keys(apply).length === 0 && lost.length === 0) {
    return { kind: 'nothing', stamp: record.modifiedOn }
  }
  const overruled = lost.length > 0 ? { overruled: lostFields(lost) } : {}
  return {
    kind: 'write',
    write: { action: 'update', entity, id, fields: apply, hand, ...overruled },
    lost,
  }
}

/** What was sent and does not stand, as the history keeps it. */
export function lostFields(lost: readonly LostValue[]): Fields {
  return Object.fromEntries(lost.map(({ field, sent }) => [field, sent]))
}

/** A deletion by somebody who has not seen the newest edit waits for a person. */
function decideDeletion({ change, hand, record, since }: ChangeFacts): DecidedChange {
  if (record === null || record.deletedOn !== null) {
    return { kind: 'nothing', stamp: record?.modifiedOn ?? 0 }
  }
  if (since !== null && since.size > 0) {
    return { kind: 'gone', what: 'changed', by: record.modifiedBy, on: record.modifiedOn }
  }
  const { entity, id } = change
  return { kind: 'write', write: { action: 'delete', entity, id, hand }, lost: [] }
}

function only(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, fields[name] ?? null]))
}

function isSame(one: FieldValue | undefined, other: FieldValue | undefined): boolean {
  const filled = (value: FieldValue | undefined) =>
    value === undefined || value === '' ? null : value
  return filled(one) === filled(other)
}
