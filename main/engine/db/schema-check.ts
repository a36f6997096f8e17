/**
 * Compares the schema of a database with the one its migrations make. A trigger somebody added runs with every change, and
 * a dropped unique index lets two runners have one bib: SQLite's own check finds neither.
 */
import { databaseProblem, DatabaseProblem } from './database-problem.ts'
import { appliedSteps } from './file-identity.ts'
import type { Migration } from './migration.ts'
import { migrations } from './migrations/index.ts'
import { migrate } from './migrator.ts'
import {
  openConnection,
  withOwnConnection,
  type DatabaseSource,
  type SqliteConnection,
} from './sqlite-connection.ts'

/** `trigger keep_out` → the statement that made it, white space apart. */
type Schema = ReadonlyMap<string, string>

/** What differs, one short phrase each, such as `trigger x is not ours`; nothing when all is as it should be. */
export async function schemaDifferences(
  database: DatabaseSource,
  steps: readonly Migration[] = migrations,
): Promise<readonly string[]> {
  const { done, found } = await withOwnConnection(database, async (connection) => ({
    done: new Set((await appliedSteps(connection)).map(({ name }) => name)),
    found: await readSchema(connection),
  }))
  return differences(found, await schemaAfter(steps.filter(({ name }) => done.has(name))))
}

/** Throws `DatabaseProblem` `damaged` with what differs. */
export async function refuseChangedSchema(
  file: string,
  steps: readonly Migration[],
): Promise<void> {
  const differing = await schemaDifferences({ file }, steps)
  if (differing.length === 0) return
  const { fix } = databaseProblem('damaged', file)
  const told = differing.slice(0, 5).join(', ')
  const more = differing.length > 5 ? ` and ${differing.length - 5} more` : ''
  throw new DatabaseProblem(
    'damaged',
    `${file} is not as Marshal made it: ${told}${more}. Something else has changed it.`,
    fix,
  )
}

function differences(found: Schema, wanted: Schema): readonly string[] {
  const names = [...new Set([...wanted.keys(), ...found.keys()])].sort()
  return names.flatMap((name) => {
    if (!found.has(name)) return [`${name} is missing`]
    if (!wanted.has(name)) return [`${name} is not Marshal's`]
    return found.get(name) === wanted.get(name) ? [] : [`${name} was changed`]
  })
}

async function readSchema(connection: SqliteConnection): Promise<Schema> {
  // What SQLite itself makes has names of its own; what ANALYZE leaves is no part of the schema.
  const rows = await connection.all<{ type: string; name: string; sql: string | null }>(
    `select type, name, sql from sqlite_schema where name not like 'sqlite\\_%' escape '\\'`,
  )
  return new Map(
    rows.map(({ type, name, sql }) => [`${type} ${name}`, (sql ?? '').replace(/\s+/g, ' ').trim()]),
  )
}

/** Made anew in memory: what is true of a schema is what its migrations do. */
async function schemaAfter(steps: readonly Migration[]): Promise<Schema> {
  const connection = await openConnection(':memory:', { mode: 'create' })
  try {
    const clock = { now: () => 0, timer: () => () => {} }
    await migrate(connection, { steps, clock, appVersion: '', backUp: async () => {} })
    return await readSchema(connection)
  } finally {
    await connection.close()
  }
}
