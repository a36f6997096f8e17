/** Webhooks as Chatwoot sends them: once, signed over time and bytes. Signed here anew, not with the code under test. */
import { createHmac, randomUUID } from 'node:crypto'
import type { Given } from './contacts.ts'
import type { ChatwootKnobs } from './knobs.ts'

/** How long Chatwoot waits for whoever takes one, ms. */
const patienceMs = 5_000

export interface Hook {
  readonly id: number
  readonly url: string
  readonly subscriptions: readonly string[]
  readonly secret: string
}

export interface ChatwootWebhook {
  readonly event: string
  readonly data: Given
  /** Default: none. */
  readonly signedWith?: string
  readonly deliveryId?: string
  /** How long ago it was sent. */
  readonly agoMs?: number
}

/** Headers and body of a webhook. */
export function webhookJson({ event, data, signedWith, deliveryId, agoMs = 0 }: ChatwootWebhook) {
  const text = JSON.stringify({ ...data, event })
  const time = String(Math.floor((Date.now() - agoMs) / 1000))
  const signature = createHmac('sha256', signedWith ?? '')
    .update(`${time}.${text}`)
    .digest('hex')
  const signed = { 'x-chatwoot-signature': `sha256=${signature}`, 'x-chatwoot-timestamp': time }
  return {
    text,
    headers: {
      'content-type': 'application/json',
      'x-chatwoot-delivery': deliveryId ?? randomUUID(),
      ...(signedWith === undefined ? {} : signed),
    } as Readonly<Record<string, string>>,
  }
}

/** Sends one; answers the status, null where nobody takes it. */
async function sendWebhook(url: string, webhook: ChatwootWebhook): Promise<number | null> {
  const { headers, text } = webhookJson(webhook)
  const signal = AbortSignal.timeout(patienceMs)
  try {
    return (await fetch(url, { method: 'POST', headers, body: text, signal })).status
  } catch {
    return null
  }
}

/** Where webhooks go. Nobody is told of a deletion. */
export class Hooks {
  readonly all: Hook[] = []
  readonly #knobs: () => ChatwootKnobs
  #sending: Promise<unknown> = Promise.resolve()

  constructor(knobs: () => ChatwootKnobs) {
    this.#knobs = knobs
  }

  add(url: string, subscriptions: readonly string[]): Hook {
    const id = this.all.length + 1
    const hook = { id, url, subscriptions, secret: `hook-secret-${id}` }
    this.all.push(hook)
    return hook
  }

  tell(event: string, data: Given): void {
    const { drops, tries } = this.#knobs()
    if (drops) return
    for (const { url, subscriptions, secret } of this.all) {
      if (!subscriptions.includes(event)) continue
      const one = { event, data, signedWith: secret, deliveryId: randomUUID() }
      this.#sending = this.#sending.then(() => deliver(url, one, tries))
    }
  }

  /** When everything is sent. */
  settled(): Promise<unknown> {
    return this.#sending
  }
}

/** Each try has the same delivery id, and a time and signature of its own. */
async function deliver(url: string, webhook: ChatwootWebhook, tries: number): Promise<void> {
  for (let at = 0; at < tries; at++) {
    const status = await sendWebhook(url, webhook)
    if (status !== null && status < 300) return
  }
}
