/** OpenSPP as a target of tests: a fresh stand-in. */
import { openspp } from '../../../main/stand-ins/openspp/stand-in.ts'
import type { TestTarget } from '../../support/test-target.ts'
import { startOpenspp, type OpensppStandIn } from './stand-in.ts'

export const opensppTarget: TestTarget<OpensppStandIn> = {
  adapter: 'openspp',
  ...openspp.signIn('stand-in-key'),
  standIn: () => startOpenspp(),
}
