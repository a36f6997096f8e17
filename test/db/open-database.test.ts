import { chmod, mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { sql, type Kysely } from 'kysely'
import { describe, expect, it } from 'vitest'
import { openConnection } from '../../main/engine/db/sqlite-connection.ts'
import {
  addManyRunners,
  addRunners,
  emptyFolder,
  openRunners,
  runnerNames,
} from './database-folder.ts'
import { smallDisk, writeProtect } from './small-disk.ts'
import { firstStep, secondStep, type RunnerTables } from './runner-schema.ts'

async function pragma(db: Kysely<RunnerTables>, name: string): Promise<unknown> {
  const { rows } = await sql.raw<Record<string, unknown>>(`pragma ${name}`).execute(db)
  return Object.values(rows[0] ?? {})[0]
}

describe('Promise 2: power that fails', () => {
  it('takes nothing that was acknowledged: each commit is on the disk before it is answered', async () => {
    const { db } = await openRunners()
    expect(await pragma(db, 'journal_mode')).toBe('wal')
    expect(await pragma(db, 'synchronous')).toBe(2)
    expect(await pragma(db, 'fullfsync')).toBe(1)
    expect(await pragma(db, 'checkpoint_fullfsync')).toBe(1)
  })
})

describe('opening a database', () => {
  it('makes the folder 0700 and every file 0600', async () => {
    const folder = join(await emptyFolder(), 'marshal', 'data')
    const { db } = await openRunners({ folder })
    await addRunners(db, 'Ana')
    const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)
    expect(await mode(folder)).toBe('700')
    expect(await mode(dirname(folder))).toBe('700')
    const names = ['database.json', 'marshal.db', 'marshal.db-shm', 'marshal.db-wal']
    expect(await readdir(folder)).toEqual(names)
    const modes = await Promise.all(names.map((name) => mode(join(folder, name))))
    expect(modes).toEqual(['600', '600', '600', '600'])
  })

  it('takes the rights of others to an existing file away but leaves the folder as it is', async () => {
    const folder = await emptyFolder()
    const first = await openRunners({ folder })
    await first.close()
    await chmod(folder, 0o755)
    await chmod(first.file, 0o644)
    await openRunners({ folder })
    expect((await stat(first.file)).mode & 0o777).toBe(0o600)
    expect((await stat(folder)).mode & 0o777).toBe(0o755)
  })

  it('sets what safety rests on', async () => {
    const { db, reader } = await openRunners()
    expect(await pragma(db, 'foreign_keys')).toBe(1)
    expect(await pragma(db, 'trusted_schema')).toBe(0)
    expect(await pragma(db, 'busy_timeout')).toBe(5000)
    expect(await pragma(reader, 'foreign_keys')).toBe(1)
    expect(await pragma(reader, 'query_only')).toBe(1)
  })

  it('keeps what was written, and leaves one file when closed', async () => {
    const folder = await emptyFolder()
    const first = await openRunners({ folder })
    expect(first.opening).toMatchObject({ created: true, migrated: ['0010-runner'] })
    await addRunners(first.db, 'Ana')
    await first.close()
    await first.close()
    expect(await readdir(folder)).toEqual(['database.json', 'marshal.db', 'marshal.db.closed'])
    const again = await openRunners({ folder })
    expect(again.opening).toEqual({
      created: false,
      checked: false,
      migrated: [],
      backupFile: null,
      recovered: null,
      restored: null,
    })
    expect(await runnerNames(again.reader)).toEqual(['Ana'])
  })

  it('checks the file when the last close was not a clean one or the file was touched since', async () => {
    const folder = await emptyFolder()
    const first = await openRunners({ folder })
    await addRunners(first.db, 'Ana')
    const second = await openRunners({ folder })
    expect(second.opening.checked).toBe(true)
    await second.close()
    await first.close()
    const third = await openRunners({ folder })
    expect(third.opening.checked).toBe(false)
    await third.close()
    await utimes(first.file, 1, 1)
    const fourth = await openRunners({ folder })
    expect(fourth.opening.checked).toBe(true)
  })

  it('refuses a path that cannot be a folder', async () => {
    const file = join(await emptyFolder(), 'a file')
    await writeFile(file, 'x')
    const opening = openRunners({ folder: join(file, 'inside') })
    await expect(opening).rejects.toMatchObject({ code: 'read-only', fix: expect.any(String) })
  })

  it('refuses a disk it cannot write to', async () => {
    const disk = await smallDisk(4)
    const folder = disk ?? (await emptyFolder())
    const first = await openRunners({ folder })
    await first.close()
    // Without the right to mount a disk we are not root either, so the folder's own rights count.
    await (disk === null ? chmod(folder, 0o500) : writeProtect(disk))
    await expect(openRunners({ folder })).rejects.toMatchObject({
      code: 'read-only',
      fix: expect.stringContaining('writable disk'),
    })
    if (disk === null) await chmod(folder, 0o700)
  })

  it('refuses a folder where the file should be', async () => {
    const folder = await emptyFolder()
    await mkdir(join(folder, 'marshal.db', 'x'), { recursive: true })
    await expect(openRunners({ folder })).rejects.toMatchObject({ name: 'DatabaseProblem' })
  })

  it('does not play a left-over write-ahead log into a new database', async () => {
    const folder = await emptyFolder()
    await writeFile(join(folder, 'marshal.db-wal'), 'remains')
    const open = await openRunners({ folder })
    expect(await runnerNames(open.db)).toEqual([])
    expect((await readdir(folder)).filter((name) => name.includes('.left-'))).toEqual([
      'marshal.db.left-20261121T050001Z-wal',
    ])
  })
})

describe('a database that is not for this version', () => {
  it('is refused when it knows a step we do not, naming both versions', async () => {
    const folder = await emptyFolder()
    const newer = await openRunners({ folder, steps: [firstStep, secondStep], appVersion: '2.0.0' })
    await addRunners(newer.db, 'Ana')
    await newer.close()
    const refused = openRunners({ folder, appVersion: '1.2.0' })
    await expect(refused).rejects.toMatchObject({ code: 'newer', problem: { code: 'database' } })
    await expect(refused).rejects.toThrow(/2\.0\.0, up to 0020-club.*1\.2\.0, up to 0010-runner/)
    const again = await openRunners({ folder, steps: [firstStep, secondStep] })
    expect(await runnerNames(again.db)).toEqual(['Ana'])
  })

  it('is refused when only its number is greater', async () => {
    const folder = await emptyFolder()
    const open = await openRunners({ folder })
    await sql`pragma user_version = 999`.execute(open.db)
    await open.close()
    await expect(openRunners({ folder })).rejects.toMatchObject({ code: 'newer' })
  })

  it('is refused when another program made it, and left untouched', async () => {
    const folder = await emptyFolder()
    const file = join(folder, 'marshal.db')
    const other = await openConnection(file, { mode: 'create' })
    await other.exec('create table theirs (a)')
    await other.close()
    const { mtimeMs, size } = await stat(file)
    await expect(openRunners({ folder })).rejects.toMatchObject({ code: 'not-a-database' })
    expect(await stat(file)).toMatchObject({ mtimeMs, size })
  })
})

describe('the reader', () => {
  it('sees what is committed, nothing else, and cannot write', async () => {
    const { db, reader } = await openRunners()
    await db.transaction().execute(async (trx) => {
      await addRunners(trx, 'Ana')
      expect(await runnerNames(reader)).toEqual([])
    })
    expect(await runnerNames(reader)).toEqual(['Ana'])
    await expect(addRunners(reader, 'Bo')).rejects.toThrow(/readonly|cannot be opened for writing/)
  })

  it('does not wait for a bulk write', async () => {
    const { db, reader } = await openRunners()
    await addRunners(db, 'Ana')
    let writing = true
    const bulk = addManyRunners(db, 300_000).finally(() => (writing = false))
    let reads = 0
    while (writing && reads < 20) {
      expect(await runnerNames(reader)).toEqual(['Ana'])
      reads += 1
    }
    expect(writing).toBe(true)
    await bulk
    expect((await runnerNames(reader)).length).toBe(300_001)
  })
})

describe('a checkpoint', () => {
  it('takes the write-ahead log into the file', async () => {
    const { db, file, checkpoint } = await openRunners()
    await addManyRunners(db, 1000)
    expect((await stat(`${file}-wal`)).size).toBeGreaterThan(0)
    expect(await checkpoint()).toMatchObject({ complete: true })
    expect((await stat(`${file}-wal`)).size).toBe(0)
  })
})
