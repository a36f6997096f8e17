/** Webhooks as Planning Center sends them. Signed here anew, not with the code under test. */
import { createHmac } from 'node:crypto'

export interface PlanningCenterWebhook {
  /** Id of the delivery: the same when it is sent again. */
  readonly id: string
  /** As `person.updated`. */
  readonly event: string
  /** Id of what it is about. */
  readonly about: string
  /** Whose it is, where it tells; of a person: left out. */
  readonly person?: string
  /** Of a merge. */
  readonly merged?: { readonly keep: string; readonly remove: string }
  /** Default: not signed. */
  readonly signedWith?: string
}

const types: Readonly<Record<string, string>> = {
  person: 'Person',
  email: 'Email',
  phone_number: 'PhoneNumber',
  address: 'Address',
  person_merger: 'PersonMerger',
}

/** Headers and body of a delivery: its payload is a text that holds another document. */
export function webhookJson({
  id,
  event,
  about,
  person,
  merged,
  signedWith,
}: PlanningCenterWebhook) {
  const [vertex = '', action = ''] = event.split('.')
  const isGone = action === 'destroyed'
  const payload = {
    data: {
      type: types[vertex],
      id: about,
      attributes: merged
        ? { person_to_keep_id: merged.keep, person_to_remove_id: merged.remove }
        : {},
      // What was deleted tells neither what it was nor whose.
      relationships:
        person === undefined || isGone ? {} : { person: { data: { type: 'Person', id: person } } },
    },
    included: [],
    meta: { parent: { id: '1', type: 'Organization' } },
  }
  const text = JSON.stringify({
    data: [
      {
        id,
        type: 'EventDelivery',
        attributes: {
          name: `people.v2.events.${event}`,
          attempt: 1,
          payload: JSON.stringify(payload),
        },
        relationships: { organization: { data: { type: 'Organization', id: '1' } } },
      },
    ],
  })
  const signature = createHmac('sha256', signedWith ?? '')
    .update(text)
    .digest('hex')
  return {
    text,
    headers: {
      'content-type': 'application/json',
      ...(signedWith === undefined ? {} : { 'x-pco-webhooks-authenticity': signature }),
    } as Readonly<Record<string, string>>,
  }
}

/** What became of a delivery. Whoever does not answer 200 hears of it again; 410 ends the subscription. */
export interface Delivered {
  readonly statuses: readonly number[]
  readonly ends: 'delivered' | 'gives up' | 'deactivated'
}

/** Sends one, up to so many times, without the waits there are in between. */
export async function sendWebhook(
  url: string,
  webhook: PlanningCenterWebhook,
  attempts = 16,
): Promise<Delivered> {
  const { headers, text } = webhookJson(webhook)
  const statuses: number[] = []
  while (statuses.length < attempts) {
    const { status } = await fetch(url, { method: 'POST', headers, body: text })
    statuses.push(status)
    if (status === 200) return { statuses, ends: 'delivered' }
    if (status === 410) return { statuses, ends: 'deactivated' }
  }
  return { statuses, ends: 'gives up' }
}
