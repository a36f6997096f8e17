import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { backupDatabase } from '../../main/engine/db/backup.ts'
import { statementsOf } from '../../main/engine/db/migration.ts'
import { planRestore, restoreDatabase } from '../../main/engine/db/restore.ts'
import { schemaDifferences } from '../../main/engine/db/schema-check.ts'
import { openConnection } from '../../main/engine/db/sqlite-connection.ts'
import {
  addRunners,
  emptyFolder,
  openRunners,
  runnerNames,
  steppingClock,
} from './database-folder.ts'
import { firstStep, secondStep } from './runner-schema.ts'

/** A closed database with Ana and Bo, and a backup of it from when there was only Ana. */
async function closedWithBackup() {
  const folder = await emptyFolder()
  const open = await openRunners({ folder })
  await addRunners(open.db, 'Ana')
  const from = join(await emptyFolder(), 'backup.db')
  await backupDatabase(open, from)
  await addRunners(open.db, 'Bo')
  await open.close()
  return { folder, file: open.file, from }
}

const ours = { clock: steppingClock(), steps: [firstStep], appVersion: '1.2.0' }

const namesAreUnique = {
  name: '0020-unique-names',
  up: statementsOf(['create unique index runner_name on runner (name)']),
}

describe('restoring a backup', () => {
  it('puts it in place of the database and keeps the old one aside, complete', async () => {
    const { folder, file, from } = await closedWithBackup()
    const { asideFile } = await restoreDatabase({ ...ours, file, from })
    expect(asideFile).toMatch(/marshal\.db\.replaced-20261121T\d{6}Z$/)
    const open = await openRunners({ folder })
    expect(await runnerNames(open.db)).toEqual(['Ana'])
    const old = await openConnection(String(asideFile), { mode: 'read' })
    expect(await old.all('select name from runner')).toEqual([{ name: 'Ana' }, { name: 'Bo' }])
    await old.close()
    expect((await readdir(folder)).filter((name) => /restor/.test(name))).toEqual([])
  })

  it('keeps what was still in the write-ahead log of a database that was killed', async () => {
    const { folder, file, from } = await closedWithBackup()
    const killed = await emptyFolder()
    const open = await openRunners({ folder })
    await addRunners(open.db, 'Cleo, only in the log')
    for (const suffix of ['', '-wal']) {
      await writeFile(join(killed, `marshal.db${suffix}`), await readFile(file + suffix))
    }
    const { asideFile } = await restoreDatabase({ ...ours, file: join(killed, 'marshal.db'), from })
    const old = await openConnection(String(asideFile), { mode: 'read' })
    expect(await old.all('select count(*) as found from runner')).toEqual([{ found: 3 }])
    await old.close()
    const restored = await openRunners({ folder: killed })
    expect(await runnerNames(restored.db)).toEqual(['Ana'])
  })

  it.each([
    [
      'a trigger',
      `create trigger empties after insert on runner begin delete from runner; end`,
      "trigger empties is not Marshal's",
    ],
    ['a view', `create view theirs as select 1`, "view theirs is not Marshal's"],
    ['a missing index', `drop index runner_name`, 'index runner_name is missing'],
    [
      'a laxer index',
      `drop index runner_name; create index runner_name on runner (name)`,
      'index runner_name was changed',
    ],
  ])('refuses a backup with %s, by name, and changes nothing', async (_what, change, told) => {
    const steps = [firstStep, namesAreUnique]
    const folder = await emptyFolder()
    const open = await openRunners({ folder, steps })
    await addRunners(open.db, 'Ana')
    const from = join(await emptyFolder(), 'backup.db')
    await backupDatabase(open, from)
    await open.close()
    expect(await schemaDifferences({ file: from }, steps)).toEqual([])
    const tampered = await openConnection(from, { mode: 'write' })
    await tampered.exec(change)
    await tampered.close()
    expect(await schemaDifferences({ file: from }, steps)).toEqual([told])
    await expect(restoreDatabase({ ...ours, steps, file: open.file, from })).rejects.toMatchObject({
      code: 'damaged',
      problem: { code: 'database' },
      message: expect.stringContaining(`${from} is not as Marshal made it: ${told}`),
      fix: 'Choose another backup; nothing was changed.',
    })
    expect(await readdir(folder)).toEqual(['database.json', 'marshal.db', 'marshal.db.closed'])
  })

  it('accepts a backup of an earlier version, whose schema is that of its own steps', async () => {
    const { file, from } = await closedWithBackup()
    await restoreDatabase({ ...ours, steps: [firstStep, namesAreUnique], file, from })
  })

  it.each([
    '',
    '{"staged":"marshal.db.res',
    'null',
    '{"staged":"../x","aside":"y","from":"z","label":"damaged"}',
  ])(
    'says in words that the note about one that was cut short cannot be read: %j',
    async (text) => {
      const { folder, file, from } = await closedWithBackup()
      await writeFile(`${file}.restore-plan`, text)
      const problem = {
        code: 'damaged-plan',
        problem: { code: 'database' },
        fix: expect.stringContaining('Move that note away'),
      }
      await expect(openRunners({ folder })).rejects.toMatchObject(problem)
      await expect(restoreDatabase({ ...ours, file, from })).rejects.toMatchObject(problem)
      await rm(`${file}.restore-plan`)
      expect(await runnerNames((await openRunners({ folder })).db)).toEqual(['Ana', 'Bo'])
    },
  )

  it('works where there is no database', async () => {
    const { from } = await closedWithBackup()
    const folder = await emptyFolder()
    const file = join(folder, 'marshal.db')
    expect(await restoreDatabase({ ...ours, file, from })).toEqual({ asideFile: null })
    const open = await openRunners({ folder })
    expect(await runnerNames(open.db)).toEqual(['Ana'])
  })

  it('takes a backup of an older version and brings it up to date', async () => {
    const { folder, file, from } = await closedWithBackup()
    const steps = [firstStep, secondStep]
    await restoreDatabase({ ...ours, steps, file, from })
    const open = await openRunners({ folder, steps })
    expect(open.opening.migrated).toEqual(['0020-club'])
    expect(await runnerNames(open.db)).toEqual(['Ana'])
  })

  it.each([
    [
      'a text',
      (bytes: Buffer) => Buffer.from('name,bib\nAna,7\n'.repeat(bytes.length / 100)),
      'not-a-database',
    ],
    ['a file of zeros', (bytes: Buffer) => Buffer.alloc(bytes.length), 'not-a-database'],
    ['an empty file', () => Buffer.alloc(0), 'not-a-database'],
    ['half of a backup', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2), 'damaged'],
    ['a backup with a torn page', (bytes: Buffer) => torn(bytes), 'damaged'],
  ])('refuses %s and changes nothing', async (_name, spoil, code) => {
    const { folder, file, from } = await closedWithBackup()
    await writeFile(from, spoil(await readFile(from)))
    const before = await readFile(file)
    const restoring = restoreDatabase({ ...ours, file, from })
    await expect(restoring).rejects.toMatchObject({
      code,
      // Nothing is wrong with the database in use, and nobody has to restore a backup because of it.
      message: expect.not.stringMatching(/The database|scratch|restoring/),
      fix: 'Choose another backup; nothing was changed.',
    })
    await expect(restoring).rejects.toThrow(from)
    expect((await readFile(file)).equals(before)).toBe(true)
    expect(await readdir(folder)).toEqual(['database.json', 'marshal.db', 'marshal.db.closed'])
  })

  it('refuses a newer one, a missing one, another program’s and the database itself', async () => {
    const { file, from } = await closedWithBackup()
    const newer = await openRunners({ steps: [firstStep, secondStep], appVersion: '2.0.0' })
    const foreign = join(await emptyFolder(), 'foreign.db')
    const other = await openConnection(foreign, { mode: 'create' })
    await other.exec('create table theirs (a)')
    await other.close()
    const refused = (source: string) => restoreDatabase({ ...ours, file, from: source })
    await newer.close()
    await expect(refused(newer.file)).rejects.toMatchObject({ code: 'newer' })
    await expect(refused(`${from}.missing`)).rejects.toThrow(/There is no file/)
    await expect(refused(foreign)).rejects.toMatchObject({ code: 'not-a-database' })
    await expect(refused(file)).rejects.toMatchObject({ code: 'locked' })
    const open = await openRunners({ folder: dirname(file) })
    expect(await runnerNames(open.db)).toEqual(['Ana', 'Bo'])
  })

  it('keeps what is about this computer, and the event lock as it is now', async () => {
    const settings = {
      name: '0005-settings',
      up: statementsOf(['create table setting (key text primary key, value text) strict']),
    }
    const steps = [settings, firstStep]
    const folder = await emptyFolder()
    const from = join(await emptyFolder(), 'backup.db')
    const open = await openRunners({ folder, steps })
    const file = open.file
    await open.close()
    const set = async (values: Readonly<Record<string, string>>) => {
      const connection = await openConnection(file, { mode: 'write' })
      await connection.exec('delete from setting')
      for (const [key, value] of Object.entries(values))
        await connection.execute('insert into setting values (?, ?)', [key, JSON.stringify(value)])
      await connection.close()
    }
    const after = async () => {
      await restoreDatabase({ ...ours, steps, file, from })
      const connection = await openConnection(file, { mode: 'read' })
      const rows = await connection.all<{ key: string; value: string }>('select * from setting')
      await connection.close()
      return Object.fromEntries(rows.map(({ key, value }) => [key, JSON.parse(value) as unknown]))
    }
    const then = { lockedUntil: '2026-05-17', deviceName: 'Desk 1', theme: 'dark', other: 'then' }
    await set(then)
    await backupDatabase({ file }, from)
    await set({ deviceName: 'Desk 2', other: 'now' })
    expect(await after()).toEqual({ deviceName: 'Desk 2', theme: 'dark', other: 'then' })
    await set({ lockedUntil: '2027-05-16' })
    expect(await after()).toEqual({ ...then, lockedUntil: '2027-05-16' })
    // The PIN and the locked desks are of one computer, and of now.
    await set({ ...then, deskPin: 'old', deskLocks: 'old' })
    await backupDatabase({ file }, from)
    await set({ deskPin: 'now' })
    expect(await after()).toEqual({ ...then, lockedUntil: undefined, deskPin: 'now' })
    await set(then)
    expect(await after()).toEqual(then)
    // Where there is nothing to keep, the backup's own stay.
    await backupDatabase({ file }, from)
    await rm(file)
    expect(await after()).toEqual(then)
  })

  it('gets one ready at a time', async () => {
    const { folder, file, from } = await closedWithBackup()
    const open = await openRunners({ folder })
    const asked = { ...ours, file, from }
    const [first, second] = await Promise.allSettled([planRestore(asked), planRestore(asked)])
    expect(first.status).toBe('fulfilled')
    expect(second).toMatchObject({ status: 'rejected', reason: { problem: { code: 'busy' } } })
    await open.close()
    expect(await runnerNames((await openRunners({ folder })).db)).toEqual(['Ana'])
  })

  it('refuses while somebody has the database open', async () => {
    const { folder, file, from } = await closedWithBackup()
    const open = await openRunners({ folder })
    await expect(restoreDatabase({ ...ours, file, from })).rejects.toMatchObject({ code: 'locked' })
    expect(await runnerNames(open.db)).toEqual(['Ana', 'Bo'])
    await addRunners(open.db, 'Cleo')
  })
})

/** The same with every byte of its second page flipped. */
function torn(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  for (let at = 4096; at < 8192; at += 1) copy[at] = 255 - (copy[at] ?? 0)
  return copy
}
