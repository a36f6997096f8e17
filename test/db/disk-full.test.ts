import { rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { backUpAutomatically } from '../../main/engine/db/automatic-backups.ts'
import { checkIntegrity } from '../../main/engine/db/integrity.ts'
import {
  addManyRunners,
  addRunners,
  openRunners,
  runnerNames,
  steppingClock,
} from './database-folder.ts'
import { smallDisk } from './small-disk.ts'

/** Leaves `bytes` of room on the disk. Returns what gives the rest back. */
async function fillUp(folder: string, bytes: number): Promise<() => Promise<void>> {
  const filler = join(folder, 'somebody-elses-file')
  const { bavail, bsize } = await statfs(folder)
  await writeFile(filler, Buffer.alloc(bavail * bsize - bytes, 1))
  return () => rm(filler)
}

const full = {
  name: 'DatabaseProblem',
  code: 'disk-full',
  problem: { code: 'disk-full' },
  message: expect.stringContaining('is full, so this was not saved'),
}

describe('Promise 2: a full disk', () => {
  it('loses nothing saved, lets people read, and takes writes again when there is room', async () => {
    const folder = await smallDisk(8)
    if (folder === null) return withPageLimit()
    const open = await openRunners({ folder })
    const { db, reader } = open
    await addRunners(db, 'Ana')
    const giveBack = await fillUp(folder, 64 * 1024)
    await expect(addManyRunners(db, 20_000)).rejects.toMatchObject(full)
    const inTransaction = db.transaction().execute(async (trx) => {
      await addRunners(trx, 'half')
      await addManyRunners(trx, 20_000)
    })
    await expect(inTransaction).rejects.toMatchObject(full)
    await expect(
      backUpAutomatically(open, { clock: steppingClock(), reason: 'daily' }),
    ).rejects.toMatchObject(full)
    expect(await runnerNames(reader)).toEqual(['Ana'])
    expect(await runnerNames(db)).toEqual(['Ana'])
    await giveBack()
    await addRunners(db, 'Bo')
    await addManyRunners(db, 10)
    expect(await runnerNames(reader)).toHaveLength(12)
    expect(await checkIntegrity(open)).toEqual([])
    await open.close()
    const again = await openRunners({ folder })
    expect(await runnerNames(again.db)).toHaveLength(12)
  })

  it.each(['a new database', 'an existing database'])(
    'refuses to start with %s, and starts when there is room',
    async (which) => {
      const folder = await smallDisk(4)
      if (folder === null) return withPageLimit()
      const existed = which === 'an existing database'
      if (existed) {
        const first = await openRunners({ folder })
        await addRunners(first.db, 'Ana')
        await first.close()
      }
      const giveBack = await fillUp(folder, 0)
      await expect(openRunners({ folder })).rejects.toMatchObject({
        code: 'disk-full',
        fix: expect.stringContaining('Free some space'),
      })
      await giveBack()
      const again = await openRunners({ folder })
      expect(await runnerNames(again.db)).toEqual(existed ? ['Ana'] : [])
    },
  )

  it('is the same when the database reaches its own limit', withPageLimit)
})

/** Without the right to mount a small disk: SQLite answers the same when a database may not grow. */
async function withPageLimit(): Promise<void> {
  const { db, reader } = await openRunners()
  await addRunners(db, 'Ana')
  await sql`pragma max_page_count = 20`.execute(db)
  const inTransaction = db.transaction().execute(async (trx) => {
    await addRunners(trx, 'half')
    await addManyRunners(trx, 20_000)
  })
  await expect(inTransaction).rejects.toMatchObject(full)
  await expect(addManyRunners(db, 20_000)).rejects.toMatchObject(full)
  expect(await runnerNames(reader)).toEqual(['Ana'])
  await sql`pragma max_page_count = 1000000`.execute(db)
  await addManyRunners(db, 20_000)
  expect(await runnerNames(reader)).toHaveLength(20_001)
}
