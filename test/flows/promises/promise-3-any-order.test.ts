import { describe, expect, it } from 'vitest'
import type { MockSyncRecord } from '../../../main/stand-ins/mock-sync-server/record.ts'
import { at, persons, remotePerson, start } from '../../targets/mock-sync-server/at-mock-sync.ts'
import { startListOf } from '../../support/race-day.ts'
import { expectSameAt } from '../../support/same-everywhere.ts'
import { tagserverTarget, startAtTagServer } from '../../targets/tagserver/target.ts'
import { mockSyncTarget } from '../../targets/mock-sync-server/target.ts'

/** All orders of so many versions. */
function orders(count: number): readonly (readonly number[])[] {
  if (count === 0) return [[]]
  return orders(count - 1).flatMap((order) =>
    Array.from({ length: count }, (_, place) => order.toSpliced(place, 0, count - 1)),
  )
}

describe('Promise 3: answers that come twice, late or in any order', () => {
  it('lead to the same state here for every order of four versions', async () => {
    const marshal = await start()
    const times = [-50, -40, -30, -20].map(at)
    const version = (person: number, n: number): MockSyncRecord =>
      remotePerson(
        `p${person}`,
        {
          firstName: `Runner${person}`,
          lastName: 'Silva',
          city: `City ${n}`,
          phone: `+35191111111${n}`,
        },
        times[n],
      )
    const every = orders(4)
    for (let round = 0; round < 4; round++) {
      await marshal.server.put(every.map((order, person) => version(person, order[round]!)))
      await marshal.sync()
      // The same answer once more.
      await marshal.sync()
    }
    const people = await persons(marshal)
    expect(people).toHaveLength(24)
    for (const person of people) {
      expect(person).toMatchObject({ city: 'City 3', phone: '+351911111113' })
    }
    expect(await marshal.server.submissions()).toEqual([])
    expect(await marshal.status()).toMatchObject({ pending: 0, failed: 0, conflicts: 0 })
  })

  it('make no difference to what is sent: batches answered out of order, some twice', async () => {
    const marshal = await start({ config: { settings: { batchSize: 5 } } })
    await marshal.server.fault({
      match: { method: 'POST' },
      every: 2,
      times: 20,
      action: { kind: 'delay', ms: 60 },
    })
    await marshal.server.fault({
      match: { method: 'POST' },
      every: 5,
      times: 6,
      action: { kind: 'cut-after-write' },
    })
    await marshal.importEntrants(startListOf(40))
    for (let run = 0; run < 8 && (run === 0 || (await marshal.status()).pending > 0); run++) {
      await marshal.sync()
    }
    await expectSameAt(marshal.client, mockSyncTarget, marshal.server)
    expect(await marshal.sync()).toMatchObject({ outbound: { created: 0, updated: 0 } })
  })

  it('that come after the next edit do not undo it', async () => {
    const marshal = await startAtTagServer()
    const ana = await marshal.set('person', { firstName: 'Ana', lastName: 'Silva' })
    await marshal.sync()
    for (const city of ['Porto', 'Faro', 'Braga']) {
      await marshal.set('person', { phone: '+351912345678', language: 'pt', city }, ana.id)
      const trap = await marshal.server.onceWhileReceiving(
        async () => void (await marshal.set('person', { firstName: `Ana ${city}` }, ana.id)),
        { method: 'PUT' },
      )
      await marshal.set('person', { email: `${city}@example.org` }, ana.id)
      await marshal.sync()
      await trap.done
      await marshal.sync()
      expect(await marshal.server.dump('people')).toMatchObject([{ firstName: `Ana ${city}` }])
    }
    await expectSameAt(marshal.client, tagserverTarget, marshal.server)
  })
})
