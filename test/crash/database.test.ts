import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it } from 'vitest'
import { backupDatabase } from '../../main/engine/db/backup.ts'
import { checkIntegrity } from '../../main/engine/db/integrity.ts'
import { openConnection } from '../../main/engine/db/sqlite-connection.ts'
import { addRunners, emptyFolder, openRunners, runnerNames } from '../db/database-folder.ts'
import { firstStep, secondStep } from '../db/runner-schema.ts'
import { probePoints } from './probe-points.ts'

const script = join(import.meta.dirname, 'database-process.ts')

function start(...args: readonly string[]) {
  return spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
}

/** Runs the process, which must be killed at the point and not before or after. */
async function killedAt(action: string, folder: string, point: string): Promise<void> {
  const child = start(action, folder, point)
  child.stdout.resume()
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  expect({ code, signal }).toEqual({ code: null, signal: 'SIGKILL' })
}

/** A closed database with Ana and Bo and a backup `good.db` from when there was only Ana. */
async function anaAndBo(): Promise<string> {
  const folder = await emptyFolder()
  const open = await openRunners({ folder })
  await addRunners(open.db, 'Ana')
  await backupDatabase(open, join(folder, 'good.db'))
  await addRunners(open.db, 'Bo')
  await open.close()
  return folder
}

/** Whether what is done is there when the process was killed at the point. */
const migratePoints: readonly (readonly [point: string, done: boolean])[] = [
  ['migrate:backup', false],
  ['migrate:*:begun', false],
  ['migrate:*:written', false],
  ['migrate:*:done', true],
]
const restorePoints: typeof migratePoints = [
  ['restore:1:copied', false],
  ['restore:2:verified', false],
  ['restore:3:planned', true],
  ['restore:4:aside', true],
  ['restore:5:placed', true],
  ['restore:6:done', true],
]
const backupPoints: typeof migratePoints = [
  ['backup:1:copied', false],
  ['backup:2:verified', false],
  ['backup:3:placed', true],
]

it('the places where a process may be killed in the database layer are all tested here', () => {
  const tested = [...migratePoints, ...restorePoints, ...backupPoints].map(([point]) => point)
  expect(probePoints('main/engine/db/')).toEqual(tested.sort())
})

describe('Promise 11: a process killed while migrating', () => {
  it.each(migratePoints)(
    'at %s leaves the old schema or the new one, and the next start completes it',
    async (point, done) => {
      const folder = await anaAndBo()
      await killedAt('migrate', folder, point.replace('*', secondStep.name))
      const steps = [firstStep, secondStep]
      const open = await openRunners({ folder, steps })
      expect(open.opening.migrated).toEqual(done ? [] : ['0020-club'])
      expect(await runnerNames(open.db)).toEqual(['Ana', 'Bo'])
      expect(await checkIntegrity(open)).toEqual([])
    },
  )
})

describe('a process killed while restoring', () => {
  it.each(restorePoints)(
    'at %s has the old database or the new one at the next start',
    async (point, restored) => {
      const folder = await anaAndBo()
      await killedAt('restore', folder, point)
      const open = await openRunners({ folder })
      expect(await runnerNames(open.db)).toEqual(restored ? ['Ana'] : ['Ana', 'Bo'])
      const names = (await readdir(folder)).filter(
        (name) => !/^marshal\.db(-wal|-shm)?$/.test(name),
      )
      const aside = names.filter((name) => name.includes('.replaced-'))
      expect(names.filter((name) => /restor|good\.db./.test(name))).toEqual([])
      expect(aside).toHaveLength(restored ? 1 : 0)
      for (const name of aside) {
        const old = await openConnection(join(folder, name), { mode: 'write' })
        expect(await old.all('select name from runner')).toHaveLength(2)
        await old.close()
      }
    },
  )
})

describe('a process killed while backing up', () => {
  it.each(backupPoints)(
    'at %s leaves the older backup or the new one, whole',
    async (point, replaced) => {
      const folder = await anaAndBo()
      await killedAt('backup', folder, point)
      const backup = await openConnection(join(folder, 'good.db'), { mode: 'read' })
      expect(await backup.all('select name from runner')).toHaveLength(replaced ? 2 : 1)
      await backup.close()
      const open = await openRunners({ folder })
      await backupDatabase(open, join(folder, 'good.db'))
      expect((await readdir(folder)).filter((name) => name.includes('partial'))).toEqual([])
    },
  )
})

describe('Promise 1: a process killed while saving', () => {
  it('loses nothing it has told about', async () => {
    const folder = await emptyFolder()
    const child = start('write', folder, '')
    let told = 0
    for await (const line of createInterface({ input: child.stdout })) {
      told = Number(line)
      if (told === 50) child.kill('SIGKILL')
    }
    const open = await openRunners({ folder })
    expect(open.opening).toMatchObject({ checked: true, recovered: null })
    const saved = (await runnerNames(open.db)).length
    expect(told).toBeGreaterThanOrEqual(50)
    expect(saved).toBeGreaterThanOrEqual(told)
  })
})
