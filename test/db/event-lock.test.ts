import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { testRestore } from '../../main/engine/db/backup-contents.ts'
import { backupDatabase } from '../../main/engine/db/backup.ts'
import { isLocked } from '../../main/contract/event-lock.ts'
import { liftEventLock } from '../../main/engine/db/event-lock.ts'
import { statementsOf, type Migration } from '../../main/engine/db/migration.ts'
import { openDatabase } from '../../main/engine/db/open-database.ts'
import { planRestore, restoreDatabase } from '../../main/engine/db/restore.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { emptyFolder, openAfter } from './database-folder.ts'

const settings: Migration = {
  name: '0010-settings',
  up: statementsOf([
    'create table setting (key text primary key, value text not null) strict, without rowid',
  ]),
}
const club: Migration = {
  name: '0020-club',
  up: statementsOf(['create table club (id integer primary key) strict']),
}

/** A database of an older version, locked until a day; and opening it with a version that has one more step. */
async function locked(until: string) {
  const folder = await emptyFolder()
  const file = join(folder, 'marshal.db')
  const before = await openAfter(folder, [settings])
  await before.db
    .insertInto('setting')
    .values({ key: 'lockedUntil', value: JSON.stringify(until) })
    .execute()
  await before.close()
  const open = (steps: readonly Migration[], clock = fakeClock()) =>
    openDatabase({ file, clock, appVersion: '2.0.0', steps })
  return { folder, file, open }
}

const today = new Date(fakeClock().now()).toISOString().slice(0, 10)

describe('the event lock', () => {
  it('keeps a newer version from changing the database, in words, before anything is touched', async () => {
    const { folder, open } = await locked(today)
    const files = await readdir(folder)
    await expect(open([settings, club])).rejects.toMatchObject({
      code: 'event-lock',
      message: expect.stringContaining(`until ${today}`),
      fix: expect.stringContaining('marshal event-lock --off'),
    })
    expect((await readdir(folder)).filter((name) => !files.includes(name))).not.toContain('backups')
    // The version that made it goes on.
    await (await open([settings])).close()
  })

  it('is lifted by hand, or by the end of the day', async () => {
    const { file, open } = await locked(today)
    await liftEventLock(file)
    await (await open([settings, club])).close()
    const other = await locked(today)
    const later = fakeClock()
    await later.walk(2 * 24 * 60 * 60_000)
    await (await other.open([settings, club], later)).close()
  })

  it('keeps a backup out with which this version could not start, and says so before', async () => {
    const { file } = await locked(today)
    const from = join(await emptyFolder(), 'backup.db')
    await backupDatabase({ file }, from)
    const asked = { file, from, clock: fakeClock(), steps: [settings, club], appVersion: '2.0.0' }
    const refused = {
      code: 'event-lock',
      message: expect.stringContaining(`The backup ${from} is of an older version`),
    }
    await expect(testRestore(asked)).rejects.toMatchObject(refused)
    await expect(planRestore(asked)).rejects.toMatchObject(refused)
    await restoreDatabase({ ...asked, steps: [settings] })
    await liftEventLock(file)
    await restoreDatabase(asked)
  })

  it('lasts until its day is over everywhere', () => {
    const ends = Date.parse('2026-05-18T12:00:00Z')
    expect(isLocked('2026-05-17', ends - 1)).toBe(true)
    expect(isLocked('2026-05-17', ends)).toBe(false)
    expect(isLocked(null, 0)).toBe(false)
  })
})
