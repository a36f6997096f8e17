import { chmod, copyFile, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { backUpAutomatically, listBackups } from '../../main/engine/db/automatic-backups.ts'
import { backupDatabase } from '../../main/engine/db/backup.ts'
import type { Clock } from '../../main/engine/ports.ts'
import { checkIntegrity, verifyDatabaseFile } from '../../main/engine/db/integrity.ts'
import {
  addManyRunners,
  addRunners,
  emptyFolder,
  openRunners,
  runnerNames,
} from './database-folder.ts'
import { firstStep } from './runner-schema.ts'

describe('a backup', () => {
  it('holds everything committed, verified, in one private file', async () => {
    const open = await openRunners()
    await addRunners(open.db, 'Ana', 'Bo')
    const target = join(await emptyFolder(), 'copy.db')
    const backup = await backupDatabase(open, target)
    expect(backup).toEqual({ file: target, bytes: (await stat(target)).size })
    expect(await readdir(dirname(target))).toEqual(['copy.db'])
    expect((await stat(target)).mode & 0o777).toBe(0o600)
    await verifyDatabaseFile(target, [firstStep], '1.2.0')
    const folder = await emptyFolder()
    await copyFile(target, join(folder, 'marshal.db'))
    const copy = await openRunners({ folder })
    expect(await runnerNames(copy.db)).toEqual(['Ana', 'Bo'])
  })

  it('does not keep anybody from saving while it is made', async () => {
    const open = await openRunners()
    await addManyRunners(open.db, 100_000)
    let copying = true
    const target = join(await emptyFolder(), 'copy.db')
    const backup = backupDatabase(open, target).finally(() => (copying = false))
    let meanwhile = 0
    for (let saved = 0; saved < 10 && copying; saved++) {
      await addRunners(open.db, `saved ${saved}`)
      if (copying) meanwhile += 1
    }
    expect(meanwhile).toBeGreaterThan(0)
    await backup
    expect(await checkIntegrity({ file: target })).toEqual([])
  })

  it('replaces an older backup only when it is finished', async () => {
    const open = await openRunners()
    const target = join(await emptyFolder(), 'copy.db')
    await backupDatabase(open, target)
    const before = await readFile(target)
    await addRunners(open.db, 'Ana')
    const stopped = backupDatabase(open, target, {
      probe(point) {
        if (point === 'backup:2:verified') throw new Error('stopped')
      },
    })
    await expect(stopped).rejects.toThrow('stopped')
    expect((await readFile(target)).equals(before)).toBe(true)
    expect(await readdir(dirname(target))).toEqual(['copy.db'])
    await backupDatabase(open, target)
    expect((await readFile(target)).equals(before)).toBe(false)
  })

  it('removes what one that was killed has left', async () => {
    const open = await openRunners()
    const folder = await emptyFolder()
    await writeFile(join(folder, 'copy.db.partial-1-1'), 'half')
    await backupDatabase(open, join(folder, 'copy.db'))
    expect(await readdir(folder)).toEqual(['copy.db'])
  })

  it('is refused onto the database itself, under whatever name', async () => {
    const open = await openRunners()
    await addRunners(open.db, 'Ana')
    const alias = join(await emptyFolder(), 'alias')
    await symlink(dirname(open.file), alias)
    for (const target of [open.file, join(alias, 'marshal.db')]) {
      await expect(backupDatabase(open, target)).rejects.toMatchObject({
        message: expect.stringContaining('is the database in use itself'),
      })
    }
    expect(await runnerNames(open.db)).toEqual(['Ana'])
  })

  it('says when the folder is not there', async () => {
    const open = await openRunners()
    const target = join(await emptyFolder(), 'missing', 'copy.db')
    await expect(backupDatabase(open, target)).rejects.toMatchObject({ name: 'DatabaseProblem' })
  })
})

describe('automatic backups', () => {
  it('are listed newest first, by the time in their name', async () => {
    const folder = await emptyFolder()
    for (const name of [
      'marshal-20260101T000000Z-daily.db',
      'marshal-20270101T000000Z-daily.db',
      'notes.txt',
    ]) {
      await writeFile(join(folder, name), 'x')
      await chmod(join(folder, name), 0o600)
    }
    const now = Date.UTC(2027, 5, 1)
    expect((await listBackups(folder, now)).map(({ file }) => file)).toEqual([
      join(folder, 'marshal-20270101T000000Z-daily.db'),
      join(folder, 'marshal-20260101T000000Z-daily.db'),
    ])
    expect(await listBackups(join(folder, 'missing'), now)).toEqual([])
  })

  it('of a clock that was set back ten years stay, and are the newest', async () => {
    const open = await openRunners()
    let now = Date.UTC(2036, 0, 1)
    const clock: Clock = { now: () => (now += 60_000), timer: () => () => {} }
    const make = () => backUpAutomatically(open, { clock, reason: 'daily', keep: 3 })
    for (let made = 0; made < 3; made++) await make()
    now = Date.UTC(2026, 0, 1)
    const first = await make()
    const second = await make()
    const kept = await listBackups(dirname(second.file), now)
    expect(kept.map(({ file }) => file).slice(0, 2)).toEqual([second.file, first.file])
    expect(kept).toHaveLength(3)
  })
})

describe('the integrity check', () => {
  it('finds nothing in a sound database and rows without their parent', async () => {
    const open = await openRunners()
    await sql`create table entry (runner integer references runner (id)) strict`.execute(open.db)
    expect(await checkIntegrity(open)).toEqual([])
    await sql`pragma foreign_keys = off`.execute(open.db)
    await sql`insert into entry values (99), (98)`.execute(open.db)
    expect(await checkIntegrity(open)).toEqual([
      { code: 'foreign-key', message: '2 rows of entry point to a missing runner' },
    ])
  })
})
