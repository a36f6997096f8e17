import { describe, expect, it } from 'vitest'
import type { ConflictRule } from '../../main/contract/words.ts'
import { openConnection } from '../../main/engine/db/sqlite-connection.ts'
import {
  at,
  persons,
  remotePerson,
  start,
  type Marshal,
} from '../targets/mock-sync-server/at-mock-sync.ts'
import { expectSameAt } from '../support/same-everywhere.ts'
import { mockSyncTarget } from '../targets/mock-sync-server/target.ts'

const count = 1_000
/** The last hundred are moved on both sides; before them half moved here, and half got a phone number there. */
const disputedFrom = 900
const half = 450

const email = (n: number) => `r${n}@example.org`
const numberOf = (record: { readonly [field: string]: unknown }) =>
  Number(/\d+/.exec(String(record['email']))![0])

const people = (city: (n: number) => string) =>
  [
    'first_name,last_name,email,city',
    ...Array.from({ length: count }, (_, n) => `Runner${n},Silva,${email(n)},${city(n)}`),
  ].join('\n') + '\n'

/** Everybody is edited: by an import here, by another client there; some of theirs before ours, some after. */
async function edited(conflicts: ConflictRule): Promise<Marshal> {
  const marshal = await start({ config: { conflicts, entities: ['person'] } })
  const records = Array.from({ length: count }, (_, n) =>
    remotePerson(`r${n}`, {
      firstName: `Runner${n}`,
      lastName: 'Silva',
      email: email(n),
      city: 'Braga',
    }),
  )
  await marshal.server.put(records)
  await marshal.sync()
  // Clocks are measured to the second: what is told apart by time lies a minute apart.
  const before = at(-60)
  await marshal.importRecords(
    'person',
    people((n) => (n < half || n >= disputedFrom ? 'Porto' : 'Braga')),
  )
  const after = at(60)
  await marshal.server.put(
    records
      .slice(half)
      .map((record) =>
        numberOf(record) >= disputedFrom
          ? { ...record, city: 'Lisboa', timestamp: numberOf(record) % 2 === 0 ? before : after }
          : { ...record, phone: '+351912345678', timestamp: after },
      ),
  )
  return marshal
}

const cities = (records: readonly { readonly [field: string]: unknown }[]) => {
  const found: Record<string, number> = {}
  for (const record of records) {
    const key = String(record['city'])
    found[key] = (found[key] ?? 0) + 1
  }
  return found
}

/** Values that gave way, as the history of conflicts keeps them. */
async function dropped(marshal: Marshal): Promise<Readonly<Record<string, number>>> {
  const connection = await openConnection(`${marshal.dataDir}/marshal.db`, { mode: 'read' })
  const rows = await connection.all(
    `SELECT d.value ->> 'dropped' AS lost, count(*) AS times FROM conflict, json_each(conflict.decision) AS d
     WHERE decidedOn IS NOT NULL GROUP BY 1`,
  )
  await connection.close()
  return Object.fromEntries(rows.map(({ lost, times }) => [String(lost), Number(times)]))
}

async function expectSilence(marshal: Marshal): Promise<void> {
  await expectSameAt(marshal.client, mockSyncTarget, marshal.server)
  const sent = await marshal.server.submissions()
  for (let run = 0; run < 10; run++) {
    expect(await marshal.sync()).toMatchObject({
      result: 'success',
      outbound: { created: 0, updated: 0, skipped: 0 },
      inbound: { created: 0, updated: 0, conflicts: 0 },
    })
  }
  expect(await marshal.server.submissions()).toHaveLength(sent.length)
  expect(await marshal.status()).toMatchObject({ pending: 0, failed: 0, conflicts: 0 })
}

const phones = (records: readonly { readonly [field: string]: unknown }[]) =>
  records.filter((record) => record['phone'] === '+351912345678').length

describe('a thousand entrants edited on both sides, a hundred of them in the same field', () => {
  it.each([
    ['master-wins', { Porto: 550, Braga: 450 }, { Lisboa: 100 }],
    ['latest-wins', { Porto: 500, Braga: 450, Lisboa: 50 }, { Lisboa: 50, Porto: 50 }],
  ] as const)('under %s end equal, and what gave way is kept', async (rule, expected, lost) => {
    const marshal = await edited(rule)
    expect(await marshal.sync()).toMatchObject({
      guard: null,
      inbound: { conflicts: 0, failed: 0 },
      outbound: { updated: rule === 'master-wins' ? 550 : 500 },
    })
    await marshal.sync()
    const [here, there] = [await persons(marshal), await marshal.server.records()]
    expect(cities(here)).toEqual(expected)
    expect(cities(there)).toEqual(expected)
    expect([phones(here), phones(there)]).toEqual([450, 450])
    expect(await dropped(marshal)).toEqual(lost)
    await expectSilence(marshal)
  })

  it.each([
    ['merge-fields', 100, 450],
    ['review', 550, 0],
  ] as const)('under %s wait in %i conflicts with both values', async (rule, asked, applied) => {
    const marshal = await edited(rule)
    expect(await marshal.sync()).toMatchObject({
      result: 'warning',
      inbound: { conflicts: asked, updated: applied },
      outbound: { updated: 450 },
    })
    const [here, there] = [await persons(marshal), await marshal.server.records()]
    expect(cities(here)).toEqual({ Porto: 550, Braga: 450 })
    expect(cities(there)).toEqual({ Porto: 450, Braga: 450, Lisboa: 100 })
    expect([phones(here), phones(there)]).toEqual([applied, 450])
    expect(await marshal.client.conflicts.list({})).toMatchObject({ total: asked })
    await marshal.client.conflicts.resolve({ target: 'timing', keep: 'theirs' })
    await marshal.sync()
    expect(cities(await persons(marshal))).toEqual({ Porto: 450, Braga: 450, Lisboa: 100 })
    expect(phones(await persons(marshal))).toBe(450)
    expect((await dropped(marshal))['Porto']).toBe(100)
    await expectSilence(marshal)
  })
})
