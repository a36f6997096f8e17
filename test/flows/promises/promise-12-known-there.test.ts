import { describe, expect, it } from 'vitest'
import type { Clock } from '../../../main/engine/ports.ts'
import type { Adapter } from '../../../main/engine/targets/kit/adapter.ts'
import { tagserver } from '../../../main/engine/targets/tagserver/adapter.ts'
import { systemClock } from '../../../main/hosts/system-clock.ts'
import { countWrites } from '../../support/departures.ts'
import { startListOf } from '../../support/race-day.ts'
import { expectSameAt } from '../../support/same-everywhere.ts'
import type { TestEngine } from '../../support/test-engine.ts'
import { laptopBeside, type Laptop } from '../../support/twice-filled.ts'
import { tagserverTarget, startAtTagServer } from '../../targets/tagserver/target.ts'
import type { TagServerStandIn } from '../../targets/tagserver/stand-in.ts'
import { emsTarget } from '../../targets/ems/target.ts'
import { mockSyncTarget } from '../../targets/mock-sync-server/target.ts'
import { runSignupTarget } from '../../targets/runsignup/target.ts'

const entrants = 40
/** Two waves, one race, one event. */
const all = { people: entrants, tags: entrants, 'event-participants': entrants }

const writesDuring = async (marshal: TestEngine, act: () => Promise<unknown>) => {
  const from = marshal.departures.length
  await act()
  return countWrites(marshal.departures.slice(from))
}

/** A timing system that has all entrants, and a backup from before they were sent. */
async function filled(backUp: 'before' | 'after' = 'before'): Promise<Laptop<TagServerStandIn>> {
  const laptop = await laptopBeside(tagserverTarget)
  await laptop.marshal.importEntrants(startListOf(entrants))
  await laptop.addTarget()
  if (backUp === 'before') await laptop.backUp()
  expect(await laptop.marshal.sync()).toMatchObject({ kind: 'initial', result: 'success' })
  if (backUp === 'after') await laptop.backUp()
  expect(await laptop.server.counts()).toMatchObject(all)
  return laptop
}

const ways = {
  'its file was damaged and recovered': (laptop: Laptop<TagServerStandIn>) => laptop.damage(),
  'an older backup was restored': (laptop: Laptop<TagServerStandIn>) => laptop.restore(),
  'the target was removed and added again': (laptop: Laptop<TagServerStandIn>) =>
    laptop.readdTarget(),
}

describe('Promise 12: nothing is made twice', () => {
  it.each(Object.entries(ways))('after %s', async (_, lose) => {
    const laptop = await filled()
    await lose(laptop)
    const writes = await writesDuring(laptop.marshal, async () => {
      expect(await laptop.marshal.sync()).toMatchObject({
        kind: 'initial',
        result: 'success',
        outbound: { created: 0, updated: 0 },
        inbound: { linked: entrants * 4 + 4 },
      })
    })
    // What is there as it is here is not sent once more.
    expect(writes).toEqual({})
    expect(await laptop.server.counts()).toMatchObject(all)
    await expectSameAt(laptop.marshal.client, tagserverTarget, laptop.server)
    expect(await laptop.marshal.status()).toMatchObject({ state: 'up-to-date', unmatched: 0 })
    const quiet = (await laptop.server.stats()).requests
    expect(await laptop.marshal.sync()).toMatchObject({ kind: 'delta', result: 'success' })
    expect((await laptop.server.stats()).requests).toBe(quiet)
  })

  it.each(['delta', 'reconcile'] as const)('whatever was asked for: %s', async (kind) => {
    const laptop = await filled()
    await laptop.restore()
    expect(await laptop.marshal.sync({ kind })).toMatchObject({
      kind: 'initial',
      outbound: { created: 0 },
    })
    expect(await laptop.server.counts()).toMatchObject(all)
  })

  it('at a first run against a target that has the records already', async () => {
    const laptop = await filled()
    // Another laptop with the same start list, as the one that sent it broke.
    const other = await startAtTagServer({ standIn: laptop.server })
    await other.importEntrants(startListOf(entrants))
    expect(await other.sync()).toMatchObject({ kind: 'initial', outbound: { created: 0 } })
    expect(await laptop.server.counts()).toMatchObject(all)
    await expectSameAt(other.client, tagserverTarget, laptop.server)
  })

  it('when the lost afternoon is typed again', async () => {
    const laptop = await filled('after')
    await laptop.marshal.importEntrants(startListOf(3, 500))
    expect(await laptop.marshal.sync()).toMatchObject({ outbound: { created: 12 } })
    await laptop.restore()
    // Nothing says that all is well before what is there was looked at.
    expect(await laptop.marshal.status()).toMatchObject({ state: 'unknown', pending: 0 })
    expect(await laptop.marshal.sync()).toMatchObject({ outbound: { created: 0 } })
    expect(await laptop.marshal.status()).toMatchObject({ unmatched: 12 })
    await laptop.marshal.importEntrants(startListOf(4, 500))
    const writes = await writesDuring(laptop.marshal, async () => {
      expect(await laptop.marshal.sync()).toMatchObject({
        kind: 'delta',
        result: 'success',
        // The fourth is new.
        outbound: { created: 4 },
        inbound: { linked: 12 },
      })
    })
    expect(writes).toMatchObject({ 'POST people': 1, 'POST event-participants': 1 })
    expect(await laptop.server.counts()).toMatchObject({ people: entrants + 4, tags: entrants + 4 })
    expect(await laptop.marshal.status()).toMatchObject({ state: 'up-to-date', unmatched: 0 })
    await expectSameAt(laptop.marshal.client, tagserverTarget, laptop.server)
  })

  it('of entrants with nothing but a name and a bib', async () => {
    const csv = 'bib,first_name,last_name,race\n1,Ana,Silva,10K\n2,Ana,Silva,10K\n3,Ben,Costa,10K\n'
    const laptop = await laptopBeside(tagserverTarget)
    await laptop.marshal.importEntrants(csv)
    await laptop.addTarget()
    await laptop.marshal.sync()
    await laptop.readdTarget()
    const writes = await writesDuring(laptop.marshal, async () => {
      expect(await laptop.marshal.sync()).toMatchObject({ result: 'success' })
    })
    expect(writes).toEqual({})
    expect(await laptop.server.counts()).toMatchObject({ people: 3, 'event-participants': 3 })
    await expectSameAt(laptop.marshal.client, tagserverTarget, laptop.server)
  })

  it('and what differs there is sent as it is here', async () => {
    const laptop = await filled('after')
    const { records } = await laptop.marshal.client.records.list({ entity: 'person', limit: 5 })
    for (const { id } of records) await laptop.marshal.set('person', { phone: '+49 30 901820' }, id)
    await laptop.marshal.sync()
    await laptop.restore()
    const writes = await writesDuring(laptop.marshal, () => laptop.marshal.sync())
    expect(writes).toEqual({ 'PUT people': 5 })
    await expectSameAt(laptop.marshal.client, tagserverTarget, laptop.server)
    expect(await laptop.marshal.client.conflicts.list({})).toMatchObject({ total: 0 })
  })

  it.each([['person', 'eventParticipant'] as const, ['eventParticipant'] as const])(
    'when only some kinds of records are asked for: %s',
    async (...kinds) => {
      const laptop = await filled()
      await laptop.restore()
      for (const entity of kinds) await laptop.marshal.sync({ entities: [entity] })
      await laptop.marshal.sync()
      expect(await laptop.server.counts()).toMatchObject(all)
      expect(await laptop.marshal.status()).toMatchObject({ state: 'up-to-date', unmatched: 0 })
      await expectSameAt(laptop.marshal.client, tagserverTarget, laptop.server)
    },
  )

  it('and a tag there that is none of ours is taken off the entry that has none here', async () => {
    const laptop = await filled('after')
    const { marshal } = laptop
    const { records } = await marshal.client.records.list({ entity: 'eventParticipant', limit: 1 })
    const { id, tag } = records[0]!
    await laptop.readdTarget()
    await marshal.set('eventParticipant', { tag: null }, id)
    await marshal.remove('tag', String(tag))
    expect(await marshal.sync()).toMatchObject({ outbound: { created: 0, updated: 1 } })
    const there = await laptop.server.dump('event-participants')
    expect(there.filter((entry) => 'tag' in entry && entry.tag === null)).toHaveLength(1)
    expect(await marshal.sync()).toMatchObject({ outbound: { updated: 0 } })
  })

  it('when only one record is asked for', async () => {
    const laptop = await filled()
    await laptop.restore()
    const { records } = await laptop.marshal.client.records.list({ entity: 'person', limit: 1 })
    expect(await laptop.marshal.sync({ records: [records[0]!.id] })).toMatchObject({
      outbound: { created: 0 },
    })
    expect(await laptop.server.counts()).toMatchObject(all)
  })

  it('and a rehearsal says so', async () => {
    const laptop = await filled()
    await laptop.restore()
    const report = await laptop.marshal.client.sync.rehearse({ name: 'timing' })
    expect(report.run).toMatchObject({
      kind: 'initial',
      outbound: { created: 0, updated: 0 },
      inbound: { linked: entrants * 4 + 4 },
    })
    expect(await laptop.server.counts()).toMatchObject(all)
    expect(await laptop.marshal.sync()).toMatchObject({ inbound: { linked: entrants * 4 + 4 } })
  })

  it('when the backup was made while records were under way', async () => {
    const laptop = await laptopBeside(tagserverTarget)
    await laptop.marshal.importEntrants(startListOf(entrants))
    await laptop.addTarget()
    await laptop.server.fault({
      match: { method: 'POST' },
      after: 60,
      action: { kind: 'cut-after-write' },
    })
    await laptop.marshal.sync()
    await laptop.backUp()
    await laptop.server.clearFaults()
    for (let run = 0; run < 4; run++) await laptop.marshal.sync()
    await laptop.restore()
    for (let run = 0; run < 3; run++) await laptop.marshal.sync()
    expect(await laptop.server.counts()).toMatchObject(all)
    expect(await laptop.marshal.status()).toMatchObject({ state: 'up-to-date', failed: 0 })
    await expectSameAt(laptop.marshal.client, tagserverTarget, laptop.server)
  })
})

/** Persons as everybody has them. */
const persons = Array.from({ length: 30 }, (_, n) => ({
  firstName: `Runner${n}`,
  lastName: 'Silva',
  email: `runner${n}@example.org`,
  gender: 'female',
}))

/** Each counts its persons in its own way. */
const masters = [
  {
    adapter: emsTarget.adapter,
    open: async (options: { readonly clock: Clock }) => {
      const laptop = await laptopBeside(emsTarget, options)
      return { laptop, countThere: async () => (await laptop.server.dump('people')).length }
    },
  },
  {
    adapter: mockSyncTarget.adapter,
    open: async (options: { readonly clock: Clock }) => {
      const laptop = await laptopBeside(mockSyncTarget, options)
      return { laptop, countThere: async () => (await laptop.server.records()).length }
    },
  },
] as const

describe.each(
  masters.flatMap((master) => [
    { ...master, direction: 'outbound' },
    { ...master, direction: 'both' },
  ]),
)('Promise 12: nothing is made twice at $adapter, direction $direction', ({ open, direction }) => {
  const config = { direction, mode: 'mirror', entities: ['person'] }

  it.each(['restored', 'added again'] as const)('when it was %s', async (way) => {
    const { laptop, countThere } = await open({ clock: systemClock() })
    for (const person of persons) await laptop.marshal.set('person', person)
    await laptop.addTarget(config)
    await laptop.backUp()
    await laptop.marshal.sync()
    expect(await countThere()).toBe(persons.length)
    if (way === 'restored') await laptop.restore()
    else await laptop.readdTarget(config)
    const writes = await writesDuring(laptop.marshal, async () => {
      expect(await laptop.marshal.sync()).toMatchObject({
        kind: 'initial',
        result: 'success',
        outbound: { created: 0 },
      })
    })
    expect(writes).toEqual({})
    expect(await countThere()).toBe(persons.length)
    const here = await laptop.marshal.client.records.list({ entity: 'person', limit: 100 })
    expect(here.records).toHaveLength(persons.length)
    expect(await laptop.marshal.status()).toMatchObject({ state: 'up-to-date', unmatched: 0 })
  })

  it('when a person of the lost afternoon is typed again', async () => {
    const master = { ...config, mode: 'master-leads' }
    const { laptop, countThere } = await open({ clock: systemClock() })
    await laptop.addTarget(master)
    await laptop.marshal.sync()
    await laptop.backUp()
    for (const person of persons.slice(0, 3)) await laptop.marshal.set('person', person)
    await laptop.marshal.sync()
    await laptop.restore()
    await laptop.marshal.sync()
    for (const person of persons.slice(0, 4)) await laptop.marshal.set('person', person)
    expect(await laptop.marshal.sync()).toMatchObject({ outbound: { created: 1 } })
    expect(await countThere()).toBe(4)
    const here = await laptop.marshal.client.records.list({ entity: 'person', limit: 100 })
    expect(here.records).toHaveLength(4)
  })
})

describe('Promise 12: nothing is made twice at a registration system', () => {
  it.each(['restored', 'added again'] as const)('when it was %s', async (way) => {
    const laptop = await laptopBeside(runSignupTarget)
    await laptop.addTarget()
    await laptop.marshal.sync()
    const event = (await laptop.marshal.client.records.list({ entity: 'event' })).records[0]!
    await laptop.backUp()
    const before = (await laptop.server.present()).length
    const enter = async () => {
      for (const person of persons.slice(0, 5)) {
        const { id } = await laptop.marshal.set('person', { ...person, dateOfBirth: '1990-01-20' })
        const number = String(700 + persons.indexOf(person))
        await laptop.marshal.set('eventParticipant', { event: event.id, person: id, number })
      }
    }
    await enter()
    await laptop.marshal.sync()
    expect(await laptop.server.present()).toHaveLength(before + 5)
    if (way === 'restored') {
      await laptop.restore()
      // They come back from there; typed again they are refused, as they are here.
      await laptop.marshal.sync()
    } else await laptop.readdTarget()
    expect(await laptop.marshal.sync()).toMatchObject({ outbound: { created: 0 } })
    expect(await laptop.server.present()).toHaveLength(before + 5)
    const entries = await laptop.marshal.client.records.list({
      entity: 'eventParticipant',
      limit: 100,
    })
    expect(entries.records).toHaveLength(before + 5)
  })
})

describe('a target that cannot be listed', () => {
  it('is asked about each record before it is made there', async () => {
    const laptop = await laptopBeside(tagserverTarget, { adapters: [asking] })
    await laptop.marshal.importEntrants(startListOf(entrants))
    await laptop.addTarget({ adapter: 'asking' })
    expect(await laptop.marshal.sync()).toMatchObject({ result: 'success' })
    await laptop.readdTarget({ adapter: 'asking' })
    expect(await laptop.marshal.sync()).toMatchObject({
      result: 'success',
      outbound: { created: 0 },
      inbound: { linked: entrants * 4 + 4 },
    })
    expect(await laptop.server.counts()).toMatchObject(all)
    // For as long as nobody can say that it has no more of them.
    await laptop.server.load('people', [
      { firstName: 'Ana', lastName: 'Okafor', email: 'ana@example.org', gender: 'FEMALE' },
    ])
    await laptop.marshal.set('person', {
      firstName: 'Ana',
      lastName: 'Okafor',
      email: 'ana@example.org',
      gender: 'female',
    })
    expect(await laptop.marshal.sync()).toMatchObject({ outbound: { created: 0 } })
    expect(await laptop.server.counts()).toMatchObject({ people: entrants + 1 })
  })
})

describe('a target that can be neither listed nor asked', () => {
  it('gets nothing new before a person has said that it has none of it', async () => {
    const laptop = await laptopBeside(tagserverTarget, { adapters: [blind] })
    const { marshal, server } = laptop
    await marshal.set('person', { firstName: 'Ana', lastName: 'Silva' })
    await laptop.addTarget({ adapter: 'blind' })
    const run = await marshal.sync()
    expect(run).toMatchObject({
      result: 'warning',
      outbound: { created: 0 },
      guard: { planned: 1 },
    })
    expect(run.guard!.reason).toContain('cannot be asked')
    expect(await server.counts()).toMatchObject({ people: 0 })
    expect(await marshal.status()).toMatchObject({ state: 'attention', pending: 1 })
    expect(await marshal.sync({ allowMassChange: true })).toMatchObject({
      outbound: { created: 1 },
    })
    await marshal.set('person', { firstName: 'Ben', lastName: 'Silva' })
    expect(await marshal.sync()).toMatchObject({ result: 'success', outbound: { created: 1 } })
    expect(await server.counts()).toMatchObject({ people: 2 })
  })
})

/** The timing system as one that has no listings. */
const asking: Adapter = {
  manifest: {
    ...tagserver.manifest,
    name: 'asking',
    bindings: tagserver.manifest.bindings.map((binding) => ({ ...binding, changes: 'none' })),
  },
  connect: async (context) => {
    const { changes: _, ...connection } = await tagserver.connect(context)
    return connection
  },
}

/** The same without any way to look. */
const blind: Adapter = {
  manifest: { ...asking.manifest, name: 'blind', idempotency: 'none' },
  connect: async (context) => {
    const { find: _, ...connection } = await asking.connect(context)
    return connection
  },
}
