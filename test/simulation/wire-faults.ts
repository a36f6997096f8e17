/** What may happen to a request between two computers. Every fault says whether the server gets it, and what comes back. */
import type { HttpRequest } from '../../main/engine/ports.ts'
import type { Dice } from './dice.ts'

/**
 * - `refused` not sent · `cut-before` sent, never handled · `cut-after` handled, answer lost · `cut-in-body` handled, half
 *   of the body comes · `half-page` handled, half of the JSON comes as if it were all
 * - `hang-before`, `hang-after` 30 s of silence, without or with effect · `late` the same, and the request arrives after the
 *   client has given up · `twice` the network delivers it two times
 * - `…-long` with a page longer than anybody reads
 * - `limited`, `limited-until` 429, by seconds or by date · `down` 503 · `fails-before`, `fails-after` 500 without or with
 *   effect · `portal` a web page with 200 · `strange` JSON of another shape · `sign-in` 401
 */
export type WireFault =
  | 'refused'
  | 'cut-before'
  | 'cut-after'
  | 'cut-in-body'
  | 'half-page'
  | 'hang-before'
  | 'hang-after'
  | 'late'
  | 'twice'
  | 'limited'
  | 'limited-until'
  | 'down'
  | 'fails-before'
  | 'fails-after'
  | 'portal'
  | 'strange'
  | 'sign-in'
  | 'limited-long'
  | 'down-long'
  | 'fails-long'
  | 'sign-in-long'

const onReads: Partial<Record<WireFault, number>> = {
  refused: 3,
  'cut-before': 2,
  'cut-in-body': 3,
  'half-page': 3,
  'hang-before': 1,
  limited: 2,
  'limited-until': 1,
  down: 2,
  'fails-before': 2,
  portal: 2,
  strange: 2,
  'sign-in': 0.3,
}

const onWrites: Partial<Record<WireFault, number>> = {
  refused: 2,
  'cut-before': 2,
  'cut-after': 6,
  'cut-in-body': 2,
  'half-page': 2,
  'hang-before': 1,
  'hang-after': 2,
  late: 2,
  twice: 4,
  limited: 2,
  'limited-until': 1,
  down: 2,
  'fails-before': 1,
  'fails-after': 3,
  portal: 1,
  'sign-in': 0.3,
}

/** The same fault with a long page, where it has a page of its own. */
export function longer(fault: WireFault): WireFault {
  switch (fault) {
    case 'limited':
      return 'limited-long'
    case 'down':
      return 'down-long'
    case 'fails-before':
      return 'fails-long'
    case 'sign-in':
      return 'sign-in-long'
    default:
      return fault
  }
}

/** No client can do anything about these where the server cannot tell a repeated creation from a second one. */
const needKeys: ReadonlySet<WireFault> = new Set(['twice', 'late'])

/**
 * The fault that strikes a request, null for none.
 * @param knowsKeys whether the server knows a creation it has seen before
 */
export function faultFor(
  { method }: Pick<HttpRequest, 'method'>,
  knowsKeys: boolean,
  probability: number,
  own: Dice,
): WireFault | null {
  if (!own.chance(probability)) return null
  const fault = own.weighted(method === 'GET' ? onReads : onWrites)
  return method === 'POST' && !knowsKeys && needKeys.has(fault) ? 'cut-after' : fault
}
