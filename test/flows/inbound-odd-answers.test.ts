import { describe, expect, it } from 'vitest'
import { at, persons, remotePerson, start } from '../targets/mock-sync-server/at-mock-sync.ts'
import { addEntrant, raceDay } from '../support/race-day.ts'
import { expectSameAt } from '../support/same-everywhere.ts'
import { mockSyncTarget } from '../targets/mock-sync-server/target.ts'

describe('an answer that is not what it should be', () => {
  it.each([
    ['wrapped in {events}', { pullShape: 'events' }],
    ['wrapped in {data}', { pullShape: 'data' }],
  ] as const)(
    'is an error when it comes %s, and nothing is missed afterwards',
    async (_how, knobs) => {
      const marshal = await start()
      await marshal.server.put([remotePerson('a', { firstName: 'Ana', lastName: 'Silva' })])
      await marshal.server.turn(knobs)
      expect(await marshal.sync()).toMatchObject({
        result: 'error',
        errors: [{ code: 'bad-response' }],
      })
      expect(await persons(marshal)).toEqual([])
      await marshal.server.turn({ pullShape: 'bare' })
      expect(await marshal.sync()).toMatchObject({ inbound: { created: 1 } })
    },
  )

  it('costs only the record without an id; the others go on', async () => {
    const marshal = await start()
    await marshal.server.put([remotePerson('a', { firstName: 'Ana', lastName: 'Silva' })])
    await marshal.server.odd([
      { entity: 'person', timestamp: at(-600), firstName: 'Bo', lastName: 'Costa' },
      { id: 'c', entity: 'person', firstName: 'Carla', lastName: 'Costa' },
    ])
    const run = await marshal.sync()
    expect(run).toMatchObject({ result: 'warning', inbound: { created: 1, failed: 2 } })
    expect(run.errors.map(({ message }) => message)).toEqual([
      expect.stringContaining('has no id'),
      expect.stringContaining('has no timestamp'),
    ])
    expect(await persons(marshal)).toHaveLength(1)
  })

  it('costs only the record that wants a tag somebody has here, until that is free', async () => {
    const marshal = await start()
    const day = await raceDay(marshal)
    const tag = await marshal.set('tag', { number: 'T-7' })
    const { participant } = await addEntrant(marshal, day, {
      bib: '7',
      firstName: 'Ana',
      tag: tag.id,
    })
    await marshal.sync()
    const entry = {
      entity: 'eventParticipant',
      event: day.event.id,
      tag: tag.id,
      number: '8',
      status: 'registered',
    }
    await marshal.server.put([
      remotePerson('b', { firstName: 'Bo', lastName: 'Costa' }),
      { id: 'p', person: 'b', timestamp: at(-500), ...entry },
    ])
    const run = await marshal.sync()
    expect(run).toMatchObject({ result: 'warning', inbound: { created: 1, failed: 1 } })
    expect(run.errors[0]!.message).toContain('taken by')
    await marshal.set('eventParticipant', { tag: null }, participant.id)
    expect(await marshal.sync({ kind: 'reconcile' })).toMatchObject({
      result: 'success',
      inbound: { created: 1, failed: 0 },
    })
    const { records } = await marshal.client.records.list({ entity: 'eventParticipant' })
    expect(records.map(({ number }) => number).sort()).toEqual(['7', '8'])
    await expectSameAt(marshal.client, mockSyncTarget, marshal.server)
  })

  it('is a failure people see, until it is mended here and retried', async () => {
    const marshal = await start()
    const day = await raceDay(marshal)
    const tag = await marshal.set('tag', { number: 'T-7' })
    const { participant } = await addEntrant(marshal, day, {
      bib: '7',
      firstName: 'Ana',
      tag: tag.id,
    })
    await marshal.sync()
    const entry = { event: day.event.id, tag: tag.id, number: '8', status: 'registered' }
    await marshal.server.put([
      remotePerson('b', { firstName: 'Bo', lastName: 'Costa' }),
      { id: 'p', entity: 'eventParticipant', timestamp: at(-500), person: 'b', ...entry },
    ])
    await marshal.sync()
    const { failures } = await marshal.client.failures.list({})
    expect(failures).toMatchObject([
      { entity: 'eventParticipant', recordId: null, display: '8', code: 'rejected', attempts: 1 },
    ])
    expect(failures[0]!.message).toMatch(/could not be taken over.*taken by/)
    // A run with nothing new does not make it unseen.
    await marshal.sync()
    expect((await marshal.client.status.get()).targets).toMatchObject([
      { failed: 1, state: 'attention' },
    ])
    await marshal.client.failures.retry({ ids: [failures[0]!.id] })
    await marshal.sync()
    expect((await marshal.client.failures.list({})).failures).toMatchObject([{ attempts: 2 }])
    await marshal.set('eventParticipant', { tag: null }, participant.id)
    expect(await marshal.client.failures.retry({ target: 'timing' })).toEqual({ count: 1 })
    expect(await marshal.sync()).toMatchObject({ result: 'success', inbound: { created: 1 } })
    expect((await marshal.client.failures.list({})).failures).toEqual([])
    await expectSameAt(marshal.client, mockSyncTarget, marshal.server)
  })

  it('is no failure any more once the target has a version that fits', async () => {
    const marshal = await start()
    await marshal.server.put([remotePerson('a', { lastName: 'S'.repeat(501) })])
    await marshal.sync()
    await marshal.server.put([remotePerson('a', { lastName: null, timestamp: at(-400) })])
    await marshal.sync()
    const { failures } = await marshal.client.failures.list({})
    expect(failures.map(({ message }) => message)).toEqual([
      expect.stringContaining('Last name is missing'),
    ])
    await marshal.server.put([
      remotePerson('a', { lastName: 'Silva', dateOfBirth: '1984-02-29', timestamp: at(-300) }),
    ])
    expect(await marshal.sync()).toMatchObject({ inbound: { created: 1 } })
    expect((await marshal.client.failures.list({})).failures).toEqual([])
    expect((await marshal.client.status.get()).targets).toMatchObject([{ failed: 0 }])
  })

  it('is given up until it changes there', async () => {
    const marshal = await start()
    await marshal.server.put([remotePerson('a', { lastName: 'S'.repeat(501) })])
    await marshal.sync()
    expect(await marshal.client.failures.discard({ target: 'timing' })).toEqual({ count: 1 })
    expect(await marshal.sync({ kind: 'reconcile' })).toMatchObject({ result: 'success' })
    expect((await marshal.client.failures.groups({})).groups).toEqual([])
    await marshal.server.put([
      remotePerson('a', { lastName: 'T'.repeat(501), timestamp: at(-300) }),
    ])
    await marshal.sync()
    expect((await marshal.client.failures.groups({})).groups).toMatchObject([{ count: 1 }])
  })

  it('is shown by the name it has there, with what it says but for sensitive values', async () => {
    const marshal = await start()
    const said = {
      firstName: 'Ana',
      lastName: 'Silva',
      city: 'C'.repeat(501),
      identityNumber: 'X-1',
    }
    await marshal.server.put([remotePerson('a', { ...said, dateOfBirth: 'soon', lastName: null })])
    await marshal.sync()
    const { failures } = await marshal.client.failures.list({})
    const { groups } = await marshal.client.failures.groups({})
    expect(failures).toMatchObject([{ display: 'Ana', recordId: null }])
    expect(groups[0]!.examples).toEqual(failures)
    const { entity, fields } = await marshal.client.failures.received({ id: failures[0]!.id })
    expect(entity).toBe('person')
    expect(fields).toMatchObject({ firstName: 'Ana', city: said.city })
    expect(fields).not.toHaveProperty('identityNumber')
    await marshal.client.failures.discard({})
    await expect(marshal.client.failures.received({ id: failures[0]!.id })).rejects.toMatchObject({
      data: { code: 'not-found' },
    })
  })

  it('is looked at anew by force', async () => {
    const marshal = await start()
    await marshal.server.put([remotePerson('a', { firstName: 'Ana', lastName: 'Silva' })])
    await marshal.sync()
    expect(await marshal.sync()).toMatchObject({ inbound: { found: 0 } })
    expect(await marshal.sync({ force: true })).toMatchObject({
      inbound: { found: 1, created: 0, updated: 0, skipped: 1 },
    })
    expect(await persons(marshal)).toHaveLength(1)
  })

  it('costs only the record that is none with an impossible value; the others go on', async () => {
    const marshal = await start()
    await marshal.server.put([
      remotePerson('a', { firstName: 'Ana', lastName: 'S'.repeat(501) }),
      remotePerson('b', { firstName: 'Bo', lastName: 'Costa' }),
    ])
    expect(await marshal.sync()).toMatchObject({
      result: 'warning',
      inbound: { created: 1, failed: 1 },
      errors: [{ remoteId: 'a', code: 'bad-response' }],
    })
  })

  it.each([
    ['phone', 'Wave A'],
    ['email', 'a@b@c'],
    ['dateOfBirth', '31 February'],
    ['dateOfBirth', '2090-01-01'],
    ['country', 'Nowhere'],
  ])('is taken without a %s that is none (%s), and the run names it', async (field, value) => {
    const marshal = await start()
    await marshal.server.put([
      remotePerson('a', { firstName: 'Ana', lastName: 'Silva', [field]: value }),
    ])
    expect(await marshal.sync()).toMatchObject({
      result: 'warning',
      inbound: { created: 1, failed: 0 },
      errors: [
        {
          remoteId: 'a',
          code: 'bad-response',
          message: expect.stringContaining('a value that does not fit'),
        },
      ],
    })
    expect(await persons(marshal)).toMatchObject([{ lastName: 'Silva', [field]: null }])
  })

  it('does not clear what is here with a value that is none', async () => {
    const marshal = await start()
    const there = { firstName: 'Ana', lastName: 'Silva', phone: '+351912345678', city: 'Porto' }
    await marshal.server.put([remotePerson('a', there)])
    await marshal.sync()
    const changed = { ...there, phone: 'Wave A', city: 'Faro', timestamp: at(-60) }
    await marshal.server.put([remotePerson('a', changed)])
    expect(await marshal.sync()).toMatchObject({
      inbound: { updated: 1, failed: 0, conflicts: 0 },
      errors: [{ message: expect.stringContaining('Phone is not a phone number') }],
    })
    expect(await persons(marshal)).toMatchObject([{ phone: '+351912345678', city: 'Faro' }])
  })
})
