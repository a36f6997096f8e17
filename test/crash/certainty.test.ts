import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startListOf } from '../support/race-day.ts'
import { fingerprint } from '../support/same-everywhere.ts'
import { killedAt, openCrashStage, type CrashStage } from './crash-stage.ts'
import { expectWhole, reopen, sentEntities, untilQuiet } from './killed-engine.ts'
import { certainPoints, pullPoints } from './probe-points.ts'
import { tagserverTarget } from '../targets/tagserver/target.ts'

const entrants = 20
let stage: CrashStage

beforeAll(async () => {
  stage = await openCrashStage()
})
afterAll(() => stage.close())

/** A data folder that knows nothing of what it sent to the timing system: 20 entrants, and two who came later. */
async function forgetful(): Promise<string> {
  const { dataDir } = await stage.freshStart(tagserverTarget, entrants)
  const older = await stage.emptyFolder()
  await copyFile(join(dataDir, 'marshal.db'), join(older, 'marshal.db'))
  const first = await reopen(tagserverTarget, dataDir, stage.timing)
  await first.importEntrants(startListOf(2, 100))
  await untilQuiet(first)
  await first.close()
  return older
}

describe('Promise 12: a run that looks at what is there first, killed', () => {
  it.each(
    [...pullPoints, ...certainPoints.slice(0, 2)].flatMap((point) =>
      [1, 3].map((time) => [point, time] as const),
    ),
  )('at %s, time %i, makes nothing twice', async (point, time) => {
    const dataDir = await forgetful()
    await killedAt(dataDir, point, time)
    const marshal = await reopen(tagserverTarget, dataDir, stage.timing)
    await untilQuiet(marshal)
    await marshal.importEntrants(startListOf(2, 100))
    await untilQuiet(marshal)
    const now = await fingerprint(marshal.client, sentEntities)
    await expectWhole(tagserverTarget, marshal, stage.timing, now)
  })

  it.each(certainPoints.slice(2))(
    'at %s, while what is typed again is recognised, makes nothing twice',
    async (point) => {
      const dataDir = await forgetful()
      const marshal = await reopen(tagserverTarget, dataDir, stage.timing)
      await untilQuiet(marshal)
      await marshal.importEntrants(startListOf(2, 100))
      const now = await fingerprint(marshal.client, sentEntities)
      await marshal.close()
      await killedAt(dataDir, point, 1)
      const again = await reopen(tagserverTarget, dataDir, stage.timing)
      await untilQuiet(again)
      expect(await stage.timing.counts()).toMatchObject({ people: entrants + 2 })
      await expectWhole(tagserverTarget, again, stage.timing, now)
    },
  )
})
