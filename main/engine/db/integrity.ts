import { databaseProblem, DatabaseProblem } from './database-problem.ts'
import { refuseForeignFile, type NamedStep } from './file-identity.ts'
import {
  openConnection,
  withOwnConnection,
  type DatabaseSource,
  type SqliteConnection,
} from './sqlite-connection.ts'

/** One thing the check found. */
export interface IntegrityFinding {
  readonly code: 'integrity' | 'foreign-key'
  readonly message: string
}

/** How many findings are worth listing: one already means that the file cannot be trusted. */
const listedFindings = 20

/**
 * Everything SQLite itself can check: pages, indexes against tables, uniqueness, search index, parents of every row.
 * Uses its own connection, so neither saving nor searching waits for it. Reads the whole file: seconds at 1,000,000
 * records. An empty list means all well.
 */
export async function checkIntegrity(
  database: DatabaseSource,
): Promise<readonly IntegrityFinding[]> {
  try {
    return await withOwnConnection(database, async (connection) => {
      const findings = await integrityFindings(connection, 'integrity_check')
      return findings.length > 0 ? findings : await orphans(connection)
    })
  } catch (error) {
    if (error instanceof DatabaseProblem && error.code === 'damaged') {
      return [{ code: 'integrity', message: error.message }]
    }
    throw error
  }
}

/**
 * `quick_check` reads every page but does not compare indexes with tables: about 0.65 s at 1,000,000 records where
 * `integrity_check` takes several.
 */
export async function integrityFindings(
  connection: SqliteConnection,
  check: 'quick_check' | 'integrity_check',
): Promise<readonly IntegrityFinding[]> {
  const rows = await connection.all<Record<string, string>>(`pragma ${check}(${listedFindings})`)
  return rows
    .map((row) => Object.values(row)[0] ?? '')
    .filter((message) => message !== 'ok')
    .map((message) => ({ code: 'integrity', message }))
}

async function orphans(connection: SqliteConnection): Promise<readonly IntegrityFinding[]> {
  const rows = await connection.all<{ child: string; parent: string; found: number }>(
    `select "table" as child, parent, count(*) as found from pragma_foreign_key_check group by 1, 2`,
  )
  return rows.map(({ child, parent, found }) => ({
    code: 'foreign-key',
    message: `${found} rows of ${child} point to a missing ${parent}`,
  }))
}

/**
 * Proves that a file at rest (a backup, a copy about to be restored) is a whole Marshal database that this version
 * can use. Throws `DatabaseProblem`: `damaged`, `not-a-database` or `newer`.
 */
export async function verifyDatabaseFile(
  file: string,
  steps: readonly NamedStep[],
  appVersion: string,
): Promise<void> {
  const connection = await openConnection(file, { mode: 'write' })
  try {
    // Takes in a write-ahead log copied along, and leaves one file that needs nothing beside it.
    await connection.exec('pragma journal_mode = delete')
    await refuseForeignFile(connection, steps, appVersion)
    const [finding] = await integrityFindings(connection, 'integrity_check')
    if (finding !== undefined) throw databaseProblem('damaged', file, new Error(finding.message))
  } catch (error) {
    // Zeros or text where the header should be: never a database, as far as anybody can tell.
    const cause = error instanceof DatabaseProblem ? error.cause : null
    if (cause instanceof Error && cause.message.startsWith('SQLITE_NOTADB')) {
      throw databaseProblem('not-a-database', file, error)
    }
    throw error
  } finally {
    await connection.close()
  }
}
