import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Kysely, sql } from 'kysely'
import type { Clock, Probe } from '../ports.ts'
import { backUpAutomatically } from './automatic-backups.ts'
import { leaveCleanCloseNote, takeCleanCloseNote } from './clean-close.ts'
import { createDatabase } from './create-database.ts'
import { replaceDamaged, type Recovered } from './damaged-database.ts'
import { databaseProblem, DatabaseProblem, problemBehind } from './database-problem.ts'
import { exists, makePrivate, makePrivateFolder } from './durable-files.ts'
import { refuseWhileLocked } from './event-lock.ts'
import { endGuard, guardFile } from './file-guard.ts'
import { pragmaNumber, refuseForeignFile } from './file-identity.ts'
import { integrityFindings } from './integrity.ts'
import type { Migration } from './migration.ts'
import { migrations } from './migrations/index.ts'
import { migrate } from './migrator.ts'
import { markMade, refuseMissing } from './missing-database.ts'
import { onlyWritingFails, openForReading } from './open-for-reading.ts'
import { rescueLost } from './rescue.ts'
import { finishRestore } from './restore.ts'
import type { Database } from './schema.ts'
import type { LossNews, OpenDatabase, OpeningReport } from './opened-database.ts'
import { openConnection, type SqliteConnection } from './sqlite-connection.ts'
import { Sqlite3Dialect } from './sqlite3-dialect.ts'
import { StatementError } from './statement-error.ts'

export interface OpenDatabaseOptions {
  /** Path of `marshal.db`; its folder is made when missing. */
  readonly file: string
  readonly clock: Clock
  /** Version of this Marshal; kept with every migration and named when a newer database is refused. */
  readonly appVersion: string
  /** Default: the whole history. Tests stop earlier. */
  readonly steps?: readonly Migration[]
  /** How many automatic backups stay; default 10. */
  readonly keepBackups?: number
  readonly probe?: Probe
  /** Where nothing can be written, what is there is opened for reading instead of being refused. */
  readonly orOnlyRead?: boolean
}

/** Settings of every connection. */
const settings = `
  pragma busy_timeout = 5000;
  pragma foreign_keys = on;
  pragma trusted_schema = off;
  pragma cell_size_check = on;
  pragma temp_store = memory;
  pragma cache_size = -16384;
`

/**
 * - `synchronous = full`, and `fullfsync` on macOS whose plain one does not reach the disk: nothing acknowledged is
 *   lost with the power.
 * - `secure_delete = fast`: deleted values are overwritten where that needs no extra writing; erasing a person must
 *   switch it `on`.
 * - `wal_autocheckpoint = 8192`: a bulk write takes its log over every 32 MB instead of every 4, which saves a fifth.
 * - No memory mapping: a disk that fails or a file that is cut off would end the process instead of being an error.
 */
const writerSettings = `${settings}
  pragma journal_mode = wal;
  pragma synchronous = full;
  pragma fullfsync = on;
  pragma checkpoint_fullfsync = on;
  pragma secure_delete = fast;
  pragma wal_autocheckpoint = 8192;
  pragma journal_size_limit = 67108864;
`

const readerSettings = `${settings} pragma query_only = on;`

/**
 * Opens the database, making, checking, recovering and migrating it as needed. One process per folder; the host sees
 * to that.
 *
 * A damaged file is put aside and replaced by the newest verified backup, which `opening.recovered` tells; when there
 * is none it is left alone and refused. Throws `DatabaseProblem` for everything a person has to know.
 */
export async function openDatabase<Schema = Database>(
  options: OpenDatabaseOptions,
): Promise<OpenDatabase<Schema>> {
  const { file, clock, appVersion, probe } = options
  const steps = options.steps ?? migrations
  let recovered: Recovered | null = null
  let writer: SqliteConnection | null = null
  try {
    await makePrivateFolder(dirname(file))
    const finished = await finishRestore(file)
    if (finished?.label === 'damaged') {
      recovered = { asideFile: finished.asideFile, backupFile: finished.from }
    }
    const restored =
      finished?.label === 'replaced' ? { asideFile: finished.asideFile, from: finished.from } : null
    const created = !(await exists(file))
    if (created) {
      const now = clock.now()
      await refuseMissing(file, now)
      await createDatabase(file, now)
    }
    await makePrivate(file)
    const clean = created || (await takeCleanCloseNote(file))
    try {
      writer = await openSound(file, !clean)
    } catch (error) {
      if (!(error instanceof DatabaseProblem) || error.code !== 'damaged') throw error
      const restore = { file, clock, steps, appVersion, reason: error }
      recovered = await replaceDamaged(probe === undefined ? restore : { ...restore, probe })
      writer = await openSound(file, false)
    }
    await refuseForeignFile(writer, steps, appVersion)
    // Only now is it certain that this is our file to change.
    await writer.exec(writerSettings)
    let backupFile: string | null = null
    const locking = writer
    const migrated = await migrate(writer, {
      steps,
      clock,
      appVersion,
      refuse: () => refuseWhileLocked(locking, clock, appVersion),
      backUp: async () => {
        const keep = options.keepBackups ?? 10
        const backup = { clock, reason: 'before-migration', keep } as const
        backupFile = (await backUpAutomatically({ file }, backup)).file
      },
      ...(probe === undefined ? {} : { probe }),
    })
    const reader = await openReader(file)
    await markMade(file, clock.now())
    const opening = { created, checked: !clean, migrated, backupFile, recovered, restored }
    return assemble({ file, writer, reader, clock, steps }, opening)
  } catch (error) {
    await writer?.close().catch(() => {
      // Why it could not be opened matters more than why it could not be closed.
    })
    const problem = problemBehind(error, file)
    if (options.orOnlyRead === true && onlyWritingFails(problem)) {
      return openForReading({ file, steps, appVersion, problem })
    }
    throw problem ?? error
  }
}

/** A connection to a file that SQLite can read and, when `check` is set, that passes its check; else `damaged`. */
async function openSound(file: string, check: boolean): Promise<SqliteConnection> {
  // We never leave an empty file under this name, and SQLite would take it for a new database.
  if ((await stat(file)).size === 0)
    throw databaseProblem('damaged', file, new Error('it is empty'))
  const connection = await openConnection(file, { mode: 'write' })
  try {
    await connection.exec('pragma busy_timeout = 5000')
    await pragmaNumber(connection, 'schema_version')
    await refuseOldSqlite(connection)
    const [finding] = check ? await integrityFindings(connection, 'quick_check') : []
    if (finding !== undefined) throw databaseProblem('damaged', file, new Error(finding.message))
    return connection
  } catch (error) {
    await connection.close().catch(() => {
      // The first error says what is wrong with the file.
    })
    throw error
  }
}

/** Bulk pages are read by `jsonb_each`, which older builds of `sqlite3` do not have. */
async function refuseOldSqlite(connection: SqliteConnection): Promise<void> {
  try {
    await connection.all(`select value from jsonb_each('[1]')`)
  } catch (error) {
    if (!(error instanceof StatementError)) throw error
    throw new Error('This build of SQLite has no jsonb_each: install sqlite3 6 or newer', {
      cause: error,
    })
  }
}

async function openReader(file: string): Promise<SqliteConnection> {
  const reader = await openConnection(file, { mode: 'write' })
  await reader.exec(readerSettings)
  return reader
}

interface Opened {
  readonly file: string
  readonly writer: SqliteConnection
  readonly reader: SqliteConnection
  readonly clock: Clock
  readonly steps: readonly Migration[]
}

function assemble<Schema>(opened: Opened, opening: OpeningReport): OpenDatabase<Schema> {
  const { file, writer, clock, steps } = opened
  const db = new Kysely<Schema>({ dialect: new Sqlite3Dialect(writer) })
  const reader = new Kysely<Schema>({ dialect: new Sqlite3Dialect(opened.reader) })
  const guard = guardFile(file)
  const listeners = new Set<(news: LossNews) => void>()
  const tell = (news: LossNews) => {
    for (const listener of listeners) listener(news)
  }
  let rescuing: Promise<void> = Promise.resolve()
  guard.onLoss = () => {
    tell({ kind: 'lost' })
    rescuing = rescueLost({ file, db, guard, clock, steps }).then(
      () => tell({ kind: 'rescued' }),
      (error: unknown) => tell({ kind: 'not-rescued', error }),
    )
  }
  let closing: Promise<void> | null = null
  return {
    file,
    db,
    reader,
    opening,
    trouble: () => guard.trouble(),
    onLoss: (listener) => void listeners.add(listener),
    async checkpoint() {
      const { rows } = await sql<{ busy: number; log: number; checkpointed: number }>`
        pragma wal_checkpoint(truncate)`.execute(db)
      return { complete: rows[0]?.busy === 0, pages: Math.max(0, rows[0]?.checkpointed ?? 0) }
    },
    close() {
      closing ??= closeAll()
      return closing
    },
  }

  /** The writer last: the last connection to close takes the log in and removes it. */
  async function closeAll(): Promise<void> {
    await reader.destroy()
    await rescuing
    await db.destroy()
    const lost = guard.loss() !== null
    endGuard(file, guard)
    // SQLite removes the log by its name: one that is not ours belongs to the file that stands in our place.
    if (lost && !guard.ownsLog()) return
    await opened.reader.close()
    await writer.close()
    if (!lost) await leaveCleanCloseNote(file)
  }
}
