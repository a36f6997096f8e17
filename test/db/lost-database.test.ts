import { copyFile, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, it, vi } from 'vitest'
import { backUpAutomatically } from '../../main/engine/db/automatic-backups.ts'
import type { LossNews, OpenDatabase } from '../../main/engine/db/opened-database.ts'
import {
  addRunners,
  emptyFolder,
  openRunners,
  runnerNames,
  steppingClock,
} from './database-folder.ts'
import type { RunnerTables } from './runner-schema.ts'

/** An open database with Ana in it, and what is told about its file. */
async function openWithAna() {
  const open = await openRunners()
  await addRunners(open.db, 'Ana')
  const news: LossNews['kind'][] = []
  open.onLoss(({ kind }) => void news.push(kind))
  return { open, news, folder: join(open.file, '..') }
}

async function takeAway(open: OpenDatabase<RunnerTables>, way: string): Promise<void> {
  if (way === 'replaced') {
    const other = await openRunners()
    await other.close()
    await rename(other.file, open.file)
  } else if (way === 'the whole folder removed') {
    await rm(join(open.file, '..'), { recursive: true })
  } else await rm(open.file + (way === 'removed' ? '' : way))
}

const ways = ['removed', 'replaced', '-wal', '-shm', 'the whole folder removed']

describe('an open database whose file is lost', () => {
  it.each(ways)('acknowledges no write any more, and goes on reading: %s', async (way) => {
    const { open, news } = await openWithAna()
    await takeAway(open, way)
    const lost = {
      code: 'lost',
      problem: { code: 'database' },
      fix: expect.stringContaining('start it again'),
    }
    await expect(addRunners(open.db, 'Bo')).rejects.toMatchObject(lost)
    const inTransaction = open.db.transaction().execute((trx) => addRunners(trx, 'Cyd'))
    await expect(inTransaction).rejects.toMatchObject(lost)
    expect(await runnerNames(open.reader)).toEqual(['Ana'])
    expect(await runnerNames(open.db)).toEqual(['Ana'])
    expect(news[0]).toBe('lost')
  })

  it('does not acknowledge the commit during which it went', async () => {
    const { open } = await openWithAna()
    const inTransaction = open.db.transaction().execute(async (trx) => {
      await addRunners(trx, 'Bo')
      await rm(open.file)
    })
    await expect(inTransaction).rejects.toMatchObject({ code: 'lost' })
  })

  it.each(['removed', 'replaced', '-wal'])(
    'has everything saved in a backup of its own: %s',
    async (way) => {
      const { open, news, folder } = await openWithAna()
      await takeAway(open, way)
      expect(open.trouble()).toMatchObject({ file: open.file, restore: null })
      await vi.waitFor(() => expect(news).toEqual(['lost', 'rescued']))
      const [copy] = await readdir(join(folder, 'backups'))
      expect(copy).toMatch(/^marshal-\d{8}T\d{6}Z-rescued\.db$/)
      expect(open.trouble()?.restore).toContain(
        `restore "${join(folder, 'backups', String(copy))}"`,
      )
      const elsewhere = await emptyFolder()
      await copyFile(join(folder, 'backups', String(copy)), join(elsewhere, 'marshal.db'))
      expect(await runnerNames((await openRunners({ folder: elsewhere })).db)).toEqual(['Ana'])
    },
  )

  it('says that no copy could be made where there is no folder for it', async () => {
    const { open, news } = await openWithAna()
    await takeAway(open, 'the whole folder removed')
    expect(open.trouble()).toMatchObject({ kind: 'removed', restore: null })
    await vi.waitFor(() => expect(news).toHaveLength(2))
  })

  it('leaves the file in its place untouched: no write, no log, no backup of it', async () => {
    const { open, news } = await openWithAna()
    const other = await openRunners()
    await addRunners(other.db, 'somebody else')
    await other.close()
    const content = await readFile(other.file)
    await rename(other.file, open.file)
    await expect(addRunners(open.db, 'Bo')).rejects.toMatchObject({ code: 'lost' })
    await expect(
      backUpAutomatically(open, { clock: steppingClock(), reason: 'daily' }),
    ).rejects.toMatchObject({ code: 'lost' })
    await vi.waitFor(() => expect(news).toEqual(['lost', 'rescued']))
    await open.close()
    expect((await readFile(open.file)).equals(content)).toBe(true)
    const again = await openRunners({ folder: join(open.file, '..') })
    expect(again.opening.checked).toBe(true)
    expect(await runnerNames(again.db)).toEqual(['somebody else'])
  })

  it('takes writes again when the file is put back', async () => {
    const { open } = await openWithAna()
    await rename(open.file, `${open.file}.moved`)
    await expect(addRunners(open.db, 'Bo')).rejects.toMatchObject({ code: 'lost' })
    await rename(`${open.file}.moved`, open.file)
    expect(open.trouble()).toBeNull()
    await addRunners(open.db, 'Cyd')
    await open.close()
    const again = await openRunners({ folder: join(open.file, '..') })
    expect(await runnerNames(again.db)).toEqual(['Ana', 'Cyd'])
  })

  it('is not suspected for reading transactions, checkpoints and copies', async () => {
    const { open, news } = await openWithAna()
    await open.checkpoint()
    await sql`pragma wal_checkpoint(truncate)`.execute(open.db)
    await addRunners(open.db, 'Bo')
    expect(open.trouble()).toBeNull()
    expect(news).toEqual([])
  })
})
