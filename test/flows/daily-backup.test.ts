import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createDailyBackup } from '../../main/engine/daily-backup.ts'
import type { TestEngine } from '../support/test-engine.ts'
import { openTestCore } from '../support/test-core.ts'
import { startAtTagServer } from '../targets/tagserver/target.ts'

const minute = 60_000
const hour = 60 * minute

const backupsOf = ({ client }: Pick<TestEngine, 'client'>) => client.settings.backups()

describe('a backup of every day', () => {
  it('is made by itself, and takes the place of a database that was damaged', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'marshal-flow-'))
    onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
    const marshal = await startAtTagServer({ dataDir, schedule: true })
    await marshal.set('person', { lastName: 'Silva' })
    await marshal.clock.walk(4 * minute)
    expect(await backupsOf(marshal)).toEqual([])
    await marshal.clock.walk(2 * minute)
    await expect.poll(() => backupsOf(marshal)).toHaveLength(1)
    await marshal.clock.walk(10 * hour)
    expect(await backupsOf(marshal)).toHaveLength(1)
    await marshal.clock.walk(11 * hour)
    await expect.poll(async () => (await backupsOf(marshal)).length).toBeGreaterThan(1)
    await marshal.close()

    await writeFile(join(dataDir, 'marshal.db'), 'no database at all')
    const again = await startAtTagServer({ dataDir })
    expect(again.engine.recovered).toMatchObject({ backupFile: expect.stringContaining('-daily') })
    const { records } = await again.client.records.list({ entity: 'person' })
    expect(records).toMatchObject([{ lastName: 'Silva' }])
  })

  it('is not made where it would fill the disk, which is said', async () => {
    const test = await openTestCore()
    onTestFinished(() => test.close())
    const files = { ...test.core.ports.files, freeBytes: async () => 4_096 }
    const core = { ...test.core, ports: { ...test.core.ports, files } }
    const daily = createDailyBackup(core, test.database.file, '0.0.0-test')
    daily.start()
    await test.clock.walk(6 * minute)
    await expect
      .poll(() => test.complaints)
      .toEqual(['There is too little room on the disk for the daily backup'])
    daily.stop()
    expect(test.clock.waiting).toBe(0)
  })
})
