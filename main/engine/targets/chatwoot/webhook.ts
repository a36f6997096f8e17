/**
 * Webhooks of an account: JSON with an `event`, signed over time and bytes. They are sent once, also for what Marshal wrote
 * itself, and never for a deletion. None is taken at its word: what it names is asked for.
 */
import { z } from 'zod'
import type { ConnectContext, WebhookReceipt, WebhookRequest } from '../kit/adapter.ts'
import { SyncError } from '../kit/sync-error.ts'
import { checkWebhook, type WebhookScheme } from '../kit/webhook-signature.ts'
import { message } from './api.ts'
import { isForAll } from './reading.ts'

const scheme: WebhookScheme = {
  header: 'x-chatwoot-signature',
  encoding: 'hex',
  prefix: 'sha256=',
  time: { header: 'x-chatwoot-timestamp', unit: 'seconds' },
}
/** The same each time one is sent again, with a time and signature of its own. */
const deliveryHeader = 'x-chatwoot-delivery'

const told = z.looseObject({ event: z.string() })
const named = z.looseObject({ id: z.int() })
const said = message.extend({ conversation: named })

/** Reads a webhook. Throws as `Connection.receive` does, and `config` without a webhook secret. */
export async function receive(
  context: Pick<ConnectContext, 'secret' | 'clock' | 'clockOffsetMs'>,
  request: WebhookRequest,
): Promise<WebhookReceipt> {
  checkWebhook(request, await context.secret('webhookSecret'), scheme, {
    now: context.clock.now(),
    offsetMs: context.clockOffsetMs ?? null,
  })
  return {
    deliveryId: request.headers[deliveryHeader] ?? null,
    records: [],
    fetch: namedIn(bodyOf(request.body)),
  }
}

function bodyOf(bytes: Uint8Array): z.infer<typeof told> {
  try {
    return told.parse(JSON.parse(new TextDecoder().decode(bytes)))
  } catch (cause) {
    throw new SyncError('bad-response', 'The webhook is not JSON with an event.', { cause })
  }
}

function namedIn(body: z.infer<typeof told>): WebhookReceipt['fetch'] {
  const { event } = body
  if (/^contact_(created|updated)$/.test(event)) {
    return [{ entity: 'person', remoteId: String(readAs(named, body).id) }]
  }
  if (/^conversation_(created|updated|status_changed)$/.test(event)) {
    return [{ entity: 'conversation', remoteId: String(readAs(named, body).id) }]
  }
  if (!/^message_(created|updated)$/.test(event)) return []
  const one = readAs(said, body)
  const conversation = { entity: 'conversation', remoteId: String(one.conversation.id) } as const
  return isForAll(one)
    ? [conversation, { entity: 'message', remoteId: `${one.conversation.id}/${one.id}` }]
    : [conversation]
}

function readAs<T>(schema: z.ZodType<T>, body: unknown): T {
  const read = schema.safeParse(body)
  if (read.success) return read.data
  throw new SyncError('bad-response', 'The webhook does not name what it is about.')
}
