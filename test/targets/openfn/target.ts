/** OpenFn as a target of tests: a fresh stand-in. */
import { openfn } from '../../../main/stand-ins/openfn/stand-in.ts'
import type { TestTarget } from '../../support/test-target.ts'
import { startOpenfn, type OpenfnStandIn } from './stand-in.ts'

export const openfnTarget: TestTarget<OpenfnStandIn> = {
  adapter: 'openfn',
  ...openfn.signIn('stand-in-key'),
  standIn: () => startOpenfn(),
}
