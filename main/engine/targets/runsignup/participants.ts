/** What one add or edit says of its participant, and what came of it. */
import type { FieldValue } from '../../../contract/records.ts'
import { normaliseFields, type Fields } from '../../model/record.ts'
import type { EntityBinding, OutgoingChange, RemoteBody, SendOutcome } from '../kit/adapter.ts'
import { changedMembers } from '../kit/merge-patch.ts'
import { SyncError } from '../kit/sync-error.ts'
import { clearedBirthDate, writtenRow } from './api.ts'
import { refusalIn } from './error-codes.ts'
import { personBinding, registrationBinding } from './mapping.ts'
import { personRecord, registrationRecord, type Registration } from './rows.ts'

/** A change on its way into one request. */
export interface Task {
  /** Its place among the changes that were handed over. */
  readonly at: number
  readonly change: OutgoingChange
  readonly eventId: number
  /** Null for a registration that is to be added. */
  readonly registrationId: number | null
  /** Whether it is about the registration or about its person. */
  readonly entity: 'eventParticipant' | 'person'
}

/** The participant of a request. A field left out stays there, null clears it. */
export function participantOf({ change, registrationId, entity }: Task): RemoteBody {
  if (registrationId === null) return added(change.body)
  const body = sentOf(change)
  if (entity === 'person') {
    return { registration_id: registrationId, user: edited(body) }
  }
  // The person has an edit of its own; here only what belongs to the registration.
  const { user: _, race_id: __, event_id: ___, giveaway, ...own } = body
  return {
    registration_id: registrationId,
    ...own,
    // It must be one of theirs to the letter, and a race without any has none to clear.
    ...(giveaway === null || giveaway === undefined ? {} : { giveaway }),
  }
}

/** What of an edit travels: only what differs from what is there, so that nobody else's edit is undone with it. */
function sentOf(change: OutgoingChange): RemoteBody {
  const changed = changedMembers(change, change.body)
  return Object.keys(changed).length > 0 ? changed : change.body
}

/** There is nothing to clear yet, so what is empty is left out. */
function added(body: RemoteBody): RemoteBody {
  const { race_id: _, event_id: __, user, ...own } = body
  const { user_id: userId, ...person } = filled(user) as Record<string, unknown>
  return {
    ...(userId === undefined ? {} : { user_id: userId }),
    user: person,
    ...(filled(own) as RemoteBody),
  }
}

function filled(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
    .filter(([, one]) => one !== null && one !== undefined)
    .map(([name, one]) => [name, filled(one)] as const)
  return Object.fromEntries(entries)
}

function edited(user: RemoteBody): RemoteBody {
  return 'dob' in user && user['dob'] === null ? { ...user, dob: clearedBirthDate } : user
}

/** The registration number of each task, or why there is none; null where the answer says nothing of it. */
export function answersTo(
  tasks: readonly Task[],
  entries: readonly unknown[],
  redact: (text: string) => string,
): readonly (number | SyncError | null)[] {
  const inOrder = entries.length === tasks.length
  const numbers = new Map(
    entries.flatMap((entry) => {
      const { success, data } = writtenRow.safeParse(entry)
      return success ? [[data.registration_id, entry] as const] : []
    }),
  )
  return tasks.map(({ registrationId }, at) => {
    // An edit is known by its number; an addition by its place, which means something only in a complete answer.
    const entry = inOrder ? entries[at] : numbers.get(registrationId ?? 0)
    const refusal = refusalIn(entry, redact)
    if (refusal) return refusal
    const { success, data } = writtenRow.safeParse(entry)
    if (!success) return null
    return registrationId === null || registrationId === data.registration_id
      ? data.registration_id
      : null
  })
}

/**
 * The outcome of a task that was written.
 * @param read what was read back of it: `absent` if it is not among those present, null where that was not possible.
 */
export function outcomeOf(
  task: Task,
  registrationId: number,
  read: Registration | 'absent' | null,
  raceId: string,
): SendOutcome {
  const { change, entity } = task
  if (entity === 'person') return personOutcome(change, read === 'absent' ? null : read, raceId)
  const remoteId = String(registrationId)
  if (read === 'absent' && change.action === 'update') {
    // An edit of one that is not active any more is answered like any other, and bib and chip are ignored.
    const message = `Registration ${remoteId} is not active at RunSignup any more.`
    return { status: 'failed', error: new SyncError('gone', message) }
  }
  if (read === null || read === 'absent') return { status: 'done', remoteId }
  const { version, modifiedOn, body } = registrationRecord(read, raceId)
  const person = personRecord(read, raceId)
  const isNew = change.action === 'create'
  return {
    status: 'done',
    remoteId,
    remoteVersion: version,
    remoteModifiedOn: modifiedOn,
    kept: keptOf(registrationBinding, change, body),
    ...(isNew
      ? { made: { person: { remoteId: person.remoteId, remoteVersion: person.version } } }
      : {}),
  }
}

function personOutcome(
  change: OutgoingChange,
  read: Registration | null,
  raceId: string,
): SendOutcome {
  const remoteId = change.remoteId ?? ''
  if (read === null) return { status: 'done', remoteId }
  const person = personRecord(read, raceId)
  if (person.remoteId !== remoteId) {
    const message = `The registration this person was edited through belongs to user ${person.remoteId} by now.`
    return { status: 'failed', error: new SyncError('changed-remotely', message) }
  }
  return {
    status: 'done',
    remoteId,
    remoteVersion: person.version,
    remoteModifiedOn: person.modifiedOn,
    kept: keptOf(personBinding, change, person.body),
  }
}

/**
 * Fields of ours that are otherwise there than they were sent: ignored, shortened, or not to be sent at all. What this
 * edit did not say may have been changed there meanwhile; that is news and comes with the next look.
 */
function keptOf(binding: EntityBinding, change: OutgoingChange, there: RemoteBody): Fields {
  const whole = readOf(binding, change.body)
  const said = readOf(binding, change.action === 'update' ? sentOf(change) : change.body)
  const theirs = readOf(binding, there)
  const kept: Record<string, FieldValue> = {}
  for (const name of binding.fields) {
    const value = theirs.fields[name]
    const isOpen = said.fields[name] !== undefined || whole.fields[name] === undefined
    if (value !== undefined && isOpen && value !== (said.fields[name] ?? null)) kept[name] = value
    // A chip that was not taken: only that there is none can be said in our terms.
    if (theirs.refs[name] === null && (said.refs[name] ?? null) !== null) kept[name] = null
  }
  return kept
}

function readOf(binding: EntityBinding, body: RemoteBody) {
  const { fields, refs } = binding.fromRemote?.(body) ?? { fields: {}, refs: {} }
  return { fields: normaliseFields(binding.entity, fields).fields, refs }
}
