/** Bad weather at a mailing list: what the gate in front of it and the network do, few times each. */
import type { FaultRule } from '../../main/stand-ins/kit/fault-rule.ts'

const page = {
  headers: { 'content-type': 'text/html' },
  body: '<html><h1>Access Denied</h1></html>',
}

/** Each strikes one request of so many; numbers without a common divisor, so that they rarely meet. */
export const listWeather: readonly FaultRule[] = [
  { every: 1_999, action: { kind: 'answer', status: 429 } },
  { every: 2_503, action: { kind: 'answer', status: 403, ...page } },
  { every: 3_001, action: { kind: 'answer', status: 503, ...page } },
  { every: 397, action: { kind: 'answer', status: 500 } },
  { every: 499, match: { method: 'PUT' }, action: { kind: 'cut-after-write' } },
  { every: 601, match: { method: 'POST' }, action: { kind: 'cut-after-write' } },
  { every: 701, action: { kind: 'cut-before' } },
]
