/** What was typed into a record's form and not saved yet. Kept per record, across pages and reloads of the window. */
import { computed, type ComputedRef } from 'vue'
import type { FieldValue } from '../../../main/contract/records.ts'
import type { EntityName } from '../../../main/contract/words.ts'
import { useKept } from '../../composables/use-kept.ts'

/** Field → what it is to become; only fields that differ from what is saved. */
export type RecordDraft = Readonly<Record<string, FieldValue>>

/** The key of a record that does not exist yet. */
export const newRecord = 'new'

export interface RecordDrafts {
  of(entity: EntityName, id: string): RecordDraft
  /** Remembers a value; forgets it when it equals what is saved. */
  type(
    entity: EntityName,
    id: string,
    field: string,
    typed: { readonly value: FieldValue; readonly saved: FieldValue },
  ): void
  /** Forgets fields that were saved, unless they were typed over in the meantime. */
  saved(entity: EntityName, id: string, sent: RecordDraft): void
  /** One field holds again what is saved. */
  restore(entity: EntityName, id: string, field: string): void
  discard(entity: EntityName, id: string): void
  /** `entity/id` of every record with unsaved changes. */
  readonly keys: ComputedRef<readonly string[]>
}

/** All drafts of this sitting. */
export function useRecordDrafts(): RecordDrafts {
  const kept = useKept<Readonly<Record<string, RecordDraft>>>('marshal.data.drafts', {})
  const keyOf = (entity: EntityName, id: string) => `${entity}/${id}`
  const put = (key: string, draft: RecordDraft) => {
    const { [key]: _before, ...others } = kept.value
    kept.value = Object.keys(draft).length > 0 ? { ...others, [key]: draft } : others
  }
  const of = (entity: EntityName, id: string): RecordDraft => kept.value[keyOf(entity, id)] ?? {}
  return {
    of,
    type(entity, id, field, { value, saved }) {
      const { [field]: _before, ...rest } = of(entity, id)
      put(keyOf(entity, id), isSame(value, saved) ? rest : { ...rest, [field]: value })
    },
    saved(entity, id, sent) {
      const left = Object.entries(of(entity, id)).filter(
        ([field, value]) => !(field in sent) || sent[field] !== value,
      )
      put(keyOf(entity, id), Object.fromEntries(left))
    },
    restore(entity, id, field) {
      const { [field]: _typed, ...rest } = of(entity, id)
      put(keyOf(entity, id), rest)
    },
    discard: (entity, id) => put(keyOf(entity, id), {}),
    keys: computed(() => Object.keys(kept.value)),
  }
}

/** Empty text and nothing are the same to the engine. */
function isSame(one: FieldValue, other: FieldValue): boolean {
  return (one === '' ? null : one) === (other === '' ? null : other)
}
