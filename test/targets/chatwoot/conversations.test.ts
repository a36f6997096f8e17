/** Conversations at the wire: their two lists, and what webhooks name. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { chatwoot } from '../../../main/engine/targets/chatwoot/adapter.ts'
import type { RemoteRecord } from '../../../main/engine/targets/kit/adapter.ts'
import { webhookJson } from '../../../main/stand-ins/chatwoot/webhooks.ts'
import { openBench, type AdapterBench } from '../conformance/adapter-bench.ts'
import { startChatwoot, type ChatwootStandIn } from './stand-in.ts'
import { chatwootKey, chatwootServer, hookSecret } from './subject.ts'

let site: ChatwootStandIn
let bench: AdapterBench
let contactId: number
beforeAll(async () => {
  site = await startChatwoot({ key: chatwootKey })
})
beforeEach(async () => {
  await site.reset()
  bench = await openBench(chatwoot, chatwootServer(site))
  ;[contactId = 0] = await site.load([{ name: 'Ida Voss', email: 'ida@example.org' }])
})
afterEach(() => bench.close())
afterAll(() => site.stop())

const day = 86_400
const start = 1_777_000_000
const question = { content: 'Where is my bib?' }

async function walk(cursor: string | null) {
  const records: RemoteRecord[] = []
  for (let at = cursor; ;) {
    const page = await bench.connection.changes!('conversation', at, bench.signal)
    records.push(...page.records)
    at = page.cursor
    if (!page.more) {
      const ids = records.filter(({ entity }) => entity === 'conversation')
      const seen = [...new Set(ids.map(({ remoteId }) => Number(remoteId)))]
      return { records, seen: seen.toSorted((a, b) => a - b), cursor: at, complete: page.complete }
    }
  }
}

const begin = async (at: number, more: object = {}) => {
  await site.chatwootClock(at)
  return (await site.begin({ contactId, messages: [question], ...more })).id
}

describe('the walk through conversations', () => {
  it('finds all of them, not only the open ones that are listed unasked', async () => {
    for (let n = 0; n < 30; n++) await begin(start + n, { status: n % 2 ? 'resolved' : 'open' })
    const { seen, complete, records } = await walk(null)
    expect(seen).toHaveLength(30)
    expect(complete).toBe(true)
    expect(records.filter(({ entity }) => entity === 'message')).toHaveLength(30)
  })

  it('brings the last message for everybody, also where notes and activities came after it', async () => {
    const id = await begin(start)
    const answer = await site.say(id, { content: 'In the tent.' })
    await site.say(id, { content: 'She is a VIP', private: true })
    await site.resolve(id)
    const onlyNotes = await begin(start + 1, { messages: [{ content: 'Call her', private: true }] })
    const { records, seen } = await walk(null)
    expect(seen).toEqual([id, onlyNotes])
    const messages = records.filter(({ entity }) => entity === 'message')
    expect(messages).toMatchObject([
      { remoteId: `${id}/${answer.id}`, body: { content: 'In the tent.', direction: 'outbound' } },
    ])
  })

  it.each([true, false])(
    'goes on with those that were active since the day before (nested filter: %s)',
    async (nestedFilter) => {
      await site.turn({ nestedFilter })
      const [old, recent] = [await begin(start), await begin(start + 3 * day)]
      const first = await walk(null)
      expect(first.seen).toEqual([old, recent])
      await site.chatwootClock(start + 4 * day)
      await site.say(old, { content: 'Found it', message_type: 'incoming' })
      const second = await walk(first.cursor)
      expect(second).toMatchObject({ seen: [old, recent], complete: false })
      expect(second.records).toContainEqual(
        expect.objectContaining({
          entity: 'message',
          body: expect.objectContaining({ content: 'Found it' }) as unknown,
        }),
      )
      await begin(start + 9 * day)
      const third = await walk(second.cursor)
      expect((await walk(third.cursor)).seen).toEqual([3])
    },
  )
})

describe('a webhook', () => {
  const receive = (event: string, data: Readonly<Record<string, unknown>>) => {
    const { headers, text } = webhookJson({
      ...{ event, data, signedWith: hookSecret, deliveryId: 'd-1' },
    })
    const body = new TextEncoder().encode(text)
    return bench.connection.receive!({ headers, query: {}, body })
  }

  it.each([
    ['contact_created', { id: 7 }, ['person 7']],
    ['conversation_status_changed', { id: 4 }, ['conversation 4']],
    [
      'message_created',
      { id: 9, message_type: 'incoming', conversation: { id: 4 } },
      ['conversation 4', 'message 4/9'],
    ],
    [
      'message_created',
      { id: 9, message_type: 'outgoing', private: true, conversation: { id: 4 } },
      ['conversation 4'],
    ],
    ['conversation_typing_on', { id: 4 }, []],
    ['webwidget_triggered', {}, []],
  ])('%s names what is asked for', async (event, data, names) => {
    const { fetch, records } = await receive(event, data)
    expect(fetch.map(({ entity, remoteId }) => `${entity} ${remoteId}`)).toEqual(names)
    expect(records).toEqual([])
  })

  it('that names nothing cannot be read', async () => {
    await expect(receive('contact_updated', {})).rejects.toMatchObject({ code: 'bad-response' })
  })
})

describe('what is asked for by name', () => {
  const fetch = (entity: 'conversation' | 'message', remoteId: string) =>
    bench.connection.fetch!(entity, remoteId, bench.signal)

  it('is a conversation, and one message out of it', async () => {
    const id = await begin(start)
    const first = await site.say(id, { content: 'first', message_type: 'incoming' })
    await site.say(id, { content: 'second', message_type: 'incoming' })
    expect(await fetch('conversation', String(id))).toMatchObject({
      body: { contact: contactId, status: 'open' },
    })
    expect(await fetch('message', `${id}/${first.id}`)).toMatchObject({
      body: { content: 'first', direction: 'inbound' },
    })
  })

  it('is nothing where it is gone, or for agents only', async () => {
    const id = await begin(start)
    const note = await site.say(id, { content: 'secret', private: true })
    expect(await fetch('message', `${id}/${note.id}`)).toBeNull()
    expect(await fetch('message', `${id}/999`)).toBeNull()
    await site.drop(id)
    expect(await fetch('conversation', String(id))).toBeNull()
    expect(await fetch('message', `${id}/${note.id}`)).toBeNull()
  })
})
