/** What the tests of the OpenFn adapter share: its stand-in as a server of the suite. */
import { tokenFor } from '../../../main/stand-ins/openfn/stand-in.ts'
import type { PullServer } from '../conformance/server.ts'
import type { Kept, OpenfnStandIn } from './stand-in.ts'

export const openfnKey = 'canary-openfn-key'
/** Everything the suite wants to see: the workflow of the stand-in keeps each record in its collection. */
export const received = { collection: 'marshal', wholeCollection: true }

/** Somebody else's changes happen after our samples, one second apart for each batch. */
const start = Date.UTC(2026, 9, 1)

export function openfnServer(process: OpenfnStandIn): PullServer {
  let batch = 0
  const later = () => new Date(start + ++batch * 1000).toISOString()
  return {
    process,
    auth: 'api-key',
    secrets: { apiKey: openfnKey },
    names: { collectionToken: tokenFor(openfnKey) },
    settings: received,
    lockOut: () => process.setKey('another-key'),
    letIn: () => process.setKey(openfnKey),
    async stored(entity) {
      return (await process.items()).flatMap(({ key, value }) => {
        const [kind, remoteId = ''] = key.split(/:(.*)/)
        const body = JSON.parse(value) as Kept
        return kind === entity && body['deleted'] !== true ? [{ remoteId, body }] : []
      })
    },
    async putTogether(entity, count, prefix) {
      const timestamp = later()
      const ids = Array.from({ length: count }, (_, n) => `${prefix}-${n}`)
      await process.itemClock(Date.now())
      await process.put(
        Object.fromEntries(
          ids.map((id) => [`${entity}:${id}`, { timestamp, firstName: `Runner ${id}` }]),
        ),
      )
      await process.itemClock(null)
      return ids
    },
    async removeThere(entity, remoteId) {
      await process.put({ [`${entity}:${remoteId}`]: { timestamp: later(), deleted: true } })
    },
  }
}
