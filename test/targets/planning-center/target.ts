/** Planning Center as a target of tests: a fresh stand-in. */
import { planningCenter } from '../../../main/stand-ins/planning-center/stand-in.ts'
import type { TestTarget } from '../../support/test-target.ts'
import { startPlanningCenter, type PlanningCenterStandIn } from './stand-in.ts'
import { unhurried } from './subject.ts'

export const planningCenterTarget: TestTarget<PlanningCenterStandIn> = {
  adapter: 'planning-center',
  ...planningCenter.signIn('stand-in-key'),
  async standIn() {
    const standIn = await startPlanningCenter()
    await standIn.turn(unhurried)
    return standIn
  },
}
