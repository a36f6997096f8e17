/** EMS as a target of tests. */
import { ems } from '../../../main/stand-ins/ems/stand-in.ts'
import type { TestTarget } from '../../support/test-target.ts'
import { startEms, type EmsStandIn } from './stand-in.ts'

export const emsTarget: TestTarget<EmsStandIn> = {
  adapter: 'ems',
  ...ems.signIn('stand-in-key'),
  standIn: () => startEms(),
}
