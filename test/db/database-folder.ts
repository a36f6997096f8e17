import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql, type Kysely } from 'kysely'
import { onTestFinished } from 'vitest'
import { openDatabase, type OpenDatabaseOptions } from '../../main/engine/db/open-database.ts'
import type { OpenDatabase } from '../../main/engine/db/opened-database.ts'
import type { Clock } from '../../main/engine/ports.ts'
import type { Migration } from '../../main/engine/db/migration.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { firstStep, type RunnerTables } from './runner-schema.ts'

/** 2026-11-21T05:00:00Z, one second later at each look, so that no two names are equal. */
export function steppingClock(): Clock {
  let now = 1_795_237_200_000
  return {
    now: () => (now += 1000),
    timer: () => () => {},
  }
}

/** An empty folder that goes away with the test. */
export async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'marshal-db-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Opens `marshal.db` in the folder as a version with only these steps would; closed when the test ends. */
export async function openAfter(
  folder: string,
  steps: readonly Migration[],
): Promise<OpenDatabase> {
  const file = join(folder, 'marshal.db')
  const database = await openDatabase({ file, clock: fakeClock(), appVersion: '0', steps })
  onTestFinished(() => database.close())
  return database
}

/** A target with the number 1. */
export async function addTarget({ db }: OpenDatabase): Promise<void> {
  await sql`INSERT INTO target (id, name, adapter, url, auth, mode, direction, conflicts, remoteDeletion, entities, mapping,
    schedule, createdOn) VALUES (1, 't', 'a', '', 'none', 'mirror', 'both', 'review', 'unlink', '[]', '[]', '{}', 1)`.execute(
    db,
  )
}

export type TestOptions = Partial<OpenDatabaseOptions> & { readonly folder?: string }

/** Opens `marshal.db` in the folder with the small schema; closed when the test ends. */
export async function openRunners(options: TestOptions = {}): Promise<OpenDatabase<RunnerTables>> {
  const { folder = await emptyFolder(), ...rest } = options
  const open = await openDatabase<RunnerTables>({
    file: join(folder, 'marshal.db'),
    clock: steppingClock(),
    appVersion: '1.2.0',
    steps: [firstStep],
    ...rest,
  })
  onTestFinished(() => open.close())
  return open
}

export async function addRunners(
  db: Kysely<RunnerTables>,
  ...names: readonly string[]
): Promise<void> {
  await db
    .insertInto('runner')
    .values(names.map((name) => ({ name, modifiedOn: 0 })))
    .execute()
}

export async function runnerNames(db: Kysely<RunnerTables>): Promise<readonly string[]> {
  const rows = await db.selectFrom('runner').select('name').orderBy('name').execute()
  return rows.map(({ name }) => name)
}

/** Fills the file with enough pages that damage in the middle hits rows. */
export async function addManyRunners(db: Kysely<RunnerTables>, count: number): Promise<void> {
  await sql`
    with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count})
    insert into runner (name, modifiedOn) select printf('runner %d of the long list', i), i from n
  `.execute(db)
}
