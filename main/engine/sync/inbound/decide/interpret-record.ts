/** One remote record in our terms. Pure: what the adapter read of it goes in; fields in normal form and our ids come out. */
import type { FieldValue } from '../../../../contract/records.ts'
import type { FirstHand } from '../../../../contract/hub.ts'
import type { OwnField } from '../../../../contract/own-fields.ts'
import type { Unfit } from '../../../../contract/unfit.ts'
import { unfitText } from '../../../../contract/unfit-words-en.ts'
import type { EntityName } from '../../../../contract/words.ts'
import { fieldOf } from '../../../model/entities.ts'
import type { Normalised } from '../../../model/normalise.ts'
import { ownNames, readOwnValue } from '../../../model/own-fields.ts'
import {
  isEssential,
  normaliseFields,
  type Fields,
  type NormalisedFields,
} from '../../../model/record.ts'
import type { InboxItem } from '../../../store/traffic/inbox.ts'
import type { EntityBinding, FromRemote } from '../../../targets/kit/adapter.ts'

/** What a remote record says, or why it cannot be read. */
export type Interpreted =
  | {
      readonly item: InboxItem
      readonly kind: 'content'
      readonly theirs: Fields
      /** The references as it has them: remote ids by our field. */
      readonly refs: FromRemote['refs']
      /** Something it refers to may still come: the next listing is to be read again. */
      readonly partial: boolean
      /** What it says that fits no field here, in words: it is taken without. Null for nothing. */
      readonly leftOut: string | null
      readonly hand?: FirstHand | undefined
    }
  | { readonly item: InboxItem; readonly kind: 'deleted' }
  /** A parent it cannot do without is not here yet: it stays in the inbox. `root`: that of the root it arrived with. */
  | { readonly item: InboxItem; readonly kind: 'early'; readonly root: string | null }
  | { readonly item: InboxItem; readonly kind: 'unreadable'; readonly reason: string }

/** What an adapter read of a record: null where it reads none. */
export type RawRecord = FromRemote | { readonly unreadable: string } | null

/** What reading a record needs beside it. */
export interface Reading {
  readonly binding: EntityBinding
  /** Our id of a record theirs refers to; undefined while it is not here. */
  readonly ourId: (
    item: InboxItem,
    refs: FromRemote['refs'],
    field: string,
  ) => string | null | undefined
  /** Kinds of record that are received too. */
  readonly received: readonly EntityName[]
  /** ISO date. */
  readonly today: string
  /** Own fields of events, where any travels. */
  readonly own: readonly OwnField[]
  /** Of records that are linked: what is here, by remote id. */
  readonly here: (item: InboxItem) => Fields | undefined
  /** Nothing of it is taken over: what is missing or unusable in a record does not matter. */
  readonly toRecognise: boolean
}

/** Says what a record means here, or why it cannot be read, or that it came too early. */
export function interpretRecord(reading: Reading, item: InboxItem, raw: RawRecord): Interpreted {
  const { binding, toRecognise } = reading
  const { entity } = binding
  if (item.deleted) return { item, kind: 'deleted' }
  if (!raw) return { item, kind: 'unreadable', reason: 'this kind of record is not received' }
  if ('unreadable' in raw) return { item, kind: 'unreadable', reason: raw.unreadable }
  const { refs } = raw
  let partial = false
  const given: Record<string, FieldValue> = {}
  for (const name of binding.fields) {
    const value = raw.fields[name]
    if (typeof value === 'string' && !value.isWellFormed()) {
      const reason = `${fieldOf(entity, name).label} has half of a character in it: ${value.toWellFormed()}`
      return { item, kind: 'unreadable', reason }
    }
    if (value !== undefined) given[name] = value
  }
  for (const [field, remoteId] of Object.entries(refs)) {
    const ours = remoteId === null ? null : reading.ourId(item, refs, field)
    if (ours !== undefined) given[field] = ours
    else if ((binding.hard.includes(field) || binding.inRace) && !toRecognise) {
      return { item, kind: 'early', root: field === binding.partOf?.field ? remoteId : null }
    }
    // A soft parent that is not here yet says nothing about the field.
    else {
      delete given[field]
      partial ||= mayStillCome(reading, field)
    }
  }
  const read = normaliseFields(entity, given, undefined, reading.today)
  const { fields, invalid } = fittingOwn(read, entity, reading.own, reading.here(item))
  const faults = Object.entries(invalid)
  const words = faults.map(([name, reason]) => {
    const { label } = reading.own.find((one) => one.name === name) ?? fieldOf(entity, name)
    return `${label} ${unfitText(reason)}`
  })
  const leftOut = words.length > 0 && !toRecognise ? words.join('; ') : null
  if (leftOut !== null && faults.some(([name]) => isEssential(entity, name))) {
    return { item, kind: 'unreadable', reason: leftOut }
  }
  // A field that does not fit says nothing: ours is not cleared by it, and nothing is agreed on it.
  const hand = raw.hand ? { hand: raw.hand } : {}
  return { item, kind: 'content', theirs: fields, refs, partial, leftOut, ...hand }
}

/**
 * Own values in the form the event of the record wants; those it does not have or take are invalid. What is here already
 * came to be by the rules of its time, and stays.
 */
function fittingOwn(
  read: NormalisedFields,
  entity: EntityName,
  own: readonly OwnField[],
  here: Fields | undefined,
): NormalisedFields {
  const names = ownNames(read.fields)
  if (names.length === 0) return read
  const event = read.fields['event'] ?? here?.['event']
  const fields: Record<string, FieldValue> = { ...read.fields }
  const invalid: Record<string, Unfit> = { ...read.invalid }
  for (const name of names) {
    const value = fields[name] ?? null
    if (value === null || value === here?.[name]) continue
    const field = own.find((one) => one.eventId === event && one.name === name)
    const result: Normalised = field
      ? readOwnValue(field, value)
      : { ok: false, reason: { code: 'not-a-field', entity } }
    if (result.ok) fields[name] = result.value
    else {
      delete fields[name]
      invalid[name] = result.reason
    }
  }
  return { fields, invalid }
}

/** Whether a record a soft reference leads to is received too. What tells its changes by itself comes again anyway. */
function mayStillCome({ binding, received }: Reading, field: string): boolean {
  const { entity, changes } = binding
  return changes === 'listing' && received.includes(fieldOf(entity, field).refersTo!)
}
