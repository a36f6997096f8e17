import { describe, expect, it } from 'vitest'
import { expectSameAt } from '../../support/same-everywhere.ts'
import type { StandInProcess } from '../../support/stand-in-process.ts'
import { startTestEngine } from '../../support/test-engine.ts'
import { tagserverTarget, startAtTagServer } from '../../targets/tagserver/target.ts'
import { mockSyncTarget } from '../../targets/mock-sync-server/target.ts'

/** How many answers are lost; `npm run soak:cuts` loses ten thousand. */
const cuts = Number(process.env['MARSHAL_CUTS'] ?? 2_000)
const batchSize = 1_000

const tags = (count: number) =>
  ['number', ...Array.from({ length: count }, (_, n) => `T-${n}`)].join('\n') + '\n'

const struck = async ({ server }: { readonly server: StandInProcess }) =>
  (await server.faults()).reduce((sum, report) => sum + report.struck, 0)

describe(`Promise 4: ${cuts.toLocaleString('en')} answers that are lost after the server has written`, () => {
  it('make no duplicate where Marshal looks before it sends again', async () => {
    const marshal = await startAtTagServer({
      config: { entities: ['tag'], settings: { batchSize } },
    })
    // Every other answer: five lost in a row open the breaker, and then nothing is sent that could be lost.
    await marshal.server.fault({
      match: { method: 'POST' },
      every: 2,
      times: cuts,
      action: { kind: 'cut-after-write' },
    })
    await marshal.importRecords('tag', tags(2 * cuts))
    let runs = 0
    while ((await marshal.status()).pending > 0 && runs++ < 40 + cuts / 10) await marshal.sync()
    expect(await struck(marshal)).toBe(cuts)
    expect(await marshal.server.counts()).toMatchObject({ tags: 2 * cuts })
    await expectSameAt(marshal.client, tagserverTarget, marshal.server)
    expect(await marshal.status()).toMatchObject({ pending: 0, failed: 0, held: 0 })
  }, 600_000)

  it('make no duplicate where the server remembers keys', async () => {
    const marshal = await startTestEngine({
      target: mockSyncTarget,
      config: { entities: ['tag'], settings: { batchSize: 20 } },
    })
    const lost = cuts / 20
    await marshal.server.fault({
      match: { method: 'POST' },
      every: 2,
      times: lost,
      action: { kind: 'cut-after-write' },
    })
    await marshal.importRecords('tag', tags(2 * cuts))
    let runs = 0
    while ((await marshal.status()).pending > 0 && runs++ < 40 + lost) await marshal.sync()
    expect(await struck(marshal)).toBe(lost)
    expect(await marshal.server.submissions()).toHaveLength(2 * cuts)
    expect(await marshal.server.records()).toHaveLength(2 * cuts)
    await expectSameAt(marshal.client, mockSyncTarget, marshal.server)
  }, 600_000)
})
