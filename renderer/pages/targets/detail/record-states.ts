/** All states a record can have at a target, in the order of a list to choose from. */
import type { SyncRecordState } from '../../../../main/contract/words.ts'

const known = {
  linked: true,
  held: true,
  retry: true,
  failed: true,
  conflict: true,
  possible: true,
  unmatched: true,
  ignored: true,
} satisfies Record<SyncRecordState, true>

export const recordStates = Object.keys(known) as readonly SyncRecordState[]
