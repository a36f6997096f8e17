import { describe, expect, it } from 'vitest'
import { fakeClock } from '../../support/fake-clock.ts'
import {
  agreedPerson,
  at,
  editThere,
  persons,
  remotePerson,
  start,
  type Marshal,
} from '../../targets/mock-sync-server/at-mock-sync.ts'
import { startListOf } from '../../support/race-day.ts'
import { expectSameAt } from '../../support/same-everywhere.ts'
import { tagserverTarget, startAtTagServer } from '../../targets/tagserver/target.ts'
import { mockSyncTarget } from '../../targets/mock-sync-server/target.ts'

const hour = 3_600_000
const tenYears = 10 * 365 * 24 * hour

const here = async (marshal: Marshal) => (await persons(marshal))[0]!
const there = async (marshal: Marshal) => (await marshal.server.records())[0]!

/** A run of which the target takes what is sent, and nobody hears that it did. */
async function loseAnswer(marshal: Marshal): Promise<void> {
  const match = { method: 'POST' }
  await marshal.server.fault({ match, times: 1, action: { kind: 'cut-after-write' } })
  await marshal.sync()
}

async function expectQuiet(marshal: Marshal): Promise<void> {
  await expectSameAt(marshal.client, mockSyncTarget, marshal.server)
  const before = await marshal.server.submissions()
  for (let run = 0; run < 5; run++) {
    expect(await marshal.sync()).toMatchObject({
      result: 'success',
      outbound: { created: 0, updated: 0 },
      inbound: { created: 0, updated: 0, conflicts: 0 },
    })
  }
  expect(await marshal.server.submissions()).toEqual(before)
}

describe('Promise 8: a computer whose clock is wrong', () => {
  it.each([
    ['ten years behind', -tenYears],
    ['ten years ahead', tenYears],
    ['an hour behind, as after a change to summer time nobody made', -hour],
    ['an hour ahead', hour],
  ])('by %s takes over and sends everything all the same, in order', async (_how, wrong) => {
    const marshal = await start({ clock: fakeClock(Date.now() + wrong) })
    const id = await agreedPerson(marshal)
    for (const [city, phone] of [
      ['Porto', '+351911111111'],
      ['Faro', '+351912222222'],
    ]) {
      await editThere(marshal, id, { phone }, 1)
      await marshal.set('person', { city: city! }, id)
      await marshal.sync()
      await marshal.sync()
      expect(await here(marshal)).toMatchObject({ city, phone })
      expect(await there(marshal)).toMatchObject({ city, phone })
    }
    await editThere(marshal, id, { city: 'Lisboa' }, 2)
    await marshal.sync()
    expect(await here(marshal)).toMatchObject({ city: 'Lisboa' })
    await expectQuiet(marshal)
  })

  it('that jumps between an edit and its sending replaces what was sent before all the same', async () => {
    const clock = fakeClock(Date.now())
    const marshal = await start({ clock, config: { direction: 'outbound' } })
    const { id } = await marshal.set('person', { lastName: 'Silva', city: 'Braga' })
    await marshal.sync()
    await marshal.set('person', { city: 'Porto' }, id)
    clock.jumpTo(Date.now() + tenYears)
    // How wrong it is now is known before the edit goes.
    const other = await marshal.set('person', { lastName: 'Costa' })
    await marshal.sync({ records: [other.id] })
    await marshal.sync()
    expect(await there(marshal)).toMatchObject({ city: 'Porto' })
    await expectQuiet(marshal)
  })

  it('that is set between runs does not bring our own earlier value back as somebody’s edit', async () => {
    const clock = fakeClock(Date.now() - hour)
    const marshal = await start({ clock })
    await marshal.server.put([remotePerson('other', { lastName: 'Costa' }, at(0))])
    const { id } = await marshal.set('person', { lastName: 'Silva' })
    clock.jumpTo(Date.now())
    // Made an hour ago, so that polls do not see again what is sent now.
    await marshal.sync()
    await marshal.set('person', { city: 'Porto' }, id)
    clock.jumpTo(Date.now() + tenYears)
    await marshal.sync()
    await marshal.sync({ kind: 'reconcile' })
    const record = await marshal.client.records.get({ entity: 'person', id })
    expect(record).toMatchObject({ city: 'Porto' })
    await expectQuiet(marshal)
  })

  it('that is set while answers to a creation are lost still sends what was changed here next', async () => {
    const clock = fakeClock(Date.now() - hour)
    const marshal = await start({ clock })
    await marshal.server.put([remotePerson('other', { lastName: 'Costa' }, at(0))])
    const { id } = await marshal.set('person', { lastName: 'Silva', city: 'Braga' })
    clock.jumpTo(Date.now())
    // Made an hour ago, so that polls do not see again what is sent now.
    await loseAnswer(marshal)
    await marshal.set('person', { city: 'Porto' }, id)
    clock.jumpTo(Date.now() + tenYears)
    await loseAnswer(marshal)
    await marshal.sync()
    const record = await marshal.client.records.get({ entity: 'person', id })
    expect(record).toMatchObject({ city: 'Porto' })
    await expectQuiet(marshal)
  })

  it.each(['changed', 'deleted'])(
    'that is set after the answer to an update was lost still sends that the record was %s since',
    async (what) => {
      const clock = fakeClock(Date.now())
      const marshal = await start({ clock, config: { direction: 'outbound' } })
      const { id } = await marshal.set('person', { lastName: 'Silva', city: 'Braga' })
      await marshal.sync()
      clock.advance(1_000)
      await marshal.set('person', { city: 'Faro' }, id)
      await loseAnswer(marshal)
      if (what === 'changed') await marshal.set('person', { city: 'Porto' }, id)
      else await marshal.remove('person', id)
      clock.jumpTo(Date.now() + tenYears)
      // How wrong it is now is known before the record goes.
      const other = await marshal.set('person', { lastName: 'Costa' })
      await marshal.sync({ records: [other.id] })
      await marshal.sync()
      const record = (await marshal.server.records()).find((one) => one.id === id)
      expect(record).toMatchObject(what === 'changed' ? { city: 'Porto' } : { deleted: true })
      await expectQuiet(marshal)
    },
  )

  it.each([
    ['behind', -tenYears, 'Lisboa', 5],
    ['ahead', tenYears, 'Lisboa', 5],
    ['behind', -tenYears, 'Porto', -600],
    ['ahead', tenYears, 'Porto', -600],
  ])(
    'ten years %s (%i ms) still settles by what was really later: %s',
    async (_how, wrong, city, seconds) => {
      const marshal = await start({
        clock: fakeClock(Date.now() + wrong),
        config: { conflicts: 'latest-wins' },
      })
      const id = await agreedPerson(marshal)
      await marshal.set('person', { city: 'Porto' }, id)
      await editThere(marshal, id, { city: 'Lisboa' }, seconds)
      await marshal.sync()
      await marshal.sync()
      expect(await here(marshal)).toMatchObject({ city })
    },
  )

  it('that was set since the last run settles by what this run measures, not by what that one did', async () => {
    const clock = fakeClock(Date.now())
    const marshal = await start({ clock, config: { conflicts: 'latest-wins' } })
    const id = await agreedPerson(marshal)
    clock.jumpTo(Date.now() + hour)
    await marshal.set('person', { city: 'Porto' }, id)
    await editThere(marshal, id, { city: 'Lisboa' }, 60)
    await marshal.sync()
    expect(await here(marshal)).toMatchObject({ city: 'Lisboa' })
  })

  it('that jumps between runs loses, repeats and reorders nothing', async () => {
    const clock = fakeClock(Date.now())
    const marshal = await start({ clock })
    const id = await agreedPerson(marshal)
    const jumps = [tenYears, -tenYears, hour, -hour, 0, 2 * tenYears, 1]
    let last = ''
    for (const [n, jump] of jumps.entries()) {
      clock.jumpTo(Date.now() + jump)
      await marshal.set('person', { city: `City ${n}` }, id)
      await marshal.sync()
      expect(await there(marshal)).toMatchObject({ city: `City ${n}` })
      await editThere(marshal, id, { phone: `+35191111111${n}` }, n)
      await marshal.sync()
      const now = await here(marshal)
      expect(now, `jump ${n}`).toMatchObject({ city: `City ${n}`, phone: `+35191111111${n}` })
      expect(now.modifiedOn >= last, `${now.modifiedOn} after ${last}`).toBe(true)
      last = now.modifiedOn
    }
    await expectQuiet(marshal)
    const { entries } = await marshal.client.records.history({ id, limit: 100 })
    const times = entries.map(({ on }) => on)
    expect(times).toHaveLength(1 + 2 * jumps.length)
    expect(times).toEqual(times.toSorted().toReversed())
  })

  it('is told how far it is off, measured at the target', async () => {
    const marshal = await startAtTagServer({ clock: fakeClock(Date.now()) })
    await marshal.server.clockOffset(90_000)
    await marshal.importEntrants(startListOf(2))
    await marshal.sync()
    const { clockOffsetMs } = await marshal.status()
    expect(clockOffsetMs).toBeGreaterThan(85_000)
    expect(clockOffsetMs).toBeLessThan(95_000)
    await marshal.server.clockOffset(0)
    await marshal.set('tag', { number: 'T-new' })
    await marshal.sync()
    expect(Math.abs((await marshal.status()).clockOffsetMs!)).toBeLessThan(5_000)
  })

  it('retries what waited, also when it was set back a year meanwhile', async () => {
    const marshal = await startAtTagServer({ schedule: true })
    await marshal.until(({ state }) => state === 'up-to-date')
    await marshal.server.fault({
      match: { method: 'POST' },
      times: 1,
      action: { kind: 'answer', status: 500, body: {} },
    })
    await marshal.set('tag', { number: 'T-1' })
    await marshal.until(({ pending }) => pending === 1)
    marshal.clock.jumpTo(marshal.clock.now() - 365 * 24 * hour)
    await marshal.until(({ state, pending }) => state === 'up-to-date' && pending === 0)
    await expectSameAt(marshal.client, tagserverTarget, marshal.server)
  })
})

describe('Promise 8: a target whose clock was set back', () => {
  it('tells what was changed there since, before a change of ours goes over it', async () => {
    const marshal = await start({ config: { conflicts: 'merge-fields' } })
    const ana = { firstName: 'Ana', lastName: 'Silva', city: 'Braga' }
    await marshal.server.put([
      remotePerson('a', ana, at(-600)),
      remotePerson('b', { firstName: 'Bo', lastName: 'Costa' }, at(-1)),
    ])
    await marshal.sync()
    await marshal.server.clockOffset(-hour)
    await editThere(marshal, 'a', { city: 'Faro' }, -599)
    const { id } = (await persons(marshal)).find(({ city }) => city === 'Braga')!
    await marshal.set('person', { city: 'Porto' }, id)
    expect(await marshal.sync()).toMatchObject({ inbound: { conflicts: 1 } })
    expect((await marshal.server.records())[0]).toMatchObject({ id: 'a', city: 'Faro' })
  })
})
