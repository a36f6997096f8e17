import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { FieldValue } from '../../../main/contract/records.ts'
import type { EntityName } from '../../../main/contract/words.ts'
import type { Fields } from '../../../main/engine/model/record.ts'
import {
  eventCollections,
  type EventEntity,
} from '../../../main/engine/targets/kit/event-collections.ts'
import { ems } from '../../../main/engine/targets/ems/adapter.ts'
import type { PartsContent, Refs } from '../../../main/engine/targets/kit/adapter.ts'
import { hasContent } from '../../../main/engine/targets/kit/same-content.ts'
import { startEms, type EmsStandIn } from './stand-in.ts'
import { openBench, type AdapterBench } from '../conformance/adapter-bench.ts'
import { errorOf, keptOf } from '../conformance/subject.ts'
import { emsKey, emsServer, furniture } from './subject.ts'
import { changeOf, sampleFields, partOf } from '../conformance/sample-records.ts'

let server: EmsStandIn
let bench: AdapterBench
beforeAll(async () => {
  server = await startEms({ apiKey: emsKey, furniture })
})
beforeEach(async () => {
  await server.reset()
  bench = await openBench(ems, emsServer(server))
})
afterEach(() => bench.close())
afterAll(() => server.stop())

type Given = Readonly<Record<string, FieldValue>>

const change = (
  entity: EntityName,
  action: 'create' | 'update',
  fields: Given,
  refs: Refs = {},
  remoteId: string | null = null,
  parts?: PartsContent,
) => {
  const binding = bench.binding(entity)
  const whole: Fields = { ...sampleFields(binding, 1), ...fields }
  return changeOf(binding, action, whole, refs, remoteId, parts)
}
const create = async (entity: EntityName, fields: Given = {}, refs: Refs = {}) =>
  (await bench.send(entity, [change(entity, 'create', fields, refs)]))[0]
const created = async (entity: EntityName, fields: Given = {}, refs: Refs = {}) => {
  const outcome = await create(entity, fields, refs)
  if (outcome?.status !== 'done') throw outcome?.error ?? new Error('no outcome')
  return outcome.remoteId
}
const update = async (entity: EntityName, id: string, fields: Given, refs: Refs = {}) =>
  (await bench.send(entity, [change(entity, 'update', fields, refs, id)]))[0]
const there = async (entity: EventEntity, id: string | undefined) =>
  (await server.dump(eventCollections[entity])).find((record) => String(record.id) === id)
const requests = async (method: string) =>
  (await server.log()).filter((request) => request.method === method)
const bibOf = async (id: string) => (await there('eventParticipant', id))?.['number']

describe('EMS keeps what Marshal does not know', () => {
  const theirs = {
    doctorName: 'Dr. Naidoo',
    schemeName: 'Discovery',
    contactNumber: '+27821112222',
  }

  it.each([
    ['clears what is null in a PATCH', { patchNulls: 'clear' }],
    ['ignores what is null in a PATCH', { patchNulls: 'ignore' }],
    ['has no PATCH', { patch: false }],
  ] as const)('when it %s, and an emptied field is empty there', async (_name, knobs) => {
    await server.turn(knobs)
    const id = await created('person')
    await server.amend('people', Number(id), theirs)
    expect(await update('person', id, { lastName: 'Nkosi', email: null })).toMatchObject({
      status: 'done',
    })
    expect(await there('person', id)).toMatchObject({ ...theirs, lastName: 'Nkosi', email: null })
  })

  it('changes by one PATCH and nothing else where that is enough', async () => {
    const id = await created('organisation')
    await update('organisation', id, { name: 'Harriers' })
    expect(await requests('PUT')).toEqual([])
    expect((await requests('PATCH')).map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      { id: Number(id), name: 'Harriers' },
    ])
  })

  it('never writes the names EMS makes up itself, not even when it replaces the whole record', async () => {
    await server.turn({ patch: false })
    const person = await created('person')
    await update('person', person, { lastName: 'Nkosi' })
    const { remoteId: entrant, refs } = await bench.create('eventParticipant', 1)
    await update('eventParticipant', entrant, { paid: true }, refs)
    const own = (await server.log()).filter(
      ({ method, path }) =>
        ['POST', 'PUT', 'PATCH'].includes(method) && /people|participants/.test(path),
    )
    expect(own.length).toBeGreaterThan(3)
    for (const { body } of own) expect(JSON.parse(body)).not.toHaveProperty('name')
  })

  it('takes the documented 200 for a creation and a deletion as well', async () => {
    await server.turn({ statuses: 'documented' })
    const id = await created('person')
    const removal = changeOf(bench.binding('person'), 'delete', {}, {}, id)
    expect(await bench.send('person', [removal])).toMatchObject([{ status: 'done' }])
    expect(await there('person', id)).toBeUndefined()
  })

  it('works with a bearer token', async () => {
    const bearer = { auth: 'bearer', secrets: { token: emsKey } }
    const withToken = await openBench(ems, { ...emsServer(server), ...bearer })
    expect(await withToken.connection.check(bench.signal)).toContainEqual(
      expect.objectContaining({ step: 'sign-in', ok: true }),
    )
    await withToken.close()
  })
})

describe('what EMS requires and Marshal does not have', () => {
  it('is filled in for a new event, and told', async () => {
    const outcome = await create('event', { timezone: null, endDateTime: null })
    expect(keptOf(outcome)).toEqual({
      timezone: 'Africa/Johannesburg',
      endDateTime: '2026-05-03T05:00:00Z',
    })
    const [event] = await server.dump('events')
    const [organisation] = await server.dump('organisations')
    expect(event).toMatchObject({
      allDay: false,
      csaStrictRegistration: false,
      customList3Required: false,
      organiser: { id: organisation?.id },
      sanctioningOrganisation: { id: organisation?.id },
    })
  })

  it('is not made up where only a person can know it', async () => {
    const outcome = await create('event', { startDateTime: null })
    expect(errorOf(outcome)).toMatchObject({ code: 'rejected', maybeSent: false })
    expect(errorOf(outcome).message).toMatch(/start/)
    expect(await requests('POST')).toEqual([])
  })

  it('names the organisations to choose from, and takes the one that is set', async () => {
    await server.load('organisations', [{ name: 'Soweto Athletics' }])
    expect(errorOf(await create('event')).message).toMatch(/Highveld Wheelers, Soweto Athletics/)
    const [, soweto] = await server.dump('organisations')
    const settings = { organisation: soweto?.id }
    const set = await openBench(ems, emsServer(server), {}, settings)
    expect(await set.send('event', [change('event', 'create', {})])).toMatchObject([
      { status: 'done' },
    ])
    expect((await server.dump('events'))[0]).toMatchObject({ organiser: { id: soweto?.id } })
    await set.close()
  })

  it('is the country of a person: by identity, by nationality, else the one that is set', async () => {
    const countries = async () =>
      (await server.dump('people')).map(({ identityCountry }) => identityCountry)
    await created('person', { identityCountry: 'PT', nationality: 'GB' })
    await created('person', { identityCountry: null, nationality: 'GB' })
    const outcome = await create('person', { identityCountry: null, nationality: null })
    expect(await countries()).toMatchObject([{ code: 'PT' }, { code: 'GB' }, { code: 'ZA' }])
    expect(keptOf(outcome)).toEqual({ identityCountry: 'ZA' })
  })

  it('is never emptied by a change, and told', async () => {
    const id = await created('person', { identityCountry: 'PT' })
    const outcome = await update('person', id, { identityCountry: null, nationality: null })
    expect(outcome).toMatchObject({ status: 'done', kept: { identityCountry: 'PT' } })
    expect(await there('person', id)).toMatchObject({
      identityCountry: { code: 'PT' },
      nationality: null,
    })
  })

  it('is the make-up of a race: the part with its name, else the only one', async () => {
    const event = await created('event')
    const named = async (name: string) => create('race', { name, status: 'cancelled' }, { event })
    await server.load('courses', [{ name: '10 km', event: { id: Number(event) } }])
    expect(errorOf(await named('10 km')).message).toMatch(
      /a category here, and there are .*Elite.*Create the race in EMS/,
    )
    expect(errorOf(await named('Elite')).message).toMatch(/a course here, and there are .*10 km/)
    await server.load('courses', [{ name: 'Elite', event: { id: Number(event) } }])
    expect(await named('Elite')).toMatchObject({ status: 'done' })
    expect(await server.dump('races')).toMatchObject([
      {
        course: { name: 'Elite' },
        eventCategory: { name: 'Elite' },
        eventRaceType: { name: 'Road race', event: { id: Number(event) } },
        active: false,
      },
    ])
  })

  it('is the start of a start group: its race’s', async () => {
    const { race = '' } = await bench.refsFor('startGroup')
    const outcome = await create('startGroup', { startTime: null }, { race })
    expect(keptOf(outcome)).toEqual({ startTime: '2026-05-03T05:00:00Z' })
    await server.amend('races', Number(race), { startTime: null })
    expect(errorOf(await create('startGroup', { startTime: null }, { race })).code).toBe('rejected')
  })

  it('does not keep a lost creation from being found again', async () => {
    await server.fault({
      match: { method: 'POST' },
      action: { kind: 'cut-after-write' },
      times: 1,
    })
    const lost = change('person', 'create', { identityCountry: null, nationality: null })
    expect(errorOf((await bench.send('person', [lost]))[0]).code).toBe('ambiguous')
    const found = await bench.connection.find?.('person', lost, bench.signal)
    if (!Array.isArray(found)) throw new Error('nothing found')
    expect(found).toHaveLength(1)
    expect(hasContent(found[0].body, lost.body)).toBe(true)
  })
})

describe('an entrant', () => {
  const entrant = async (fields: Given = {}, more: Refs = {}) => {
    const refs = await bench.refsFor('eventParticipant')
    return created('eventParticipant', { number: null, ...fields }, { ...refs, ...more })
  }
  const changed = async (id: string, fields: Given, more: Refs = {}) => {
    const refs = await bench.refsFor('eventParticipant')
    return change('eventParticipant', 'update', fields, { ...refs, ...more }, id)
  }
  const secondPerson = () => created('person', { lastName: 'Nkosi', email: 'n@example.org' })

  it('repeats the person, with names cut to what fits', async () => {
    const refs = await bench.refsFor('eventParticipant')
    const person = {
      firstName: 'Ana',
      lastName: 'ã'.repeat(60),
      gender: null,
      dateOfBirth: '1990-01-02',
    }
    const one = change(
      'eventParticipant',
      'create',
      { number: null },
      refs,
      null,
      partOf('person', person),
    )
    expect(await bench.send('eventParticipant', [one])).toMatchObject([{ status: 'done' }])
    expect(await server.dump('event-participants')).toMatchObject([
      { firstName: 'Ana', lastName: 'ã'.repeat(50), gender: 'UNKNOWN', dateOfBirth: '1990-01-02' },
    ])
  })

  it('takes part there unless withdrawn; what EMS cannot tell apart comes back as one', async () => {
    const { project } = bench.binding('eventParticipant')
    const id = await entrant({ status: 'checkedIn' })
    expect(await there('eventParticipant', id)).toMatchObject({ active: true })
    expect(project?.({ status: 'checkedIn' })).toMatchObject({ status: 'registered' })
    await bench.send('eventParticipant', [await changed(id, { status: 'withdrawn', number: null })])
    expect(await there('eventParticipant', id)).toMatchObject({ active: false })
  })

  it('gets a bib out of the stock, leading zeros and all', async () => {
    const id = await entrant({ number: '0042' })
    expect(await bibOf(id)).toMatchObject({ number: '0042', type: { name: 'Plates' } })
  })

  it('gets another bib by the action EMS has for it', async () => {
    const id = await entrant({ number: '0042' })
    const outcome = await bench.send('eventParticipant', [await changed(id, { number: '0043' })])
    expect(outcome).toMatchObject([{ status: 'done', kept: {} }])
    expect(await bibOf(id)).toMatchObject({ number: '0043' })
    expect((await server.log()).some(({ path }) => path.endsWith('/reassign-number'))).toBe(true)
  })

  it('says the same where answers to changes nest ids alone', async () => {
    await server.turn({ changedNests: 'ids' })
    const id = await entrant({ number: '0042' })
    for (const number of ['0042', '0043', null]) {
      const [outcome] = await bench.send('eventParticipant', [await changed(id, { number })])
      expect(keptOf(outcome)).toEqual({})
      const bib = (await bibOf(id)) as { readonly number: string } | null
      expect(bib?.number ?? null).toBe(number)
    }
    const reassigned = (await server.log()).filter(({ path }) => path.includes('reassign'))
    expect(reassigned).toHaveLength(1)
  })

  it('keeps its bib without a further request when that did not change', async () => {
    const id = await entrant({ number: '0042' })
    const before = (await server.stats()).requests
    await bench.send('eventParticipant', [await changed(id, { number: '0042', category: 'Elite' })])
    // The change, and where the category is found.
    expect((await server.stats()).requests - before).toBe(2)
  })

  it.each(['patchNulls', 'plain'])('gives its bib back (%s)', async (how) => {
    if (how === 'patchNulls') await server.turn({ patchNulls: 'ignore' })
    const id = await entrant({ number: '0042' })
    await bench.send('eventParticipant', [await changed(id, { number: null })])
    expect(await bibOf(id)).toBeNull()
  })

  it('is refused a bib EMS does not have, one of another type, one out of service; the others arrive', async () => {
    const [other] = await server.load('number-types', [{ name: 'Stickers' }])
    const [plates] = await server.dump('number-types')
    await server.load('race-numbers', [
      { number: '77', type: { id: other } },
      { number: '78', type: { id: plates?.id }, state: 'DESTROYED' },
    ])
    const refs = await bench.refsFor('eventParticipant')
    const person = await secondPerson()
    const outcomes = await bench.send('eventParticipant', [
      ...['7', '77', '78'].map((number) => change('eventParticipant', 'create', { number }, refs)),
      change('eventParticipant', 'create', { number: '0042' }, { ...refs, person }),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['failed', 'failed', 'failed', 'done'])
    for (const outcome of outcomes.slice(0, 3)) {
      expect(errorOf(outcome)).toMatchObject({ code: 'rejected', maybeSent: false })
      expect(errorOf(outcome).message).toMatch(/no race number 7.*add it to the stock/)
    }
  })

  it('is refused a category the event does not have, with those it has', async () => {
    const refs = await bench.refsFor('eventParticipant')
    const outcome = await create('eventParticipant', { category: 'Masters' }, refs)
    expect(errorOf(outcome).message).toMatch(/no category "Masters".*Elite/)
    expect(keptOf(await create('eventParticipant', { category: 'ELITE' }, refs))).toEqual({
      category: 'Elite',
    })
  })

  it('learns who has the tag', async () => {
    const { remoteId: tag } = await bench.create('tag', 1)
    await entrant({}, { tag })
    const refs = { ...(await bench.refsFor('eventParticipant')), person: await secondPerson(), tag }
    const outcome = await create('eventParticipant', { number: null }, refs)
    expect(errorOf(outcome)).toMatchObject({ code: 'rejected', status: 409 })
    expect(errorOf(outcome).message).toMatch(/assigned to Zoë/)
  })

  it.each(['clear', 'ignore'] as const)(
    'swaps tag and bib with another one in one batch (nulls: %s)',
    async (patchNulls) => {
      await server.turn({ patchNulls })
      const tags = [await bench.create('tag', 1), await bench.create('tag', 2)]
      const [one = '', two = ''] = tags.map(({ remoteId }) => remoteId)
      const person = await secondPerson()
      const ana = await entrant({ number: '0042' }, { tag: one })
      const ben = await entrant({ number: '0043' }, { tag: two, person })
      const outcomes = await bench.send('eventParticipant', [
        await changed(ana, { number: '0043' }, { tag: two }),
        await changed(ben, { number: '0042' }, { tag: one, person }),
      ])
      expect(outcomes.map(({ status }) => status)).toEqual(['done', 'done'])
      const stored = await server.dump('event-participants')
      expect(stored).toMatchObject([
        { number: { number: '0043' }, tag: { id: Number(two) } },
        { number: { number: '0042' }, tag: { id: Number(one) } },
      ])
    },
  )
})

describe('a lost answer', () => {
  it.each(Object.keys(eventCollections) as EventEntity[])(
    'finds the record by its natural key, with the content that was sent: %s',
    async (entity) => {
      const { change: lost, remoteId } = await bench.create(entity, 1)
      const found = await bench.connection.find?.(entity, lost, bench.signal)
      if (!Array.isArray(found)) throw new Error('nothing found')
      expect(found).toMatchObject([{ remoteId }])
      expect(hasContent(found[0].body, lost.body)).toBe(true)
    },
  )
})

describe('records that are not there any more', () => {
  it('a merged person is gone; the one that remains is not', async () => {
    const [merged, survivor] = [await created('person'), await created('person')]
    await fetch(`${server.url}/api/admin/person-merge`, {
      method: 'POST',
      headers: { 'x-api-key': emsKey, 'content-type': 'application/json' },
      body: JSON.stringify({ survivorId: Number(survivor), mergedId: Number(merged) }),
    })
    expect(errorOf(await update('person', merged, {})).code).toBe('gone')
    expect(await update('person', survivor, {})).toMatchObject({ status: 'done' })
  })

  it('a race whose event vanished is refused for what it belongs to', async () => {
    const { race = '' } = await bench.refsFor('startGroup')
    await server.remove('races', Number(race))
    const outcome = await create('startGroup', { startTime: null }, { race })
    expect(errorOf(outcome)).toMatchObject({ code: 'rejected' })
    expect(errorOf(outcome).message).toMatch(/no longer has the race/)
  })
})
