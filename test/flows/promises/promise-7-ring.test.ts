import { describe, expect, it, onTestFinished } from 'vitest'
import {
  at,
  persons,
  remotePerson,
  start,
  type Marshal,
} from '../../targets/mock-sync-server/at-mock-sync.ts'
import { startMockSync } from '../../targets/mock-sync-server/stand-in.ts'
import { targetConfig } from '../../support/test-target.ts'
import { mockSyncTarget } from '../../targets/mock-sync-server/target.ts'

/** Two laptops, each between the same two systems: every change can go round in a circle. */
async function ring() {
  const [left, right] = await Promise.all([startMockSync(), startMockSync()])
  onTestFinished(async () => {
    await Promise.all([left.stop(), right.stop()])
  })
  const laptop = async () => {
    const marshal = await start({ standIn: left })
    const config = { ...targetConfig(mockSyncTarget, right.url), name: 'right' }
    await marshal.client.targets.add({ config })
    return marshal
  }
  const laptops = [await laptop(), await laptop()] as const
  const round = async () => {
    for (const marshal of laptops) {
      await marshal.sync()
      await marshal.sync({}, 'right')
    }
  }
  return { left, right, laptops, round }
}

const plain = (record: { readonly [field: string]: unknown } | undefined) =>
  ['firstName', 'lastName', 'email', 'city', 'phone'].map((field) => record?.[field] ?? null)

describe('Promise 7: after the last edit', () => {
  it('a ring of three systems and two laptops falls silent: nothing is sent in ten rounds', async () => {
    const { left, right, laptops, round } = await ring()
    const [first, second] = laptops
    const email = 'ana@example.org'
    await left.put([remotePerson('a', { firstName: 'Ana', lastName: 'Silva', email })])
    for (let n = 0; n < 3; n++) await round()
    const idAt = async (marshal: Marshal) => (await persons(marshal))[0]!.id
    await first.set('person', { city: 'Porto' }, await idAt(first))
    await round()
    await second.set('person', { phone: '+351912345678' }, await idAt(second))
    await round()
    const [there] = await right.records()
    await right.put([{ ...there!, lastName: 'Costa', timestamp: at(5) }])
    await first.set('person', { firstName: 'Anna' }, await idAt(first))
    for (let n = 0; n < 4; n++) await round()
    const sent = [(await left.submissions()).length, (await right.submissions()).length]
    for (let n = 0; n < 10; n++) await round()
    expect([(await left.submissions()).length, (await right.submissions()).length]).toEqual(sent)
    const expected = ['Anna', 'Costa', email, 'Porto', '+351912345678']
    for (const server of [left, right]) {
      const records = await server.records()
      expect(records).toHaveLength(1)
      expect(plain(records[0])).toEqual(expected)
    }
    for (const marshal of laptops) {
      const people = await persons(marshal)
      expect(people).toHaveLength(1)
      expect(plain(people[0])).toEqual(expected)
    }
  })

  it('made on both laptops at once the ring agrees on one value and falls silent', async () => {
    const { left, right, laptops, round } = await ring()
    const email = 'ana@example.org'
    await left.put([remotePerson('a', { firstName: 'Ana', lastName: 'Silva', email })])
    for (let n = 0; n < 3; n++) await round()
    for (const [n, marshal] of laptops.entries()) {
      await marshal.set('person', { city: `City ${n}` }, (await persons(marshal))[0]!.id)
    }
    for (let n = 0; n < 5; n++) await round()
    const sent = [(await left.submissions()).length, (await right.submissions()).length]
    for (let n = 0; n < 10; n++) await round()
    expect([(await left.submissions()).length, (await right.submissions()).length]).toEqual(sent)
    const cities = [
      ...(await left.records()),
      ...(await right.records()),
      ...(await persons(laptops[0])),
      ...(await persons(laptops[1])),
    ].map((record) => record['city'])
    expect(cities).toHaveLength(4)
    expect(new Set(cities).size).toBe(1)
  })
})
