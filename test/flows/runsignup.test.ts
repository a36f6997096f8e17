/** A race whose registrations are at RunSignup, and the laptop that takes them to race day and back. */
import { describe, expect, it, onTestFinished } from 'vitest'
import type { RecordView } from '../../main/contract/records.ts'
import type { EntityName } from '../../main/contract/words.ts'
import {
  eventId,
  raceId,
  startRunSignup,
  type LoadedRegistration,
  type RunSignupStandIn,
} from '../targets/runsignup/stand-in.ts'
import { allRecords } from '../support/same-everywhere.ts'
import { startTestEngine, type TestEngine } from '../support/test-engine.ts'
import { runSignupTarget } from '../targets/runsignup/target.ts'

type Marshal = TestEngine<RunSignupStandIn>

const ana = {
  first_name: 'Ana',
  last_name: 'Sá',
  email: 'ana@example.org',
  dob: '1990-01-02',
  gender: 'F',
}
const ben = { first_name: 'Ben', last_name: 'Okafor', email: 'ben@example.org', gender: 'M' }

/** Two entrants at RunSignup, and a laptop that has received them. */
async function start(config: Readonly<Record<string, unknown>> = {}) {
  const server = await startRunSignup()
  onTestFinished(() => server.stop())
  const [own, imported] = await server.load([
    { user: ana, account: true, bib_num: 42, chip_num: 'AB0042', giveaway: 'Shirt M' },
    { user: ben, imported: true },
  ])
  const marshal = await startTestEngine({ target: runSignupTarget, standIn: server, config })
  expect(await marshal.sync()).toMatchObject({ result: 'success', inbound: { failed: 0 } })
  return { server, marshal, own: own!, imported: imported! }
}

const all = async ({ client }: Marshal, entity: EntityName) =>
  (await client.records.list({ entity, limit: 1000 })).records
const named = async (marshal: Marshal, firstName: string): Promise<RecordView> =>
  (await all(marshal, 'person')).find((person) => person['firstName'] === firstName)!
const entrantOf = async (marshal: Marshal, firstName: string): Promise<RecordView | undefined> => {
  const person = await named(marshal, firstName)
  return (await all(marshal, 'eventParticipant')).find((one) => one['person'] === person.id)
}
const there = async (server: RunSignupStandIn, { registrationId }: LoadedRegistration) =>
  (await server.registrations()).find((one) => one.registration_id === registrationId)!
const writes = async (server: RunSignupStandIn) =>
  (await server.log()).filter(({ method }) => method === 'POST').length

/** Ten more runs write nothing there and change nothing here. */
async function expectQuiet({ marshal, server }: { marshal: Marshal; server: RunSignupStandIn }) {
  const before = await writes(server)
  for (let run = 0; run < 10; run++) {
    expect(await marshal.sync()).toMatchObject({
      inbound: { created: 0, updated: 0, deleted: 0, conflicts: 0, failed: 0 },
      outbound: { created: 0, updated: 0, deleted: 0 },
    })
  }
  expect(await writes(server)).toBe(before)
}

describe('the first look at RunSignup', () => {
  it('brings race, events, people, tags and entrants, and sends nothing back', async () => {
    const site = await start()
    const { marshal, server } = site
    const [event] = await all(marshal, 'event')
    const [race] = await all(marshal, 'race')
    const [tag] = await all(marshal, 'tag')
    expect(event).toMatchObject({ name: 'Spring Classic', timezone: 'America/Denver' })
    expect(race).toMatchObject({ name: '10K', event: event?.id, distanceMeters: 10_000 })
    expect(tag).toMatchObject({ number: 'AB0042' })
    expect(await named(marshal, 'Ana')).toMatchObject({
      lastName: 'Sá',
      email: 'ana@example.org',
      dateOfBirth: '1990-01-02',
      gender: 'female',
    })
    expect(await entrantOf(marshal, 'Ana')).toMatchObject({
      event: event?.id,
      number: '42',
      tag: tag?.id,
      giveaway: 'Shirt M',
      status: 'registered',
    })
    expect(await entrantOf(marshal, 'Ben')).toMatchObject({ number: null, tag: null })
    expect(await writes(server)).toBe(0)
    await expectQuiet(site)
  })

  it('brings five thousand in a few requests', async () => {
    const server = await startRunSignup()
    onTestFinished(() => server.stop())
    await server.load(
      Array.from({ length: 5_000 }, (_, n) => ({
        user: { first_name: 'Runner', last_name: `No ${n}`, email: `r${n}@example.org` },
        bib_num: n + 1,
      })),
    )
    const marshal = await startTestEngine({ target: runSignupTarget, standIn: server })
    expect(await marshal.sync()).toMatchObject({ result: 'success', inbound: { failed: 0 } })
    expect(await allRecords(marshal.client, 'eventParticipant')).toHaveLength(5_000)
    expect(await allRecords(marshal.client, 'person')).toHaveLength(5_000)
    // The race, three pages of those present and one of those removed.
    expect((await server.stats()).requests).toBe(5)
  })
})

describe('changes', () => {
  it('made at RunSignup arrive here', async () => {
    const site = await start()
    const { marshal, server, own, imported } = site
    await server.edit(own.registrationId, { bib_num: 43, user: { last_name: 'Sousa' } })
    await server.edit(imported.registrationId, { chip_num: 'AB0007' })
    expect(await marshal.sync()).toMatchObject({ result: 'success' })
    expect(await named(marshal, 'Ana')).toMatchObject({ lastName: 'Sousa' })
    expect(await entrantOf(marshal, 'Ana')).toMatchObject({ number: '43' })
    const worn = (await all(marshal, 'tag')).find(({ number }) => number === 'AB0007')
    expect(await entrantOf(marshal, 'Ben')).toMatchObject({ tag: worn?.id })
    await expectQuiet(site)
  })

  it('made here arrive at RunSignup', async () => {
    const site = await start()
    const { marshal, server, imported } = site
    const tag = await marshal.set('tag', { number: 'AB0099' })
    const entrant = await entrantOf(marshal, 'Ben')
    await marshal.set('eventParticipant', { number: '0099', tag: tag.id }, entrant?.id)
    const person = await named(marshal, 'Ben')
    await marshal.set('person', { lastName: 'Okafor-Reis', phone: '+14155550123' }, person.id)
    expect(await marshal.sync()).toMatchObject({ result: 'success' })
    expect(await there(server, imported)).toMatchObject({
      bib_num: 99,
      chip_num: 'AB0099',
      user: { last_name: 'Okafor-Reis', phone: '415-555-0123', email: 'ben@example.org' },
    })
    // RunSignup knows no leading zeros; here they stay.
    await expectQuiet(site)
    expect(await entrantOf(marshal, 'Ben')).toMatchObject({ number: '0099' })
  })

  it('of a tag nobody wore until now are sent also after a full look that did not see it', async () => {
    const site = await start()
    const { marshal, server, imported } = site
    const tag = await marshal.set('tag', { number: 'STOCK7' })
    await marshal.sync()
    await marshal.sync({ kind: 'reconcile' })
    await marshal.set('eventParticipant', { tag: tag.id }, (await entrantOf(marshal, 'Ben'))!.id)
    expect(await marshal.sync()).toMatchObject({ result: 'success' })
    expect(await there(server, imported)).toMatchObject({ chip_num: 'STOCK7' })
    await expectQuiet(site)
  })

  it('made on both sides to different fields both stay', async () => {
    const site = await start()
    const { marshal, server, own } = site
    const entrant = await entrantOf(marshal, 'Ana')
    await marshal.set('eventParticipant', { number: '77' }, entrant?.id)
    await server.edit(own.registrationId, { chip_num: 'AB0001' })
    await marshal.sync()
    await marshal.sync()
    expect(await there(server, own)).toMatchObject({ bib_num: 77, chip_num: 'AB0001' })
    const worn = (await all(marshal, 'tag')).find(({ number }) => number === 'AB0001')
    expect(await entrantOf(marshal, 'Ana')).toMatchObject({ number: '77', tag: worn?.id })
    await expectQuiet(site)
  })
})

describe('a registration made here', () => {
  async function register(marshal: Marshal) {
    const [event] = await all(marshal, 'event')
    const person = await marshal.set('person', {
      firstName: 'Cem',
      lastName: 'Aydın',
      email: 'cem@example.org',
    })
    return marshal.set('eventParticipant', { event: event!.id, person: person.id, number: '500' })
  }

  it('arrives once, with its person, who can be changed from either side from then on', async () => {
    const site = await start()
    const { marshal, server } = site
    await register(marshal)
    expect(await marshal.sync()).toMatchObject({ result: 'success' })
    const made = (await server.present()).filter(({ user }) => user.first_name === 'Cem')
    expect(made).toMatchObject([
      { event_id: eventId, bib_num: 500, imported: true, user: { last_name: 'Aydın' } },
    ])
    // Nobody said in which race: RunSignup does.
    expect(await marshal.sync()).toMatchObject({ inbound: { created: 1 } })
    expect(await all(marshal, 'startGroupParticipant')).toHaveLength(3)
    await expectQuiet(site)
    const person = await named(marshal, 'Cem')
    await marshal.set('person', { city: 'İzmir' }, person.id)
    await marshal.sync()
    const loaded = { registrationId: made[0]!.registration_id, userId: made[0]!.user.user_id }
    expect((await there(server, loaded)).user.address['city']).toBe('İzmir')
    await server.edit(loaded.registrationId, { user: { last_name: 'Demir' } })
    await marshal.sync()
    expect(await named(marshal, 'Cem')).toMatchObject({ lastName: 'Demir', city: 'İzmir' })
    expect(await all(marshal, 'person')).toHaveLength(3)
    await expectQuiet(site)
  })

  it('whose answer is lost is not made twice', async () => {
    const site = await start()
    const { marshal, server } = site
    await register(marshal)
    await server.turn({ restrictsDuplicates: false })
    await server.fault({
      match: { method: 'POST' },
      action: { kind: 'cut-after-write' },
      times: 1,
    })
    await marshal.sync()
    expect(await marshal.sync()).toMatchObject({ result: 'success' })
    const made = (await server.present()).filter(({ user }) => user.first_name === 'Cem')
    expect(made).toHaveLength(1)
    expect(await all(marshal, 'person')).toHaveLength(3)
    await expectQuiet(site)
  })
})

describe('a registration that goes', () => {
  it('at RunSignup goes here, as the target is told to', async () => {
    const site = await start({ remoteDeletion: 'delete' })
    const { marshal, server, imported } = site
    await server.remove(imported.registrationId, 'deferred')
    expect(await marshal.sync()).toMatchObject({ result: 'success', inbound: { deleted: 2 } })
    expect(await entrantOf(marshal, 'Ben')).toBeUndefined()
    expect(await all(marshal, 'startGroupParticipant')).toHaveLength(1)
    expect(await named(marshal, 'Ben')).toBeDefined()
    await expectQuiet(site)
  })

  it('at RunSignup only loses its link unless the target says otherwise, and is not made anew', async () => {
    const site = await start()
    const { marshal, server, imported } = site
    expect(await marshal.status()).toMatchObject({ state: 'up-to-date', unmatched: 0 })
    await server.remove(imported.registrationId)
    await marshal.sync()
    expect(await entrantOf(marshal, 'Ben')).toBeDefined()
    // Somebody has to say what becomes of it here.
    expect(await marshal.status()).toMatchObject({ state: 'attention', unmatched: 1 })
    await marshal.sync({ kind: 'reconcile' })
    expect(await server.present()).toHaveLength(1)
    await expectQuiet(site)
  })

  it('is counted once by the guard, although the removals name it and the full list does not have it', async () => {
    const site = await start()
    const { marshal, server } = site
    const many = await server.load(
      Array.from({ length: 30 }, (_, n) => ({ user: { first_name: 'R', last_name: `No ${n}` } })),
    )
    await marshal.sync()
    for (const { registrationId } of many.slice(0, 15)) await server.remove(registrationId)
    expect(await marshal.sync({ kind: 'reconcile' })).toMatchObject({
      guard: null,
      inbound: { deleted: 15 },
    })
    await expectQuiet(site)
  })

  it('moved to another event at RunSignup keeps what it has here, under its new number', async () => {
    const site = await start({
      settings: { raceId: String(raceId), eventIds: `${eventId},${eventId + 1}` },
      remoteDeletion: 'delete',
    })
    const { marshal, server, own } = site
    const ana = (await entrantOf(marshal, 'Ana'))!
    await marshal.set('eventParticipant', { notes: 'Wants a window seat' }, ana.id)
    await marshal.sync()
    const moved = await server.transfer(own.registrationId, eventId + 1)
    await marshal.sync()
    expect(await entrantOf(marshal, 'Ana')).toMatchObject({
      id: ana.id,
      number: '42',
      notes: 'Wants a window seat',
      targets: { timing: { remoteId: String(moved), state: 'linked' } },
    })
    expect(await all(marshal, 'eventParticipant')).toHaveLength(2)
    expect(await all(marshal, 'person')).toHaveLength(2)
    expect(await server.present()).toHaveLength(2)
    await expectQuiet(site)
  })

  it('here goes at RunSignup if it was imported; else a person is told what to do', async () => {
    const site = await start()
    const { marshal, server } = site
    for (const name of ['Ben', 'Ana']) {
      const { id } = (await entrantOf(marshal, name))!
      await marshal.client.records.remove({ entity: 'eventParticipant', id, withChildren: true })
    }
    const run = await marshal.sync()
    expect(run.outbound).toMatchObject({ deleted: 1, failed: 1 })
    expect(run.errors.map(({ message }) => message).join()).toContain(
      'RunSignup deletes only registrations that were imported',
    )
    expect(await server.present()).toMatchObject([{ user: { first_name: 'Ana' } }])
  })
})

describe('what RunSignup does not take', () => {
  it('is known: an ignored e-mail address is not sent again and again, nor lost here', async () => {
    const site = await start()
    const { marshal, server, own } = site
    const person = await named(marshal, 'Ana')
    await marshal.set('person', { email: 'new@example.org', city: 'Porto' }, person.id)
    expect(await marshal.sync()).toMatchObject({ result: 'success' })
    expect((await there(server, own)).user).toMatchObject({ email: 'ana@example.org' })
    expect((await there(server, own)).user.address['city']).toBe('Porto')
    await expectQuiet(site)
    expect(await named(marshal, 'Ana')).toMatchObject({ email: 'new@example.org' })
  })

  it('in safe sync fails that one person with RunSignup’s words; all others go', async () => {
    const { marshal, server, own, imported } = await start()
    await server.turn({ safeSync: true })
    for (const name of ['Ana', 'Ben']) {
      const person = await named(marshal, name)
      await marshal.set('person', { city: 'Porto' }, person.id)
      await marshal.set(
        'eventParticipant',
        { number: name === 'Ana' ? '1' : '2' },
        (await entrantOf(marshal, name))!.id,
      )
    }
    const run = await marshal.sync()
    expect(run.outbound).toMatchObject({ updated: 3, failed: 1 })
    expect(run.errors.map(({ message }) => message)).toEqual([
      'User information of users with accounts cannot be edited.',
    ])
    expect(await there(server, own)).toMatchObject({ bib_num: 1 })
    expect(await there(server, imported)).toMatchObject({ bib_num: 2 })
    expect((await there(server, imported)).user.address['city']).toBe('Porto')
  })

  it('as one of many in a request is found, and the others go', async () => {
    const { marshal, server } = await start()
    await server.turn({ refuseWhole: true, giveaways: ['Shirt M'] })
    const [event] = await all(marshal, 'event')
    for (let n = 0; n < 20; n++) {
      const person = await marshal.set('person', { firstName: 'Runner', lastName: `No ${n}` })
      await marshal.set('eventParticipant', {
        event: event!.id,
        person: person.id,
        giveaway: n === 13 ? 'Shirt 3XL' : 'Shirt M',
      })
    }
    const run = await marshal.sync()
    expect(run.outbound).toMatchObject({ created: 19, failed: 1 })
    expect(run.errors[0]?.message).toContain('The giveaway was not found.')
    expect(await server.present()).toHaveLength(21)
  })
})
