/** RunSignup as a target of tests: one of its two events. */
import { runsignup } from '../../../main/stand-ins/runsignup/stand-in.ts'
import type { TestTarget } from '../../support/test-target.ts'
import { eventId, runSignupSecret, startRunSignup, type RunSignupStandIn } from './stand-in.ts'

export const runSignupTarget: TestTarget<RunSignupStandIn> = {
  adapter: 'runsignup',
  ...runsignup.signIn(runSignupSecret),
  standIn: () => startRunSignup(),
}

/** The same, where whoever is in none of its races is registered all the same, as most start lists of tests want it. */
export const runSignupForAll: TestTarget<RunSignupStandIn> = {
  ...runSignupTarget,
  settings: { ...runSignupTarget.settings, newEventId: String(eventId) },
}
