/** What the targets know of several records of one entrant, as one line per target. Pure. */
import type { RecordTarget } from '../../../contract/records.ts'
import type { SyncRecordState } from '../../../contract/words.ts'
import type { RecordTargets } from './record-targets.ts'

/** Worst first: what a person has to look at, then what waits, then what is well. */
const severity: readonly SyncRecordState[] = [
  'failed',
  'conflict',
  'possible',
  'unmatched',
  'held',
  'retry',
  'linked',
  'ignored',
]

/**
 * The worst state with its reason, pending while one of them is, synced when the last of them was. `remoteId` is that
 * of the first record a target knows.
 */
export function worstTargets(records: readonly RecordTargets[]): RecordTargets {
  const result: Record<string, RecordTarget> = {}
  for (const targets of records) {
    for (const [name, own] of Object.entries(targets)) {
      const so = result[name]
      result[name] = so === undefined ? own : worse(so, own)
    }
  }
  return result
}

function worse(first: RecordTarget, second: RecordTarget): RecordTarget {
  const rank = ({ state, pending }: RecordTarget) => severity.indexOf(state) * 2 - (pending ? 1 : 0)
  return {
    ...(rank(second) < rank(first) ? second : first),
    remoteId: first.remoteId,
    pending: first.pending || second.pending,
    entitySyncedOn: whenBoth(first.entitySyncedOn, second.entitySyncedOn),
    remoteSyncedOn: later(first.remoteSyncedOn, second.remoteSyncedOn),
  }
}

/** The newer of two, once there are two: the change of race morning is the one people ask about. */
function whenBoth(a: string | null, b: string | null): string | null {
  return a === null || b === null ? null : later(a, b)
}

function later(a: string | null, b: string | null): string | null {
  return a === null ? b : b === null || a > b ? a : b
}
