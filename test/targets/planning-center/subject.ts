/** What the tests of the Planning Center adapter share: its stand-in as a server of the suite. */
import { planningCenter } from '../../../main/engine/targets/planning-center/adapter.ts'
import { belongingsIn, bodyOf } from '../../../main/engine/targets/planning-center/reading.ts'
import { applicationId } from '../../../main/stand-ins/planning-center/sign-in.ts'
import { webhookJson } from '../../../main/stand-ins/planning-center/webhooks.ts'
import type { PullServer } from '../conformance/server.ts'
import type { WebhookServer } from '../conformance/webhooks.ts'
import type { PlanningCenterStandIn } from './stand-in.ts'

export const planningCenterKey = 'canary-planning-center-secret'

/** So many requests that no test meets the limit by chance. */
export const unhurried = { rate: { requests: 1_000_000, seconds: 20 } } as const

/** With everything it can be told. */
export const allSettings = { sendCampuses: true } as const
export const planningCenterWithAll = planningCenter.withSettings!(allSettings)

/** One for each subscription; any of them signs. */
export const hookSecrets = ['canary-hook-one', 'canary-hook-two'] as const

export function planningCenterServer(process: PlanningCenterStandIn): PullServer & WebhookServer {
  return {
    process,
    auth: 'basic',
    secrets: { password: planningCenterKey, webhookSecret: hookSecrets.join('\n') },
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
    timed: false,
    async webhookAbout(_entity, remoteId, { deliveryId, signature = 'right' }) {
      const [, secret] = hookSecrets
      const { headers, text } = webhookJson({
        ...{ id: deliveryId, event: 'person.updated', about: remoteId },
        ...(signature === 'none'
          ? {}
          : { signedWith: signature === 'wrong' ? `not ${secret}` : secret }),
      })
      return { headers, query: {}, body: new TextEncoder().encode(text) }
    },
    // Nobody is told of those who were deleted: they are missing from a complete listing.
    removeThere: (_entity, remoteId) => process.edit('Person', remoteId, { status: 'inactive' }),
  }
}

let at = 0
