/** What the tests of the Planning Center adapter share: its stand-in as a server of the suite. */
import { planningCenter } from '../../../main/engine/targets/planning-center/adapter.ts'
import { belongingsIn, bodyOf } from '../../../main/engine/targets/planning-center/reading.ts'
import { applicationId } from '../../../main/stand-ins/planning-center/sign-in.ts'
import type { PullServer } from '../conformance/server.ts'
import type { PlanningCenterStandIn } from './stand-in.ts'

export const planningCenterKey = 'canary-planning-center-secret'

/** So many requests that no test meets the limit by chance. */
export const unhurried = { rate: { requests: 1_000_000, seconds: 20 } } as const

/** With everything it can be told. */
export const allSettings = { sendCampuses: true } as const
export const planningCenterWithAll = planningCenter.withSettings!(allSettings)

export function planningCenterServer(process: PlanningCenterStandIn): PullServer {
  return {
    process,
    auth: 'basic',
    secrets: { password: planningCenterKey },
    names: { username: applicationId },
    settings: allSettings,
    lockOut: () => process.setKey('another-key'),
    async letIn() {
      await process.setKey(planningCenterKey)
      await process.turn(unhurried)
    },
    async stored(entity) {
      if (entity === 'organisation') {
        return (await process.campuses()).map(({ id, attributes }) => ({
          remoteId: id,
          body: { id, ...attributes },
        }))
      }
      return (await process.people())
        .filter(({ data }) => data.attributes['status'] !== 'inactive')
        .map(({ data, included }) => ({
          remoteId: data.id,
          body: bodyOf({ one: { ...data }, belongings: belongingsIn(included)({ ...data }) }),
        }))
    },
    async putTogether(_entity, count, prefix) {
      await process.churchClock(prefix === 'two' ? 1_777_000_100 : 1_777_000_000)
      const people = Array.from({ length: count }, (_, n) => ({
        last_name: `${prefix} ${n} ${at++}`,
      }))
      const ids = await process.load(people)
      await process.churchClock(null)
      return ids
    },
    // Nobody is told of those who were deleted: they are missing from a complete listing.
    removeThere: (_entity, remoteId) => process.edit('Person', remoteId, { status: 'inactive' }),
  }
}

let at = 0
