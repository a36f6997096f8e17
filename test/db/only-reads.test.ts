import { cp, readdir, statfs, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { backupDatabase } from '../../main/engine/db/backup.ts'
import { checkIntegrity } from '../../main/engine/db/integrity.ts'
import { addRunners, emptyFolder, openRunners, runnerNames } from './database-folder.ts'
import { smallDisk, writeProtect } from './small-disk.ts'

const noDisk = 'no right to mount a small disk here: reading on a full disk was NOT tested'

/** Two runners on a disk of 8 MB; `killed` leaves the second of them in the log only, as a killed process does. */
async function runnersOn(disk: string, end: 'closed' | 'killed'): Promise<string> {
  const here = join(disk, 'data')
  if (end === 'closed') {
    const open = await openRunners({ folder: here })
    await addRunners(open.db, 'Ana', 'Bo')
    await open.close()
    return here
  }
  const open = await openRunners()
  await addRunners(open.db, 'Ana')
  await open.checkpoint()
  await addRunners(open.db, 'Bo')
  const from = dirname(open.file)
  for (const name of await readdir(from)) {
    if (!basename(name).endsWith('-shm'))
      await cp(join(from, name), join(here, name), { recursive: true })
  }
  return here
}

async function fill(disk: string): Promise<void> {
  const { bavail, bsize } = await statfs(disk)
  await writeFile(join(disk, 'somebody-elses-file'), Buffer.alloc(bavail * bsize, 1))
}

describe('Where nothing can be written', () => {
  it.for([
    ['a full disk', 'closed', fill],
    ['a full disk', 'killed', fill],
    ['a write-protected disk', 'closed', writeProtect],
  ] as const)(
    '%s: what a process that was %s left can be read, checked and copied',
    async ([, end, spoil], { skip }) => {
      const disk = await smallDisk(8)
      if (disk === null) return skip(noDisk)
      const folder = await runnersOn(disk, end)
      await spoil(disk)
      const open = await openRunners({ folder, orOnlyRead: true })
      expect(await runnerNames(open.reader)).toEqual(['Ana', 'Bo'])
      expect(await checkIntegrity(open)).toEqual([])
      await expect(addRunners(open.db, 'Cy')).rejects.toMatchObject({ code: open.onlyReads!.code })
      const copy = join(await emptyFolder(), 'marshal.db')
      await backupDatabase(open, copy)
      await open.close()
      expect(await runnerNames((await openRunners({ folder: dirname(copy) })).db)).toEqual([
        'Ana',
        'Bo',
      ])
    },
  )

  it('a log that only SQLite could work off, on a write-protected disk, is refused in words', async ({
    skip,
  }) => {
    const disk = await smallDisk(8)
    if (disk === null) return skip(noDisk)
    const folder = await runnersOn(disk, 'killed')
    await writeProtect(disk)
    await expect(openRunners({ folder, orOnlyRead: true })).rejects.toMatchObject({
      code: 'read-only',
      fix: expect.stringContaining('writable disk'),
    })
  })
})
