/** A webhook of the mock sync server as it arrives at a host. */
import type { WebhookRequest } from '../../../main/engine/engine.ts'
import {
  signWebhook,
  type OutgoingWebhook,
} from '../../../main/stand-ins/mock-sync-server/webhook-sender.ts'

export const webhookSecret = 'canary-webhook-secret'

export function requestOf(webhook: OutgoingWebhook, now: number): WebhookRequest {
  const { headers, text } = signWebhook(webhook, webhookSecret, now)
  return { headers, query: {}, body: new TextEncoder().encode(text) }
}
