/** How far a desk was told of what the hub has, as the answers it got say. Pure. */
import type { ChangesInput, ChangesPage } from '../../../contract/hub.ts'
import { entityNames, type EntityName } from '../../../contract/words.ts'

export interface Reading {
  /** The place up to which it was told of all kinds of records at once, null for none. */
  readonly all: string | null
  /** Kinds that were read by themselves since, as in a first fill, with the place they were read to. */
  readonly kinds: ReadonlyMap<EntityName, string>
}

export const nothingRead: Reading = { all: null, kinds: new Map() }

/** The beginning of any history. */
const beginning = '-.0'

/** After an answer. Asking only where the hub is reads nothing. */
export function withAnswer(
  reading: Reading,
  { limit, entity }: Pick<ChangesInput, 'limit' | 'entity'>,
  { next, more }: Pick<ChangesPage, 'next' | 'more'>,
): Reading {
  if (limit === 0) return reading
  if (entity !== undefined) return { ...reading, kinds: new Map(reading.kinds).set(entity, next) }
  // Where there is more, a desk throws this away and reads kind by kind.
  return more ? reading : { all: next, kinds: new Map() }
}

/** The place up to which it knows everything, as the protocol writes places; null while it has read nothing. */
export function placeOf({ all, kinds }: Reading): string | null {
  if (all === null && kinds.size === 0) return null
  return entityNames
    .map((entity) => kinds.get(entity) ?? all ?? beginning)
    .reduce((oldest, place) => older(oldest, place))
}

function older(one: string, other: string): string {
  if (historyOf(one) !== historyOf(other)) return beginning
  return stampOf(other) < stampOf(one) ? other : one
}

const historyOf = (place: string) => place.slice(0, place.lastIndexOf('.'))
const stampOf = (place: string) => Number(place.slice(place.lastIndexOf('.') + 1))
