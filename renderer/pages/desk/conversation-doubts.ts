/** How far what is shown of a support system can be believed. Pure. */
import type { TargetStatus } from '../../../main/contract/targets.ts'

/** States of a target that was not heard of just now. */
const unheard: ReadonlySet<string> = new Set(['waiting', 'paused', 'unknown'])

/** What is known of a target: it was heard just now, last at some time, or never. */
export type Heard =
  { readonly is: 'now' } | { readonly is: 'never' } | { readonly is: 'last'; readonly on: string }

/**
 * @param target undefined for one whose state is not known
 * @param isLive whether the window hears of states as they change
 */
export function heardOf(
  target: Pick<TargetStatus, 'state' | 'lastError' | 'lastSuccessOn'> | undefined,
  isLive: boolean,
): Heard {
  const on = target?.lastSuccessOn ?? null
  if (on === null) return { is: 'never' }
  const isNow = isLive && !unheard.has(target!.state) && target!.lastError === null
  return isNow ? { is: 'now' } : { is: 'last', on }
}
