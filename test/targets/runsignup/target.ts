/** RunSignup as a target of tests: one of its two events. */
import { runsignup } from '../../../main/stand-ins/runsignup/stand-in.ts'
import type { TestTarget } from '../../support/test-target.ts'
import { runSignupSecret, startRunSignup, type RunSignupStandIn } from './stand-in.ts'

export const runSignupTarget: TestTarget<RunSignupStandIn> = {
  adapter: 'runsignup',
  ...runsignup.signIn(runSignupSecret),
  standIn: () => startRunSignup(),
}
