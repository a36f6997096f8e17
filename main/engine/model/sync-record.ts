/**
 * The life of a sync record: what each state means, and what each event makes of it. Pure data. `store/links/move-records.ts` makes
 * the SQL from it, ARCHITECTURE.md shows it, and a test plays every event in every state against the real schema.
 */
import type { SyncRecordState } from '../../contract/words.ts'

/** What each state means. */
export const stateMeanings: Readonly<Record<SyncRecordState, string>> = {
  linked: 'takes part; without a remote id it was never sent',
  unmatched: 'theirs that nothing here fits, or ours that only a person sends',
  possible: 'theirs that may be one of ours; a person says',
  held: 'waits for `heldBy`; without it, for a person to decide a possible match',
  retry: 'the target could not take it now',
  failed: 'refused until somebody changes something',
  conflict: 'waits for a person to decide about fields',
  ignored: 'at rest: out of filter or scope, given up, left alone',
}

/**
 * A state, or a part of one that some events treat differently:
 * - `doubtful`: failed, and the answer to its creation was lost. It may be there, so a change here does not send it again.
 * - `left`: ignored, and with `linkData`. A person left it alone, so a change here does not send it.
 */
export type Situation = SyncRecordState | 'doubtful' | 'left'

/** A condition on columns: null for none, `any` for some value, otherwise the value. */
export type Condition = Readonly<Record<string, string | null>>

/** What tells a part of a state from the rest of it. */
export const parts: Readonly<
  Record<'doubtful' | 'left', { readonly state: SyncRecordState; readonly when: Condition }>
> = {
  doubtful: { state: 'failed', when: { errorCode: 'ambiguous', remoteId: null } },
  left: { state: 'ignored', when: { linkData: 'any' } },
}

export const situations = [
  ...['linked', 'unmatched', 'possible', 'held', 'retry', 'failed', 'doubtful', 'conflict'],
  ...['ignored', 'left'],
] as readonly Situation[]

/** Columns that are cleared together. */
export const columnGroups = {
  error: ['errorCode', 'errorMessage', 'attempts', 'nextAttemptOn'],
  link: ['remoteId', 'remoteVersion', 'agreed', 'agreedHash'],
  heldBy: ['heldBy'],
  linkData: ['linkData'],
} as const

/** Columns that mean something in one state only: they are cleared when it ends, unless the event brings them. */
export const ownColumns: Readonly<Partial<Record<SyncRecordState, readonly string[]>>> = {
  held: ['heldBy'],
  retry: ['nextAttemptOn'],
}

export interface SyncRecordEvent {
  /** It happens only where this is so. */
  readonly only?: Condition
  /** The next state by situation. */
  readonly moves: Readonly<Partial<Record<Situation, SyncRecordState>>>
  /** What becomes of the situations not in `moves`: without it, their records are not touched. */
  readonly others?: 'stay'
  /** The state of a sync record that begins with it. */
  readonly adds?: SyncRecordState
  /** What is cleared of the records in `moves`. */
  readonly clears?: readonly (keyof typeof columnGroups)[]
  /** Columns it always says anew. */
  readonly brings?: readonly string[]
}

function to(
  state: SyncRecordState,
  ...from: readonly Situation[]
): Readonly<Partial<Record<Situation, SyncRecordState>>> {
  return Object.fromEntries(from.map((situation) => [situation, state]))
}

/** Each stays what it is, and is touched nevertheless. */
function stay(
  ...from: readonly Situation[]
): Readonly<Partial<Record<Situation, SyncRecordState>>> {
  return Object.fromEntries(from.map((situation) => [situation, stateOf(situation)]))
}

/** What a target has alone is not touched. */
const ours = { recordId: 'any' } as const

/** Every situation of a record of ours, except those named. */
const oursBut = (...except: readonly Situation[]) =>
  situations.filter((one) => one !== 'possible' && !except.includes(one))

const asTold = [
  'recordId',
  'remoteId',
  'remoteVersion',
  'agreed',
  'agreedHash',
  'linkData',
] as const
const refusal = ['errorCode', 'errorMessage', 'attempts', 'lastTriedOn', 'nextAttemptOn'] as const

/** Each event, and what it makes of a sync record. */
export const syncRecordEvents = {
  // Here.
  /** A record was made here, and the target is told of new ones. */
  madeHere: { moves: {}, adds: 'linked' },
  /** A record was made here, and a person decides whether the target is told. */
  madeForReview: { moves: {}, adds: 'unmatched' },
  /** A change may mend what was refused, and give another parent. */
  changedHere: {
    only: ours,
    moves: to('linked', 'failed', 'held', 'ignored'),
    others: 'stay',
    clears: ['error'],
  },
  /** The same for a deletion, which also ends the doubt about a creation. */
  deletedHere: {
    only: ours,
    moves: to('linked', 'failed', 'doubtful', 'held', 'ignored'),
    others: 'stay',
    clears: ['error'],
  },
  /** Nothing is left to decide about a record that is deleted here. */
  overtaken: { only: ours, moves: to('linked', 'conflict', 'unmatched') },
  /** A record changed that this one's body repeats. */
  partChanged: { only: ours, moves: to('linked', 'failed'), others: 'stay', clears: ['error'] },
  /** The record it was made with changed and may have it again; or it was left out for its races, and they changed. */
  rootChanged: { only: ours, moves: to('linked', 'ignored') },

  // Scope and filter of the target.
  scopeEntered: { only: ours, moves: to('linked', 'ignored', 'left'), others: 'stay' },
  scopeLeft: {
    moves: to('ignored', ...situations.filter((one) => one !== 'ignored' && one !== 'left')),
    clears: ['heldBy'],
  },
  /** Nothing of its kind is sent any more. */
  onlyReceived: {
    only: ours,
    moves: { ...stay(...oursBut()), ...to('linked', 'held', 'retry', 'failed', 'doubtful') },
    clears: ['heldBy', 'error'],
  },
  /** New records go to the review list from now on, so does what was never sent. */
  toReview: {
    only: { ...ours, remoteId: null },
    moves: to('unmatched', 'linked', 'held'),
    clears: ['heldBy'],
  },
  fromReview: { only: ours, moves: to('linked', 'unmatched'), clears: ['heldBy'] },
  /** Everything in scope is sent again. */
  sentAgain: { only: ours, moves: to('linked', 'linked', 'ignored') },
  /** A person asked for this very record to be sent. */
  chosen: {
    only: ours,
    moves: { ...to('linked', ...oursBut('held', 'conflict')), ...stay('held', 'conflict') },
    clears: ['error', 'linkData'],
  },

  // Sending.
  /** Nothing to send; `heldBy` where it was looked at without a parent. */
  skipped: { only: ours, moves: to('linked', 'linked'), brings: ['heldBy'] },
  held: { only: ours, moves: to('held', 'linked'), brings: ['heldBy'] },
  leftOut: { only: ours, moves: to('ignored', 'linked'), brings: ['heldBy'] },
  /** Its parent is there now. */
  parentArrived: {
    only: ours,
    moves: { ...stay(...oursBut()), ...to('linked', 'held', 'ignored') },
    clears: ['heldBy'],
  },
  /** No possible match names it any more. */
  matchDecided: { only: ours, moves: to('linked', 'held') },
  /** The target has it as it was sent; `heldBy` where it was sent without a parent. */
  settled: {
    only: ours,
    moves: to('linked', ...oursBut()),
    clears: ['error'],
    brings: ['heldBy'],
  },
  /** It came into being there with another record, or has the place another one had. */
  cameAlong: { only: ours, moves: to('linked', ...oursBut()), clears: ['error', 'heldBy'] },
  /** What a person is asked about stays with the person. */
  refused: { only: ours, moves: to('failed', ...oursBut('conflict')), brings: refusal },
  notNow: { only: ours, moves: to('retry', ...oursBut('conflict')), brings: refusal },
  retryDue: { only: ours, moves: to('linked', 'retry') },
  /** The target has it no more, and it is not sent there by itself. */
  goneThere: { only: ours, moves: to('ignored', ...oursBut()), clears: ['link'] },
  /** The record it arrived with is there under another id, or no more. */
  rootMoved: {
    only: ours,
    moves: { ...stay(...oursBut()), ...to('linked', 'conflict') },
    clears: ['link'],
  },
  /** The hub has it under another id: what refers to it waits until both are one. */
  twinThere: {
    only: ours,
    moves: { ...stay(...oursBut()), ...to('linked', 'conflict') },
    clears: ['link'],
  },

  // Receiving.
  agreed: {
    moves: to('linked', ...situations),
    adds: 'linked',
    clears: ['error'],
    brings: asTold,
  },
  asked: { moves: to('conflict', ...situations), adds: 'conflict', brings: asTold },
  fitsNone: { moves: to('unmatched', ...situations), adds: 'unmatched', brings: asTold },
  fitsSeveral: { moves: to('possible', ...situations), adds: 'possible', brings: asTold },
  putToRest: { moves: to('ignored', ...situations), adds: 'ignored', brings: asTold },
  /** Nothing new was told. */
  seen: { moves: {}, others: 'stay', brings: asTold },

  // People.
  conflictDecided: { only: ours, moves: to('linked', 'conflict'), clears: ['error'] },
  /** Some of its fields were decided. */
  conflictNarrowed: { only: ours, moves: to('conflict', 'conflict'), clears: ['error'] },
  retried: { only: ours, moves: to('linked', 'failed', 'doubtful'), clears: ['error'] },
  discarded: { only: ours, moves: to('ignored', 'failed', 'doubtful') },
  leftAlone: {
    moves: to('ignored', 'possible', 'unmatched'),
    clears: ['heldBy'],
    brings: ['linkData'],
  },
  sentByPerson: { only: ours, moves: to('linked', 'unmatched'), clears: ['linkData'] },
} as const satisfies Readonly<Record<string, SyncRecordEvent>>

export type SyncRecordEventName = keyof typeof syncRecordEvents

/** The columns an event clears in a situation, with those that only its state had. */
export function clearedBy(
  { moves, clears = [], brings = [] }: SyncRecordEvent,
  from: Situation,
): readonly string[] {
  const next = moves[from]
  if (next === undefined) return []
  const state = stateOf(from)
  const own = state === next ? [] : (ownColumns[state] ?? [])
  const cleared = [...new Set([...clears.flatMap((group) => columnGroups[group]), ...own])]
  return cleared.filter((column) => !brings.includes(column))
}

export function stateOf(situation: Situation): SyncRecordState {
  return situation === 'doubtful' || situation === 'left' ? parts[situation].state : situation
}
