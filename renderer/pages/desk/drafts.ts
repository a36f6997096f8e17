/** What was typed into an entrant's card and not saved yet. Kept per entrant, across pages and reloads of the window. */
import { computed, type ComputedRef } from 'vue'
import type { EntrantCard, EntrantChange } from '../../../main/contract/desk.ts'
import { isOwnField, ownFieldLimits } from '../../../main/contract/own-field-names.ts'
import { entrantLimits } from '../../../main/contract/text-limits.ts'
import { useKept } from '../../composables/use-kept.ts'
import type { TypedField } from '../../fields/typed-field.ts'
import { dayText } from '../../fields/typed-instant.ts'
import { useDateReader } from '../../fields/use-date-reader.ts'

/** Fields of the card that can be edited. Empty text clears. */
export const editableFields = [
  'bib',
  'tag',
  'spareTag',
  'startGroupId',
  'category',
  'team',
  'leg',
  'status',
  'shirt',
  'giveaway',
  'waiver',
  'paid',
  'notes',
  'firstName',
  'lastName',
  'gender',
  'dateOfBirth',
  'email',
  'phone',
  'city',
] as const satisfies readonly (keyof EntrantChange & keyof EntrantCard)[]
export type EditableField = (typeof editableFields)[number] | OwnName
/** An own field of the event. */
export type OwnName = `own${string}_${string}`
export type Draft = Readonly<Partial<Record<EditableField, string>>>

/** What each field takes; the engine checks again. */
export function entrantField(name: string): TypedField {
  const most = isOwn(name)
    ? ownFieldLimits.value
    : (entrantLimits as Readonly<Record<string, number>>)[name]
  return {
    kind: name === 'dateOfBirth' ? 'date' : 'text',
    required: name === 'lastName',
    ...(most === undefined ? {} : { most }),
  }
}

/** Values that were read, as a change to send. Pure. */
export function changeFrom(
  id: string,
  values: Readonly<Record<string, string | null>>,
): EntrantChange {
  const entries = Object.entries(values).map(([field, value]) => {
    if (isFlag(field)) return [field, value === 'true'] as const
    return [field, value === null && isName(field) ? '' : value] as const
  })
  const own = entries.filter(([field]) => isOwn(field))
  return {
    id,
    ...Object.fromEntries(entries.filter(([field]) => !isOwn(field))),
    ...(own.length > 0 && { own: Object.fromEntries(own) }),
  } as EntrantChange
}

function isOwn(field: string): field is OwnName {
  return isOwnField(field)
}

/** What is ticked: `true` or `false` as text while it is a draft. */
function isFlag(field: string): boolean {
  return field === 'waiver' || field === 'paid'
}

/** The contract takes names as text only; empty text clears them too. */
function isName(field: string): boolean {
  return field === 'firstName' || field === 'lastName'
}

/** What a field holds as text, as the reader would type it. Pure. */
export function storedText(card: EntrantCard, field: EditableField, language: string): string {
  if (isOwn(field)) return card.own[field] ?? ''
  if (isFlag(field)) return String(card[field] === true)
  const value = String(card[field] ?? '')
  return field === 'dateOfBirth' && value !== '' ? dayText(value, language) : value
}

/** The fields of a change with the values they have now: saving it later takes the change back. Pure. */
export function reverseOf(change: EntrantChange, before: EntrantCard): EntrantChange {
  const fields = editableFields.filter((field) => field in change)
  const valueOf = (field: (typeof fields)[number]) => before[field] ?? (isName(field) ? '' : null)
  const own = Object.keys(change.own ?? {}).map((name) => [name, before.own[name] ?? null])
  return {
    id: change.id,
    ...Object.fromEntries(fields.map((field) => [field, valueOf(field)])),
    ...(own.length > 0 && { own: Object.fromEntries(own) }),
  }
}

export interface Drafts {
  of(id: string): Draft
  /** Remembers a typed text; forgets it when it equals what is saved. */
  type(card: EntrantCard, field: EditableField, text: string): void
  /** Forgets fields that were saved, unless they were typed over in the meantime. */
  saved(id: string, sent: Draft): void
  /** One field holds again what is saved. */
  restore(id: string, field: EditableField): void
  discard(id: string): void
  /** Entrants with unsaved changes. */
  readonly ids: ComputedRef<readonly string[]>
}

/** All drafts of this sitting. */
export function useDrafts(): Drafts {
  const kept = useKept<Readonly<Record<string, Draft>>>('marshal.desk.drafts', {})
  const { language } = useDateReader()
  const put = (id: string, draft: Draft) => {
    const { [id]: _before, ...others } = kept.value
    kept.value = Object.keys(draft).length > 0 ? { ...others, [id]: draft } : others
  }
  const of = (id: string): Draft => kept.value[id] ?? {}
  return {
    of,
    type(card, field, text) {
      const { [field]: _before, ...rest } = of(card.id)
      const stored = storedText(card, field, language.value)
      put(card.id, text === stored ? rest : { ...rest, [field]: text })
    },
    saved(id, sent) {
      const left = Object.entries(of(id)).filter(
        ([field, text]) => sent[field as EditableField] !== text,
      )
      put(id, Object.fromEntries(left))
    },
    restore(id, field) {
      const { [field]: _typed, ...rest } = of(id)
      put(id, rest)
    },
    discard: (id) => put(id, {}),
    ids: computed(() => Object.keys(kept.value)),
  }
}
