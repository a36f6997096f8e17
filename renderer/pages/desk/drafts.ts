/** What was typed into an entrant's card and not saved yet. Kept per entrant, across pages and reloads of the window. */
import { computed, type ComputedRef } from 'vue'
import type { EntrantCard, EntrantChange } from '../../../main/contract/desk.ts'
import { useKept } from '../../composables/use-kept.ts'

/** Fields of the card that can be edited. Empty text clears. */
export const editableFields = [
  'bib',
  'tag',
  'startGroupId',
  'category',
  'status',
  'giveaway',
  'notes',
  'firstName',
  'lastName',
  'gender',
  'dateOfBirth',
  'email',
  'phone',
  'city',
] as const satisfies readonly (keyof EntrantChange & keyof EntrantCard)[]
export type EditableField = (typeof editableFields)[number]
export type Draft = Readonly<Partial<Record<EditableField, string>>>

/** Drafts that differ from what is saved, as a change to send. Pure. */
export function changeFrom(id: string, draft: Draft): EntrantChange {
  const entries = Object.entries(draft).map(([field, text]) => {
    const trimmed = text.trim()
    return [field, trimmed === '' && !isName(field) ? null : trimmed] as const
  })
  return { id, ...Object.fromEntries(entries) } as EntrantChange
}

/** The contract takes names as text only; empty text clears them too. */
function isName(field: string): boolean {
  return field === 'firstName' || field === 'lastName'
}

/** The fields of a change with the values they have now: saving it later takes the change back. Pure. */
export function reverseOf(change: EntrantChange, before: EntrantCard): EntrantChange {
  const fields = editableFields.filter((field) => field in change)
  const valueOf = (field: EditableField) => before[field] ?? (isName(field) ? '' : null)
  return { id: change.id, ...Object.fromEntries(fields.map((field) => [field, valueOf(field)])) }
}

export interface Drafts {
  of(id: string): Draft
  /** Remembers a typed text; forgets it when it equals what is saved. */
  type(card: EntrantCard, field: EditableField, text: string): void
  /** Forgets fields that were saved, unless they were typed over in the meantime. */
  saved(id: string, sent: Draft): void
  discard(id: string): void
  /** Entrants with unsaved changes. */
  readonly ids: ComputedRef<readonly string[]>
}

/** All drafts of this sitting. */
export function useDrafts(): Drafts {
  const kept = useKept<Readonly<Record<string, Draft>>>('marshal.desk.drafts', {})
  const put = (id: string, draft: Draft) => {
    const { [id]: _before, ...others } = kept.value
    kept.value = Object.keys(draft).length > 0 ? { ...others, [id]: draft } : others
  }
  const of = (id: string): Draft => kept.value[id] ?? {}
  return {
    of,
    type(card, field, text) {
      const { [field]: _before, ...rest } = of(card.id)
      put(card.id, text === (card[field] ?? '') ? rest : { ...rest, [field]: text })
    },
    saved(id, sent) {
      const left = Object.entries(of(id)).filter(
        ([field, text]) => sent[field as EditableField] !== text,
      )
      put(id, Object.fromEntries(left))
    },
    discard: (id) => put(id, {}),
    ids: computed(() => Object.keys(kept.value)),
  }
}
