/** Not where somebody thought of a point, but at the statements themselves: the process is killed instead of its nth. */
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrations } from '../../main/engine/db/migrations/index.ts'
import { openDatabase } from '../../main/engine/db/open-database.ts'
import { checkIntegrity } from '../../main/engine/db/integrity.ts'
import { systemClock } from '../../main/hosts/system-clock.ts'
import { startListOf } from '../support/race-day.ts'
import { allRecords, fingerprint } from '../support/same-everywhere.ts'
import { startMockSync } from '../targets/mock-sync-server/stand-in.ts'
import { startTagServer } from '../targets/tagserver/stand-in.ts'
import { startTestEngine } from '../support/test-engine.ts'
import {
  ended,
  expectWhole,
  reopen,
  sentEntities,
  startProcess,
  untilQuiet,
} from './killed-engine.ts'
import { tagserverTarget, startAtTagServer } from '../targets/tagserver/target.ts'
import { mockSyncTarget } from '../targets/mock-sync-server/target.ts'

const minutes = 60_000

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'marshal-statements-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Kills at every so many statements until the thing is done before it is killed. Returns how often it was killed. */
async function killAtEach(
  every: number,
  kill: (statement: number) => Promise<boolean>,
): Promise<number> {
  let kills = 0
  for (let statement = 1; await kill(statement); statement += every) kills += 1
  return kills
}

describe('Promise 1: killed at any statement', () => {
  it(
    'of a push, ends with one of everything there and nothing lost here',
    async () => {
      const timing = await startTagServer()
      const first = await startAtTagServer({ standIn: timing, clock: systemClock() })
      await first.importEntrants(startListOf(3))
      const before = await fingerprint(first.client, sentEntities)
      const prepared = join(folder, 'push.db')
      await first.engine.backupTo(prepared)
      await first.close()
      const kills = await killAtEach(41, async (statement) => {
        const dataDir = await mkdtemp(join(folder, 'push-'))
        await copyFile(prepared, join(dataDir, 'marshal.db'))
        await timing.reset()
        const child = startProcess({ dataDir, action: 'sync', point: null, time: 0, statement })
        if (!(await ended(child))) return false
        const marshal = await reopen(tagserverTarget, dataDir, timing)
        await untilQuiet(marshal)
        await expectWhole(tagserverTarget, marshal, timing, before)
        await marshal.close()
        return true
      })
      expect(kills).toBeGreaterThan(2)
      await timing.stop()
    },
    5 * minutes,
  )

  it(
    'of a pull, takes over everything once',
    async () => {
      const mock = await startMockSync()
      const first = await startTestEngine({
        target: mockSyncTarget,
        standIn: mock,
        clock: systemClock(),
      })
      const prepared = join(folder, 'pull.db')
      await first.engine.backupTo(prepared)
      await first.close()
      const timestamp = new Date(Date.now() - 600_000).toISOString()
      const kills = await killAtEach(41, async (statement) => {
        const dataDir = await mkdtemp(join(folder, 'pull-'))
        await copyFile(prepared, join(dataDir, 'marshal.db'))
        await mock.reset()
        await mock.put([
          { id: 'e', entity: 'event', timestamp, name: 'Autumn Classic' },
          { id: 'r', entity: 'race', timestamp, event: 'e', name: 'Half marathon' },
          { id: 'p', entity: 'person', timestamp, firstName: 'Guest', lastName: 'Costa' },
        ])
        const child = startProcess({ dataDir, action: 'sync', point: null, time: 0, statement })
        if (!(await ended(child))) return false
        const marshal = await reopen(mockSyncTarget, dataDir, mock)
        await untilQuiet(marshal)
        const now = await fingerprint(marshal.client, sentEntities)
        expect(now).toMatchObject({ event: [expect.anything()], person: [expect.anything()] })
        expect(await allRecords(marshal.client, 'race')).toMatchObject([{ name: 'Half marathon' }])
        await expectWhole(mockSyncTarget, marshal, mock, now)
        await marshal.close()
        return true
      })
      expect(kills).toBeGreaterThan(2)
      await mock.stop()
    },
    5 * minutes,
  )

  it(
    'of an import, has all of it or nothing, and is whole after importing once more',
    async () => {
      const timing = await startTagServer()
      const file = join(folder, 'list.csv')
      const csv = startListOf(40)
      await writeFile(file, csv)
      const kills = await killAtEach(13, async (statement) => {
        const dataDir = await mkdtemp(join(folder, 'import-'))
        await timing.reset()
        const order = { dataDir, action: 'import', file, point: null, time: 0, statement } as const
        if (!(await ended(startProcess(order)))) return false
        const marshal = await reopen(tagserverTarget, dataDir, timing)
        for (const entity of ['person', 'eventParticipant', 'startGroupParticipant'] as const) {
          expect([0, 40]).toContain((await allRecords(marshal.client, entity)).length)
        }
        await marshal.importEntrants(csv)
        const { records } = await marshal.client.status.get()
        expect(records).toMatchObject({ person: 40, eventParticipant: 40, event: 1, race: 1 })
        await marshal.close()
        return true
      })
      expect(kills).toBeGreaterThan(2)
      await timing.stop()
    },
    5 * minutes,
  )
})

describe('Promise 11: killed at any statement of bringing a database up to date', () => {
  const script = join(import.meta.dirname, 'database-process.ts')
  const clock = systemClock()
  const open = (dataDir: string, steps = migrations) =>
    openDatabase({ file: join(dataDir, 'marshal.db'), clock, appVersion: '1', steps })

  it.each(migrations.map(({ name }, at) => [name, at] as const))(
    'to %s, the old schema is there or the new one, with every row and a backup from before',
    async (_name, at) => {
      const prepared = await mkdtemp(join(folder, 'old-'))
      const old = await open(prepared, migrations.slice(0, at))
      if (at > 0)
        await sql`INSERT INTO organisation (id, name, createdOn, createdBy, modifiedOn, modifiedBy)
          VALUES ('o', 'Club', 1, 'ana', 1, 'ana')`.execute(old.db)
      await old.close()
      const kills = await killAtEach(at < migrations.length - 4 ? 23 : 3, async (statement) => {
        const dataDir = join(folder, `upgrade-${at}-${statement}`)
        await mkdir(dataDir)
        await copyFile(join(prepared, 'marshal.db'), join(dataDir, 'marshal.db'))
        const args = [script, 'upgrade', dataDir, String(statement)]
        if (!(await ended(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] }))))
          return false
        const upgraded = await open(dataDir)
        const { db, opening } = upgraded
        const left = migrations.slice(at).map(({ name }) => name)
        expect([...left.keys(), left.length].map((n) => left.slice(n))).toContainEqual(
          opening.migrated,
        )
        expect(await checkIntegrity(upgraded)).toEqual([])
        if (at > 0) {
          const { rows } = await sql`SELECT name FROM organisation`.execute(db)
          expect(rows).toEqual([{ name: 'Club' }])
          expect(await readdir(join(dataDir, 'backups'))).not.toEqual([])
        }
        await upgraded.close()
        return true
      })
      expect(kills).toBeGreaterThan(2)
    },
    5 * minutes,
  )
})
