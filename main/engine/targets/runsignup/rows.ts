/**
 * One row of theirs as records of ours: the registration, its person, its chip and its place.
 *
 * Versions. A registration's is `<event id> <modified> <hash>`, a person's `<event id> <registration id> <modified>
 * <hash>`: both come back with the next change, and RunSignup needs the numbers to find what is to be edited, because a
 * person is edited through a registration of theirs. The modified time is in it so that a value that changes back is
 * news as well; the hash covers what we read, so that a picture's address that differs each time is not.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { EntityName } from '../../../contract/words.ts'
import { canonicaliser, contentHash } from '../../model/record.ts'
import type { EntityBinding, RemoteBody, RemoteRecord, UnreadableRecord } from '../kit/adapter.ts'
import { SyncError } from '../kit/sync-error.ts'
import { removedRow, siteRow, siteZone, type RemovedRow, type SiteRow } from './api.ts'
import { chipOf, personBinding, registrationBinding } from './mapping.ts'
import { momentOf } from './site-time.ts'

/** A row with the numbers it stands under. */
export interface Registration {
  readonly eventId: number
  readonly row: SiteRow
}

/** A removed row, with when that was, in seconds since 1970, null where not told. */
export interface Removal {
  readonly row: RemovedRow
  readonly at: number | null
}

/** Reads one row of `/participants`; an `UnreadableRecord` for one without its numbers. */
export function readRow(raw: unknown, eventId: number): Registration | UnreadableRecord {
  const { success, data } = siteRow.safeParse(raw)
  if (!success)
    return unreadable(raw, 'has no registration or user number, or a value of another kind')
  return { eventId: data.event_id ?? eventId, row: data }
}

/** Reads one row of `/removed-participants`. */
export function readRemoval(raw: unknown): Removal | UnreadableRecord {
  const { success, data } = removedRow.safeParse(raw)
  if (!success) return unreadable(raw, 'has no registration number, or a value of another kind')
  const moment = momentOf(data.last_modified, siteZone)
  return { row: data, at: data.last_modified_ts ?? (moment === null ? null : moment / 1000) }
}

function unreadable(raw: unknown, reason: string): UnreadableRecord {
  const id =
    typeof raw === 'object' && raw !== null && 'registration_id' in raw ? raw.registration_id : null
  const remoteId = typeof id === 'number' || typeof id === 'string' ? String(id) : null
  const who = remoteId === null ? 'A registration' : `Registration ${remoteId}`
  return { remoteId, error: new SyncError('bad-response', `${who} ${reason}.`) }
}

/** The registration itself. */
export function registrationRecord({ eventId, row }: Registration, raceId: string): RemoteRecord {
  const body = { ...row, event_id: eventId, race_id: Number(raceId) }
  return {
    entity: 'eventParticipant',
    remoteId: String(row.registration_id),
    version: `${eventId} ${row.last_modified ?? 0} ${shortHash(registrationBinding, body)}`,
    modifiedOn: microseconds(row.last_modified),
    deleted: false,
    body,
  }
}

/** Its person, with the bib they can be recognised by. */
export function personRecord({ eventId, row }: Registration, raceId: string): RemoteRecord {
  return {
    entity: 'person',
    remoteId: String(row.user.user_id),
    version: `${eventId} ${row.registration_id} ${row.last_modified ?? 0} ${shortHash(personBinding, row.user)}`,
    modifiedOn: microseconds(row.last_modified),
    deleted: false,
    body: { ...row.user, registration: { race_id: Number(raceId), bib_num: row.bib_num ?? null } },
  }
}

/** Its chip, null where it has none. */
export function tagRecord({ row }: Registration): RemoteRecord | null {
  const chip = chipOf(row)
  return chip === null ? null : chipRecord(chip)
}

/** A chip is nothing but its number, so it never changes. */
export function chipRecord(chip: string): RemoteRecord {
  return {
    entity: 'tag',
    remoteId: chip,
    version: 'chip',
    modifiedOn: null,
    deleted: false,
    body: { chip_num: chip },
  }
}

/** Its place: its event is one of our races. Another person or bib makes it the place of another entry. */
export function placeRecord({ eventId, row }: Registration): RemoteRecord {
  return {
    entity: 'startGroupParticipant',
    remoteId: String(row.registration_id),
    version: `${eventId} ${row.user.user_id} ${row.bib_num ?? ''}`.trim(),
    modifiedOn: microseconds(row.last_modified),
    deleted: false,
    body: { registration_id: row.registration_id, event_id: eventId },
  }
}

/** A registration that is gone, and its place. One that was transferred lives on under `new_registration_id`. */
export function removalRecords({ row, at }: Removal): readonly RemoteRecord[] {
  return (['eventParticipant', 'startGroupParticipant'] as const).map((entity) => ({
    entity,
    remoteId: String(row.registration_id),
    version: `removed ${at ?? 0} ${row.removed_reason ?? ''}`.trim(),
    modifiedOn: microseconds(at),
    deleted: true,
    movedTo: row.new_registration_id ? String(row.new_registration_id) : null,
    body: {
      registration_id: row.registration_id,
      removed_reason: row.removed_reason ?? null,
      new_registration_id: row.new_registration_id ?? null,
    },
  }))
}

/** Rows worked at before the event loop gets a turn. */
const rowsAtOnce = 200

/** Records of a page of rows: each person and each chip once, then the registrations with their places. */
export async function recordsOf(
  rows: readonly Registration[],
  raceId: string,
): Promise<readonly RemoteRecord[]> {
  const persons = new Map<number, Registration>()
  const chips = new Map<string, RemoteRecord>()
  for (const one of rows) {
    const { user_id: userId } = one.row.user
    const known = persons.get(userId)
    // Of several registrations the one changed last knows best; among equals the oldest, so that versions are stable.
    if (!known || (one.row.last_modified ?? 0) > (known.row.last_modified ?? 0))
      persons.set(userId, one)
    const chip = tagRecord(one)
    if (chip) chips.set(chip.remoteId, chip)
  }
  return [
    ...(await inTurns([...persons.values()], (one) => personRecord(one, raceId))),
    ...chips.values(),
    ...(await inTurns(rows, (one) => registrationRecord(one, raceId))),
    ...(await inTurns(rows, placeRecord)),
  ]
}

/** Maps a page a few rows at a time: hashing thousands of records in one go would hold up the desk. */
export async function inTurns<From, To>(
  rows: readonly From[],
  map: (row: From) => To,
): Promise<readonly To[]> {
  const mapped: To[] = []
  for (const [at, row] of rows.entries()) {
    if (at % rowsAtOnce === rowsAtOnce - 1) await nextTurn()
    mapped.push(map(row))
  }
  return mapped
}

/** Where a record is edited, out of the version it came with; null when that tells nothing. */
export function addressIn(
  entity: EntityName,
  version: string | null,
): { readonly eventId: number; readonly registrationId: number | null } | null {
  const parts = (version ?? '').split(' ')
  const [eventId, registrationId] = parts.slice(0, 2).map(Number)
  const complete = parts.length === (entity === 'person' ? 4 : 3)
  if (!complete || !isId(eventId)) return null
  if (entity !== 'person') return { eventId, registrationId: null }
  return isId(registrationId) ? { eventId, registrationId } : null
}

function isId(value: number | undefined): value is number {
  return value !== undefined && Number.isSafeInteger(value) && value > 0
}

function microseconds(seconds: number | null | undefined): number | null {
  return seconds === null || seconds === undefined ? null : seconds * 1_000_000
}

const canonicals = new Map<EntityBinding, ReturnType<typeof canonicaliser>>()

/** Hash of what the binding reads, references as they are there. */
function shortHash(binding: EntityBinding, body: RemoteBody): string {
  let canonical = canonicals.get(binding)
  if (!canonical) {
    canonical = canonicaliser(binding.entity, binding.fields)
    canonicals.set(binding, canonical)
  }
  const read = binding.fromRemote?.(body)
  return contentHash(canonical({ ...read?.fields, ...read?.refs })).slice(0, 16)
}
