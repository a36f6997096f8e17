/** Which of several records of ours speaks for the one record they are at a target (`Resource.shared`). Pure. */
import type { Fields } from '../../../model/record.ts'
import type { Holder, Sharer } from '../../../store/links/shared-records.ts'
import type { DueRecord } from '../../../store/links/sync-records.ts'
import type { Resource } from '../../../targets/kit/resource.ts'
import { nothingLoaded, type LoadedPart, type LoadedParts } from './loaded-parts.ts'

/** What becomes of one due record of a shared resource. */
export type Sharing =
  /** It speaks for itself and these others, itself first. */
  | { readonly kind: 'speaks'; readonly of: readonly string[] }
  /** Another one speaks for it. */
  | { readonly kind: 'shares'; readonly with: string }
  /**
   * It swaps what it has there, if anything, with another record: it leaves its own to one who has the value now, or takes
   * what belongs to its value from one who has another value now.
   */
  | { readonly kind: 'swaps'; readonly with: Other }
  /** It will swap with one that is being sent, or waits for a decision. */
  | { readonly kind: 'waits' }
  /** It has no value that would make it one. */
  | { readonly kind: 'nobody' }

type Other = Pick<Holder, 'rowNo' | 'recordId'>
export type Shared = NonNullable<Resource['shared']>

/** Who else has to do with a due record. */
export interface Others {
  /** Live records with the values of it and with those the target knows of it, oldest first. */
  readonly sharers: readonly Sharer[]
  /** What is linked to the remote id of its value, itself included; undefined for nothing. */
  readonly holder: Holder | undefined
}

export function planSharing(
  due: Pick<DueRecord, 'recordId' | 'remoteId' | 'agreed' | 'record'>,
  shared: Shared,
  { sharers, holder }: Others,
): Sharing {
  const { field } = shared
  const now = valueNow(due, field)
  const before = agreedValue(due, field)
  if (due.remoteId !== null && before !== null && before !== now) {
    const heir = sharers.find(
      ({ record, remoteId }) => valueOf(record.fields, field) === before && remoteId === null,
    )
    if (heir) return swapWith(heir)
  }
  if (now === null) return { kind: 'nobody' }
  const group = sharers.filter(({ record }) => valueOf(record.fields, field) === now)
  const speaker = group.find((one) => holds(one, shared, now)) ?? group[0]
  if (speaker && speaker.recordId !== due.recordId)
    return { kind: 'shares', with: speaker.recordId }
  const others = group.filter(({ recordId }) => recordId !== due.recordId)
  // Whoever has it there has another value by now, was deleted, or is not sent any more.
  const isLeft = holder && [due, ...others].every(({ recordId }) => recordId !== holder.recordId)
  if (isLeft) return swapWith(holder)
  return { kind: 'speaks', of: [due.recordId, ...others.map(({ recordId }) => recordId)] }
}

const swapWith = ({ rowNo, recordId, busy }: Holder): Sharing =>
  busy ? { kind: 'waits' } : { kind: 'swaps', with: { rowNo, recordId } }

/** The value of a record, null for none and for a deleted one. */
export function valueNow({ record }: Pick<DueRecord, 'record'>, field: string): string | null {
  return record.deletedOn === null ? valueOf(record.fields, field) : null
}

/** Whether the target knows another value of a record than it has now, or none. */
export function isOther(due: Pick<DueRecord, 'agreed' | 'record'>, field: string): boolean {
  return agreedValue(due, field) !== valueNow(due, field)
}

/** The values whose holders decide about some due records. */
export function sharedValues(
  page: readonly Pick<DueRecord, 'agreed' | 'record'>[],
  field: string,
): readonly string[] {
  const values = page.flatMap((due) => [valueOf(due.record.fields, field), agreedValue(due, field)])
  return [...new Set(values.filter((value) => value !== null))]
}

/** A step that may swap, with the sync record it is about. */
interface Swapping {
  readonly due: Pick<DueRecord, 'rowNo'>
  readonly swapsWith: number | null
}

/**
 * Which steps of a page go: of those that swap, each record takes part in one, the first; whoever swaps does nothing else
 * before it is planned anew.
 */
export function untangle(steps: readonly Swapping[]): readonly boolean[] {
  const swapped = new Set<number>()
  const goes = steps.map(({ due: { rowNo }, swapsWith: other }) => {
    if (other === null) return true
    if (swapped.has(rowNo) || swapped.has(other)) return false
    swapped.add(rowNo).add(other)
    return true
  })
  return goes.map(
    (isGoing, at) =>
      isGoing && (steps[at]!.swapsWith !== null || !swapped.has(steps[at]!.due.rowNo)),
  )
}

/** The parts of all who are one record there: `one` as the first has it, `many` of all of them. */
export function joinParts(
  ids: readonly string[],
  parts: ReadonlyMap<string, LoadedParts>,
): LoadedParts {
  const [first, ...others] = ids.map((id) => parts.get(id) ?? nothingLoaded)
  const many: Record<string, readonly LoadedPart[]> = { ...first?.many }
  for (const other of others) {
    for (const [name, several] of Object.entries(other.many)) {
      many[name] = [...(many[name] ?? []), ...several]
    }
  }
  return { one: first?.one ?? {}, many }
}

/** Whether the target's record of a value is this one's. */
function holds({ remoteId, agreed }: Sharer, { field, idOf }: Shared, value: string): boolean {
  if (remoteId === null) return false
  const known = agreedValue({ agreed }, field)
  return known === null ? !idOf || remoteId === idOf(value) : known === value
}

function agreedValue({ agreed }: Pick<DueRecord, 'agreed'>, field: string): string | null {
  return agreed === null ? null : valueOf(JSON.parse(agreed) as Fields, field)
}

function valueOf(fields: Fields, field: string): string | null {
  const value = fields[field]
  return typeof value === 'string' && value !== '' ? value : null
}
