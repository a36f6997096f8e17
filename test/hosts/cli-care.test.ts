import { mkdir, open, readdir, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { smallDisk } from '../db/small-disk.ts'
import { checkDocument, errorDocument, personsDocument } from '../support/command-documents.ts'
import { withDataFolder } from '../support/data-folder.ts'
import { marshal, marshalJson, RunningMarshal } from '../support/run-marshal.ts'

// Many processes, one after the other, each a full start of Marshal.
vi.setConfig({ testTimeout: 180_000 })

let data: string
withDataFolder((dir) => (data = dir))

const json = (...args: readonly string[]) => marshalJson(args, { data })
const addPerson = (lastName: string) =>
  json('record', 'set', 'person', '--field', `lastName=${lastName}`)
const names = async (dir = data) =>
  personsDocument
    .parse(await marshalJson(['record', 'list', 'person'], { data: dir }))
    .records.map(({ lastName }) => lastName)

/** Overwrites the first pages of the database, as a failing disk may. */
async function damage(): Promise<void> {
  const handle = await open(join(data, 'marshal.db'), 'r+')
  await handle.write(Buffer.alloc(8192, 0x5a), 0, 8192, 0)
  await handle.close()
}

describe('the data folder', () => {
  it('is closed to other users, files and all', async () => {
    await addPerson('Lee')
    expect((await stat(data)).mode & 0o777).toBe(0o700)
    for (const entry of await readdir(data, { recursive: true, withFileTypes: true })) {
      const { mode } = await stat(join(entry.parentPath, entry.name))
      expect(mode & 0o077, entry.name).toBe(0)
    }
  })

  it('comes from MARSHAL_DATA where --data is left out', async () => {
    await marshalJson(['status'], { env: { MARSHAL_DATA: data } })
    expect(await readdir(data)).toContain('marshal.db')
  })

  it('belongs to one process: the second is told which one has it, exits 5 and changes nothing', async () => {
    const first = new RunningMarshal(['serve', '--port', '0'], { data })
    await first.until('stdout', /#token=/)
    const second = await marshal(['--json', 'record', 'set', 'person', '--field', 'lastName=Lee'], {
      data,
    })
    expect(second.code).toBe(5)
    expect(second.stderr).toContain(String(first.child.pid))
    expect(second.stderr.trim().split('\n')).toHaveLength(1)
    errorDocument.parse(JSON.parse(second.stdout))
    expect((await marshal(['restore', join(data, 'marshal.db')], { data })).code).toBe(5)
    await first.end()
    expect(await names()).toEqual([])
  })

  it('is free again after its owner was killed', async () => {
    const first = new RunningMarshal(['serve', '--port', '0'], { data })
    await first.until('stdout', /#token=/)
    await first.end('SIGKILL')
    await addPerson('Lee')
    expect(await names()).toEqual(['Lee'])
  })

  it('that cannot be made is refused with exit code 2', async () => {
    const file = join(data, 'a-file')
    await writeFile(file, '')
    const refused = await marshal(['status'], { data: join(file, 'inside') })
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('--data')
    expect(refused.stderr.trim().split('\n')).toHaveLength(1)
  })
})

describe('marshal backup, restore and check', () => {
  it('writes a verified copy that restores what was, and keeps what is', async () => {
    await addPerson('Before')
    const file = join(data, 'copy.db')
    expect(await json('backup', file)).toEqual({ file, bytes: expect.any(Number) })
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    await addPerson('After')
    const restored = (await json('restore', file)) as { restored: string; aside: string }
    expect(restored).toEqual({ restored: file, aside: expect.any(String) })
    expect(await names()).toEqual(['Before'])
    await json('restore', restored.aside)
    expect([...(await names())].sort()).toEqual(['After', 'Before'])
  })

  it('never writes a backup over a file', async () => {
    const file = join(data, 'mine.txt')
    await writeFile(file, 'mine')
    const refused = await marshal(['backup', file], { data })
    expect(refused.code).toBe(2)
    expect(await readFile(file, 'utf8')).toBe('mine')
  })

  it('refuses to restore what is no backup, and changes nothing', async () => {
    await addPerson('Lee')
    const file = join(data, 'no.db')
    await writeFile(file, 'this is no database at all, whatever its name says'.repeat(100))
    const refused = await marshal(['restore', file], { data })
    expect(refused.code).toBe(4)
    expect(refused.stderr).toContain(file)
    expect((await marshal(['restore', join(data, 'none.db')], { data })).code).toBe(2)
    expect(await names()).toEqual(['Lee'])
  })

  it('finds a healthy database healthy', async () => {
    await addPerson('Lee')
    expect(checkDocument.parse(await json('check'))).toEqual({ ok: true, problems: [] })
  })
})

describe('a database with a problem', () => {
  it('that is damaged is kept aside, the newest backup takes its place, and a line says so', async () => {
    await addPerson('Lee')
    await mkdir(join(data, 'backups'), { recursive: true })
    await json('backup', join(data, 'backups', 'marshal-2026-01-01T00-00-00Z.db'))
    await damage()
    const run = await marshal(['status'], { data })
    expect(run.code).toBe(0)
    expect(run.stderr).toContain('damaged')
    expect((await readdir(data)).join(' ')).toContain('damaged')
    expect(await names()).toEqual(['Lee'])
  })

  it('that is damaged and has no backup is refused with exit code 4 and left as it is', async () => {
    await addPerson('Lee')
    await rm(join(data, 'backups'), { recursive: true, force: true })
    await damage()
    const before = await readFile(join(data, 'marshal.db'))
    const refused = await marshal(['--json', 'status'], { data })
    expect(refused.code).toBe(4)
    expect(refused.stderr).toMatch(/damaged|not a/)
    expect(refused.stderr.trim().split('\n')).toHaveLength(1)
    expect(errorDocument.parse(JSON.parse(refused.stdout)).error.code).toBe('database')
    expect(await readFile(join(data, 'marshal.db'))).toEqual(before)
  })

  it('of a newer Marshal is refused with exit code 4 and left alone', async () => {
    await addPerson('Lee')
    const { default: sqlite3 } = await import('sqlite3')
    const file = join(data, 'marshal.db')
    const exec = (sql: string) =>
      new Promise<void>((resolve, reject) => {
        const db = new sqlite3.Database(file)
        db.exec(sql, (error) => db.close(() => (error ? reject(error) : resolve())))
      })
    await exec(
      "insert into migration (name, appliedOn, appVersion) values ('9999-from-the-future', '2099-01-01T00:00:00.000Z', '99.0.0')",
    )
    const before = await readFile(file)
    const refused = await marshal(['--json', 'status'], { data })
    expect(refused.code).toBe(4)
    expect(refused.stderr).toContain('99.0.0')
    expect(errorDocument.parse(JSON.parse(refused.stdout)).error.code).toBe('database')
    expect(await readFile(file)).toEqual(before)
  })

  it('on a full disk is refused with exit code 4, loses nothing, and works again when there is room', async ({
    skip,
  }) => {
    const disk = await smallDisk(8)
    if (disk === null)
      return skip('no right to mount a small disk here: a full disk was NOT tested')
    const folder = join(disk, 'data')
    await marshalJson(['record', 'set', 'person', '--field', 'lastName=Lee'], { data: folder })
    const filler = join(disk, 'filler')
    const { bavail, bsize } = await statfs(disk)
    await writeFile(filler, Buffer.alloc(bavail * bsize, 1))
    const rows = Array.from({ length: 20_000 }, (_, at) => `P${at},Runner ${at}`).join('\n')
    const csv = join(data, 'p.csv')
    await writeFile(csv, `firstName,lastName\n${rows}\n`)
    const refused = await marshal(['--json', 'import', csv, '--entity', 'person'], { data: folder })
    expect(refused.code).toBe(4)
    expect(refused.stderr).toContain(`The disk that holds ${join(folder, 'marshal.db')} is full`)
    expect(errorDocument.parse(JSON.parse(refused.stdout)).error.code).toBe('disk-full')
    expect((await readdir(folder)).filter((name) => name.endsWith('.new'))).toEqual([])
    await writeFile(`${filler}-2`, Buffer.alloc((await statfs(disk)).bavail * bsize, 1))
    expect(await names(folder)).toEqual(['Lee'])
    const readings = [
      'status',
      'runs',
      'log',
      'conflicts list',
      'check',
      'export person',
      `backup ${join(data, 'b.db')}`,
    ]
    for (const command of readings) {
      const read = await marshal(command.split(' '), { data: folder })
      expect(read.code, `${command}: ${read.stderr}`).toBe(0)
      expect(read.stderr).toContain(`The disk that holds ${folder} is full: what is there is shown`)
    }
    await rm(filler)
    await rm(`${filler}-2`)
    expect(await names(folder)).toEqual(['Lee'])
    await marshalJson(['record', 'set', 'person', '--field', 'lastName=Roy'], { data: folder })
    expect(await names(folder)).toHaveLength(2)
  })

  it('on a disk that fills up meanwhile says so of the database, not of what could not be tidied up after it', async ({
    skip,
  }) => {
    const disk = await smallDisk(3)
    if (disk === null)
      return skip('no right to mount a small disk here: a full disk was NOT tested')
    const folder = join(disk, 'data')
    const rows = Array.from({ length: 20_000 }, (_, at) => `P${at},Runner ${at}`).join('\n')
    const csv = join(data, 'p.csv')
    await writeFile(csv, `firstName,lastName\n${rows}\n`)
    const refused = await marshal(['import', csv, '--entity', 'person'], { data: folder })
    expect(refused.code).toBe(4)
    expect(refused.stderr).toContain(`${join(folder, 'marshal.db')} is full`)
  })
})
