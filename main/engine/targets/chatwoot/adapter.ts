/**
 * Chatwoot: entrants become contacts, and what is put right there comes back; their conversations are received, for the
 * desk to see. Shapes are those of the Application API of 4.x.
 *
 * Several files, because contacts are written by rules of their own (what a family shares), and neither contacts nor
 * conversations are told by when they changed.
 */
import type { ConnectContext, RemoteRecord } from '../kit/adapter.ts'
import { defineAdapter, type Connecting, type OwnConnection } from '../kit/define-adapter.ts'
import { sendEach } from '../kit/send-each.ts'
import { SyncError } from '../kit/sync-error.ts'
import { contactRows, listAccounts, mostInFlight, perSecond, reads, type Site } from './api.ts'
import { contactPage, conversationPage, Walks } from './listing.ts'
import { chatwootResources, settings } from './mapping.ts'
import { fetchOne } from './reading.ts'
import { sendOne } from './sending.ts'
import { Turns } from './turns.ts'
import { receive } from './webhook.ts'

export const chatwoot = defineAdapter({
  manifest: {
    name: 'chatwoot',
    label: 'Chatwoot',
    description:
      'Customer support: entrants become contacts, and their conversations come here, so that the desk sees what is open.',
    kind: 'support',
    direction: 'both',
    auth: ['api-key'],
    usualAddress: 'https://app.chatwoot.com',
    settings,
    choosesRecords: ['account'],
    secrets: [
      { key: 'apiKey', label: 'Access token', required: true },
      { key: 'webhookSecret', label: 'Webhook secret', required: false },
    ],
    recordPage: (given, record) => dashboardOf(given, record),
    resources: chatwootResources,
    limits: { concurrency: mostInFlight, batchSize: 100, perSecond },
    // A contact is made with our own id, which is there once: the same call once more ends the same.
    idempotency: 'key',
    webhook: true,
    batches: false,
    // Who writes to the support is nobody of the event for that.
    defaults: { mode: 'master-leads', conflicts: 'master-wins', delta: '*/5 * * * *' },
  },
  // An underscore, as in the description, is dropped by most servers in front.
  apiKeyIn: { header: 'Api-Access-Token' },
  reads,
  choices: { account: listAccounts },
  connect,
})

/** Where agents read and answer. */
function dashboardOf(
  { url, settings: given }: Pick<ConnectContext, 'url' | 'settings'>,
  { entity, remoteId }: Pick<RemoteRecord, 'entity' | 'remoteId'>,
): string | null {
  const { data } = settings.safeParse(given)
  if (!data || entity !== 'conversation') return null
  const base = url.trim().replace(/\/+$/, '')
  return `${base}/app/accounts/${data.account.trim()}/conversations/${encodeURIComponent(remoteId)}`
}

async function connect(context: Connecting<typeof settings>): Promise<OwnConnection> {
  const { client, settings: given } = context
  const number = given.account.trim()
  if (number === '') {
    throw new SyncError('config', 'Give the number of the Chatwoot account in the settings.')
  }
  const account = `/api/v1/accounts/${number}`
  const [walks, turns] = [new Walks(), new Turns()]
  const at = (signal: AbortSignal): Site => ({ client, account, signal })
  return {
    async probe(signal) {
      const query = [
        ['page', 1],
        ['sort', 'name'],
      ] as const
      const path = `${account}/contacts`
      await client.json(contactRows, { method: 'GET', path, query, missing: 'config', signal })
    },
    send: (_entity, changes, signal) =>
      sendEach(changes, { lanes: client.concurrency, signal }, (change) =>
        sendOne({ ...at(signal), turns }, change),
      ),
    changes: (entity, cursor, signal) => {
      const look = { ...at(signal), walks }
      return entity === 'person' ? contactPage(look, cursor) : conversationPage(look, cursor)
    },
    fetch: (entity, remoteId, signal) => fetchOne(at(signal), entity, remoteId),
    receive: (request) => receive(context, request),
  }
}
