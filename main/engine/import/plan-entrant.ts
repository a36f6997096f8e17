/** What one row of a start list changes. Pure: the same row on the same records always plans the same. */
import type { FieldValue } from '../../contract/records.ts'
import type { KnownEntrant, KnownTag } from '../store/known-entrants.ts'
import type { Change } from '../store/change.ts'
import type { EntrantRow } from './read-entrant.ts'

/** Records the row points to, by id; null where it names none. */
export interface EntrantLinks {
  readonly event: string
  readonly organisation: string | null
  readonly startGroup: { readonly id: string; readonly race: string } | null
  readonly tag: KnownTag | null
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
  save(changes, 'person', personId, person, known?.person.fields ?? null)

  const entry = known?.participant ?? null
  const entryId = entry?.id ?? newId()
  const wanted = links.tag ? { ...row.participant, tag: links.tag.id } : row.participant
  const fields = entry ? wanted : { ...wanted, event: links.event, person: personId }
  save(changes, 'eventParticipant', entryId, fields, entry?.fields ?? null)

  changes.push(...planTag(entry, links.tag))
  if (links.startGroup) changes.push(...planPlace(entryId, entry, links.startGroup, newId))
  return changes
}

function save(
  changes: Change[],
  entity: 'person' | 'eventParticipant',
  id: string,
  wanted: Readonly<Record<string, FieldValue>>,
  before: Readonly<Record<string, FieldValue>> | null,
): void {
  if (before === null) {
    changes.push({ action: 'create', entity, id, fields: wanted })
    return
  }
  const fields = Object.fromEntries(
    Object.entries(wanted).filter(([name, value]) => (before[name] ?? null) !== value),
  )
  if (Object.keys(fields).length > 0) changes.push({ action: 'update', entity, id, fields })
}

/** A tag handed out is in use; the one it replaces goes back to stock. */
function planTag(entry: KnownEntrant['participant'], tag: KnownTag | null): readonly Change[] {
  const before = entry?.fields['tag'] ?? null
  if (tag === null || before === tag.id) return []
  const changes: Change[] = []
  if (tag.status !== 'inUse') {
    changes.push({ action: 'update', entity: 'tag', id: tag.id, fields: { status: 'inUse' } })
  }
  if (typeof before === 'string' && entry?.tagStatus === 'inUse') {
    changes.push({ action: 'update', entity: 'tag', id: before, fields: { status: 'stock' } })
  }
  return changes
}

/**
 * The place in a start group: moved within its race; moved from another race when it is the only one; else a new one.
 */
function planPlace(
  entryId: string,
  entry: KnownEntrant['participant'],
  startGroup: { readonly id: string; readonly race: string },
  newId: () => string,
): readonly Change[] {
  const places = entry?.places ?? []
  if (places.some((place) => place.startGroup === startGroup.id)) return []
  const moved =
    places.find((place) => place.race === startGroup.race) ??
    (places.length === 1 ? places[0] : undefined)
  if (moved !== undefined) {
    const fields = { startGroup: startGroup.id }
    return [{ action: 'update', entity: 'startGroupParticipant', id: moved.id, fields }]
  }
  const fields = { startGroup: startGroup.id, eventParticipant: entryId }
  return [{ action: 'create', entity: 'startGroupParticipant', id: newId(), fields }]
}
