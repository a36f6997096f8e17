import { describe, expect, it } from 'vitest'
import { startListOf } from '../support/race-day.ts'
import { expectSameAt } from '../support/same-everywhere.ts'
import { startTestEngine, type TestEngine } from '../support/test-engine.ts'
import { tagserverTarget, startAtTagServer } from '../targets/tagserver/target.ts'
import { mockSyncTarget } from '../targets/mock-sync-server/target.ts'

/** Runs until nothing is left, as the schedule would. */
async function untilQuiet(marshal: TestEngine, runs = 30): Promise<void> {
  for (let run = 0; run < runs; run++) {
    await marshal.sync()
    if ((await marshal.status()).pending === 0) return
  }
  throw new Error(`Not quiet after ${runs} runs`)
}

const father = { firstName: 'João', lastName: 'Silva', email: 'silva@example.org' }
const son = { ...father, firstName: 'Joãozinho', dateOfBirth: '2012-05-01' }

describe('answers that are lost after the server has written', () => {
  it.each([1, 2, 3, 7])('make no duplicate when every %s. creation is hit', async (every) => {
    const marshal = await startAtTagServer()
    await marshal.importEntrants(startListOf(40))
    await marshal.server.fault({
      match: { method: 'POST' },
      every,
      times: 60,
      action: { kind: 'cut-after-write' },
    })
    await untilQuiet(marshal)
    await expectSameAt(marshal.client, tagserverTarget, marshal.server)
    expect(await marshal.status()).toMatchObject({ failed: 0, held: 0, pending: 0 })
  })

  it.each([
    ['is cut short', { kind: 'truncated-json' }],
    ['breaks off in the middle', { kind: 'cut-in-body' }],
    ['never comes', { kind: 'hang-after-write' }],
  ] as const)('count as lost too when the answer %s', async (_how, action) => {
    const marshal = await startAtTagServer({ timeouts: { headersMs: 300, bodyMs: 300 } })
    await marshal.importEntrants(startListOf(5))
    await marshal.server.fault({ match: { method: 'POST' }, every: 2, times: 6, action })
    await untilQuiet(marshal)
    await expectSameAt(marshal.client, tagserverTarget, marshal.server)
  })

  it('make no duplicate at a server that remembers keys', async () => {
    const marshal = await startTestEngine({
      target: mockSyncTarget,
      config: { settings: { batchSize: 5 } },
    })
    await marshal.importEntrants(startListOf(20))
    await marshal.set('person', { firstName: 'No', lastName: 'Key' })
    await marshal.server.fault({
      match: { method: 'POST' },
      every: 2,
      times: 6,
      action: { kind: 'cut-after-write' },
    })
    await untilQuiet(marshal)
    await expectSameAt(marshal.client, mockSyncTarget, marshal.server)
    expect((await marshal.client.records.list({ entity: 'person' })).records).toHaveLength(21)
  })

  it('are waited for at a server that remembers keys before the record is sent as it was changed since', async () => {
    const marshal = await startTestEngine({
      target: mockSyncTarget,
      config: { direction: 'outbound', settings: { batchSize: 1 } },
    })
    const { id } = await marshal.set('person', son)
    await marshal.set('person', father)
    const match = { method: 'POST', bodyContains: id }
    await marshal.server.fault({ match, times: 1, action: { kind: 'cut-after-write' } })
    const trap = await marshal.server.onceWhileReceiving(
      async () => void (await marshal.set('person', { city: 'Porto' }, id)),
      match,
    )
    await marshal.sync()
    await trap.done
    expect(await marshal.sync()).toMatchObject({ result: 'success', errors: [] })
    await expectSameAt(marshal.client, mockSyncTarget, marshal.server)
    const about = (await marshal.server.submissions()).filter(({ entityGuid }) => entityGuid === id)
    expect(about.map(({ type }) => type)).toEqual(['create-person', 'update-person'])
  })

  it('leave nothing at a server that remembers keys of what was deleted here before it answered', async () => {
    const marshal = await startTestEngine({
      target: mockSyncTarget,
      config: { direction: 'outbound' },
    })
    const ana = await marshal.set('person', father)
    const post = { match: { method: 'POST' }, times: 1 }
    await marshal.server.fault({ ...post, action: { kind: 'cut-after-write' } })
    await marshal.server.fault({ ...post, action: { kind: 'answer', status: 429, body: {} } })
    await marshal.sync()
    await marshal.client.records.remove({ entity: 'person', id: ana.id })
    await untilQuiet(marshal)
    expect(await marshal.server.records()).toMatchObject([{ id: ana.id, deleted: true }])
  })

  it('make no duplicate of two records that are exactly alike', async () => {
    const marshal = await startAtTagServer()
    for (let twin = 0; twin < 3; twin++) {
      await marshal.set('person', { firstName: 'Alex', lastName: 'Silva' })
    }
    await marshal.server.fault({
      match: { method: 'POST' },
      times: 2,
      action: { kind: 'cut-after-write' },
    })
    await untilQuiet(marshal)
    await expectSameAt(marshal.client, tagserverTarget, marshal.server)
  })

  it('are sent again with what the record has become meanwhile', async () => {
    const marshal = await startAtTagServer()
    const ana = await marshal.set('person', father)
    await marshal.server.fault({
      match: { method: 'POST' },
      times: 1,
      action: { kind: 'cut-after-write' },
    })
    const trap = await marshal.server.onceWhileReceiving(
      async () => void (await marshal.set('person', { phone: '+49 30 901820' }, ana.id)),
      { method: 'POST' },
    )
    await marshal.sync()
    await trap.done
    await untilQuiet(marshal)
    await expectSameAt(marshal.client, tagserverTarget, marshal.server)
  })
})

describe('father and son with one e-mail address', () => {
  it.each([
    ['father', 'João"', 'Joãozinho'],
    ['son', 'Joãozinho', 'João"'],
  ])(
    'stay two when the answer about the %s is lost and the other never arrived',
    async (_who, lost, missed) => {
      const marshal = await startAtTagServer()
      await marshal.set('person', father)
      await marshal.set('person', son)
      await marshal.server.fault({
        match: { method: 'POST', bodyContains: lost },
        times: 1,
        action: { kind: 'cut-after-write' },
      })
      await marshal.server.fault({
        match: { method: 'POST', bodyContains: missed },
        times: 1,
        action: { kind: 'cut-before' },
      })
      await untilQuiet(marshal)
      expect(await marshal.server.counts()).toMatchObject({ people: 2 })
      await expectSameAt(marshal.client, tagserverTarget, marshal.server)
    },
  )

  it('are for a person to tell apart when only one of them is known there', async () => {
    const marshal = await startAtTagServer()
    // At a first run he would have been seen before anything was sent.
    await marshal.sync()
    await marshal.server.load('people', [{ ...father, gender: 'MALE' }])
    const mine = await marshal.set('person', son)
    await marshal.server.fault({
      match: { method: 'POST' },
      times: 1,
      action: { kind: 'cut-before' },
    })
    await marshal.sync()
    const { failures } = await marshal.client.failures.list({})
    expect(failures).toMatchObject([{ recordId: mine.id, code: 'ambiguous' }])
    expect(failures[0]!.message).toContain('other content')
    expect(await marshal.server.counts()).toMatchObject({ people: 1 })
    // An edit is no answer to the question which one it is.
    await marshal.set('person', { phone: '+49 30 901820' }, mine.id)
    expect(await marshal.sync()).toMatchObject({ outbound: { created: 0 } })
    expect(await marshal.status()).toMatchObject({ failed: 1 })
    await marshal.client.failures.retry({})
    expect(await marshal.sync()).toMatchObject({ outbound: { created: 1 } })
    expect(await marshal.server.counts()).toMatchObject({ people: 2 })
  })
})
