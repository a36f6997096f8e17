/** Webhooks as the mock sync server sends them, and as nobody should. Signed here anew, not with the code under test. */
import { createHmac, randomUUID } from 'node:crypto'

/** One webhook. An object is sent as JSON, text as it is. */
export interface OutgoingWebhook {
  readonly body: unknown
  /** Default: a new one; the same one again makes a duplicate; null: none. */
  readonly deliveryId?: string | null
  /** How long ago it claims to be sent, ms. Default 0. */
  readonly agoMs?: number
  /** Default `right`. */
  readonly signature?: 'right' | 'wrong' | 'none'
}

export interface WebhookOrder {
  readonly url: string
  readonly secret: string
  /** Sent in this order. */
  readonly webhooks: readonly OutgoingWebhook[]
  /** How many are under way at once, default 1. */
  readonly atOnce?: number
}

export interface WebhookAnswer {
  readonly status: number
  readonly body: string
}

/** Headers and body of a webhook. */
export function signWebhook(
  { body, deliveryId = randomUUID(), agoMs = 0, signature = 'right' }: OutgoingWebhook,
  secret: string,
  now = Date.now(),
): { readonly headers: Readonly<Record<string, string>>; readonly text: string } {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const time = String(now - agoMs)
  const key = signature === 'wrong' ? `not ${secret}` : secret
  const signed = createHmac('sha256', key).update(`${time}.${text}`).digest('hex')
  return {
    text,
    headers: {
      'content-type': 'application/json',
      'x-marshal-timestamp': time,
      ...(signature === 'none' ? {} : { 'x-marshal-signature': `sha256=${signed}` }),
      ...(deliveryId === null ? {} : { 'x-marshal-delivery': deliveryId }),
    },
  }
}

/** Sends them; answers in their order. */
export async function sendWebhooks(order: WebhookOrder): Promise<readonly WebhookAnswer[]> {
  const answers: WebhookAnswer[] = []
  let next = 0
  const send = async (): Promise<void> => {
    for (let at = next++; at < order.webhooks.length; at = next++) {
      const { headers, text } = signWebhook(order.webhooks[at]!, order.secret)
      const answer = await fetch(order.url, { method: 'POST', headers, body: text })
      answers[at] = { status: answer.status, body: await answer.text() }
    }
  }
  await Promise.all(Array.from({ length: order.atOnce ?? 1 }, send))
  return answers
}
