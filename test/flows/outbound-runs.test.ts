import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { countWrites } from '../support/departures.ts'
import { startListOf } from '../support/race-day.ts'
import { expectSameAt } from '../support/same-everywhere.ts'
import { startTagServer } from '../targets/tagserver/stand-in.ts'
import { targetConfig } from '../support/test-target.ts'
import { tagserverTarget, startAtTagServer } from '../targets/tagserver/target.ts'

describe('runs of one target', () => {
  it('never overlap: one that is asked for meanwhile follows, and what waits is one', async () => {
    const marshal = await startAtTagServer()
    await marshal.set('person', { firstName: 'Ana', lastName: 'Silva' })
    await marshal.server.hold({ match: { method: 'POST' } })
    const first = marshal.sync()
    await marshal.server.held()
    await marshal.set('person', { firstName: 'Bo', lastName: 'Silva' })
    const second = marshal.sync()
    const third = marshal.sync()
    await marshal.server.release()
    const runs = await Promise.all([first, second, third])
    expect(runs.map(({ outbound }) => outbound.created)).toEqual([1, 1, 1])
    expect(runs[1]!.id).toBe(runs[2]!.id)
    expect(runs[0]!.id).not.toBe(runs[1]!.id)
    expect((await marshal.client.sync.runs({})).runs).toHaveLength(2)
    expect(await marshal.server.counts()).toMatchObject({ people: 2 })
  })

  it('end when a person cancels, without blaming the network, and the next one does the rest', async () => {
    const marshal = await startAtTagServer({ schedule: true })
    await marshal.until(({ state }) => state === 'up-to-date')
    await marshal.importEntrants(startListOf(50))
    await marshal.server.hold({ match: { method: 'POST', path: '/api/people' } })
    const run = marshal.sync()
    await marshal.server.held()
    await marshal.client.sync.cancel({ name: 'timing' })
    await marshal.server.release()
    expect(await run).toMatchObject({ result: 'cancelled', errors: [] })
    const status = await marshal.status()
    expect(status.lastError).toBeNull()
    expect(status.state).not.toBe('waiting')
    expect(status.failed).toBe(0)
    await marshal.sync()
    await marshal.sync()
    await expectSameAt(marshal.client, tagserverTarget, marshal.server)
  })

  it('do not outlive their target', async () => {
    const marshal = await startAtTagServer()
    await marshal.importEntrants(startListOf(50))
    await marshal.server.hold({ match: { method: 'POST', path: '/api/people' } })
    const run = marshal.client.sync.run({ targets: ['timing'] })
    await marshal.server.held()
    const removed = marshal.client.targets.remove({ name: 'timing' })
    await marshal.server.release()
    await removed
    await run
    expect((await marshal.client.targets.list()).map(({ config }) => config.name)).toEqual([])
    expect(await marshal.secrets.keys('timing')).toEqual([])
  })

  it('end with the program, and the next start does the rest, once', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'marshal-stopped-'))
    onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
    const server = await startTagServer()
    onTestFinished(() => server.stop())
    const first = await startAtTagServer({ dataDir, standIn: server })
    await first.client.targets.add({ config: targetConfig(tagserverTarget, server.url) })
    await first.importEntrants(startListOf(50))
    await server.hold({ match: { method: 'POST', path: '/api/people' }, moment: 'after-write' })
    const run = first.sync()
    await server.held(4)
    const closed = first.close()
    await run
    await server.release()
    await closed
    const second = await startAtTagServer({ dataDir, standIn: server })
    await second.sync()
    await second.sync()
    await expectSameAt(second.client, tagserverTarget, server)
    expect(await second.status()).toMatchObject({ pending: 0, failed: 0 })
  })

  it('stop for everything when everything is paused, and go on afterwards', async () => {
    const marshal = await startAtTagServer({ schedule: true })
    await marshal.client.sync.pauseAll({ paused: true })
    await marshal.importEntrants(startListOf(2))
    await marshal.clock.walk(600_000)
    expect(await marshal.status()).toMatchObject({ state: 'paused' })
    expect(await marshal.server.counts()).toMatchObject({ people: 0 })
    await marshal.client.sync.pauseAll({ paused: false })
    await marshal.until(({ state }) => state === 'up-to-date')
    await expectSameAt(marshal.client, tagserverTarget, marshal.server)
  })
})

describe('an offline stretch', () => {
  it('ends with 500 changes arriving by themselves, those and no others, once', async () => {
    const marshal = await startAtTagServer({ schedule: true })
    await marshal.importEntrants(startListOf(520))
    await marshal.until(({ state }) => state === 'up-to-date')
    await marshal.server.unplug()
    const { records } = await marshal.client.records.list({
      entity: 'eventParticipant',
      limit: 500,
    })
    for (const { id } of records) await marshal.client.desk.change({ id, category: 'W40' })
    await marshal.until(({ state, pending }) => state === 'waiting' && pending === 500)
    const from = marshal.departures.length
    await marshal.server.plug()
    await marshal.until(({ state }) => state === 'up-to-date')
    expect(countWrites(marshal.departures.slice(from))).toEqual({ 'PUT event-participants': 500 })
    await expectSameAt(marshal.client, tagserverTarget, marshal.server)
    const quiet = (await marshal.server.stats()).requests
    for (let run = 0; run < 10; run++) await marshal.sync()
    expect((await marshal.server.stats()).requests).toBe(quiet)
  })
})
