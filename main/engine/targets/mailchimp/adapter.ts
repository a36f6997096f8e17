/**
 * Mailchimp: entrants become members of an audience, with their races as tags; who unsubscribes there is withdrawn here.
 * Shapes and limits are those of the Marketing API 3.0.55. A member is one address, whoever has it; her state
 * (`status`) is hers: a call that only updates her never says it.
 */
import { defineAdapter, type Connecting, type OwnConnection } from '../kit/define-adapter.ts'
import { sendEach } from '../kit/send-each.ts'
import { basic, storedSecret } from '../kit/sign-in.ts'
import { SyncError } from '../kit/sync-error.ts'
import {
  audienceIn,
  listAudiences,
  listed,
  listMergeFields,
  mostInFlight,
  reads,
  type Audience,
} from './api.ts'
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
    address: async (given) => addressOf(await keyOf(given)),
    resources: mailchimpResources,
    limits: { concurrency: mostInFlight, batchSize: 100 },
    // A member is put at her address: the same call once more ends the same.
    idempotency: 'key',
    webhook: true,
    batches: false,
    defaults: { mode: 'mirror', conflicts: 'master-wins', delta: '*/5 * * * *' },
  },
  // Any name will do.
  signIn: async (context) => basic('marshal', await keyOf(context)),
  reads,
  choices: {
    audience: listAudiences,
    firstName: listMergeFields('text'),
    lastName: listMergeFields('text'),
    phone: listMergeFields('phone', 'text'),
    birthday: listMergeFields('birthday'),
    address: listMergeFields('address'),
  },
  connect,
})

const keyOf = (context: Parameters<typeof storedSecret>[0]) =>
  storedSecret(context, 'apiKey', 'API key')

/** The data centre is what stands behind the last dash of a key. */
function addressOf(key: string): string {
  const centre = /-([a-z]{2,5}\d{1,4})$/.exec(key)?.[1]
  if (centre !== undefined) return `https://${centre}.api.mailchimp.com/3.0`
  const message =
    'The API key does not name its data centre, as keys like "…-us14" do. Copy the whole key, or type the address.'
  throw new SyncError('config', message)
}

async function connect(context: Connecting<typeof settings>): Promise<OwnConnection> {
  const { client, settings: given } = context
  const audience = audienceIn(given)
  const path = `/lists/${audience}`
  const at: Audience = { client, members: `${path}/members`, size: given.pageSize }
  return {
    async probe(signal) {
      const query = [['fields', 'id,name']] as const
      await client.json(listed, { method: 'GET', path, query, missing: 'config', signal })
    },
    send: (_entity, changes, signal) =>
      sendEach(changes, { lanes: client.concurrency, signal }, (change) =>
        sendOne({ ...at, confirmAgain: given.confirmAgain, signal }, change),
      ),
    changes: (_entity, cursor, signal) => page({ ...at, signal }, cursor),
    fetch: (entity, remoteId, signal) => fetchOne({ ...at, signal }, entity, remoteId),
    receive: (request) => receive(context, audience, request),
  }
}
