/**
 * OpenFn: every change becomes an event at the webhook of a workflow, and what workflows write into a collection is received.
 * Shapes are those of Lightning (OpenFn v2); the body is that of DataCollect's `openfn-adapter`, with an id of its own.
 * What a workflow makes of the events, and what stands in the collection, is an agreement: docs/targets/openfn.md.
 */
import { z } from 'zod'
import { defineAdapter, type Connecting, type OwnConnection } from '../kit/define-adapter.ts'
import { everythingInOwnTerms } from '../kit/own-terms.ts'
import { signInFrom, type SignIn } from '../kit/sign-in.ts'
import type { ConnectContext } from '../kit/adapter.ts'
import { openCollection } from './collection.ts'
import { readsWebhook } from './refusals.ts'
import { probeWebhook, sendEvents } from './sending.ts'

const settings = z.object({
  batchSize: z.int().min(1).max(1_000).default(100).meta({
    title: 'Changes per request',
    description:
      'How many changes one request, and so one run of the workflow, carries. 1 to 1,000.',
  }),
  requestKilobytes: z.int().min(20).max(10_000).default(400).meta({
    title: 'Largest request, KB',
    description:
      'Fewer changes travel at once where they would be larger. OpenFn takes 512 KB in its free plan, 10,000 KB in the largest.',
  }),
  collection: z.string().trim().max(200).default('').meta({
    title: 'Collection to receive from',
    description: 'Its name in OpenFn. Empty: nothing is received.',
  }),
  project: z.string().trim().max(200).default('').meta({
    title: 'Project of the collection',
    description: 'Its id. Only where several projects have a collection of this name.',
  }),
  wholeCollection: z.boolean().default(false).meta({
    title: 'The collection has every record',
    description:
      'Whatever is missing in it counts as deleted. Off: only what says that it is deleted.',
  }),
})
export type Settings = z.infer<typeof settings>

const signIns = ['api-key', 'basic', 'none'] as const

export const openfn = defineAdapter({
  manifest: {
    name: 'openfn',
    label: 'OpenFn',
    description:
      'Starts a workflow with every change, as events; receives what workflows write into a collection.',
    kind: 'automation',
    direction: 'both',
    auth: [...signIns],
    settings,
    secrets: [
      { key: 'apiKey', label: 'API key', required: false },
      { key: 'username', label: 'User name', required: false },
      { key: 'password', label: 'Password', required: false },
      { key: 'callbackToken', label: 'Callback token', required: false },
      { key: 'collectionToken', label: 'Personal access token', required: false },
    ],
    resources: ({ collection }) =>
      everythingInOwnTerms(
        collection
          ? { direction: 'both', changes: 'since' }
          : { direction: 'outbound', changes: 'none' },
      ),
    limits: { concurrency: 2, batchSize: 100 },
    // OpenFn remembers none itself: the workflow tells by the `guid` of an event that it has had it.
    idempotency: 'key',
    batches: true,
    defaults: { mode: 'mirror', conflicts: 'master-wins', delta: '*/5 * * * *' },
  },
  signIn: signInOf,
  reads: readsWebhook,
  connect,
})

/** The sign-in of the webhook, with the callback token beside it where there is one. No other secret goes there. */
async function signInOf(context: Omit<ConnectContext, 'settings'>): Promise<SignIn> {
  const signIn = await signInFrom(context, signIns)
  const [callback, collection] = await Promise.all(
    ['callbackToken', 'collectionToken'].map(async (key) => (await context.secret(key))?.trim()),
  )
  return {
    ...signIn,
    headers: { ...signIn.headers, ...(callback ? { 'x-callback-token': callback } : {}) },
    // What is never sent there may be repeated all the same.
    secrets: [...signIn.secrets, callback, collection].filter((secret) => secret !== undefined),
  }
}

async function connect(context: Connecting<typeof settings>): Promise<OwnConnection> {
  const { client, auth } = context
  const { collection: name, batchSize, requestKilobytes } = context.settings
  const webhook = { client, auth, log: context.log }
  const limits = { changes: batchSize, bytes: requestKilobytes * 1_000 }
  const collection = name === '' ? null : await openCollection(context, context.settings)
  return {
    async probe(signal) {
      await probeWebhook(webhook, signal)
      await collection?.probe(signal)
    },
    send: (entity, changes, signal) => sendEvents({ ...webhook, entity, signal }, changes, limits),
    // The remote id of a record made here is ours: whatever a workflow has under it is this record.
    find: async () => [],
    ...(collection && {
      changes: collection.page,
      fetch: collection.fetch,
      close: async () => collection.close(),
    }),
  }
}
