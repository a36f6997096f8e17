import {
  copyFile,
  mkdir,
  open as openFile,
  readdir,
  readFile,
  stat,
  truncate,
} from 'node:fs/promises'
import { basename, join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { backUpAutomatically } from '../../main/engine/db/automatic-backups.ts'
import {
  addManyRunners,
  addRunners,
  emptyFolder,
  openRunners,
  runnerNames,
  steppingClock,
} from './database-folder.ts'

const damages: readonly (readonly [string, (file: string) => Promise<void>])[] = [
  ['bytes flipped in the middle', (file) => overwrite(file, 0.5, 8192, 255)],
  ['a header of zeros', (file) => overwrite(file, 0, 100, 0)],
  ['the first page gone', (file) => overwrite(file, 0, 4096, 0)],
  ['half of it cut off', async (file) => truncate(file, (await stat(file)).size / 2)],
  ['cut off within a page', async (file) => truncate(file, (await stat(file)).size - 1000)],
  ['cut off to nothing', (file) => truncate(file, 0)],
]

async function overwrite(file: string, from: number, length: number, value: number): Promise<void> {
  const handle = await openFile(file, 'r+')
  const { size } = await handle.stat()
  await handle.write(
    Buffer.alloc(length, value),
    0,
    length,
    Math.floor((size * from) / 4096) * 4096,
  )
  await handle.close()
}

/** A closed database of a few hundred pages; with backups, one of them holds only Ana. */
async function closedDatabase(options: { readonly backups: number }) {
  const folder = await emptyFolder()
  const open = await openRunners({ folder })
  await addRunners(open.db, 'Ana')
  const clock = steppingClock()
  const backups: string[] = []
  for (let made = 0; made < options.backups; made += 1) {
    backups.push((await backUpAutomatically(open, { clock, reason: 'daily' })).file)
    await addManyRunners(open.db, 10_000)
  }
  if (options.backups === 0) await addManyRunners(open.db, 10_000)
  await open.close()
  return { folder, file: open.file, backups }
}

describe('Promise 2: a damaged database', () => {
  it.each(damages)('with %s is put aside and the newest backup restored', async (_name, damage) => {
    const { folder, file, backups } = await closedDatabase({ backups: 1 })
    await damage(file)
    const damaged = await readFile(file)
    const open = await openRunners({ folder })
    const recovered = open.opening.recovered
    expect(recovered?.backupFile).toBe(backups[0])
    expect(basename(String(recovered?.asideFile))).toMatch(/^marshal\.db\.damaged-20261121T\d{6}Z$/)
    expect((await readFile(String(recovered?.asideFile))).equals(damaged)).toBe(true)
    expect(await runnerNames(open.db)).toEqual(['Ana'])
    await addRunners(open.db, 'Bo')
  })

  it.each(damages)('with %s and no backup is refused and left as it is', async (_name, damage) => {
    const { folder, file } = await closedDatabase({ backups: 0 })
    await damage(file)
    const damaged = await readFile(file)
    for (let start = 0; start < 2; start += 1) {
      const opening = openRunners({ folder })
      await expect(opening).rejects.toMatchObject({
        name: 'DatabaseProblem',
        code: 'damaged',
        message: expect.stringContaining('there is no usable backup'),
        fix: expect.stringContaining('marshal restore'),
      })
    }
    expect((await readFile(file)).equals(damaged)).toBe(true)
  })

  it('takes an older backup when the newest is damaged too', async () => {
    const { folder, file, backups } = await closedDatabase({ backups: 2 })
    await overwrite(file, 0.5, 8192, 255)
    await overwrite(String(backups[1]), 0.5, 8192, 255)
    const open = await openRunners({ folder })
    expect(open.opening.recovered?.backupFile).toBe(backups[0])
    expect(await runnerNames(open.db)).toEqual(['Ana'])
  })

  it('is told of also when the process was stopped in the middle of replacing it', async () => {
    const { folder, file, backups } = await closedDatabase({ backups: 1 })
    await overwrite(file, 0.5, 8192, 255)
    const stopped = openRunners({
      folder,
      probe(point) {
        if (point === 'restore:3:planned') throw new Error('stopped')
      },
    })
    await expect(stopped).rejects.toThrow('stopped')
    const open = await openRunners({ folder })
    expect(open.opening.recovered).toMatchObject({ backupFile: backups[0] })
    expect(await runnerNames(open.db)).toEqual(['Ana'])
  })

  it('passes over a backup of a newer version and files that are no backups', async () => {
    const { folder, file, backups } = await closedDatabase({ backups: 1 })
    await overwrite(file, 0.5, 8192, 255)
    const newer = await openRunners()
    await sql`pragma user_version = 999`.execute(newer.db)
    await newer.close()
    await copyFile(newer.file, join(folder, 'backups', 'marshal-20300101T000000Z-daily.db'))
    await mkdir(join(folder, 'backups', 'old'))
    const open = await openRunners({ folder })
    expect(open.opening.recovered?.backupFile).toBe(backups[0])
  })

  it('is found while running, without taking the process down', async () => {
    const { folder, file } = await closedDatabase({ backups: 0 })
    const open = await openRunners({ folder })
    await overwrite(file, 0.5, 65_536, 255)
    await expect(runnerNames(open.db)).rejects.toMatchObject({ code: 'damaged' })
    await expect(open.reader.selectFrom('runner').selectAll().execute()).rejects.toMatchObject({
      problem: { code: 'database' },
    })
  })

  it('keeps the write-ahead log of a crashed one with it', async () => {
    const { folder, file } = await closedDatabase({ backups: 1 })
    const open = await openRunners({ folder })
    await addRunners(open.db, 'only in the log')
    const crashed = await emptyFolder()
    await mkdir(join(crashed, 'backups'))
    for (const name of ['marshal.db', 'marshal.db-wal']) {
      await copyFile(join(folder, name), join(crashed, name))
    }
    for (const name of await readdir(join(folder, 'backups'))) {
      await copyFile(join(folder, 'backups', name), join(crashed, 'backups', name))
    }
    await overwrite(join(crashed, basename(file)), 0, 4096, 7)
    await overwrite(join(crashed, 'marshal.db-wal'), 0, 4096, 7)
    const recovered = await openRunners({ folder: crashed })
    expect(await runnerNames(recovered.db)).toEqual(['Ana'])
    const aside = basename(String(recovered.opening.recovered?.asideFile))
    expect(await readdir(crashed)).toContain(aside)
  })
})
