/** The parts of the Attention page, as the address names them. Pure. */
import type { SyncRecordState } from '../../../main/contract/words.ts'

export const attentionKinds = [
  'targets',
  'conflicts',
  'doubles',
  'possible',
  'failures',
  'remote',
  'local',
] as const
export type AttentionKind = (typeof attentionKinds)[number]

/** The kind an address asks for, null for everything. */
export function kindOf(value: unknown): AttentionKind | null {
  return attentionKinds.find((kind) => kind === value) ?? null
}

/** Address of one part of the page, for one target or for all. */
export function attentionLink(kind: AttentionKind | null, target?: string | null) {
  return {
    path: '/attention',
    query: { ...(target ? { target } : {}), ...(kind ? { kind } : {}) },
  }
}

/** Where the state of a record at a target is settled; null where nobody needs to do anything. */
export function attentionKindOf(state: SyncRecordState, isOurs: boolean): AttentionKind | null {
  switch (state) {
    case 'conflict':
      return 'conflicts'
    case 'possible':
      return 'possible'
    case 'failed':
      return 'failures'
    case 'unmatched':
      return isOurs ? 'local' : 'remote'
    default:
      return null
  }
}
