import { testAdapter } from '../conformance/conformance.ts'
import { startPlanningCenter } from './stand-in.ts'
import { planningCenterKey, planningCenterServer, planningCenterWithAll } from './subject.ts'

testAdapter(planningCenterWithAll, async () =>
  planningCenterServer(await startPlanningCenter({ key: planningCenterKey })),
)
