/**
 * Sending: `POST` of `{"deliveryId", "entities": [event, …]}` to the webhook of a workflow. Any 2xx means that it is queued
 * as a work order, not that a run has done it. OpenFn takes whatever comes as new, so each event has a `guid` that is the
 * same on every attempt, and each request an id of its changes.
 */
import { z } from 'zod'
import type { EntityName } from '../../../contract/words.ts'
import { contentHash } from '../../model/record.ts'
import type { Log } from '../../ports.ts'
import type { OutgoingChange, SendOutcome } from '../kit/adapter.ts'
import { effectOf, submissionOf, submitted } from '../kit/form-submission.ts'
import type { HttpClient } from '../kit/http-client.ts'
import { sendBatches } from '../kit/send-batches.ts'
import { SyncError } from '../kit/sync-error.ts'
import { isRecord } from '../kit/is-record.ts'
import { isUnderWay } from './refusals.ts'

/** A webhook, as a connection knows it. */
export interface Webhook {
  readonly client: HttpClient
  readonly auth: string
  readonly log: Log
}

interface Sending extends Webhook {
  readonly entity: EntityName
  readonly signal: AbortSignal
}

/** How much one request may carry. */
interface RequestLimits {
  readonly changes: number
  readonly bytes: number
}

/** Bytes of a body around its events. */
const around = 100

/** What a webhook answers to somebody who only looks. It never has records. */
const greeting = z.looseObject({ message: z.string() })

/** Asks whether there is a webhook. Starts no run. Throws `SyncError`. */
export async function probeWebhook(webhook: Webhook, signal: AbortSignal): Promise<void> {
  const request = { method: 'GET', path: '', missing: 'config', signal } as const
  await explained(webhook, webhook.client.json(greeting, request))
}

/** Sends changes of one entity as events, in as many requests as their size takes. Throws as `Connection.send` does. */
export function sendEvents(
  sending: Sending,
  changes: readonly OutgoingChange[],
  limits: RequestLimits,
): Promise<readonly SendOutcome[]> {
  return sendBatches(fitting(sending.entity, changes, limits), (batch) => push(sending, batch))
}

/** The changes in batches of which each fits into one request; one that is larger than that goes alone. */
function fitting(
  entity: EntityName,
  changes: readonly OutgoingChange[],
  limits: RequestLimits,
): readonly (readonly OutgoingChange[])[] {
  const batches: OutgoingChange[][] = []
  let bytes = Infinity
  for (const change of changes) {
    const size = Buffer.byteLength(JSON.stringify(submissionOf(entity, change))) + 1
    const last = batches.at(-1)
    if (last && last.length < limits.changes && bytes + size <= limits.bytes) {
      last.push(change)
      bytes += size
    } else {
      batches.push([change])
      bytes = around + size
    }
  }
  return batches
}

async function push(
  sending: Sending,
  changes: readonly OutgoingChange[],
): Promise<readonly SendOutcome[]> {
  const { client, entity, signal, log } = sending
  const request = {
    method: 'POST',
    path: '',
    body: {
      deliveryId: contentHash(changes.map(({ key }) => key).join(' ')).slice(0, 32),
      entities: changes.map((change) => submissionOf(entity, change)),
    },
    effect: effectOf(changes),
    missing: 'config',
    signal,
  } as const
  try {
    // A run that has to be waited for may answer anything.
    const { value } = await explained(sending, client.json(z.unknown(), request))
    const workOrder = isRecord(value) ? value['work_order_id'] : null
    log.debug('events are queued', { entity, events: changes.length, workOrder })
  } catch (error) {
    if (!isUnderWay(error)) throw error
  }
  return changes.map(submitted)
}

/** OpenFn says of a wrong key what it says of a wrong address: that there is no such webhook. */
async function explained<T>({ auth }: Webhook, answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (!(error instanceof SyncError) || error.status !== 404) throw error
    const facts = { status: 404 }
    throw auth === 'none'
      ? new SyncError(
          'config',
          'OpenFn knows no webhook at this address. Copy the address from the trigger of the workflow.',
          facts,
        )
      : new SyncError(
          'auth',
          'OpenFn knows no webhook at this address, or not with this sign-in: it says the same of both. Copy the address from the trigger of the workflow, and the key from its webhook authentication.',
          facts,
        )
  }
}
