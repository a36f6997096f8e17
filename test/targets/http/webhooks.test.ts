import { createHmac } from 'node:crypto'
import { expect, it } from 'vitest'
import { http } from '../../../main/engine/targets/http/adapter.ts'
import { systemClock } from '../../../main/hosts/system-clock.ts'
import { receiveWebhook } from '../../../main/engine/targets/http/webhook.ts'
import { testWebhooks } from '../conformance/webhooks.ts'
import { startHttp } from './stand-in.ts'
import { everyKind, httpKey, httpServer } from './subject.ts'

const secret = 'canary-http-hook'

function signed(body: unknown, key = secret) {
  const text = JSON.stringify(body)
  const signature = createHmac('sha256', key).update(text).digest('hex')
  return {
    headers: { 'x-signature': `sha256=${signature}` },
    query: {},
    body: new TextEncoder().encode(text),
  }
}

testWebhooks(http.withSettings!(everyKind), 'person', async () => {
  const server = httpServer(await startHttp(httpKey))
  return {
    ...server,
    secrets: { ...server.secrets, webhookSecret: secret },
    timed: false,
    async webhookAbout(_entity, remoteId, { deliveryId, signature = 'right' }) {
      const request = signed(
        { id: Number(remoteId), note: deliveryId },
        signature === 'wrong' ? 'other' : secret,
      )
      return signature === 'none' ? { ...request, headers: {} } : request
    },
  }
})

it('a webhook names one record, several, or records of the kind its address says', async () => {
  const context = { secret: async () => secret, clock: systemClock() }
  const read = (position: string, body: unknown, query: Record<string, string> = {}) =>
    receiveWebhook(
      context,
      { webhookHeader: 'X-Signature', webhookIdPosition: position },
      ['person', 'tag'],
      {
        ...signed(body),
        query,
      },
    ).then(({ fetch }) => fetch.map(({ entity, remoteId }) => `${entity} ${remoteId}`))
  expect(await read('data.id', { data: { id: 7 } })).toEqual(['person 7'])
  expect(await read('id', [{ id: 7 }, { id: '8' }, { id: 7 }])).toEqual(['person 7', 'person 8'])
  expect(await read('ids', { ids: [1, { id: 2 }] }, { entity: 'tag' })).toEqual(['tag 1', 'tag 2'])
  expect(await read('id', { id: 1 }, { entity: 'race' })).toEqual([])
  await expect(read('id', { other: 1 })).rejects.toMatchObject({ code: 'bad-response' })
})
