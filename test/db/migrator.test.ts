import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { statementsOf, type Migration } from '../../main/engine/db/migration.ts'
import { MigrationFailed } from '../../main/engine/db/migrator.ts'
import {
  addRunners,
  emptyFolder,
  openRunners,
  runnerNames,
  steppingClock,
} from './database-folder.ts'
import { firstStep, secondStep } from './runner-schema.ts'

const failingStep: Migration = {
  name: '0020-breaks',
  up: async (db) => {
    await sql`create table half_made (a)`.execute(db)
    await sql`update runner set name = 'spoilt'`.execute(db)
    await sql`insert into nowhere values (1)`.execute(db)
  },
}

describe('Promise 11: bringing a database up to date', () => {
  it('does the steps in order, once, each recorded with the version that did it', async () => {
    const folder = await emptyFolder()
    const first = await openRunners({ folder })
    await first.close()
    const points: string[] = []
    const second = await openRunners({
      folder,
      steps: [firstStep, secondStep],
      appVersion: '1.3.0',
      probe: (point) => void points.push(point),
    })
    expect(second.opening.migrated).toEqual(['0020-club'])
    expect(points).toEqual([
      'migrate:backup',
      'migrate:0020-club:begun',
      'migrate:0020-club:written',
      'migrate:0020-club:done',
    ])
    const { rows } = await sql`select * from migration`.execute(second.db)
    const appliedOn = expect.stringMatching(/^2026-11-21T05:00:0\d\.000Z$/) as string
    expect(rows).toEqual([
      { name: '0010-runner', appliedOn, appVersion: '1.2.0' },
      { name: '0020-club', appliedOn, appVersion: '1.3.0' },
    ])
    expect((await sql`pragma user_version`.execute(second.db)).rows).toEqual([{ user_version: 20 }])
  })

  it('makes no backup of a new database and a verified one of any other', async () => {
    const folder = await emptyFolder()
    const first = await openRunners({ folder })
    expect(first.opening.backupFile).toBeNull()
    await addRunners(first.db, 'Ana')
    await first.close()
    const second = await openRunners({ folder, steps: [firstStep, secondStep] })
    const [backup] = await readdir(join(folder, 'backups'))
    expect(second.opening.backupFile).toBe(join(folder, 'backups', String(backup)))
    expect(backup).toMatch(/^marshal-\d{8}T\d{6}Z-before-migration\.db$/)
  })

  it('leaves nothing of a step that fails, keeps the earlier ones and names it', async () => {
    const folder = await emptyFolder()
    const first = await openRunners({ folder })
    await addRunners(first.db, 'Ana')
    await first.close()
    const failing = openRunners({ folder, steps: [firstStep, failingStep] })
    await expect(failing).rejects.toBeInstanceOf(MigrationFailed)
    await expect(failing).rejects.toMatchObject({ code: 'migration-failed', step: '0020-breaks' })
    await expect(failing).rejects.toThrow(/step 0020-breaks failed .*no such table: nowhere/)
    const again = await openRunners({ folder })
    expect(await runnerNames(again.db)).toEqual(['Ana'])
    const tables = await sql`select name from sqlite_schema where type = 'table'`.execute(again.db)
    expect(tables.rows).toEqual([{ name: 'runner' }, { name: 'migration' }])
  })

  it('leaves an empty database when the very first step fails, which the next start fills', async () => {
    const folder = await emptyFolder()
    const broken: Migration = { name: '0010-runner', up: failingStep.up }
    await expect(openRunners({ folder, steps: [broken] })).rejects.toMatchObject({
      step: '0010-runner',
    })
    const again = await openRunners({ folder })
    expect(await runnerNames(again.db)).toEqual([])
  })

  it('lets a step rebuild a table others point to, but not leave orphans', async () => {
    const folder = await emptyFolder()
    const entries: Migration = {
      name: '0020-entry',
      up: statementsOf([
        `create table entry (runner integer not null references runner (id) on delete cascade) strict`,
        `insert into runner (id, name) values (5, 'Ana')`,
        'insert into entry values (5)',
      ]),
    }
    const rebuild: Migration = {
      name: '0030-rebuild',
      up: statementsOf([
        `create table new_runner (
          id integer primary key, name text not null, bib text, modifiedOn integer not null default 0
        ) strict`,
        'insert into new_runner select * from runner',
        'drop table runner',
        'alter table new_runner rename to runner',
      ]),
    }
    const orphaning: Migration = { name: '0040-orphans', up: statementsOf(['delete from runner']) }
    const good = await openRunners({ folder, steps: [firstStep, entries, rebuild] })
    expect((await sql`select runner from entry`.execute(good.db)).rows).toEqual([{ runner: 5 }])
    await expect(sql`insert into entry values (99)`.execute(good.db)).rejects.toThrow(/FOREIGN KEY/)
    await good.close()
    await expect(
      openRunners({ folder, steps: [firstStep, entries, rebuild, orphaning] }),
    ).rejects.toThrow(/0040-orphans failed \(rows of entry would point to a missing runner\)/)
  })

  it('is done once when two start at the same time', async () => {
    const folder = await emptyFolder()
    await (await openRunners({ folder })).close()
    const both = await Promise.all([
      openRunners({ folder, steps: [firstStep, secondStep] }),
      openRunners({ folder, steps: [firstStep, secondStep] }),
    ])
    expect(both.flatMap(({ opening }) => opening.migrated)).toEqual(['0020-club'])
  })

  it('refuses a list that is out of order or grows in the middle', async () => {
    const folder = await emptyFolder()
    const thirdStep = { ...secondStep, name: '0030-club' }
    await expect(openRunners({ folder, steps: [secondStep, firstStep] })).rejects.toThrow(
      /0010-runner must be numbered after 0020-club/,
    )
    await (await openRunners({ folder, steps: [firstStep, thirdStep] })).close()
    const between: Migration = { name: '0020-late', up: async () => {} }
    await expect(openRunners({ folder, steps: [firstStep, between, thirdStep] })).rejects.toThrow(
      /0020-late comes before 0030-club/,
    )
  })

  it('keeps only the newest automatic backups', async () => {
    const folder = await emptyFolder()
    const step = (n: number): Migration => ({ name: `00${n}-step`, up: async () => {} })
    const steps = [firstStep]
    const clock = steppingClock()
    for (let number = 20; number < 25; number += 1) {
      steps.push(step(number))
      await (await openRunners({ folder, steps, clock, keepBackups: 3 })).close()
    }
    expect(await readdir(join(folder, 'backups'))).toHaveLength(3)
  })
})
