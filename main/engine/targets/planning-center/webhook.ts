/**
 * Webhooks of Planning Center: JSON:API around a text that is JSON:API once more, signed over its bytes
 * (`X-PCO-Webhooks-Authenticity`) without a time. So none is taken at its word: the people it is about are asked for.
 */
import { z } from 'zod'
import type { ConnectContext, WebhookReceipt, WebhookRequest } from '../kit/adapter.ts'
import { SyncError } from '../kit/sync-error.ts'
import { checkWebhook, type WebhookScheme } from '../kit/webhook-signature.ts'
import { related, vertex } from './api.ts'
import { mergerIn } from './mergers.ts'

const scheme: WebhookScheme = { header: 'x-pco-webhooks-authenticity', encoding: 'hex' }

const delivery = z.looseObject({
  id: z.union([z.string(), z.int().transform(String)]),
  attributes: z.looseObject({ name: z.string(), payload: z.string() }),
})
const deliveries = z.looseObject({ data: z.array(delivery).min(1) })
const payload = z.looseObject({ data: vertex })

type Context = Pick<ConnectContext, 'secret' | 'clock' | 'clockOffsetMs'>

/** Reads a webhook. Throws as `Connection.receive` does, and `config` without a webhook secret. */
export async function receive(context: Context, request: WebhookRequest): Promise<WebhookReceipt> {
  checkSignature(context, request, await context.secret('webhookSecret'))
  const { data } = deliveriesIn(request.body)
  const people = data.flatMap(({ attributes }) => peopleIn(attributes.payload))
  return {
    deliveryId: data.map(({ id }) => id).join(' '),
    records: [],
    fetch: [...new Set(people)].map((remoteId) => ({ entity: 'person', remoteId })),
  }
}

/** Each subscription signs with a secret of its own, and there is one for each event: any of them will do. */
function checkSignature(context: Context, request: WebhookRequest, kept: string | null): void {
  const clock = { now: context.clock.now(), offsetMs: context.clockOffsetMs ?? null }
  const secrets = (kept ?? '').split(/[\s,;]+/).filter((one) => one !== '')
  let refused: unknown = null
  for (const secret of secrets.length > 0 ? secrets : [null]) {
    try {
      checkWebhook(request, secret, scheme, clock)
      return
    } catch (error) {
      refused = error
    }
  }
  throw refused
}

function deliveriesIn(body: Uint8Array): z.infer<typeof deliveries> {
  try {
    return deliveries.parse(JSON.parse(new TextDecoder().decode(body)))
  } catch (cause) {
    throw new SyncError('bad-response', 'The webhook is no list of event deliveries.', { cause })
  }
}

/**
 * The people a payload is about. What was deleted of what belongs to a person tells nobody whose it was: the next look for
 * changes finds the person.
 */
function peopleIn(text: string): readonly string[] {
  let one: z.infer<typeof vertex>
  try {
    one = payload.parse(JSON.parse(text)).data
  } catch (cause) {
    throw new SyncError('bad-response', 'The payload of a webhook is no document.', { cause })
  }
  const merger = mergerIn(one)
  if (merger) return [merger.gone, merger.kept]
  const person = one.type === 'Person' ? one.id : related(one, 'person')
  return person === null ? [] : [person]
}
