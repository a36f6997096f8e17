/**
 * Mailchimp: entrants become members of an audience, with their races as tags; who unsubscribes there is withdrawn here.
 * Shapes and limits are those of the Marketing API 3.0.55. A member is one address, whoever has it; her state
 * (`status`) is hers: a call that only updates her never says it.
 */
import { defineAdapter, type ConnectContext, type Connection } from '../kit/adapter.ts'
import { checkSteps } from '../kit/check-steps.ts'
import { HttpClient } from '../kit/http-client.ts'
import { sendEach } from '../kit/send-each.ts'
import { basic, storedSecret } from '../kit/sign-in.ts'
import { SyncError } from '../kit/sync-error.ts'
import { listed, mostInFlight, reads, type Audience } from './api.ts'
import { fetchOne, page } from './listing.ts'
import { mailchimpResources, settings } from './mapping.ts'
import { sendOne } from './sending.ts'
import { receive } from './webhook.ts'

export const mailchimp = defineAdapter({
  manifest: {
    name: 'mailchimp',
    label: 'Mailchimp',
    description:
      'Mailing list: entrants become members of an audience, races become tags. Who unsubscribes there is withdrawn here.',
    kind: 'marketing',
    direction: 'both',
    auth: ['api-key'],
    settings,
    choosesRecords: ['audience'],
    secrets: [
      { key: 'apiKey', label: 'API key', required: true },
      { key: 'webhookSecret', label: 'Webhook secret', required: false },
    ],
    address: async (secret) => addressOf(await storedSecret({ secret }, 'apiKey', 'API key')),
    resources: mailchimpResources,
    limits: { concurrency: mostInFlight, batchSize: 100, perSecond: null },
    // A member is put at her address: the same call once more ends the same.
    idempotency: 'key',
    webhook: true,
    batches: false,
    defaults: { mode: 'mirror', conflicts: 'master-wins', delta: '*/5 * * * *' },
  },
  connect,
})

/** The data centre is what stands behind the last dash of a key. */
function addressOf(key: string): string {
  const centre = /-([a-z]{2,5}\d{1,4})$/.exec(key)?.[1]
  if (centre !== undefined) return `https://${centre}.api.mailchimp.com/3.0`
  const message =
    'The API key does not name its data centre, as keys like "…-us14" do. Copy the whole key, or type the address.'
  throw new SyncError('config', message)
}

async function connect(context: ConnectContext): Promise<Connection> {
  const given = settings.parse(context.settings)
  const audience = given.audience.trim()
  if (audience === '') {
    throw new SyncError('config', 'Give the id of the Mailchimp audience in the settings.')
  }
  const signIn = basic('marshal', await storedSecret(context, 'apiKey', 'API key'))
  const client = new HttpClient(context, {
    signIn,
    concurrency: mostInFlight,
    perSecond: null,
    reads,
  })
  const path = `/lists/${audience}`
  const at: Audience = { client, members: `${path}/members`, size: given.pageSize }
  const probe = async (signal: AbortSignal): Promise<void> => {
    const query = [['fields', 'id,name']] as const
    await client.json(listed, { method: 'GET', path, query, missing: 'config', signal })
  }
  return {
    check: (signal) => checkSteps(client, true, () => probe(signal)),
    probe,
    send: (_entity, changes, signal) =>
      sendEach(changes, mostInFlight, signal, (change) =>
        sendOne({ ...at, confirmAgain: given.confirmAgain, signal }, change),
      ),
    changes: (_entity, cursor, signal) => page({ ...at, signal }, cursor),
    fetch: (entity, remoteId, signal) => fetchOne({ ...at, signal }, entity, remoteId),
    receive: (request) => receive(context, audience, request),
    close: async () => client.close(),
  }
}
