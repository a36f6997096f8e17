import type { TargetStatus } from '../../contract/targets.ts'
import { assertNever } from '../../contract/words.ts'
import { amount } from './table.ts'

/** What a target is doing, in the words people see everywhere in Marshal. */
export function stateWords({
  state,
  pending,
  failed,
  conflicts,
  held,
  retryOn,
}: TargetStatus): string {
  switch (state) {
    case 'up-to-date':
      return 'Up to date'
    case 'sending':
      return `Sending ${amount(pending)}`
    case 'receiving':
      return 'Receiving'
    case 'waiting':
      return `Waiting for network${retryOn === null ? '' : ` (next try ${retryOn})`}`
    case 'paused':
      return 'Paused'
    case 'attention':
      return `Needs attention (${amount(failed + conflicts + held)})`
    case 'unknown':
      return 'Unknown'
    default:
      return assertNever(state)
  }
}
