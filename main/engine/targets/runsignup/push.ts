/**
 * Our changes as few requests: one for the additions, one for the edits of each event, one for the deletions, and one that
 * reads back what was written. Reading back tells who a new registration's person is, the new versions, and what was
 * silently ignored: e-mail addresses of account holders, bibs and chips of inactive registrations.
 */
import { errorMeanings } from '../../../contract/error-meanings.ts'
import type { EntityName } from '../../../contract/words.ts'
import type { ConnectContext, OutgoingChange, SendOutcome } from '../kit/adapter.ts'
import { notTried, SyncError } from '../kit/sync-error.ts'
import { mostInOneWrite, writtenRow } from './api.ts'
import type { Editions } from './editions.ts'
import { chipOf } from './mapping.ts'
import { answersTo, outcomeOf, participantOf, type Task } from './participants.ts'
import type { ReadBack } from './read-back.ts'
import { addressIn } from './rows.ts'
import type { Configured } from './settings.ts'
import type { Site } from './site.ts'

interface Written {
  readonly task: Task
  readonly registrationId: number
}

/** Tasks of one request. */
type Group =
  | {
      readonly kind: 'write'
      readonly eventId: number
      readonly creates: boolean
      readonly tasks: readonly Task[]
    }
  | { readonly kind: 'delete'; readonly tasks: readonly Task[] }

/** What a push works with, all of it of one connection. */
export interface PushParts {
  readonly site: Site
  readonly configured: Configured
  readonly editions: Editions
  readonly readBack: ReadBack
  readonly log: ConnectContext['log']
}

export class Push {
  readonly #site: Site
  readonly #configured: Configured
  readonly #editions: Editions
  readonly #readBack: ReadBack
  readonly #log: ConnectContext['log']
  #eventForNew: Promise<number> | null = null

  constructor({ site, configured, editions, readBack, log }: PushParts) {
    this.#site = site
    this.#configured = configured
    this.#editions = editions
    this.#readBack = readBack
    this.#log = log
  }

  /**
   * One outcome per change, in order. Throws `SyncError` when all of it was one request and that was refused as a whole or
   * never arrived, so that the engine finds the change at fault.
   */
  async send(
    entity: EntityName,
    changes: readonly OutgoingChange[],
    signal: AbortSignal,
  ): Promise<readonly SendOutcome[]> {
    if (entity === 'tag') return changes.map(tagOutcome)
    if (entity !== 'eventParticipant' && entity !== 'person') {
      throw new Error(`RunSignup takes no ${entity}`)
    }
    const outcomes = new Array<SendOutcome | undefined>(changes.length)
    const fail = (at: number, error: SyncError) => void (outcomes[at] = { status: 'failed', error })
    const tasks = await this.#tasksOf(entity, changes, fail, signal)
    const groups = groupsOf(tasks)
    const written: Written[] = []
    let since: number | null = null
    let stop: SyncError | null = null
    const pending = [...groups]
    for (let group = pending.shift(); group; group = pending.shift()) {
      if (stop) {
        for (const { at } of group.tasks) fail(at, stop)
        continue
      }
      try {
        const done = await this.#sendGroup(group, fail, signal)
        written.push(...done.written)
        for (const { at, change } of done.deleted)
          outcomes[at] = { status: 'done', remoteId: change.remoteId ?? '' }
        since ??= done.serverTime
      } catch (error) {
        if (!(error instanceof SyncError)) throw error
        if (groups.length === 1 && tasks.length === changes.length) throw error
        if (error.code === 'rejected' && group.tasks.length > 1) pending.unshift(...halves(group))
        else for (const { at } of group.tasks) fail(at, error)
        stop = endsAll(error) ? notTried(error) : null
      }
    }
    await this.#settle(written, outcomes, since, signal)
    return Array.from(outcomes, (outcome) => outcome ?? silent)
  }

  /** Where each change goes; what cannot go anywhere fails at once. */
  async #tasksOf(
    entity: Task['entity'],
    changes: readonly OutgoingChange[],
    fail: (at: number, error: SyncError) => void,
    signal: AbortSignal,
  ): Promise<readonly Task[]> {
    const lost = changes.flatMap((change) => {
      if (change.action !== 'update') return []
      if (entity === 'person') return ownAddress(change) ? [] : registrationsOf(change)
      return addressIn(entity, change.remoteVersion) ? [] : numberOf(change)
    })
    const located = await this.#readBack.locate(lost, signal)
    const tasks: Task[] = []
    for (const [at, change] of changes.entries()) {
      try {
        if (change.action !== 'create' || entity === 'person') {
          tasks.push({ at, change, entity, ...addressOf(entity, change, located) })
        } else {
          const eventId = eventOf(change) ?? (await this.#newEvent(signal))
          tasks.push({ at, change, entity, eventId, registrationId: null })
        }
      } catch (error) {
        if (!(error instanceof SyncError) || endsAll(error)) throw error
        fail(at, error)
      }
    }
    return tasks
  }

  #newEvent(signal: AbortSignal): Promise<number> {
    this.#eventForNew ??= this.#editions.forNew(signal).catch((error: unknown) => {
      this.#eventForNew = null
      throw error
    })
    return this.#eventForNew
  }

  async #sendGroup(
    group: Group,
    fail: (at: number, error: SyncError) => void,
    signal: AbortSignal,
  ): Promise<{ written: readonly Written[]; deleted: readonly Task[]; serverTime: number | null }> {
    if (group.kind === 'delete') {
      return {
        written: [],
        deleted: await this.#delete(group.tasks, fail, signal),
        serverTime: null,
      }
    }
    const { eventId, creates, tasks } = group
    const effect = creates ? 'create' : 'repeatable'
    const answer = await this.#site.write(eventId, tasks.map(participantOf), effect, signal)
    const { redact } = this.#configured
    const written: Written[] = []
    for (const [at, said] of answersTo(tasks, answer.entries, redact).entries()) {
      const task = tasks[at]!
      if (said instanceof SyncError) fail(task.at, said)
      else if (said !== null) written.push({ task, registrationId: said })
      else fail(task.at, unanswered(creates))
    }
    return { written, deleted: [], serverTime: answer.serverTime }
  }

  /** Whatever the answer does not list as removed is looked at: gone already, or not to be removed this way. */
  async #delete(
    tasks: readonly Task[],
    fail: (at: number, error: SyncError) => void,
    signal: AbortSignal,
  ): Promise<readonly Task[]> {
    const ids = tasks.flatMap(({ change }) => numberOf(change))
    const refusal = { error: null as SyncError | null }
    const removed = await this.#site.remove(ids, signal).then(
      ({ entries }) => entries,
      (error: unknown) => {
        const isAboutOne = error instanceof SyncError && /^(rejected|gone)$/.test(error.code)
        if (!isAboutOne || tasks.length > 1) throw error
        refusal.error = error
        return []
      },
    )
    const gone = new Set(
      removed.flatMap((entry) => writtenRow.safeParse(entry).data?.registration_id ?? []),
    )
    const left = tasks.filter(({ change }) => !numberOf(change).every((id) => gone.has(id)))
    const present = await this.#readBack.locate(
      left.flatMap(({ change }) => numberOf(change)),
      signal,
      left.flatMap(({ change, entity }) => addressIn(entity, change.remoteVersion)?.eventId ?? []),
    )
    return tasks.filter(({ at, change }) => {
      const still = numberOf(change)
        .map((id) => present.get(id))
        .find((one) => one !== undefined)
      if (!still) return true
      fail(at, refusal.error ?? notDeleted(still.row.imported !== 'T'))
      return false
    })
  }

  async #settle(
    written: readonly Written[],
    outcomes: (SendOutcome | undefined)[],
    since: number | null,
    signal: AbortSignal,
  ): Promise<void> {
    const events = [...new Set(written.map(({ task }) => task.eventId))]
    const ids = written.map(({ registrationId }) => registrationId)
    const read = await this.#readBack.read(events, ids, since, signal).catch((error: unknown) => {
      if (!(error instanceof SyncError)) throw error
      // What was written is written; the next look for changes brings the rest.
      this.#log.info('What was written could not be read back', { code: error.code })
      return null
    })
    for (const { task, registrationId } of written) {
      const row = read === null ? null : (read.get(registrationId) ?? 'absent')
      outcomes[task.at] = outcomeOf(task, registrationId, row, this.#configured.raceId)
    }
  }
}

/** A tag exists at RunSignup as the number in a registration, so there is nothing to be done for it alone. */
function tagOutcome({ action, remoteId, body }: OutgoingChange): SendOutcome {
  const chip = chipOf(body)
  if (action === 'create' && chip !== null)
    return { status: 'done', remoteId: chip, remoteVersion: 'chip' }
  if (action !== 'create' && remoteId !== null && (action === 'delete' || chip === remoteId)) {
    return { status: 'done', remoteId, remoteVersion: 'chip' }
  }
  const message = `At RunSignup a chip is its number: ${remoteId ?? 'it'} cannot become ${chip ?? 'empty'}. Give the entrant another tag instead.`
  return { status: 'failed', error: new SyncError('rejected', message) }
}

function addressOf(
  entity: Task['entity'],
  change: OutgoingChange,
  located: Awaited<ReturnType<ReadBack['locate']>>,
): Pick<Task, 'eventId' | 'registrationId'> {
  if (entity === 'person') {
    if (change.remoteId === null || change.action === 'create') {
      const message = 'A person comes into being at RunSignup with a registration, not alone.'
      throw new SyncError('rejected', message)
    }
    const address = ownAddress(change)
    if (address) return address
    for (const registrationId of registrationsOf(change)) {
      const there = located.get(registrationId)
      if (there) return { eventId: there.eventId, registrationId }
    }
    const message = 'RunSignup has not told yet through which registration this person is edited.'
    throw new SyncError('changed-remotely', message)
  }
  const [registrationId] = numberOf(change)
  if (registrationId === undefined) {
    throw new SyncError('local', `"${change.remoteId}" is not the number of a registration.`)
  }
  if (change.action === 'delete') return { eventId: 0, registrationId }
  const eventId =
    addressIn(entity, change.remoteVersion)?.eventId ?? located.get(registrationId)?.eventId
  if (eventId === undefined) {
    throw new SyncError('gone', `RunSignup no longer has registration ${registrationId}.`)
  }
  return { eventId, registrationId }
}

function numberOf({ remoteId }: Pick<OutgoingChange, 'remoteId'>): readonly number[] {
  const id = Number(remoteId)
  return remoteId !== null && Number.isSafeInteger(id) && id > 0 ? [id] : []
}

/** Number of the event of a new registration's first place, null where it has none. */
export function eventOf({ body }: Pick<OutgoingChange, 'body'>): number | null {
  const { event_id: eventId } = body
  return typeof eventId === 'number' ? eventId : null
}

/** Numbers of the registrations that are still this person's. */
function registrationsOf({ roots = [] }: OutgoingChange): readonly number[] {
  return roots.flatMap((remoteId) => numberOf({ remoteId }))
}

/** Where a person was edited last, unless that registration is somebody else's here by now. */
function ownAddress(change: OutgoingChange): ReturnType<typeof addressIn> {
  const address = addressIn('person', change.remoteVersion)
  const { registrationId = null } = address ?? {}
  if (change.roots === undefined || registrationId === null) return address
  return registrationsOf(change).includes(registrationId) ? address : null
}

/** Deletions first: the bib of who leaves may be given to who comes. */
function groupsOf(tasks: readonly Task[]): readonly Group[] {
  const deletions = tasks.filter(({ change }) => change.action === 'delete')
  const writes = tasks.filter(({ change }) => change.action !== 'delete')
  const byRequest = Map.groupBy(writes, (task) => `${task.registrationId === null} ${task.eventId}`)
  return [
    ...slices(deletions).map((slice): Group => ({ kind: 'delete', tasks: slice })),
    ...[...byRequest.values()].flatMap(slices).map((slice): Group => {
      const { eventId, registrationId } = slice[0]!
      return { kind: 'write', eventId, creates: registrationId === null, tasks: slice }
    }),
  ]
}

function slices(tasks: readonly Task[]): readonly (readonly Task[])[] {
  const count = Math.ceil(tasks.length / mostInOneWrite)
  return Array.from({ length: count }, (_, at) =>
    tasks.slice(at * mostInOneWrite, (at + 1) * mostInOneWrite),
  )
}

function halves(group: Group): readonly Group[] {
  const middle = group.tasks.length >> 1
  return [
    { ...group, tasks: group.tasks.slice(0, middle) },
    { ...group, tasks: group.tasks.slice(middle) },
  ]
}

/** About the target and not about a record: nothing more is tried. */
function endsAll({ code }: SyncError): boolean {
  const { about, maybeDone } = errorMeanings[code]
  return about === 'moment' || about === 'target' || maybeDone
}

function unanswered(creates: boolean): SyncError {
  return creates
    ? new SyncError('ambiguous', 'RunSignup did not say whether it made the registration.', {
        maybeSent: true,
      })
    : new SyncError('bad-response', 'RunSignup did not say what became of the edit.')
}

function notDeleted(isEntrantsOwn: boolean): SyncError {
  return new SyncError(
    'rejected',
    isEntrantsOwn
      ? 'RunSignup deletes only registrations that were imported; this one was made by the entrant. Remove it at RunSignup, or allow it in the settings of the target.'
      : 'RunSignup did not delete the registration and did not say why.',
  )
}

const silent: SendOutcome = {
  status: 'failed',
  error: new SyncError('bad-response', 'RunSignup did not say what became of the change.'),
}
