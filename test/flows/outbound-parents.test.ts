import { describe, expect, it } from 'vitest'
import { countWrites } from '../support/departures.ts'
import { addEntrant, raceDay } from '../support/race-day.ts'
import { expectSameAt } from '../support/same-everywhere.ts'
import { startTestEngine, type TestEngine } from '../support/test-engine.ts'
import { tagserverTarget, startAtTagServer } from '../targets/tagserver/target.ts'
import { mockSyncTarget } from '../targets/mock-sync-server/target.ts'

const refusal = {
  kind: 'answer',
  status: 400,
  body: { title: 'Bad Request', status: 400, detail: 'The name is not allowed.' },
} as const

/** An entrant whose person the target refuses. */
async function refusedPerson(marshal: TestEngine) {
  const day = await raceDay(marshal)
  await marshal.server.fault({
    match: { method: 'POST', path: '/api/people', bodyContains: 'Ana' },
    action: refusal,
  })
  const entrant = await addEntrant(marshal, day, { bib: '7', firstName: 'Ana' })
  await addEntrant(marshal, day, { bib: '8', firstName: 'Bo' })
  return { day, ...entrant }
}

const targetOf = async (
  { client }: TestEngine,
  entity: 'person' | 'eventParticipant' | 'startGroupParticipant',
  id: string,
) => (await client.records.get({ entity, id })).targets['timing']!

describe('a child whose parent was refused', () => {
  it('is held with the parent named while everything else arrives', async () => {
    const marshal = await startAtTagServer()
    const { person, participant, place } = await refusedPerson(marshal)
    expect(await marshal.sync()).toMatchObject({
      result: 'warning',
      outbound: { failed: 1, held: 2, created: 6 },
    })
    expect(await targetOf(marshal, 'person', person.id)).toMatchObject({
      state: 'failed',
      errorMessage: 'The name is not allowed.',
    })
    const child = await targetOf(marshal, 'eventParticipant', participant.id)
    expect(child).toMatchObject({ state: 'held', heldBy: person.id })
    expect(await targetOf(marshal, 'startGroupParticipant', place.id)).toMatchObject({
      state: 'held',
    })
    expect(await marshal.status()).toMatchObject({ state: 'attention', failed: 1, held: 2 })
  })

  it('goes in the same run in which its parent succeeds', async () => {
    const marshal = await startAtTagServer()
    const { person } = await refusedPerson(marshal)
    await marshal.sync()
    await marshal.set('person', { firstName: 'Anna' }, person.id)
    await marshal.server.clearFaults()
    expect(await marshal.sync()).toMatchObject({
      result: 'success',
      outbound: { created: 3, held: 0, failed: 0 },
    })
    await expectSameAt(marshal.client, tagserverTarget, marshal.server)
    expect(await marshal.status()).toMatchObject({ state: 'up-to-date', held: 0 })
  })

  it('goes when it gets another parent', async () => {
    const marshal = await startAtTagServer()
    const { participant } = await refusedPerson(marshal)
    await marshal.sync()
    const twin = await marshal.set('person', { firstName: 'Zoe', lastName: 'Silva' })
    await marshal.set('eventParticipant', { person: twin.id }, participant.id)
    expect(await marshal.sync()).toMatchObject({ outbound: { created: 3 } })
    expect(await marshal.status()).toMatchObject({ held: 0, failed: 1 })
  })

  it('is no longer held when it is deleted', async () => {
    const marshal = await startAtTagServer()
    const { participant, place } = await refusedPerson(marshal)
    await marshal.sync()
    await marshal.remove('startGroupParticipant', place.id)
    await marshal.remove('eventParticipant', participant.id)
    await marshal.sync()
    expect(await marshal.status()).toMatchObject({ held: 0, failed: 1, pending: 0 })
  })
})

describe('a reference a record can do without', () => {
  it('is left out while its record was refused, and sent as soon as that one arrives', async () => {
    const marshal = await startAtTagServer()
    const tag = await marshal.set('tag', { number: 'T-7' })
    await addEntrant(marshal, await raceDay(marshal), { bib: '7', firstName: 'Ana', tag: tag.id })
    await marshal.server.fault({ match: { method: 'POST', path: '/api/tags' }, action: refusal })
    await marshal.sync()
    expect(await marshal.server.dump('event-participants')).toMatchObject([{ tag: null }])
    await marshal.server.clearFaults()
    const { count } = await marshal.client.failures.retry({ target: 'timing' })
    expect(count).toBe(1)
    const from = marshal.departures.length
    expect(await marshal.sync()).toMatchObject({ outbound: { created: 1, updated: 1 } })
    expect(countWrites(marshal.departures.slice(from))).toEqual({
      'POST tags': 1,
      'PUT event-participants': 1,
    })
    await expectSameAt(marshal.client, tagserverTarget, marshal.server)
  })

  it('is sent later when both were under way at the same time', async () => {
    const marshal = await startTestEngine({
      target: mockSyncTarget,
      config: { settings: { batchSize: 10 } },
    })
    const names = Array.from({ length: 25 }, (_, at) => `Club ${at + 1}`)
    await marshal.importRecords('organisation', ['name', ...names].join('\n') + '\n')
    const clubs = (await marshal.client.records.list({ entity: 'organisation' })).records
    const parent = clubs.find(({ display }) => display === 'Club 1')!
    for (const club of clubs) {
      if (club.id !== parent.id) await marshal.set('organisation', { parent: parent.id }, club.id)
    }
    // The batch with the parent is answered before the others, which were frozen without it.
    await marshal.server.fault({
      match: { method: 'POST' },
      after: 1,
      times: 2,
      action: { kind: 'delay', ms: 100 },
    })
    await marshal.sync()
    await marshal.sync()
    await expectSameAt(marshal.client, mockSyncTarget, marshal.server)
  })
})
