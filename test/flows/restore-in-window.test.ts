import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createEngine } from '../../main/engine/engine.ts'
import { openTestCore } from '../support/test-core.ts'

/** An engine whose host can start it again, on a folder that outlives it. */
async function marshal() {
  const test = await openTestCore()
  await test.database.close()
  onTestFinished(() => test.close())
  let restarts = 0
  const ports = { ...test.core.ports, restart: () => void (restarts += 1) }
  const start = async () => {
    const engine = await createEngine(ports, {
      host: 'edge',
      version: '0.0.0-test',
      schedule: false,
    })
    const add = (lastName: string) =>
      engine.client.records.set({ entity: 'person', fields: { lastName } })
    const names = async () =>
      (await engine.client.records.list({ entity: 'person' })).records.map((one) => one['lastName'])
    return { ...engine, settings: engine.client.settings, add, names }
  }
  return { start, clock: test.clock, dataDir: test.dataDir, restarts: () => restarts }
}

describe('restoring a backup while Marshal runs', () => {
  it('says what it holds and what would be missing, then takes its place at the next start', async () => {
    const { start, clock, restarts } = await marshal()
    const before = await start()
    await before.add('Silva')
    const { file } = await before.settings.backup()
    await before.add('Meier')
    await before.add('Novak')
    expect(await before.settings.backups()).toMatchObject([
      { file, contents: { records: { person: 1 } } },
    ])
    expect(await before.settings.tryBackup({ file })).toMatchObject({
      contents: { records: { person: 1 } },
      changesSince: 2,
    })
    const { lines } = await before.client.readiness.get({})
    expect(lines.map(({ code }) => code)).toContain('restore-tested')
    await before.settings.restore({ file })
    // The window has its answer first, and nothing is gone while this engine still runs.
    expect(restarts()).toBe(0)
    await expect(before.settings.restore({ file })).rejects.toMatchObject({
      data: { code: 'busy' },
    })
    await before.add('Late')
    await clock.walk(1_000)
    expect(restarts()).toBe(1)
    await before.stop()

    const after = await start()
    expect(await after.names()).toEqual(['Silva'])
    const { restored } = await after.settings.about()
    expect(restored).toMatchObject({ from: file })
    // What was there, the last change too, is kept as a file that can be restored.
    const aside = String(restored?.asideFile)
    expect(aside).toMatch(/marshal\.db\.replaced-/)
    await after.stop()
    const third = await start()
    expect((await third.settings.about()).restored).toBeNull()
    await third.stop()
  })

  it('says that a backup is no good in words about the backup, notes it of the newest, and touches no other file', async () => {
    const { start, dataDir, clock } = await marshal()
    const { settings, client, stop } = await start()
    const restoreLine = async () =>
      (await client.readiness.get({})).lines.find(({ code }) => code.startsWith('restore-'))
    const { file: older } = await settings.backup()
    await clock.walk(1_000)
    const { file } = await settings.backup()
    for (const bad of [older, file]) await writeFile(bad, 'not a database any more')
    const about = (bad: string) => ({
      data: {
        code: 'database',
        message: `${bad} is not a Marshal database.`,
        fix: 'Choose another backup; nothing was changed.',
      },
    })
    // The newest is what would be restored.
    await expect(settings.tryBackup({ file: older })).rejects.toMatchObject(about(older))
    expect(await restoreLine()).toMatchObject({ code: 'restore-never' })
    await expect(settings.tryBackup({ file })).rejects.toMatchObject(about(file))
    await expect(settings.restore({ file })).rejects.toMatchObject(about(file))
    expect(await restoreLine()).toMatchObject({ code: 'restore-failed', light: 'red' })
    await clock.walk(1_000)
    await settings.tryBackup(await settings.backup())
    expect(await restoreLine()).toMatchObject({ code: 'restore-tested' })
    for (const other of [join(dataDir, 'marshal.db'), join(dirname(dataDir), 'other.db')])
      await expect(settings.restore({ file: other })).rejects.toMatchObject({
        data: { code: 'not-found' },
      })
    await stop()
  })

  it('does not count what would be missing where the backup is not of the history here', async () => {
    const elsewhere = await (await marshal()).start()
    await elsewhere.add('Somebody')
    const { file: theirs } = await elsewhere.settings.backup()
    const { start, dataDir } = await marshal()
    const { settings, add, stop } = await start()
    await add('Silva')
    const file = join(dataDir, 'backups', 'from-elsewhere.db')
    await mkdir(dirname(file))
    await copyFile(theirs, file)
    expect(await settings.tryBackup({ file })).toMatchObject({ changesSince: null })
    for (const one of [elsewhere.stop, stop]) await one()
  })
})
