/**
 * Webhooks of an audience: a form that names somebody who subscribed or unsubscribed. They are signed
 * (`X-Mailchimp-Signature`), or the address they are sent to ends in `?secret=`. Neither is taken at its word: the member
 * is asked for.
 */
import type { ConnectContext, WebhookReceipt, WebhookRequest } from '../kit/adapter.ts'
import { SyncError } from '../kit/sync-error.ts'
import { checkWebhook, isSameSecret, type WebhookScheme } from '../kit/webhook-signature.ts'
import { hashOf } from './mapping.ts'

const header = 'x-mailchimp-signature'
const scheme: WebhookScheme = {
  header,
  encoding: 'hex',
  time: { header, unit: 'seconds' },
  parts: { time: 't', signature: 'v1' },
}

/** Reads a webhook. Throws as `Connection.receive` does, and `config` without a webhook secret. */
export async function receive(
  context: Pick<ConnectContext, 'secret' | 'clock' | 'clockOffsetMs'>,
  audience: string,
  request: WebhookRequest,
): Promise<WebhookReceipt> {
  const secret = await context.secret('webhookSecret')
  const given = request.query['secret']
  if (secret && given !== undefined && request.headers[header] === undefined) {
    if (!isSameSecret(given, secret))
      throw new SyncError('auth', 'A webhook was refused: its secret does not fit.')
  } else {
    checkWebhook(request, secret, scheme, {
      now: context.clock.now(),
      offsetMs: context.clockOffsetMs ?? null,
    })
  }
  const form = new URLSearchParams(new TextDecoder().decode(request.body))
  const [type, email] = [form.get('type'), form.get('data[email]')]
  if (type === null)
    throw new SyncError('bad-response', 'The webhook does not say what it is about.')
  const isAbout = /^(un)?subscribe$/.test(type) && form.get('data[list_id]') === audience
  return {
    // Two may unsubscribe in one second, and not all have an id.
    deliveryId: [form.get('data[id]'), type, form.get('fired_at'), email?.toLowerCase()].join(' '),
    records: [],
    fetch: isAbout && email ? [{ entity: 'contactPreference', remoteId: hashOf(email) }] : [],
  }
}
