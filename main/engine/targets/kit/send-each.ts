/** Sending to systems that take one record per request. */
import {
  endsBatch,
  errorMeanings,
  isTransient,
  isSilent,
} from '../../../contract/error-meanings.ts'
import { HttpError } from '../../ports.ts'
import type { OutgoingChange, SendOutcome } from './adapter.ts'
import { notTried, SyncError } from './sync-error.ts'

/** After so many transient failures in a row the target is taken to be down: asking on would only add to it. */
const enough = 5

/** What is known of a change that was taken. */
export type Sent = Omit<Extract<SendOutcome, { readonly status: 'done' }>, 'status'>

/** Sends one change; answers the remote id, what more is known, or how far it came. Throws `SyncError`. */
export type SendOne = (change: OutgoingChange) => Promise<string | Sent | SendOutcome>

/** Gives up, at the target, what others may be waiting for and this change no longer has. Throws `SyncError`. */
export type LetGo = (change: OutgoingChange) => Promise<void>

export interface Lanes {
  /** How many requests may be in flight at once. */
  readonly lanes: number
  readonly signal: AbortSignal
}

/**
 * One outcome per change, in order, with up to `lanes` requests in flight. A failure that is about the target and not
 * about the record (sign-in, configuration, rate limit, no connection, five failures in a row) ends the batch: what was
 * not tried yet gets the same failure, with nothing sent.
 * A record refused as a conflict (409) is asked for once more after the others: one of them may just have let go of the
 * bib or tag it wants. Where several then still stand in each other's way, `freeUnique` makes each give up what it holds first.
 * @throws what is not a `SyncError`: a defect.
 */
export async function sendEach(
  changes: readonly OutgoingChange[],
  { lanes, signal }: Lanes,
  sendOne: SendOne,
  freeUnique?: LetGo,
): Promise<readonly SendOutcome[]> {
  const outcomes = new Array<SendOutcome | undefined>(changes.length)
  const stop: { error: SyncError | null } = { error: null }
  let next = 0
  let inARow = 0

  const one = async (at: number): Promise<void> => {
    const outcome = await outcomeOf(sendOne, changes[at] as OutgoingChange)
    outcomes[at] = outcome
    if (outcome.status === 'done') {
      inARow = 0
      return
    }
    const { error } = outcome
    inARow = isAboutTarget(error) ? inARow + 1 : 0
    if (endsAll(error) || inARow >= enough) stop.error ??= error
  }
  /** Two entrants who swapped tags: neither can take the other's before one has let go. */
  const untangle = async (release: LetGo): Promise<void> => {
    const stuck = [...outcomes.keys()].filter(
      (at) => isConflict(outcomes[at]) && changes[at]?.action === 'update',
    )
    if (stuck.length < 2) return
    try {
      for (const at of stuck) await release(changes[at] as OutgoingChange)
    } catch (error) {
      // What each was refused for stands; it is told to a person as it is.
      if (error instanceof SyncError) return
      throw error
    }
    for (const at of stuck) await one(at)
  }
  const lane = async (): Promise<void> => {
    while (next < changes.length && stop.error === null && !signal.aborted) await one(next++)
  }
  await Promise.all(Array.from({ length: Math.min(lanes, changes.length) }, lane))

  if (
    stop.error === null &&
    !signal.aborted &&
    outcomes.some((outcome) => outcome?.status === 'done')
  ) {
    for (let at = 0; at < outcomes.length; at++) if (isConflict(outcomes[at])) await one(at)
  }
  if (freeUnique && stop.error === null && !signal.aborted) await untangle(freeUnique)
  const rest = untried(stop.error)
  return Array.from(outcomes, (outcome) => outcome ?? rest)
}

async function outcomeOf(sendOne: SendOne, change: OutgoingChange): Promise<SendOutcome> {
  try {
    const sent = await sendOne(change)
    if (typeof sent === 'string') return { status: 'done', remoteId: sent }
    return 'status' in sent ? sent : { status: 'done', ...sent }
  } catch (error) {
    if (!(error instanceof SyncError)) throw error
    return { status: 'failed', error }
  }
}

/** A refusal that passes by itself, such as an address that has to rest for a while, is about its record. */
function isAboutTarget({ code, status }: SyncError): boolean {
  const isRefusal = code === 'server' && status !== null && status < 500
  return (isTransient(code) && !isRefusal) || errorMeanings[code].maybeDone
}

/** A connection cut in the middle may be about this one record; no connection at all is not. */
function endsAll({ code, cause }: SyncError): boolean {
  return endsBatch(code) && !(isSilent(code) && cause instanceof HttpError && cause.sent)
}

/** What is there by now, but for some fields, is not sent as a whole once more. */
function isConflict(outcome: SendOutcome | undefined): boolean {
  return outcome?.status === 'failed' && outcome.error.status === 409 && !outcome.reached
}

/** What became of those whose turn did not come; null: the run was stopped. */
function untried(because: SyncError | null): SendOutcome {
  const error = because
    ? notTried(because)
    : new SyncError('offline', 'Stopped before it was sent.')
  return { status: 'failed', error }
}
