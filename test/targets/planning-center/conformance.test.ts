import { testAdapter } from '../conformance/conformance.ts'
import { testWebhooks } from '../conformance/webhooks.ts'
import { startPlanningCenter } from './stand-in.ts'
import { planningCenterKey, planningCenterServer, planningCenterWithAll } from './subject.ts'

const start = async () =>
  planningCenterServer(await startPlanningCenter({ key: planningCenterKey }))

const withoutHook = async () => ({ ...(await start()), secrets: { password: planningCenterKey } })

testAdapter(planningCenterWithAll, withoutHook)
testWebhooks(planningCenterWithAll, 'person', start)
