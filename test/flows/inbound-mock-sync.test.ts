import { describe, expect, it, onTestFinished } from 'vitest'
import { fakeClock } from '../support/fake-clock.ts'
import {
  at,
  persons,
  remotePerson,
  start,
  type Marshal,
} from '../targets/mock-sync-server/at-mock-sync.ts'
import { startListOf } from '../support/race-day.ts'
import { expectSameAt } from '../support/same-everywhere.ts'
import { startMockSync } from '../targets/mock-sync-server/stand-in.ts'
import { targetConfig } from '../support/test-target.ts'
import { mockSyncTarget } from '../targets/mock-sync-server/target.ts'

/** Ten more runs send nothing: nothing that came in goes out again. */
async function expectNoEcho(marshal: Marshal): Promise<void> {
  const before = await marshal.server.submissions()
  for (let run = 0; run < 10; run++) {
    expect(await marshal.sync()).toMatchObject({
      result: 'success',
      outbound: { created: 0, updated: 0, deleted: 0 },
      inbound: { created: 0, updated: 0, conflicts: 0 },
    })
  }
  expect(await marshal.server.submissions()).toEqual(before)
}

/** A person both sides have and agree on. */
async function agreed(
  marshal: Marshal,
  fields: Readonly<Record<string, string>> = { firstName: 'Ana', lastName: 'Silva' },
): Promise<string> {
  const { id } = await marshal.set('person', fields)
  await marshal.sync()
  await marshal.sync()
  return id
}

/** Another client's edit of a record both sides have. */
async function editThere(
  marshal: Marshal,
  id: string,
  fields: Readonly<Record<string, unknown>>,
  seconds: number,
): Promise<void> {
  const current = (await marshal.server.records()).find((record) => record.id === id)!
  await marshal.server.put([{ ...current, ...fields, timestamp: at(seconds) }])
}

describe('what another client did at the target', () => {
  it('is taken over: new records and changed ones, with who it came from', async () => {
    const marshal = await start()
    await marshal.server.put([
      remotePerson('a', { firstName: 'Ana', lastName: 'Silva' }, at(-700)),
      remotePerson('b', { firstName: 'Bo', lastName: 'Costa' }, at(-690)),
    ])
    expect(await marshal.sync()).toMatchObject({
      result: 'success',
      inbound: { found: 2, created: 2, failed: 0 },
      outbound: { created: 0, updated: 0 },
    })
    await marshal.server.put([remotePerson('a', { firstName: 'Anna', lastName: 'Silva' }, at(-60))])
    expect(await marshal.sync()).toMatchObject({ inbound: { updated: 1, created: 0 } })
    const [ana] = (await persons(marshal)).filter(({ display }) => display === 'Anna Silva')
    const { entries } = await marshal.client.records.history({ id: ana!.id })
    expect(entries[0]).toMatchObject({ origin: 'target', from: 'timing', action: 'update' })
    await expectNoEcho(marshal)
  })

  it('is taken over with its parents, whatever the order it comes in', async () => {
    const marshal = await start()
    const stamp = (n: number) => at(-700 + n)
    await marshal.server.put([
      {
        id: 'p',
        entity: 'eventParticipant',
        timestamp: stamp(1),
        event: 'e',
        person: 'a',
        number: '007',
      },
      { id: 'e', entity: 'event', timestamp: stamp(2), name: 'Spring Classic' },
      remotePerson('a', { firstName: 'Ana', lastName: 'Silva' }, stamp(3)),
    ])
    await marshal.sync()
    await marshal.sync()
    const { records } = await marshal.client.records.list({ entity: 'eventParticipant' })
    expect(records).toMatchObject([{ number: '007', person: (await persons(marshal))[0]!.id }])
    await expectNoEcho(marshal)
  })

  it('is linked to a record here that is the same, and nothing travels', async () => {
    const marshal = await start()
    const mine = await marshal.set('person', {
      firstName: 'Ana',
      lastName: 'Silva',
      email: 'ana@example.org',
    })
    await marshal.server.put([
      remotePerson('a', { firstName: 'Ana', lastName: 'Silva', email: 'ANA@example.org ' }),
    ])
    await marshal.sync()
    expect(await persons(marshal)).toMatchObject([
      { id: mine.id, targets: { timing: { remoteId: 'a', state: 'linked', pending: false } } },
    ])
    expect(await marshal.server.submissions()).toEqual([])
  })

  it('finds its record here also when that was made after it was first seen', async () => {
    const marshal = await start({ config: { mode: 'master-leads' } })
    const fields = { firstName: 'Ana', lastName: 'Silva', email: 'ana@example.org' }
    await marshal.server.put([remotePerson('a', fields)])
    expect(await marshal.sync()).toMatchObject({ inbound: { unmatched: 1, created: 0 } })
    await marshal.server.put([remotePerson('a', { ...fields, city: 'Porto' }, at(-60))])
    const mine = await marshal.set('person', fields)
    await marshal.sync()
    const [person] = await persons(marshal)
    expect(person).toMatchObject({ id: mine.id, city: 'Porto' })
    expect(person!.targets['timing']).toMatchObject({ remoteId: 'a', state: 'linked' })
    expect(await marshal.status()).toMatchObject({ unmatched: 0 })
  })

  it('is not lost when many records share the timestamp at the edge of a page', async () => {
    const marshal = await start()
    const same = at(-600)
    const many = Array.from({ length: 1_100 }, (_, n) =>
      remotePerson(`p${n}`, { firstName: `Runner${n}`, lastName: 'Silva' }, same),
    )
    await marshal.server.put(many.slice(0, 600))
    await marshal.sync()
    await marshal.server.put(many.slice(600))
    await marshal.sync()
    expect((await marshal.status()).failed).toBe(0)
    let count = 0
    for (let after: string | null = null; ;) {
      const page = await marshal.client.records.list({ entity: 'person', after, limit: 1000 })
      count += page.records.length
      after = page.next
      if (after === null) break
    }
    expect(count).toBe(1_100)
    await expectNoEcho(marshal)
  })
})

describe('our own changes coming back', () => {
  it('are never applied, and nothing is sent in the next ten runs', async () => {
    const marshal = await start()
    await marshal.importEntrants(startListOf(30))
    await marshal.sync()
    const stamps = (await persons(marshal)).map(({ modifiedOn }) => modifiedOn)
    await expectNoEcho(marshal)
    expect((await persons(marshal)).map(({ modifiedOn }) => modifiedOn)).toEqual(stamps)
    await expectSameAt(marshal.client, mockSyncTarget, marshal.server)
  })

  it('of a creation whose answer was lost are nobody’s edit, whatever was changed here since', async () => {
    const marshal = await start()
    const person = await marshal.set('person', { lastName: 'Silva' })
    await marshal.sync()
    const consent = { person: person.id, channel: 'email', topic: 'news' }
    const { id } = await marshal.set('contactPreference', { ...consent, status: 'optedOut' })
    await marshal.server.fault({
      match: { method: 'POST' },
      times: 1,
      action: { kind: 'cut-after-write' },
    })
    await marshal.sync()
    await marshal.set('contactPreference', { status: 'optedIn' }, id)
    await marshal.sync()
    const { records } = await marshal.client.records.list({ entity: 'contactPreference' })
    expect(records).toMatchObject([{ status: 'optedIn' }])
    await marshal.sync()
    await expectSameAt(marshal.client, mockSyncTarget, marshal.server)
  })

  it.each([1, 2, 3])(
    'are recognised also when %i answers to sending them are lost',
    async (times) => {
      const marshal = await start()
      // No natural key at all: only its id can tell.
      await marshal.set('person', { lastName: 'Silva' })
      await marshal.server.fault({
        match: { method: 'POST' },
        times,
        action: { kind: 'cut-after-write' },
      })
      const results: unknown[] = []
      for (let run = 0; run <= times; run++) results.push((await marshal.sync()).result)
      // Nothing was confirmed by the first, everything by the last.
      expect([results[0], results.at(-1)]).toEqual(['error', 'success'])
      expect(await persons(marshal)).toMatchObject([
        { targets: { timing: { state: 'linked', pending: false } } },
      ])
      expect(await marshal.server.records()).toHaveLength(1)
      await expectNoEcho(marshal)
    },
  )
})

describe('a target that is only listened to', () => {
  it('is never waited for, also when its records were changed here', async () => {
    const marshal = await start({ config: { direction: 'inbound' } })
    const there = { firstName: 'Ana', lastName: 'Silva' }
    await marshal.server.put([remotePerson('a', there)])
    await marshal.sync()
    const [ana] = await persons(marshal)
    await marshal.set('person', { city: 'Porto' }, ana!.id)
    await marshal.server.put([remotePerson('a', { ...there, phone: '+351912345678' }, at(-60))])
    expect(await marshal.sync()).toMatchObject({ result: 'success', inbound: { updated: 1 } })
    expect(await persons(marshal)).toMatchObject([{ city: 'Porto', phone: '+351912345678' }])
    expect(await marshal.status()).toMatchObject({ state: 'up-to-date', pending: 0 })
    await marshal.sync({ force: true })
    await marshal.sync({ records: [ana!.id] })
    expect(await marshal.status()).toMatchObject({ state: 'up-to-date', pending: 0 })
    expect(await marshal.server.submissions()).toEqual([])
  })
})

describe('three systems in a ring', () => {
  it('hear of every change once, and then there is quiet', async () => {
    const marshal = await start()
    const far = await startMockSync()
    onTestFinished(() => far.stop())
    await marshal.client.targets.add({
      config: { ...targetConfig(mockSyncTarget, far.url), name: 'far' },
    })
    const both = async () => {
      await marshal.sync()
      return marshal.sync({}, 'far')
    }
    await marshal.server.put([remotePerson('a', { firstName: 'Ana', lastName: 'Silva' })])
    await both()
    expect(await far.records()).toMatchObject([{ firstName: 'Ana' }])
    const [there] = await far.records()
    await far.put([{ ...there!, phone: '+351912345678', timestamp: at(30) }])
    await both()
    await both()
    const [ana] = await persons(marshal)
    await marshal.set('person', { city: 'Porto' }, ana!.id)
    await both()
    for (const server of [marshal.server, far]) {
      expect(await server.records()).toMatchObject([
        { firstName: 'Ana', phone: '+351912345678', city: 'Porto' },
      ])
    }
    const sent = [await marshal.server.submissions(), await far.submissions()]
    for (let run = 0; run < 10; run++) await both()
    expect([await marshal.server.submissions(), await far.submissions()]).toEqual(sent)
    expect(await persons(marshal)).toHaveLength(1)
  })
})

describe('edits on both sides', () => {
  it('of different fields are merged', async () => {
    const marshal = await start()
    const id = await agreed(marshal)
    await marshal.set('person', { city: 'Porto' }, id)
    await editThere(marshal, id, { phone: '+351912345678' }, 60)
    expect(await marshal.sync()).toMatchObject({
      inbound: { updated: 1, conflicts: 0 },
      outbound: { updated: 1 },
    })
    expect(await persons(marshal)).toMatchObject([{ city: 'Porto', phone: '+351912345678' }])
    await expectSameAt(marshal.client, mockSyncTarget, marshal.server)
    await expectNoEcho(marshal)
  })

  it.each([
    ['before', -1],
    ['after', 60],
  ])(
    'of the same field keep ours and send it, also when theirs came %s ours',
    async (_when, seconds) => {
      const marshal = await start()
      const id = await agreed(marshal)
      await editThere(marshal, id, { city: 'Lisboa' }, seconds)
      await marshal.set('person', { city: 'Porto' }, id)
      await marshal.sync()
      await marshal.sync()
      expect(await persons(marshal)).toMatchObject([{ city: 'Porto' }])
      expect(await marshal.server.records()).toMatchObject([{ city: 'Porto' }])
      await expectNoEcho(marshal)
    },
  )

  it('of which ours is made while theirs is being worked in lose nothing', async () => {
    let act = async () => {}
    const marshal = await start({
      probe: async (point) => {
        if (point !== 'pull:apply') return
        const now = act
        act = async () => {}
        await now()
      },
    })
    const id = await agreed(marshal)
    await editThere(marshal, id, { phone: '+351912345678' }, 60)
    act = async () => void (await marshal.set('person', { city: 'Porto' }, id))
    await marshal.sync()
    await marshal.sync()
    expect(await persons(marshal)).toMatchObject([{ city: 'Porto', phone: '+351912345678' }])
    await expectSameAt(marshal.client, mockSyncTarget, marshal.server)
  })

  it('ask a person when the rule says so, and keep both until then', async () => {
    const marshal = await start({ config: { conflicts: 'merge-fields' } })
    const id = await agreed(marshal)
    await marshal.set('person', { city: 'Porto' }, id)
    await editThere(marshal, id, { city: 'Lisboa' }, 60)
    expect(await marshal.sync()).toMatchObject({ result: 'warning', inbound: { conflicts: 1 } })
    expect(await persons(marshal)).toMatchObject([{ city: 'Porto' }])
    expect(await marshal.server.records()).toMatchObject([{ city: 'Lisboa' }])
    expect(await marshal.status()).toMatchObject({ state: 'attention', conflicts: 1 })
  })
})

describe('an edit whose first copy arrives late, after somebody else saved the record there', () => {
  it('is sent again as a change of its own, and not taken for that copy', async () => {
    const marshal = await start()
    const id = await agreed(marshal)
    await marshal.set('person', { city: 'Porto' }, id)
    const match = { method: 'POST' }
    await marshal.server.fault({ match, times: 1, action: { kind: 'cut-before' } })
    await marshal.sync()
    // Something only they know.
    await editThere(marshal, id, { shoeSize: '42' }, 1)
    const late = (await marshal.server.log()).findLast(({ method }) => method === 'POST')!
    await marshal.server.submit(JSON.parse(late.body).data)
    expect(await marshal.server.records()).toMatchObject([{ city: null }])
    await marshal.sync()
    await marshal.sync({ kind: 'reconcile' })
    expect(await persons(marshal)).toMatchObject([{ city: 'Porto' }])
    expect(await marshal.server.records()).toMatchObject([{ city: 'Porto', shoeSize: '42' }])
    await expectNoEcho(marshal)
  })
})

describe('a clock that is ten years behind', () => {
  it('makes no difference', async () => {
    const marshal = await start({ clock: fakeClock(Date.now() - 10 * 365 * 24 * 3_600_000) })
    const id = await agreed(marshal)
    await editThere(marshal, id, { phone: '+351912345678', city: 'Lisboa' }, 60)
    await marshal.set('person', { city: 'Porto' }, id)
    await marshal.sync()
    await marshal.sync()
    expect(await persons(marshal)).toMatchObject([{ city: 'Porto', phone: '+351912345678' }])
    await expectSameAt(marshal.client, mockSyncTarget, marshal.server)
    await expectNoEcho(marshal)
  })
})

describe('a record deleted at the target', () => {
  const deleteThere = async (marshal: Marshal, id: string) =>
    editThere(marshal, id, { deleted: true }, 60)

  it('is unlinked here: it stays, and is not sent again by itself', async () => {
    const marshal = await start()
    const id = await agreed(marshal)
    await deleteThere(marshal, id)
    expect(await marshal.sync()).toMatchObject({ inbound: { deleted: 1 } })
    expect(await persons(marshal)).toMatchObject([
      { id, targets: { timing: { state: 'unmatched', remoteId: null } } },
    ])
    await expectNoEcho(marshal)
  })

  it('is deleted here where the target is set up so', async () => {
    const marshal = await start({ config: { remoteDeletion: 'delete' } })
    const id = await agreed(marshal)
    await deleteThere(marshal, id)
    await marshal.sync()
    expect(await persons(marshal)).toEqual([])
    await expectNoEcho(marshal)
  })
})
