import { describe, expect, it, onTestFinished } from 'vitest'
import type { MatchFilter } from '../../main/contract/conflicts.ts'
import type { Probe } from '../../main/engine/ports.ts'
import {
  at,
  persons,
  remotePerson,
  start,
  type Marshal,
} from '../targets/mock-sync-server/at-mock-sync.ts'
import { startMockSync } from '../targets/mock-sync-server/stand-in.ts'
import { targetConfig } from '../support/test-target.ts'
import { mockSyncTarget } from '../targets/mock-sync-server/target.ts'

const waiting = async ({ client }: Marshal, filter: MatchFilter = {}) =>
  (await client.matches.list(filter)).matches

/** Several runs say nothing more. */
async function expectSilence(marshal: Marshal): Promise<void> {
  await marshal.sync()
  const before = await marshal.server.submissions()
  for (let run = 0; run < 3; run++) {
    expect(await marshal.sync()).toMatchObject({
      result: 'success',
      outbound: { created: 0, updated: 0 },
      inbound: { created: 0, updated: 0, conflicts: 0, unmatched: 0 },
    })
  }
  expect(await marshal.server.submissions()).toEqual(before)
}

const twins = 'firstName,lastName,email\nAna,Silva,a@example.org\nAna,Silva,a@example.org\n'
const ana = { firstName: 'Ana', lastName: 'Silva', email: 'a@example.org' }

/** A record of the target that may be either of two here. */
async function possible(mode: string, probe?: Probe): Promise<Marshal> {
  const marshal = await start({ config: { mode }, ...(probe ? { probe } : {}) })
  await marshal.server.put([remotePerson('a', { ...ana, city: 'Porto' })])
  await marshal.importRecords('person', twins)
  await marshal.sync()
  return marshal
}

describe('two records of the target that fit one here', () => {
  it('are not both linked to it: the second waits for a person', async () => {
    const marshal = await start({ config: { mode: 'master-leads' } })
    const { id } = await marshal.set('person', ana)
    await marshal.server.put([remotePerson('a', ana), remotePerson('b', ana)])
    expect(await marshal.sync()).toMatchObject({ result: 'success', inbound: { unmatched: 1 } })
    expect(await persons(marshal)).toMatchObject([{ id, targets: { timing: { remoteId: 'a' } } }])
    expect(await waiting(marshal)).toMatchObject([{ remoteId: 'b', recordId: null }])
    await expectSilence(marshal)
  })
})

describe('a record of the target that may be one of several here', () => {
  it('waits with its candidates, and neither side gets a copy of it', async () => {
    const marshal = await possible('mirror')
    const { matches, total } = await marshal.client.matches.list({ kind: 'possible' })
    expect(total).toBe(1)
    expect(matches).toMatchObject([
      {
        target: 'timing',
        entity: 'person',
        kind: 'possible',
        recordId: null,
        remoteId: 'a',
        display: 'Ana Silva',
        cause: { code: 'several', count: 2 },
        reason: '2 records here fit equally well',
        theirs: { city: 'Porto', email: 'a@example.org' },
        candidates: [
          { display: 'Ana Silva', fields: { email: 'a@example.org', city: null }, linkedTo: null },
          { display: 'Ana Silva', linkedTo: null },
        ],
      },
    ])
    await marshal.sync()
    expect(await persons(marshal)).toHaveLength(2)
    expect(await marshal.server.records()).toHaveLength(1)
  })

  it('is linked to the one a person names; the other goes its own way', async () => {
    const marshal = await possible('mirror')
    const [match] = await waiting(marshal)
    const recordId = match!.candidates[0]!.recordId
    expect(await marshal.client.matches.accept({ ids: [match!.id] })).toMatchObject({
      count: 0,
      refused: [{ message: /2 records/ }],
    })
    const done = await marshal.client.matches.accept({ ids: [match!.id], recordId })
    expect(done).toEqual({ count: 1, refused: [] })
    const linked = (await persons(marshal)).find(({ id }) => id === recordId)
    expect(linked).toMatchObject({ city: 'Porto', targets: { timing: { remoteId: 'a' } } })
    await expectSilence(marshal)
    expect(await marshal.server.records()).toHaveLength(2)
    expect(await persons(marshal)).toHaveLength(2)
  })

  it('lets go what waits for the one a person names, also when that is being set aside just then', async () => {
    let act = async () => {}
    const marshal = await possible('mirror', async (point) => {
      if (point !== 'push:freeze') return
      const now = act
      act = async () => {}
      await now()
    })
    const event = await marshal.set('event', { name: 'Spring Classic' })
    await marshal.sync()
    const [match] = await waiting(marshal)
    const recordId = match!.candidates[0]!.recordId
    const entry = { event: event.id, person: recordId, number: '7' }
    await marshal.set('eventParticipant', entry)
    act = async () =>
      void (await marshal.client.matches.accept({ ids: [match!.id], recordId: recordId! }))
    await marshal.sync()
    await marshal.sync()
    expect(await marshal.status()).toMatchObject({ pending: 0, held: 0 })
    const there = (await marshal.server.records()).find(({ number }) => number === '7')
    expect(there).toMatchObject({ person: 'a' })
  })

  it('is not linked to a record that is linked already', async () => {
    const marshal = await possible('mirror')
    const [match] = await waiting(marshal)
    const other = await marshal.set('person', { firstName: 'Bo', lastName: 'Costa' })
    await marshal.sync()
    const report = await marshal.client.matches.accept({ ids: [match!.id], recordId: other.id })
    expect(report).toMatchObject({ count: 0, refused: [{ message: /Bo Costa is linked to/ }] })
    expect(await waiting(marshal)).toHaveLength(1)
  })

  it.each(['mirror', 'target-leads'])(
    'becomes a record of its own when a person says it is none of them (%s)',
    async (mode) => {
      const marshal = await possible(mode)
      const [match] = await waiting(marshal, { kind: 'possible' })
      await marshal.client.matches.reject({ ids: [match!.id] })
      expect(await persons(marshal)).toHaveLength(3)
      await expectSilence(marshal)
      expect(await persons(marshal)).toHaveLength(3)
    },
  )

  it('is left alone where this side leads, until it changes there', async () => {
    const marshal = await possible('master-leads')
    const [match] = await waiting(marshal, { kind: 'possible' })
    await marshal.client.matches.reject({ ids: [match!.id] })
    await marshal.sync()
    await marshal.sync({ kind: 'reconcile' })
    await marshal.sync({ force: true })
    expect(await waiting(marshal)).toEqual([])
    expect(await persons(marshal)).toHaveLength(2)
    await marshal.server.put([remotePerson('a', { ...ana, city: 'Lisboa' }, at(-60))])
    await marshal.sync()
    expect(await waiting(marshal)).toMatchObject([{ kind: 'possible', remoteId: 'a' }])
  })
})

describe('a record of the target that nothing here fits', () => {
  const unmatched = async () => {
    const marshal = await start({ config: { mode: 'master-leads' } })
    await marshal.server.put([
      remotePerson('a', ana, at(-700)),
      { id: 'e', entity: 'event', timestamp: at(-690), name: 'Spring Classic' },
      {
        id: 'p',
        entity: 'eventParticipant',
        timestamp: at(-680),
        event: 'e',
        person: 'a',
        number: '7',
      },
    ])
    await marshal.sync()
    return marshal
  }

  it('becomes a record of ours when a person takes it over, and its children follow', async () => {
    const marshal = await unmatched()
    const found = await waiting(marshal, { kind: 'remote' })
    expect(found).toMatchObject([
      { entity: 'person', display: 'Ana Silva', cause: { code: 'nothing' } },
      { entity: 'event', display: 'Spring Classic' },
    ])
    expect(await marshal.client.matches.accept({ kind: 'remote' })).toEqual({
      count: 2,
      refused: [],
    })
    const { entries } = await marshal.client.records.history({ entity: 'person' })
    expect(entries[0]).toMatchObject({ origin: 'target', from: 'timing', action: 'create' })
    await marshal.sync()
    expect(await waiting(marshal)).toMatchObject([
      { kind: 'remote', entity: 'eventParticipant', display: 'Ana Silva (7)' },
    ])
    await marshal.client.matches.accept({})
    expect(await marshal.status()).toMatchObject({ unmatched: 0 })
    await expectSilence(marshal)
  })

  it('is linked to the record a person names, and what differs is settled by the rule', async () => {
    const marshal = await unmatched()
    const mine = await marshal.set('person', { firstName: 'Anna', lastName: 'Silva' })
    const [match] = await waiting(marshal, { kind: 'remote' })
    await marshal.client.matches.accept({ ids: [match!.id], recordId: mine.id })
    expect(await persons(marshal)).toMatchObject([{ firstName: 'Anna', email: 'a@example.org' }])
    await marshal.sync()
    const there = (await marshal.server.records()).filter(({ entity }) => entity === 'person')
    expect(there).toMatchObject([{ id: 'a', firstName: 'Anna', email: 'a@example.org' }])
    await expectSilence(marshal)
  })

  it('stays where it is when a person says so', async () => {
    const marshal = await unmatched()
    await marshal.client.matches.reject({ kind: 'remote' })
    await marshal.sync({ force: true })
    expect(await waiting(marshal)).toEqual([])
    expect(await persons(marshal)).toEqual([])
  })

  it('that was deleted there asks nobody any more', async () => {
    const marshal = await unmatched()
    await marshal.server.put([remotePerson('a', { ...ana, deleted: true }, at(-60))])
    await marshal.sync()
    expect(await waiting(marshal)).toMatchObject([{ entity: 'event' }])
  })
})

describe('a record of ours that a target does not get by itself', () => {
  const local = async () => {
    const marshal = await start({ config: { mode: 'target-leads' } })
    const { id } = await marshal.set('person', ana)
    await marshal.sync()
    return { marshal, id }
  }

  it('waits in the list, and is sent when a person says so', async () => {
    const { marshal, id } = await local()
    expect(await waiting(marshal)).toMatchObject([
      { kind: 'local', recordId: id, remoteId: null, theirs: null, cause: { code: 'new-here' } },
    ])
    expect(await marshal.server.records()).toEqual([])
    await marshal.client.matches.accept({})
    await marshal.sync()
    expect(await marshal.server.records()).toMatchObject([{ firstName: 'Ana' }])
    await expectSilence(marshal)
  })

  it('stays here when a person says so, also when it is changed', async () => {
    const { marshal, id } = await local()
    await marshal.client.matches.reject({ kind: 'local' })
    await marshal.set('person', { city: 'Porto' }, id)
    await marshal.sync()
    await marshal.sync({ force: true })
    expect(await waiting(marshal)).toEqual([])
    expect(await marshal.server.records()).toEqual([])
    await marshal.sync({ records: [id] })
    expect(await marshal.server.records()).toMatchObject([{ city: 'Porto' }])
  })

  it('is gone from the list with its record', async () => {
    const { marshal, id } = await local()
    await marshal.remove('person', id)
    await marshal.sync()
    expect(await waiting(marshal)).toEqual([])
    expect(await marshal.status()).toMatchObject({ unmatched: 0, pending: 0 })
  })

  it('says that it was there, when it was', async () => {
    const marshal = await start()
    const { id } = await marshal.set('person', ana)
    await marshal.sync()
    const [there] = await marshal.server.records()
    await marshal.server.put([{ ...there!, deleted: true, timestamp: at(60) }])
    await marshal.sync()
    expect(await waiting(marshal)).toMatchObject([{ recordId: id, cause: { code: 'gone-there' } }])
  })
})

describe('the list', () => {
  it('goes on page by page over all targets and kinds', async () => {
    const marshal = await start({ config: { mode: 'master-leads' } })
    const far = await startMockSync()
    onTestFinished(() => far.stop())
    await marshal.client.targets.add({
      config: {
        ...targetConfig(mockSyncTarget, far.url),
        name: 'far',
        mode: 'target-leads',
      },
    })
    const there = Array.from({ length: 40 }, (_, n) =>
      remotePerson(`p${n}`, { firstName: `Runner${n}`, lastName: 'Costa' }),
    )
    await marshal.server.put(there)
    const names = Array.from({ length: 30 }, (_, n) => `Mine${n},Silva`)
    await marshal.importRecords('person', ['firstName,lastName', ...names].join('\n'))
    await marshal.sync()
    const seen = new Set<string>()
    for (let after: string | null = null, pages = 0; ; pages++) {
      const page = await marshal.client.matches.list({ limit: 20, after })
      expect(page.total).toBe(70)
      for (const { id } of page.matches) seen.add(id)
      after = page.next
      if (after === null) break
      expect(pages).toBeLessThan(5)
    }
    expect(seen.size).toBe(70)
    expect((await marshal.client.matches.list({ kind: 'local' })).total).toBe(30)
    expect((await marshal.client.matches.list({ target: 'timing' })).total).toBe(40)
    await expect(waiting(marshal, { target: 'nowhere' })).rejects.toMatchObject({
      data: { code: 'not-found' },
    })
  })
})
