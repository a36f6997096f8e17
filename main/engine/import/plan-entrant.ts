/** What one row of a start list changes. Pure: the same row on the same records always plans the same. */
import type { FieldValue } from '../../contract/records.ts'
import { countryOf } from './country-words.ts'
import type { KnownEntrant, KnownPlace, KnownTag } from '../store/imports/known-entrants.ts'
import type { Change } from '../store/writer/change.ts'
import type { EntrantRow } from './read-entrant.ts'

/** Records the row points to, by id; null where it names none. */
export interface EntrantLinks {
  readonly event: string
  readonly organisation: string | null
  readonly startGroup: { readonly id: string; readonly race: string } | null
  readonly tag: KnownTag | null
  readonly spareTag?: KnownTag | null
  /** A place in another race takes the place of the only one; otherwise races are added. */
  readonly move?: boolean
}

/**
 * Changes for a row; none when the row says nothing new. Only fields that differ are named, so an edit made meanwhile
 * to another field stays.
 */
export function planEntrant(
  row: EntrantRow,
  known: KnownEntrant | null,
  links: EntrantLinks,
  newId: () => string,
): readonly Change[] {
  const changes: Change[] = []
  const person = links.organisation
    ? { ...row.person, organisation: links.organisation }
    : row.person
  const personId = known?.person.id ?? newId()
  save(changes, { entity: 'person', id: personId }, person, known?.person.fields ?? null)

  const entry = known?.participant ?? null
  const entryId = entry?.id ?? newId()
  const tags = planTags(entry, links)
  const wanted = { ...row.participant, ...tags.fields }
  const fields = entry ? wanted : { ...wanted, event: links.event, person: personId }
  save(changes, { entity: 'eventParticipant', id: entryId }, fields, entry?.fields ?? null)

  changes.push(...tags.changes)
  if (links.startGroup) {
    const moved = movedPlace(entry?.places ?? [], links.startGroup, links.move ?? false)
    changes.push(...planPlace(entryId, moved, links.startGroup.id, newId))
  }
  return changes
}

/** Fields that say nothing new with other letters for the same country. */
const countries: ReadonlySet<string> = new Set(['country', 'nationality', 'identityCountry'])

function isSameCountry(known: FieldValue, value: FieldValue): boolean {
  return (
    typeof known === 'string' && typeof value === 'string' && countryOf(known) === countryOf(value)
  )
}

function save(
  changes: Change[],
  { entity, id }: { readonly entity: 'person' | 'eventParticipant'; readonly id: string },
  wanted: Readonly<Record<string, FieldValue>>,
  before: Readonly<Record<string, FieldValue>> | null,
): void {
  if (before === null) {
    changes.push({ action: 'create', entity, id, fields: wanted })
    return
  }
  const fields = Object.fromEntries(
    Object.entries(wanted).filter(([name, value]) => {
      const known = before[name] ?? null
      return known !== value && !(countries.has(name) && isSameCountry(known, value))
    }),
  )
  if (Object.keys(fields).length > 0) changes.push({ action: 'update', entity, id, fields })
}

/**
 * A tag handed out is in use; the one it replaces goes back to stock. One that the entrant has as the spare one already
 * stays that, unless the row says both.
 */
function planTags(
  entry: KnownEntrant['participant'],
  { tag, spareTag = null }: Pick<EntrantLinks, 'tag' | 'spareTag'>,
): { readonly fields: Readonly<Record<string, FieldValue>>; readonly changes: readonly Change[] } {
  const worn = new Map([
    [entry?.fields['tag'] ?? null, entry?.tagStatus ?? null],
    [entry?.fields['spareTag'] ?? null, entry?.spareTagStatus ?? null],
  ])
  const given = { tag: tag ?? null, spareTag }
  const isOwn = (one: KnownTag | null, other: 'tag' | 'spareTag') =>
    one !== null && given[other] === null && entry?.fields[other] === one.id
  const fields = {
    ...(tag !== null && !isOwn(tag, 'spareTag') && { tag: tag.id }),
    ...(spareTag !== null &&
      spareTag.id !== tag?.id &&
      !isOwn(spareTag, 'tag') && { spareTag: spareTag.id }),
  }
  const after = new Set<FieldValue>([
    fields.tag ?? entry?.fields['tag'] ?? null,
    fields.spareTag ?? entry?.fields['spareTag'] ?? null,
  ])
  const changes: Change[] = []
  for (const one of [tag, spareTag]) {
    if (one === null || worn.has(one.id) || !after.has(one.id) || one.status === 'inUse') continue
    changes.push({ action: 'update', entity: 'tag', id: one.id, fields: { status: 'inUse' } })
  }
  for (const [id, status] of worn) {
    if (typeof id !== 'string' || after.has(id) || status !== 'inUse') continue
    changes.push({ action: 'update', entity: 'tag', id, fields: { status: 'stock' } })
  }
  return { fields, changes }
}

/** The place a start group takes the place of; `staying` when there is one in it already. */
export function movedPlace(
  places: readonly KnownPlace[],
  { id, race }: { readonly id: string; readonly race: string },
  move: boolean,
): KnownPlace | 'staying' | null {
  if (places.some((place) => place.startGroup === id)) return 'staying'
  const inRace = places.find((place) => place.race === race)
  return inRace ?? (move && places.length === 1 ? places[0]! : null)
}

/** The place in a start group: moved within its race, from race to race only when asked for; else a further one. */
function planPlace(
  entryId: string,
  moved: KnownPlace | 'staying' | null,
  startGroup: string,
  newId: () => string,
): readonly Change[] {
  if (moved === 'staying') return []
  if (moved !== null) {
    const fields = { startGroup }
    return [{ action: 'update', entity: 'startGroupParticipant', id: moved.id, fields }]
  }
  const fields = { startGroup, eventParticipant: entryId }
  return [{ action: 'create', entity: 'startGroupParticipant', id: newId(), fields }]
}

/** The entrant as the changes of a row leave them, so that the next row of the file finds them so. */
export function entrantAfter(
  known: KnownEntrant | null,
  changes: readonly Change[],
  { event, startGroup, ...tags }: Pick<EntrantLinks, 'event' | 'startGroup' | 'tag' | 'spareTag'>,
): KnownEntrant {
  let person = known?.person ?? null
  let entry = known?.participant ?? null
  for (const change of changes) {
    if (change.action === 'delete') continue
    const { entity, id, fields } = change
    if (entity === 'person') person = { id, fields: { ...person?.fields, ...fields } }
    else if (entity === 'eventParticipant' && (entry === null || entry.id === id)) {
      const before = entry ?? { id, event, tagStatus: null, places: [], fields: {} }
      entry = { ...before, ...wornAfter(fields, tags), fields: { ...before.fields, ...fields } }
    } else if (entity === 'startGroupParticipant' && entry !== null && startGroup !== null) {
      const place = { id, startGroup: startGroup.id, race: startGroup.race }
      entry = { ...entry, places: [...entry.places.filter((one) => one.id !== id), place] }
    }
  }
  return { person: person!, participant: entry }
}

/** What is known of the tags an entrant has got. */
function wornAfter(
  fields: Readonly<Record<string, FieldValue>>,
  { tag, spareTag }: Pick<EntrantLinks, 'tag' | 'spareTag'>,
): Partial<NonNullable<KnownEntrant['participant']>> {
  return {
    ...(tag && fields['tag'] !== undefined && { tagStatus: 'inUse', tagCode: tag.code }),
    ...(spareTag &&
      fields['spareTag'] !== undefined && {
        spareTagStatus: 'inUse',
        spareTagCode: spareTag.code,
      }),
  }
}
