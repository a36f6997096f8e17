/** Webhooks as Mautic sends them: JSON by events, with a signature over its bytes. Signed here anew, not with the code under test. */
import { createHmac } from 'node:crypto'

export interface MauticWebhook {
  readonly contact: number
  /** Default: she unsubscribed from e-mail. */
  readonly event?: 'subscription' | 'saved' | 'deleted'
  readonly channel?: string
  readonly status?: 'unsubscribed' | 'bounced' | 'manual' | 'contactable'
  /** Default: none. */
  readonly signedWith?: string
  /** Anything, to tell two deliveries apart. */
  readonly note?: string
}

const names = {
  subscription: 'mautic.lead_channel_subscription_changed',
  saved: 'mautic.lead_post_save_update',
  deleted: 'mautic.lead_post_delete',
} as const

/** Headers and body of a webhook. */
export function webhookJson({
  contact,
  event = 'subscription',
  channel = 'email',
  status = 'unsubscribed',
  signedWith,
  note = '',
}: MauticWebhook) {
  const told = { id: contact, doNotContact: event === 'saved' ? [{ channel, reason: 1 }] : [] }
  const one = {
    ...(event === 'deleted' ? { id: contact } : { contact: told }),
    ...(event === 'subscription' ? { channel, old_status: 'contactable', new_status: status } : {}),
    timestamp: '2026-04-24T03:06:40+00:00',
    note,
  }
  const text = JSON.stringify({ [names[event]]: [one] })
  const signature = createHmac('sha256', signedWith ?? '')
    .update(text)
    .digest('base64')
  return {
    text,
    headers: {
      'content-type': 'application/json',
      ...(signedWith === undefined ? {} : { 'webhook-signature': signature }),
    } as Readonly<Record<string, string>>,
  }
}

/** Sends one; answers the status. */
export async function sendWebhook(url: string, webhook: MauticWebhook): Promise<number> {
  const { headers, text } = webhookJson(webhook)
  return (await fetch(url, { method: 'POST', headers, body: text })).status
}
