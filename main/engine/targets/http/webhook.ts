/**
 * Webhooks of any system: HMAC-SHA256 over the bytes that came, and an id, or several, in the body. They only name records,
 * which are then asked for: without a signed time nobody can tell a replay from the first sending.
 */
import type { EntityName } from '../../../contract/words.ts'
import { isRecord } from '../kit/is-record.ts'
import type { ConnectContext, WebhookReceipt, WebhookRequest } from '../kit/adapter.ts'
import { parseExactly } from '../kit/large-numbers.ts'
import { SyncError } from '../kit/sync-error.ts'
import { checkWebhook } from '../kit/webhook-signature.ts'
import { idOf, valueAt } from './places.ts'
import type { Settings } from './settings.ts'

/** Reads a webhook. The query may say of which kind the records are (`?entity=tag`). Throws as `Connection.receive` does. */
export async function receiveWebhook(
  context: Pick<ConnectContext, 'secret' | 'clock' | 'clockOffsetMs'>,
  { webhookHeader, webhookIdPosition }: Pick<Settings, 'webhookHeader' | 'webhookIdPosition'>,
  kinds: readonly EntityName[],
  request: WebhookRequest,
): Promise<WebhookReceipt> {
  const header = webhookHeader.toLowerCase()
  const prefix = request.headers[header]?.startsWith('sha256=') ? 'sha256=' : ''
  checkWebhook(
    request,
    await context.secret('webhookSecret'),
    { header, encoding: 'hex', prefix },
    { now: context.clock.now(), offsetMs: context.clockOffsetMs ?? null },
  )
  const asked = request.query['entity']
  const entity =
    kinds.find((kind) => kind === asked) ?? (asked === undefined ? kinds[0] : undefined)
  const ids = idsIn(parsed(request.body), webhookIdPosition)
  if (ids.length === 0) {
    throw new SyncError('bad-response', `The webhook names no record at ${webhookIdPosition}.`)
  }
  // A kind of record this target does not have.
  return {
    deliveryId: null,
    records: [],
    fetch: entity ? ids.map((remoteId) => ({ entity, remoteId })) : [],
  }
}

/** An id, a list of ids, or a list of objects that have one. */
function idsIn(body: unknown, position: string): readonly string[] {
  const value = Array.isArray(body)
    ? body.map((one) => valueAt(one, position))
    : valueAt(body, position)
  const all: readonly unknown[] = Array.isArray(value) ? value : [value]
  return [...new Set(all.flatMap((one) => idOf(isRecord(one) ? one['id'] : one) ?? []))]
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return parseExactly(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new SyncError('bad-response', 'The webhook is not JSON in UTF-8.')
  }
}
