/**
 * Planning Center: people of a church, both ways, with one e-mail address, phone number and postal address each; campuses
 * come in as organisations. What belongs to a person is a record of its own there, so a change may take several calls, of
 * which any can fail; that, windows in place of pages, and people who are merged make this adapter longer than others.
 */
import { defineAdapter, type Connecting, type OwnConnection } from '../kit/define-adapter.ts'
import { sendEach } from '../kit/send-each.ts'
import { collection, headers, mostInFlight, paces, paths, reads, usualAddress } from './api.ts'
import { campusPage, fetchOne, peoplePage } from './listing.ts'
import { planningCenterResources } from './mapping.ts'
import { findCampus, findPerson, sendCampus, sendPerson } from './sending.ts'
import { settings } from './settings.ts'
import { authorization, secrets, signIn, signIns } from './sign-in.ts'
import { receive } from './webhook.ts'

export const planningCenter = defineAdapter({
  manifest: {
    name: 'planning-center',
    label: 'Planning Center',
    description:
      'People of a church: fills this laptop with them and their campuses, and takes corrections back.',
    kind: 'master',
    direction: 'both',
    auth: [...signIns],
    settings,
    secrets,
    authorization,
    usualAddress,
    address: async () => usualAddress,
    resources: planningCenterResources,
    limits: { concurrency: mostInFlight, batchSize: 50 },
    // Nobody there notices that the same person is made twice.
    idempotency: 'lookup',
    webhook: true,
    batches: false,
    defaults: { mode: 'target-leads', conflicts: 'master-wins', delta: '*/5 * * * *' },
  },
  headers,
  signIn,
  paces,
  reads,
  connect,
})

async function connect(context: Connecting<typeof settings>): Promise<OwnConnection> {
  const { client, settings: given } = context
  const { deletePeople, pageSize: size } = given
  return {
    async probe(signal) {
      const query = [['per_page', 1]] as const
      const request = { method: 'GET', path: paths.people, query, missing: 'config' } as const
      await client.json(collection, { ...request, signal })
    },
    send: (entity, changes, signal) =>
      sendEach(changes, { lanes: client.concurrency, signal }, (change) =>
        entity === 'organisation'
          ? sendCampus({ client, signal }, change)
          : sendPerson({ client, signal, deletePeople }, change),
      ),
    changes: (entity, cursor, signal) => {
      const look = { client, signal, size }
      return entity === 'organisation' ? campusPage(look, cursor) : peoplePage(look, cursor)
    },
    fetch: (entity, remoteId, signal) => fetchOne({ client, signal }, entity, remoteId),
    receive: (request) => receive(context, request),
    find: (entity, change, signal) =>
      entity === 'person'
        ? findPerson({ client, signal }, change)
        : findCampus({ client, signal }, change),
  }
}
