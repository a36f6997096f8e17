/** What this laptop is among those of the event, and how it stands with the others. Pure. */
import type { DevicesView } from '../../../main/contract/devices.ts'
import type { TargetStatus } from '../../../main/contract/targets.ts'

export type HubStanding =
  | { readonly is: 'alone' }
  | { readonly is: 'hub'; readonly open: boolean; readonly desks: number; readonly here: number }
  | {
      readonly is: 'desk'
      /**
       * `away`: the hub does not answer, or takes nothing · `refused`: only a new invitation helps · `unknown`: it was not asked
       * since Marshal started
       */
      readonly link: 'answers' | 'away' | 'refused' | 'paused' | 'unknown'
      /** When all was told and heard last, ISO 8601 UTC; null for never. */
      readonly heardOn: string | null
      /** Changes it was not told of. */
      readonly pending: number
    }

type HubTarget = Pick<TargetStatus, 'state' | 'paused' | 'lastSuccessOn' | 'pending' | 'held'>

/** @param target the hub as the target it is here; undefined while its state is not known */
export function hubStanding(
  { hub, open, desks }: Pick<DevicesView, 'hub' | 'open' | 'desks'>,
  target: HubTarget | undefined,
): HubStanding {
  if (hub !== null) {
    const { lastSuccessOn = null, pending = 0, held = 0 } = target ?? {}
    return {
      ...{ is: 'desk', link: linkOf(target), heardOn: lastSuccessOn, pending: pending + held },
    }
  }
  if (open === null && desks.length === 0) return { is: 'alone' }
  const here = desks.filter((desk) => desk.here).length
  return { is: 'hub', open: open !== null, desks: desks.length, here }
}

/** Why a desk may join its hub again: it is let in no more, or the hub may have another address. Null where there is nothing to mend. */
export function joinsAgain(standing: HubStanding | null | undefined): 'refused' | 'away' | null {
  if (standing?.is !== 'desk') return null
  return standing.link === 'refused' || standing.link === 'away' ? standing.link : null
}

function linkOf(target: Pick<TargetStatus, 'state' | 'paused'> | undefined) {
  const code = target?.paused?.code
  if (code === 'sign-in' || code === 'set-up') return 'refused'
  switch (target?.state) {
    case undefined:
    case 'unknown':
      return 'unknown'
    case 'waiting':
      return 'away'
    case 'paused':
      return 'paused'
    default:
      return 'answers'
  }
}
