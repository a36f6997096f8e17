import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ended, startProcess } from '../crash/killed-engine.ts'
import { emsPeopleHere, emsPersons } from '../targets/ems/at-ems.ts'
import { startEms } from '../targets/ems/stand-in.ts'
import { startTestEngine } from '../support/test-engine.ts'
import { emsTarget } from '../targets/ems/target.ts'

const point = 'pull:staged'

/** Seventy persons both sides have, in a data folder that nobody has open; pages of twenty. */
async function prepared() {
  const dataDir = await mkdtemp(join(tmpdir(), 'marshal-interrupted-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  const server = await startEms()
  onTestFinished(() => server.stop())
  const ids = await server.load('people', emsPersons(70))
  const first = await startTestEngine({
    target: emsTarget,
    dataDir,
    standIn: server,
    config: false,
  })
  await first.client.targets.add({
    config: {
      name: 'timing',
      adapter: 'ems',
      url: server.url,
      auth: 'api-key',
      entities: ['person'],
      mode: 'mirror',
      remoteDeletion: 'delete',
      settings: { pageSize: 20 },
      schedule: { delta: null, reconcile: null },
    },
  })
  await first.sync()
  await first.close()
  const kill = async (time: number) => {
    expect(await ended(startProcess({ dataDir, action: 'sync', point, time }))).toBe(true)
  }
  return { dataDir, server, ids, kill }
}

describe('a listing whose process is killed', () => {
  it.each([1, 2, 3])('after page %i goes on behind it, and concludes rightly', async (pages) => {
    const { dataDir, server, ids, kill } = await prepared()
    await server.remove('people', ids[5]!)
    await server.remove('people', ids[65]!)
    await kill(pages)
    const asked = (await server.stats()).requests
    const marshal = await startTestEngine({ target: emsTarget, dataDir, standIn: server })
    const run = await marshal.sync()
    expect(run).toMatchObject({ result: 'success', inbound: { deleted: 2 } })
    expect((await marshal.client.sync.runs({})).runs).toHaveLength(2)
    // Four pages in all: those that were staged are not asked for again. The row in front of each is looked at.
    expect((await server.stats()).requests - asked).toBe(2 * (4 - pages))
    expect(await emsPeopleHere(marshal)).toHaveLength(68)
    expect(await marshal.sync()).toMatchObject({ inbound: { deleted: 0, created: 0, updated: 0 } })
  })

  it('and then asked for in another way begins anew: nothing counts as seen or as gone', async () => {
    const { dataDir, server, ids, kill } = await prepared()
    await kill(2)
    // Seen by the listing that never ended, and gone before the one that counts.
    await server.remove('people', ids[0]!)
    const marshal = await startTestEngine({ target: emsTarget, dataDir, standIn: server })
    expect(await marshal.sync({ kind: 'reconcile' })).toMatchObject({
      result: 'success',
      inbound: { deleted: 1 },
    })
    expect(await emsPeopleHere(marshal)).toHaveLength(69)
  })

  it('again and again gets there all the same', async () => {
    const { dataDir, server, ids, kill } = await prepared()
    await server.remove('people', ids[30]!)
    await server.amend('people', ids[31]!, { lastName: 'Costa' })
    for (let time = 0; time < 2; time++) await kill(1)
    const marshal = await startTestEngine({ target: emsTarget, dataDir, standIn: server })
    expect(await marshal.sync()).toMatchObject({ inbound: { deleted: 1, updated: 1 } })
    expect(await emsPeopleHere(marshal)).toHaveLength(69)
  })
})
