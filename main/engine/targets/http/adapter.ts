/**
 * Any system with an HTTP interface: collections of records in JSON or XML, described by settings, as a synchronisation of
 * OpenConnector describes them. What that lacks is done otherwise: a place without records is an error and not an empty
 * list; what a list lacks counts as deleted only after a listing the server itself said was whole; tokens are kept until
 * they run out; a condition leaves records alone instead of deleting them.
 *
 * Several files, because paging, places, mappings and casts are decided in pure functions of their own.
 */
import { errorMeanings } from '../../../contract/error-meanings.ts'
import type { EntityName } from '../../../contract/words.ts'
import { parseBaseUrl } from '../kit/base-url.ts'
import {
  defineAdapter,
  type Connecting,
  type Declaration,
  type OwnConnection,
} from '../kit/define-adapter.ts'
import { openClientCredentials } from '../kit/oauth.ts'
import { sendEach } from '../kit/send-each.ts'
import { noSignIn, signInFrom, storedSecret } from '../kit/sign-in.ts'
import { SyncError } from '../kit/sync-error.ts'
import type { Site } from './exchange.ts'
import { insideOf } from './inside.ts'
import { beginning } from './paging.ts'
import { rawPage, readOne, readPage, samplePage } from './reading.ts'
import { httpResources } from './resources.ts'
import { findLost, sendInside, sendOne } from './sending.ts'
import { collectionsOf, secrets, settings, signIns } from './settings.ts'
import { receiveWebhook } from './webhook.ts'

export const http = defineAdapter({
  manifest: {
    name: 'http',
    label: 'Generic HTTP',
    description:
      'Any system with an HTTP interface in JSON or XML: you say where its records are, how it pages, and what its fields are called.',
    kind: 'generic',
    direction: 'both',
    auth: [...signIns],
    settings,
    choosesRecords: ['entity', 'path', 'query', 'sourceIdField', 'also', 'subObjects'],
    secrets,
    resources: httpResources,
    limits: { concurrency: 4, batchSize: 100 },
    idempotency: 'lookup',
    webhook: true,
    samples: true,
    batches: false,
    defaults: { mode: 'mirror', conflicts: 'master-wins', delta: '*/5 * * * *' },
  },
  signIn: signInOf,
  connect,
})

type SignInOf = NonNullable<Declaration<typeof settings>['signIn']>

async function signInOf(context: Parameters<SignInOf>[0]) {
  const { apiKeyName, clientId, tokenPath: path } = context.settings
  if (context.auth !== 'client-credentials') {
    const place = context.auth === 'api-key-query' ? { query: apiKeyName } : { header: apiKeyName }
    return signInFrom(context, signIns, place)
  }
  if (clientId === '') throw new SyncError('config', 'Give the client ID in the settings.')
  const clientSecret = await storedSecret(context, 'clientSecret', 'client secret')
  const hint = 'Check client ID, client secret and the path of the token.'
  const grant = { path, clientId, clientSecret, hint }
  return { ...noSignIn, renewal: await openClientCredentials(context, grant) }
}

async function connect(context: Connecting<typeof settings>): Promise<OwnConnection> {
  const { client, box, bindingOf } = context
  if (!box) throw new SyncError('bug', 'There is no box for expressions.')
  const collections = collectionsOf(context.settings)
  const kinds = new Set(collections.map(({ entity }) => entity))
  const { prefix: base } = parseBaseUrl(context.url)
  const at = (entity: EntityName, signal: AbortSignal): Site => {
    const binding = bindingOf(bindingOf(entity).partOf?.entity ?? entity)
    const collection = collections.find((one) => one.entity === binding.entity)!
    const parts = insideOf(collection, kinds).filter(({ field }) =>
      Object.hasOwn(binding.parts, field),
    )
    return { client, box, collection, binding, inside: parts, base, signal }
  }
  return {
    async probe(signal) {
      const site = at(collections[0]!.entity, signal)
      if (site.binding.changes !== 'none') await rawPage(site, beginning, null)
      // Nothing is read there, so whatever it answers but a refused sign-in will do.
      else
        await client
          .status({ method: 'GET', path: site.collection.path, signal })
          .catch(unlessUnread)
    },
    send: (entity, changes, signal) =>
      sendEach(changes, { lanes: client.concurrency, signal }, (change) => {
        const site = at(entity, signal)
        const own = site.inside.find((one) => one.entity === entity)
        return own ? sendInside(site, own, change) : sendOne(site, change)
      }),
    changes: (entity, cursor, signal) => readPage(at(entity, signal), cursor),
    sample: (entity, signal) => samplePage(at(entity, signal)),
    // What stands inside another one has no address.
    fetch: async (entity, remoteId, signal) =>
      bindingOf(entity).partOf ? 'silent' : readOne(at(entity, signal), remoteId),
    find: (entity, change, signal) => findLost(at(entity, signal), change),
    receive: (request) =>
      receiveWebhook(
        context,
        context.settings,
        collections.map(({ entity }) => entity),
        request,
      ),
  }
}

function unlessUnread(error: unknown): void {
  const isAnswer = error instanceof SyncError && errorMeanings[error.code].about === 'record'
  if (!isAnswer) throw error
}
