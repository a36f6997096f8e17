/**
 * Webhooks of Mautic: JSON by the names of events, signed over its bytes (`Webhook-Signature`) without a time. So none is
 * taken at its word: contacts that were put on the list of those nobody may write to are asked for.
 */
import { z } from 'zod'
import type { ConnectContext, WebhookReceipt, WebhookRequest } from '../kit/adapter.ts'
import { SyncError } from '../kit/sync-error.ts'
import { checkWebhook, type WebhookScheme } from '../kit/webhook-signature.ts'
import { thing } from './api.ts'
import { channels, withdrawnIn, type Channel } from './do-not-contact.ts'

const scheme: WebhookScheme = { header: 'webhook-signature', encoding: 'base64' }

const happened = z.looseObject({
  contact: thing,
  channel: z.string().optional(),
  new_status: z.string().optional(),
})

/** Reads a webhook. Throws as `Connection.receive` does, and `config` without a webhook secret. */
export async function receive(
  context: Pick<ConnectContext, 'secret' | 'clock' | 'clockOffsetMs'>,
  request: WebhookRequest,
): Promise<WebhookReceipt> {
  checkWebhook(request, await context.secret('webhookSecret'), scheme, {
    now: context.clock.now(),
    offsetMs: context.clockOffsetMs ?? null,
  })
  const named = Object.values(eventsIn(request.body)).flatMap((some) =>
    (Array.isArray(some) ? some : [some]).flatMap((one) => withdrawnBy(one)),
  )
  return {
    deliveryId: null,
    records: [],
    fetch: [...new Set(named)].map((remoteId) => ({ entity: 'contactPreference', remoteId })),
  }
}

function eventsIn(body: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(new TextDecoder().decode(body)))
  } catch (cause) {
    throw new SyncError('bad-response', 'The webhook is not JSON by events.', { cause })
  }
}

const isWithdrawal = (status: string): boolean => /^(unsubscribed|manual)$/i.test(status)

/** Remote ids of the consents an event is about. Who is free to be written to again has consented to nothing by that. */
function withdrawnBy(event: unknown): readonly string[] {
  const { data } = happened.safeParse(event)
  if (!data) return []
  const { contact, channel, new_status: status } = data
  const told: readonly Channel[] =
    channel !== undefined && status !== undefined && isWithdrawal(status)
      ? channels.filter((known) => known === channel)
      : withdrawnIn(contact)
  return told.map((one) => (one === 'email' ? contact.id : `${contact.id}/${one}`))
}
