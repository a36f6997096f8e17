/**
 * Webhooks of the testing target. DataCollect's contract has none, so the form is ours:
 * - `X-Marshal-Signature: sha256=<hex>`: HMAC-SHA256 with the webhook secret over `<timestamp>.<body>`
 * - `X-Marshal-Timestamp`: milliseconds since 1970 UTC on the sender's clock
 * - `X-Marshal-Delivery` (optional): an id that stays the same when the same webhook is sent again
 * - body: `{"entity", "id"}` names a record; with `timestamp` beside them it is the record itself, as a pull answers it
 */
import type { EntityName } from '../../../contract/words.ts'
import type { ConnectContext, WebhookReceipt, WebhookRequest } from '../kit/adapter.ts'
import { largeNumberAt, parseExactly } from '../kit/large-numbers.ts'
import { SyncError } from '../kit/sync-error.ts'
import { checkWebhook, type WebhookScheme } from '../kit/webhook-signature.ts'
import { isRecord } from '../kit/is-record.ts'
import { isEntity, readPulled, textOf } from '../kit/told-record.ts'

export const webhookScheme: WebhookScheme = {
  header: 'x-marshal-signature',
  encoding: 'hex',
  prefix: 'sha256=',
  time: { header: 'x-marshal-timestamp', unit: 'milliseconds' },
}
const deliveryHeader = 'x-marshal-delivery'

/** Reads a webhook. Throws as `Connection.receive` does, and `config` without a webhook secret. */
export async function receive(
  context: Pick<ConnectContext, 'secret' | 'clock' | 'clockOffsetMs'>,
  defaultEntity: EntityName,
  request: WebhookRequest,
): Promise<WebhookReceipt> {
  checkWebhook(request, await context.secret('webhookSecret'), webhookScheme, {
    now: context.clock.now(),
    offsetMs: context.clockOffsetMs ?? null,
  })
  const deliveryId = request.headers[deliveryHeader] ?? null
  return { deliveryId, ...readRecord(parse(request.body), defaultEntity) }
}

function readRecord(
  body: unknown,
  defaultEntity: EntityName,
): Pick<WebhookReceipt, 'records' | 'fetch'> {
  if (!isRecord(body)) throw new SyncError('bad-response', 'The webhook is not a JSON object.')
  if (body['timestamp'] === undefined) {
    const entity = textOf(body['entity']) ?? defaultEntity
    const remoteId = largeNumberAt(body, 'id') === null ? textOf(body['id']) : null
    if (remoteId === null)
      throw new SyncError(
        'bad-response',
        'The webhook has no id, or one that is too large for a number.',
      )
    // A kind of thing Marshal does not keep.
    return { records: [], fetch: isEntity(entity) ? [{ entity, remoteId }] : [] }
  }
  const read = readPulled(body, defaultEntity)
  if (read.kind === 'unreadable') throw read.what.error
  return { records: read.kind === 'record' ? [read.record] : [], fetch: [] }
}

function parse(bytes: Uint8Array): unknown {
  try {
    return parseExactly(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new SyncError('bad-response', 'The webhook is not JSON in UTF-8.')
  }
}
