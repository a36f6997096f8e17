/** Which of several records of ours speaks for the one record they are at a target (`Resource.shared`). Pure. */
import type { Fields } from '../../model/record.ts'
import type { Sharer } from '../../store/shared-records.ts'
import type { DueRecord } from '../../store/sync-records.ts'
import { nothingLoaded, type LoadedPart, type LoadedParts } from './loaded-parts.ts'

/** What becomes of one due record of a shared resource. */
export type Sharing =
  /** It speaks for itself and these others, itself first. */
  | { readonly kind: 'speaks'; readonly of: readonly string[] }
  /** Another one speaks for it. */
  | { readonly kind: 'shares'; readonly with: string }
  /** It leaves the record there to another one who is still the same there. */
  | { readonly kind: 'leaves'; readonly heir: string }
  /** It has no value that would make it one. */
  | { readonly kind: 'nobody' }

/**
 * @param sharers live records with the values of `due` and with those the target knows of them, oldest first
 */
export function planSharing(
  due: Pick<DueRecord, 'recordId' | 'remoteId' | 'agreed' | 'record'>,
  field: string,
  sharers: readonly Sharer[],
): Sharing {
  const now = due.record.deletedOn === null ? valueOf(due.record.fields, field) : null
  const before = agreedValue(due, field)
  if (due.remoteId !== null && before !== null && before !== now) {
    const heir = sharers.find(
      ({ record, remoteId }) => valueOf(record.fields, field) === before && remoteId === null,
    )
    if (heir) return { kind: 'leaves', heir: heir.record.id }
  }
  if (now === null) return { kind: 'nobody' }
  const group = sharers.filter(({ record }) => valueOf(record.fields, field) === now)
  const speaker = group.find((one) => holds(one, field, now)) ?? group[0]
  if (speaker && speaker.record.id !== due.recordId)
    return { kind: 'shares', with: speaker.record.id }
  const others = group.filter(({ record }) => record.id !== due.recordId)
  return { kind: 'speaks', of: [due.recordId, ...others.map(({ record }) => record.id)] }
}

/** The values whose holders decide about some due records. */
export function sharedValues(
  page: readonly Pick<DueRecord, 'agreed' | 'record'>[],
  field: string,
): readonly string[] {
  const values = page.flatMap((due) => [valueOf(due.record.fields, field), agreedValue(due, field)])
  return [...new Set(values.filter((value) => value !== null))]
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
function holds({ remoteId, agreed }: Sharer, field: string, value: string): boolean {
  return remoteId !== null && (agreedValue({ agreed }, field) ?? value) === value
}

function agreedValue({ agreed }: Pick<DueRecord, 'agreed'>, field: string): string | null {
  return agreed === null ? null : valueOf(JSON.parse(agreed) as Fields, field)
}

function valueOf(fields: Fields, field: string): string | null {
  const value = fields[field]
  return typeof value === 'string' && value !== '' ? value : null
}
