import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { backUpAutomatically } from '../../main/engine/db/automatic-backups.ts'
import { restoreDatabase } from '../../main/engine/db/restore.ts'
import {
  addRunners,
  emptyFolder,
  openRunners,
  runnerNames,
  steppingClock,
} from './database-folder.ts'
import { firstStep } from './runner-schema.ts'

/** A folder in which somebody has removed everything that bears the database's name. */
async function robbedFolder(options: { readonly backup: boolean }) {
  const folder = await emptyFolder()
  const open = await openRunners({ folder })
  await addRunners(open.db, 'Ana')
  const backup = options.backup
    ? (await backUpAutomatically(open, { clock: steppingClock(), reason: 'daily' })).file
    : null
  await open.close()
  for (const name of await readdir(folder)) {
    if (name.startsWith('marshal.db')) await rm(join(folder, name))
  }
  return { folder, file: open.file, backup }
}

describe('a database that is missing where one was', () => {
  it('is refused with the command that restores the newest backup, at every start', async () => {
    const { folder, file, backup } = await robbedFolder({ backup: true })
    for (let start = 0; start < 2; start += 1) {
      await expect(openRunners({ folder })).rejects.toMatchObject({
        code: 'missing',
        problem: { code: 'database' },
        message: expect.stringContaining(`The database ${file} is missing, but there was one`),
        fix: expect.stringContaining(`marshal --data "${folder}" restore "${backup}"`),
      })
    }
    const clock = steppingClock()
    const from = String(backup)
    await restoreDatabase({ file, from, clock, steps: [firstStep], appVersion: '1.2.0' })
    expect(await runnerNames((await openRunners({ folder })).db)).toEqual(['Ana'])
  })

  it('is refused without a backup too', async () => {
    const { folder } = await robbedFolder({ backup: false })
    await expect(openRunners({ folder })).rejects.toMatchObject({
      code: 'missing',
      fix: expect.stringContaining('there is no backup in'),
    })
    expect(await readdir(folder)).toEqual(['database.json'])
  })

  it.each(['vault.json', 'marshal.db.closed', 'marshal.db.damaged-20261121T050001Z'])(
    'is known by %s alone, as in a folder of an earlier version',
    async (name) => {
      const folder = await emptyFolder()
      await writeFile(join(folder, name), '{}')
      await expect(openRunners({ folder })).rejects.toMatchObject({ code: 'missing' })
    },
  )
})

describe('a folder that never had a database', () => {
  it('begins with an empty one, also after a first start that failed', async () => {
    const folder = await emptyFolder()
    await mkdir(join(folder, 'log'))
    await writeFile(join(folder, 'log', 'marshal.log'), '{}\n')
    await mkdir(join(folder, 'window'))
    await mkdir(join(folder, 'backups'))
    await writeFile(join(folder, 'owner.lock'), '')
    const failing = openRunners({
      folder,
      steps: [{ ...firstStep, up: () => Promise.reject(new Error('power cut')) }],
    })
    await expect(failing).rejects.toMatchObject({ code: 'migration-failed' })
    expect((await openRunners({ folder })).opening).toMatchObject({ migrated: ['0010-runner'] })
  })
})
