import { describe, expect, it } from 'vitest'
import type { FailureFilter } from '../../main/contract/sync.ts'
import { countWrites } from '../support/departures.ts'
import { addEntrant, raceDay } from '../support/race-day.ts'
import { expectSameAt } from '../support/same-everywhere.ts'
import { startTestEngine, type TestEngine } from '../support/test-engine.ts'
import type { TagServerStandIn } from '../targets/tagserver/stand-in.ts'
import { tagserverTarget, startAtTagServer } from '../targets/tagserver/target.ts'
import { mockSyncTarget } from '../targets/mock-sync-server/target.ts'

/** The tag of "Bo" is on somebody else at the server already: on an entrant Marshal knows nothing of. */
async function tagTakenThere() {
  const marshal = await startAtTagServer()
  const day = await raceDay(marshal)
  const tag = await marshal.set('tag', { number: 'T-7' })
  const ana = await addEntrant(marshal, day, { bib: '7', firstName: 'Ana' })
  await marshal.sync()
  const [event] = await marshal.server.dump('events')
  const [there] = await marshal.server.dump('tags')
  const [carla] = await marshal.server.load('people', [{ firstName: 'Carla', lastName: 'Costa' }])
  await marshal.server.load('event-participants', [
    { event: { id: event!.id }, person: { id: carla }, number: '99', tag: { id: there!.id } },
  ])
  const bo = await addEntrant(marshal, day, { bib: '8', firstName: 'Bo', tag: tag.id })
  return { marshal, day, tag, ana, bo }
}

describe('two new records that the server answers as one', () => {
  it('are not both taken for it: one is linked, the other is for a person', async () => {
    const marshal = await startAtTagServer()
    const ids = [
      (await marshal.set('tag', { number: 'T-1' })).id,
      (await marshal.set('tag', { number: 'T-2' })).id,
    ]
    const one = { id: 77, number: 'T-1', barcode: null, uuid: null }
    await marshal.server.fault({
      match: { method: 'POST' },
      action: { kind: 'answer', status: 201, body: one },
    })
    expect(await marshal.sync()).toMatchObject({
      result: 'warning',
      outbound: { created: 1, failed: 1 },
      errors: [{ entity: 'tag', recordId: ids[1], code: 'rejected' }],
    })
    expect(await marshal.status()).toMatchObject({ pending: 0, failed: 1 })
  })
})

describe('a tag that is taken at the server', () => {
  it('fails that one record and says who has it, and everything else arrives', async () => {
    const { marshal, day, bo } = await tagTakenThere()
    await addEntrant(marshal, day, { bib: '9', firstName: 'Dora' })
    expect(await marshal.sync()).toMatchObject({
      result: 'warning',
      outbound: { created: 4, failed: 1, held: 1 },
      errors: [{ entity: 'eventParticipant', recordId: bo.participant.id, code: 'rejected' }],
    })
    const { failures } = await marshal.client.failures.list({ target: 'timing' })
    expect(failures).toMatchObject([
      { entity: 'eventParticipant', recordId: bo.participant.id, code: 'rejected', attempts: 1 },
    ])
    expect(failures[0]!.message).toContain('Carla Costa')
    expect(await marshal.status()).toMatchObject({ state: 'attention', failed: 1, held: 1 })
    expect((await marshal.server.counts())['event-participants']).toBe(3)
  })

  it('is not asked about again until somebody does something', async () => {
    const { marshal } = await tagTakenThere()
    await marshal.sync()
    const from = marshal.departures.length
    await marshal.sync()
    expect(marshal.departures.length).toBe(from)
  })

  it('arrives by retry once it is free there', async () => {
    const { marshal, bo } = await tagTakenThere()
    await marshal.sync()
    await marshal.server.fault({
      match: { method: 'PUT', path: '/api/event-participants' },
      times: 1,
      action: { kind: 'delay', ms: 0 },
    })
    await release(marshal)
    expect(await marshal.client.failures.retry({ target: 'timing' })).toEqual({ count: 1 })
    expect(await marshal.sync()).toMatchObject({ result: 'success', outbound: { created: 2 } })
    const view = await marshal.client.records.get({
      entity: 'eventParticipant',
      id: bo.participant.id,
    })
    expect(view.targets['timing']).toMatchObject({ state: 'linked', pending: false })
    expect(await marshal.status()).toMatchObject({ state: 'up-to-date', failed: 0, held: 0 })
  })

  it('arrives by itself when the entrant gets another tag', async () => {
    const { marshal, bo } = await tagTakenThere()
    await marshal.sync()
    const other = await marshal.set('tag', { number: 'T-8' })
    await marshal.set('eventParticipant', { tag: other.id }, bo.participant.id)
    expect(await marshal.sync()).toMatchObject({ result: 'success', outbound: { created: 3 } })
    expect(await marshal.status()).toMatchObject({ state: 'up-to-date', failed: 0 })
  })

  it('can be given up, and comes back with the next change', async () => {
    const { marshal, bo } = await tagTakenThere()
    await marshal.sync()
    expect(await marshal.client.failures.discard({ target: 'timing' })).toEqual({ count: 1 })
    expect(await marshal.status()).toMatchObject({ failed: 0 })
    await marshal.set('eventParticipant', { tag: null }, bo.participant.id)
    expect(await marshal.sync()).toMatchObject({ result: 'success', outbound: { created: 2 } })
  })

  it('changes hands within one run', async () => {
    const marshal = await startAtTagServer()
    const day = await raceDay(marshal)
    const tag = await marshal.set('tag', { number: 'T-7' })
    const ana = await addEntrant(marshal, day, { bib: '7', firstName: 'Ana', tag: tag.id })
    const bo = await addEntrant(marshal, day, { bib: '8', firstName: 'Bo' })
    await marshal.sync()
    await marshal.set('eventParticipant', { tag: null }, ana.participant.id)
    await marshal.set('eventParticipant', { tag: tag.id }, bo.participant.id)
    expect(await marshal.sync()).toMatchObject({ result: 'success', outbound: { updated: 2 } })
    await expectSameAt(marshal.client, tagserverTarget, marshal.server)
  })
})

describe('a list of failures', () => {
  it('goes on page by page, also of one cause among many', async () => {
    const marshal = await startAtTagServer()
    for (const [word, detail] of [
      ['Ann', 'No Anns.'],
      ['Bob', 'No Bobs.'],
    ] as const) {
      await marshal.server.fault({
        match: { method: 'POST', path: '/api/people', bodyContains: word },
        action: { kind: 'answer', status: 400, body: { detail } },
      })
      for (const n of [1, 2, 3]) await marshal.set('person', { firstName: word, lastName: `L${n}` })
    }
    await marshal.sync()
    const { list, groups } = marshal.client.failures
    const read = async (filter: FailureFilter) => {
      const seen: string[] = []
      let after: string | null = null
      do {
        const page: Awaited<ReturnType<typeof list>> = await list({ ...filter, limit: 2, after })
        expect(page.failures.length).toBeLessThanOrEqual(2)
        seen.push(...page.failures.map(({ display }) => display))
        after = page.next
      } while (after !== null)
      return seen
    }
    expect(await read({})).toHaveLength(6)
    const bobs = (await groups({})).groups.find(({ message }) => message.includes('Bobs'))!
    expect(await read({ group: bobs.key })).toEqual(['Bob L1', 'Bob L2', 'Bob L3'])
    const [one] = (await list({})).failures
    const at = one!.lastTriedOn!
    const later = new Date(Date.parse(at) + 1_000).toISOString()
    expect(await read({ group: bobs.key, since: later })).toEqual([])
    expect(await read({ since: at, until: later })).toHaveLength(6)
    expect(await marshal.client.failures.retry({ until: '2020-01-01T00:00:00Z' })).toEqual({
      count: 0,
    })
    expect(await marshal.client.failures.retry({ group: bobs.key, since: at })).toEqual({
      count: 3,
    })
  })
})

describe('entrants who swap their tags', () => {
  it('have them swapped at the server after one run', async () => {
    const marshal = await startAtTagServer()
    const day = await raceDay(marshal)
    const first = await marshal.set('tag', { number: 'T-7' })
    const second = await marshal.set('tag', { number: 'T-8' })
    const ana = (await addEntrant(marshal, day, { bib: '7', firstName: 'Ana', tag: first.id }))
      .participant
    const bo = (await addEntrant(marshal, day, { bib: '8', firstName: 'Bo', tag: second.id }))
      .participant
    await marshal.sync()
    await marshal.set('eventParticipant', { tag: null }, ana.id)
    await marshal.set('eventParticipant', { tag: first.id }, bo.id)
    await marshal.set('eventParticipant', { tag: second.id }, ana.id)
    expect(await marshal.sync()).toMatchObject({
      result: 'success',
      outbound: { updated: 2, failed: 0 },
    })
    await expectSameAt(marshal.client, tagserverTarget, marshal.server)
  })
})

/** Frees the tag at the server, as somebody there would. */
async function release(marshal: TestEngine<TagServerStandIn>): Promise<void> {
  const holder = (await marshal.server.dump('event-participants')).find(
    ({ number }) => number === '99',
  )!
  const answer = await fetch(`${marshal.server.url}/api/event-participants/${holder.id}`, {
    method: 'DELETE',
    headers: { 'x-api-key': marshal.server.apiKey },
  })
  expect(answer.status).toBe(204)
}

describe('a record refused while it was being corrected', () => {
  it('is sent again with the correction instead of waiting for a person', async () => {
    const marshal = await startAtTagServer()
    const ana = await marshal.set('person', { firstName: 'Poison', lastName: 'Silva' })
    await marshal.server.fault({
      match: { method: 'POST', path: '/api/people', bodyContains: 'Poison' },
      action: { kind: 'answer', status: 400, body: { detail: 'Not this name.' } },
    })
    const trap = await marshal.server.onceWhileReceiving(
      async () => void (await marshal.set('person', { firstName: 'Ana' }, ana.id)),
      { method: 'POST', path: '/api/people' },
    )
    await marshal.sync()
    await trap.done
    expect(await marshal.status()).toMatchObject({ failed: 0, pending: 1 })
    expect(await marshal.sync()).toMatchObject({ result: 'success', outbound: { created: 1 } })
  })
})

describe('a record the target no longer has', () => {
  it('fails with the reason, and is made anew by retry', async () => {
    const marshal = await startAtTagServer()
    const ana = await marshal.set('person', { firstName: 'Ana', lastName: 'Silva' })
    await marshal.sync()
    await marshal.server.reset()
    await marshal.set('person', { firstName: 'Anna' }, ana.id)
    expect(await marshal.sync()).toMatchObject({ errors: [{ code: 'gone' }] })
    await marshal.client.failures.retry({})
    expect(await marshal.client.settings.check()).toEqual({ ok: true, problems: [] })
    expect(await marshal.sync()).toMatchObject({ outbound: { created: 1 } })
    await expectSameAt(marshal.client, tagserverTarget, marshal.server)
  })
})

describe('Promise 6: one poison record in a batch', () => {
  it.each([
    ['first', 0],
    ['in the middle', 41],
    ['last', 99],
  ])('is found in few calls when it is %s; all others arrive', async (_where, at) => {
    const marshal = await startTestEngine({
      target: mockSyncTarget,
      config: { entities: ['tag'], direction: 'outbound' },
    })
    const numbers = Array.from({ length: 100 }, (_, n) => (n === at ? 'POISON' : `T-${n}`))
    await marshal.importRecords('tag', ['number', ...numbers].join('\n') + '\n')
    await marshal.server.fault({
      match: { method: 'POST', bodyContains: 'POISON' },
      action: { kind: 'answer', status: 400, body: { error: 'A number cannot be POISON.' } },
    })
    expect(await marshal.sync()).toMatchObject({
      result: 'warning',
      outbound: { created: 99, failed: 1 },
      errors: [{ entity: 'tag', code: 'rejected', message: 'A number cannot be POISON.' }],
    })
    const calls = countWrites(marshal.departures)['POST']!
    expect(calls).toBeLessThanOrEqual(1 + Math.ceil(Math.log2(100)) + 1)
    expect(await marshal.server.records()).toHaveLength(99)
  })

  it('is not confused with the others when the server fails while it is looked for', async () => {
    const marshal = await startTestEngine({
      target: mockSyncTarget,
      config: { entities: ['tag'], direction: 'outbound' },
    })
    await marshal.importRecords('tag', 'number\nPOISON\nT-1\nT-2\nT-3\n')
    const match = { method: 'POST', bodyContains: 'POISON' }
    const refused = { error: 'A number cannot be POISON.' }
    await marshal.server.fault({
      match,
      after: 1,
      times: 1,
      action: { kind: 'answer', status: 503, body: {} },
    })
    await marshal.server.fault({ match, action: { kind: 'answer', status: 400, body: refused } })
    expect(await marshal.sync()).toMatchObject({ outbound: { created: 0, failed: 0 } })
    expect(await marshal.status()).toMatchObject({ pending: 4, failed: 0 })
    expect(await marshal.sync()).toMatchObject({
      outbound: { created: 3, failed: 1 },
      errors: [{ code: 'rejected', message: 'A number cannot be POISON.' }],
    })
    expect(await marshal.server.records()).toHaveLength(3)
  })

  it('is one among ten thousand', async () => {
    const marshal = await startTestEngine({
      target: mockSyncTarget,
      config: { entities: ['tag'], direction: 'outbound' },
    })
    const numbers = Array.from({ length: 10_000 }, (_, n) => (n === 6_789 ? 'POISON' : `T-${n}`))
    await marshal.importRecords('tag', ['number', ...numbers].join('\n') + '\n')
    await marshal.server.fault({
      match: { method: 'POST', bodyContains: 'POISON' },
      action: { kind: 'answer', status: 400, body: { error: 'A number cannot be POISON.' } },
    })
    expect(await marshal.sync()).toMatchObject({ outbound: { created: 9_999, failed: 1 } })
    expect(countWrites(marshal.departures)['POST']).toBeLessThanOrEqual(100 + 7 + 1)
  })
})
