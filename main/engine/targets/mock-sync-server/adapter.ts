/**
 * The testing target: DataCollect's `mock-sync-server` contract, both ways, all entities. `marshal mock-server` is the
 * other side. Departures from DataCollect's client, on purpose: an answer that is not a bare array is an error, the
 * laptop's clock is never a cursor, records are deduplicated by version, and each keeps an outcome of its own.
 */
import { z } from 'zod'
import { entityName, type EntityName } from '../../../contract/words.ts'
import type { OutgoingChange, RemoteRecord, SendOutcome } from '../kit/adapter.ts'
import { defineAdapter, type Connecting, type OwnConnection } from '../kit/define-adapter.ts'
import type { HttpClient } from '../kit/http-client.ts'
import { effectOf, submissionOf, submitted } from '../kit/form-submission.ts'
import { everythingInOwnTerms } from '../kit/own-terms.ts'
import { inBatches, sendBatches } from '../kit/send-batches.ts'
import { readPulled } from '../kit/told-record.ts'
import { largestBatch, pulledRecords } from './api.ts'
import { Pull } from './pull.ts'
import { receive } from './webhook.ts'

const settings = z.object({
  batchSize: z.int().min(1).max(largestBatch).default(largestBatch).meta({
    title: 'Changes per request',
    description: 'How many changes one request carries. 1 to 100.',
  }),
  defaultEntity: entityName.default('person').meta({
    title: 'Records without a kind are',
    description: 'What a received record is when it does not say so itself.',
  }),
})

/** Nothing is newer than this: the lightest pull there is. */
const endOfTime = '9999-12-31T23:59:59.999Z'

export const mockSyncServer = defineAdapter({
  manifest: {
    name: 'mock-sync-server',
    label: 'Mock sync server',
    description: 'A stand-in target for trying things out; speaks DataCollect’s sync contract.',
    kind: 'testing',
    direction: 'both',
    auth: ['none', 'api-key', 'bearer', 'basic'],
    settings,
    secrets: [
      { key: 'apiKey', label: 'API key', required: false },
      { key: 'token', label: 'Bearer token', required: false },
      { key: 'username', label: 'User name', required: false },
      { key: 'password', label: 'Password', required: false },
      { key: 'webhookSecret', label: 'Webhook secret', required: false },
    ],
    resources: everythingInOwnTerms({ direction: 'both', changes: 'since' }),
    limits: { concurrency: 4, batchSize: largestBatch },
    idempotency: 'key',
    webhook: true,
    batches: true,
    defaults: { mode: 'mirror', conflicts: 'master-wins' },
  },
  connect,
})

async function connect(context: Connecting<typeof settings>): Promise<OwnConnection> {
  const { client } = context
  const { batchSize, defaultEntity } = context.settings
  const pull = new Pull(client, context, defaultEntity)
  return {
    async probe(signal) {
      const query = [['since', endOfTime]] as const
      const request = { method: 'GET', path: '', query, missing: 'config', signal } as const
      await client.json(pulledRecords, request)
    },
    send: (entity, changes, signal) => {
      pull.forget()
      return sendBatches(inBatches(changes, batchSize), (batch) =>
        push(client, entity, batch, signal),
      )
    },
    changes: (entity, cursor, signal) => pull.page(entity, cursor, signal),
    receive: (request) => receive(context, defaultEntity, request),
    fetch: (entity, remoteId, signal) =>
      fetchRecord(client, defaultEntity, { entity, remoteId }, signal),
    close: async () => pull.forget(),
  }
}

/**
 * One record by its id. DataCollect's contract does not know `id`: a server that ignores it answers everything, and the
 * record is found among that.
 */
async function fetchRecord(
  client: HttpClient,
  defaultEntity: EntityName,
  { entity, remoteId }: Pick<RemoteRecord, 'entity' | 'remoteId'>,
  signal: AbortSignal,
): Promise<RemoteRecord | null> {
  const query = [['id', remoteId]] as const
  const request = { method: 'GET', path: '', query, missing: 'config', signal } as const
  const { value } = await client.json(pulledRecords, request)
  for (const raw of value) {
    const read = readPulled(raw, defaultEntity)
    if (read.kind === 'record') {
      if (read.record.entity === entity && read.record.remoteId === remoteId) return read.record
    } else if (read.kind === 'unreadable' && read.what.remoteId === remoteId) throw read.what.error
  }
  return null
}

/** One request. */
async function push(
  client: HttpClient,
  entity: EntityName,
  changes: readonly OutgoingChange[],
  signal: AbortSignal,
): Promise<readonly SendOutcome[]> {
  await client.status({
    method: 'POST',
    path: '',
    body: { data: changes.map((change) => submissionOf(entity, change)) },
    // The guid makes a second copy the same record.
    effect: effectOf(changes),
    missing: 'config',
    signal,
  })
  return changes.map(submitted)
}
