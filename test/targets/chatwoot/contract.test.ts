/**
 * Everything the adapter says, and everything its stand-in answers, held against Chatwoot's published description where that
 * is at hand. Where the description is known to differ from Chatwoot itself, the difference is named; one that is not met
 * any more fails too.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chatwoot } from '../../../main/engine/targets/chatwoot/adapter.ts'
import { OpenApi } from '../../support/openapi.ts'
import { startRecordingProxy, type RecordingProxy } from '../../support/recording-proxy.ts'
import { openBench } from '../conformance/adapter-bench.ts'
import { changeOf, sampleFields } from '../conformance/sample-records.ts'
import { startChatwoot, type ChatwootStandIn } from './stand-in.ts'
import { chatwootKey, chatwootServer } from './subject.ts'

const file = join(import.meta.dirname, '../../../../shared/specs/chatwoot-application.json')
const isAtHand = existsSync(file)
if (!isAtHand) {
  console.warn(
    `NOT CHECKED: Chatwoot's description is not at ${file}, so nothing was held against it.`,
  )
}

const base = '/api/v1/accounts/{account_id}'
const sorts = ['name', 'email', 'phone_number', 'last_activity_at']
const describedSorts = [...sorts, ...sorts.map((name) => `-${name}`)]
const describedOperators = ['equal_to', 'not_equal_to', 'contains', 'does_not_contain']
/** How Chatwoot is otherwise than it is described. */
const otherwise: Readonly<Record<string, string>> = {
  [`GET ${base}/contacts: query sort must be equal to one of the allowed values (${JSON.stringify(describedSorts)})`]:
    'the code sorts by created_at too',
  [`POST ${base}/contacts/filter: query sort is not described`]: 'without an order there is none',
  [`POST ${base}/conversations/filter: request/payload/*/filter_operator must be equal to one of the allowed values (${JSON.stringify(describedOperators)})`]:
    'the code compares days with is_greater_than',
  [`POST ${base}/contacts: request must have required property 'inbox_id'`]:
    'a contact needs no inbox',
  [`POST ${base}/contacts: answer 200/payload must be array`]: 'it is nested: payload.contact',
  [`POST ${base}/contacts: answer 422 is not described`]: 'what the code refuses with',
  [`PUT ${base}/contacts/{id}: answer 200 is not described`]: 'the code answers 200, not 204',
}

let site: ChatwootStandIn
let proxy: RecordingProxy
beforeAll(async () => {
  site = await startChatwoot({ key: chatwootKey })
  proxy = await startRecordingProxy(site.url)
})
afterAll(async () => {
  await proxy.close()
  await site.stop()
})

describe.runIf(isAtHand)('what travels', () => {
  it('is as Chatwoot describes it, but for what is known to be otherwise', async () => {
    const process = Object.create(site, { url: { value: proxy.url } }) as ChatwootStandIn
    const bench = await openBench(chatwoot, { ...chatwootServer(site), process })
    const { connection, signal } = bench
    const binding = bench.binding('person')
    const change = (action: 'create' | 'update' | 'delete', n: number, remoteId?: string) =>
      changeOf(binding, action, action === 'delete' ? {} : sampleFields(binding, n), { remoteId })
    const { remoteId, change: made } = await bench.create('person', 1)
    await bench.create('person', 2)
    // Again; and somebody with the same phone and address; and one that is gone.
    await bench.send('person', [made])
    const twin = change('create', 1)
    const [second] = await bench.send('person', [twin])
    expect(second).toMatchObject({ kept: { email: null, phone: null } })
    await bench.send('person', [change('update', 3, remoteId), change('update', 4, '9999')])

    const { id: conversationId } = await site.begin({
      ...{ contactId: Number(remoteId), subject: 'Bib', messages: [{ content: 'Where is it?' }] },
    })
    await site.say(conversationId, { content: 'a note', private: true })
    await connection.probe(signal)
    for (const entity of ['person', 'conversation'] as const) {
      const { cursor } = await connection.changes!(entity, null, signal)
      await connection.changes!(entity, cursor, signal)
    }
    await connection.fetch!('person', remoteId, signal)
    await connection.fetch!('person', '9999', signal)
    await connection.fetch!('conversation', String(conversationId), signal)
    await connection.fetch!('message', `${conversationId}/1001`, signal)
    await bench.send('person', [change('delete', 1, remoteId), change('delete', 1, '9999')])
    await bench.close()

    const description = new OpenApi(
      JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>,
    )
    expect(proxy.exchanges.length).toBeGreaterThan(20)
    const faults = proxy.exchanges.flatMap((one) => description.faults(one))
    expect([...new Set(faults)].toSorted()).toEqual(Object.keys(otherwise).toSorted())
  })

  it('is looked at closely: what is wrong in it is found', () => {
    const description = new OpenApi(
      JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>,
    )
    const path = '/api/v1/accounts/1/contacts'
    expect(
      description.faults({
        ...{ method: 'GET', path: `${path}?sort=age&size=2`, sent: undefined },
        ...{ status: 200, answered: { meta: { count: 'x' }, payload: {} } },
      }),
    ).toEqual([
      expect.stringContaining('query sort must be equal to one of the allowed values'),
      expect.stringContaining('query size is not described'),
      expect.stringContaining('answer 200/meta/count must be integer'),
      expect.stringContaining('answer 200/payload must be array'),
    ])
  })
})
