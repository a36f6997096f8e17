/** What a webhook of Planning Center names: people, whatever of theirs it is about. */
import { createHmac } from 'node:crypto'
import { expect, it } from 'vitest'
import {
  webhookJson,
  type PlanningCenterWebhook,
} from '../../../main/stand-ins/planning-center/webhooks.ts'
import { useSite } from './bench.ts'
import { hookSecrets } from './subject.ts'

const at = useSite()
const receive = (
  webhook: Omit<PlanningCenterWebhook, 'id'>,
  signedWith: string = hookSecrets[0],
) => {
  const { headers, text } = webhookJson({ id: 'd-1', signedWith, ...webhook })
  const body = new TextEncoder().encode(text)
  return at.bench.connection.receive!({ headers, query: {}, body })
}
const named = async (webhook: Omit<PlanningCenterWebhook, 'id'>) =>
  (await receive(webhook)).fetch.map(({ remoteId }) => remoteId)

it.each<[string, Omit<PlanningCenterWebhook, 'id'>, readonly string[]]>([
  ['a person', { event: 'person.created', about: '7' }, ['7']],
  ['a person who is gone', { event: 'person.destroyed', about: '7' }, ['7']],
  ['whose e-mail address it is', { event: 'email.updated', about: '3', person: '7' }, ['7']],
  ['whose phone number it is', { event: 'phone_number.created', about: '3', person: '7' }, ['7']],
  ['whose address it is', { event: 'address.updated', about: '3', person: '7' }, ['7']],
  ['nobody where that is not told', { event: 'email.destroyed', about: '3', person: '7' }, []],
  [
    'both of two who were merged',
    { event: 'person_merger.created', about: '1', merged: { keep: '7', remove: '8' } },
    ['8', '7'],
  ],
])('names %s', async (_who, webhook, expected) => {
  expect(await named(webhook)).toEqual(expected)
})

it('is signed with the secret of any subscription, and with no other', async () => {
  const news = { event: 'person.updated', about: '7' }
  for (const secret of hookSecrets) expect((await receive(news, secret)).fetch).toHaveLength(1)
  await expect(receive(news, hookSecrets.join('\n'))).rejects.toMatchObject({ code: 'auth' })
})

it('whose payload is no document is refused', async () => {
  const { headers, text } = webhookJson({ id: 'd', event: 'person.updated', about: '7' })
  const odd = text.replace(/"payload":"(?:[^"\\]|\\.)*"/, '"payload":"{"')
  const signature = createHmac('sha256', hookSecrets[0]).update(odd).digest('hex')
  const request = {
    headers: { ...headers, 'x-pco-webhooks-authenticity': signature },
    query: {},
    body: new TextEncoder().encode(odd),
  }
  await expect(at.bench.connection.receive!(request)).rejects.toMatchObject({
    code: 'bad-response',
  })
})
