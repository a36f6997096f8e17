import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import sqlite3 from 'sqlite3'
import type { Database as NativeDatabase, RunResult, Statement } from 'sqlite3'
import { BoundedCache } from './bounded-cache.ts'
import { databaseProblem, DatabaseProblem, problemBehind, sqliteCode } from './database-problem.ts'
import { refuseLost } from './file-guard.ts'
import { bindParameters, exactIntegers, type BoundStatement } from './parameters.ts'
import { SerialQueue } from './serial-queue.ts'
import { StatementError } from './statement-error.ts'
import { readStatement, type StatementText } from './statement-text.ts'

/** What a statement did. `changes` and `lastId` mean something after insert, update and delete only. */
export interface StatementOutcome<Row> {
  readonly rows: Row[]
  readonly changes: number
  readonly lastId: number
}

/**
 * One `sqlite3` connection with promises.
 *
 * Statements run one after the other in the order they were asked for, so that a connection never occupies more than
 * one thread of the pool (four at once starve everything else in the process). Parameters are checked, see
 * `parameters.ts`. Everything rejects with `DatabaseProblem` for trouble with file or disk, `StatementError` for a
 * statement SQLite refuses, `TypeError` for a parameter that cannot be stored.
 */
export interface SqliteConnection {
  readonly file: string
  /** Runs one statement of any kind. */
  execute<Row = Record<string, unknown>>(
    sql: string,
    parameters?: readonly unknown[],
  ): Promise<StatementOutcome<Row>>
  /** The rows of one statement. */
  all<Row = Record<string, unknown>>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>
  /** Runs several statements without parameters; stops at the first that fails. Never kept prepared. */
  exec(script: string): Promise<void>
  /** Waits for what was asked for before, finalizes every statement and closes. May be called twice. */
  close(): Promise<void>
}

/** A database that is open: whoever reads all of it opens a connection of its own. */
export interface DatabaseSource {
  readonly file: string
  /** Used instead, and left open, where none can be opened beside it: nothing can be written there. */
  readonly through?: SqliteConnection
}

export interface ConnectionOptions {
  /**
   * `create` makes the file when it is missing; `read` never writes to it. `immutable` makes nothing beside it either and
   * takes no lock: only for a file without a log that nobody changes meanwhile.
   */
  readonly mode: 'create' | 'write' | 'read' | 'immutable'
  /** Statements kept prepared; default 200. */
  readonly keptStatements?: number
}

const endsTransaction = new Set(['commit', 'end', 'rollback'])

const modes = {
  create: sqlite3.OPEN_READWRITE | sqlite3.OPEN_CREATE | sqlite3.OPEN_FULLMUTEX,
  write: sqlite3.OPEN_READWRITE | sqlite3.OPEN_FULLMUTEX,
  read: sqlite3.OPEN_READONLY | sqlite3.OPEN_FULLMUTEX,
  immutable: sqlite3.OPEN_READONLY | sqlite3.OPEN_URI | sqlite3.OPEN_FULLMUTEX,
} as const

/** Does `work` on a connection beside those that are in use. */
export async function withOwnConnection<Result>(
  { file, through }: DatabaseSource,
  work: (connection: SqliteConnection) => Promise<Result>,
): Promise<Result> {
  if (through !== undefined) return work(through)
  const connection = await openConnection(file, { mode: 'write' })
  try {
    return await work(connection)
  } finally {
    await connection.close()
  }
}

/** Below this a write that failed for no stated reason is taken to have failed for lack of room. */
const noRoomBytes = 256 * 1024

/** Opens `file`. The file is not looked at before the first statement. */
export async function openConnection(
  file: string,
  options: ConnectionOptions,
): Promise<SqliteConnection> {
  refuseLost(file)
  const name = options.mode === 'immutable' ? `${pathToFileURL(file).href}?immutable=1` : file
  let native: NativeDatabase
  try {
    native = await new Promise<NativeDatabase>((resolve, reject) => {
      const opened: NativeDatabase = new sqlite3.Database(name, modes[options.mode], (error) =>
        error === null ? resolve(opened) : reject(error),
      )
    })
  } catch (error) {
    throw problemBehind(error, file) ?? error
  }
  return new Connection(file, native, options.keptStatements ?? 200)
}

class Connection implements SqliteConnection {
  readonly file: string
  readonly #native: NativeDatabase
  readonly #queue = new SerialQueue()
  readonly #texts = new BoundedCache<StatementText>(500)
  readonly #prepared: BoundedCache<Statement>
  #closing: Promise<void> | null = null
  #transaction: 'none' | 'reading' | 'writing' = 'none'

  constructor(file: string, native: NativeDatabase, keptStatements: number) {
    this.file = file
    this.#native = native
    this.#prepared = new BoundedCache(keptStatements, (statement) => statement.finalize())
  }

  async execute<Row>(
    sql: string,
    parameters: readonly unknown[] = [],
  ): Promise<StatementOutcome<Row>> {
    this.#refuseWhenClosed()
    const text = this.#read(sql)
    const bound = bindParameters(sql, text, parameters)
    let outcome: StatementOutcome<Row>
    if (text.changes && this.#transaction === 'none') refuseLost(this.file)
    try {
      outcome = await this.#queue.add(() => this.#step<Row>(text, bound))
    } catch (error) {
      throw await this.#explain(error, bound.sql)
    }
    const before = this.#transaction
    if (text.verb === 'begin') this.#transaction = text.changes ? 'writing' : 'reading'
    else if (endsTransaction.has(text.verb)) this.#transaction = 'none'
    // Before anybody hears that it is saved.
    if (text.changes && this.#transaction === 'none' && before !== 'reading') refuseLost(this.file)
    return { ...outcome, rows: exactIntegers(outcome.rows as Record<string, unknown>[]) as Row[] }
  }

  async all<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]> {
    const { rows } = await this.execute<Row>(sql, parameters)
    return rows
  }

  async exec(script: string): Promise<void> {
    this.#refuseWhenClosed()
    try {
      await this.#queue.add(
        () =>
          new Promise<void>((resolve, reject) =>
            this.#native.exec(script, (error) => (error === null ? resolve() : reject(error))),
          ),
      )
    } catch (error) {
      throw await this.#explain(error, script)
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#queue.add(
      () =>
        new Promise<void>((resolve, reject) => {
          // An unfinalized statement makes SQLite refuse to close.
          this.#prepared.clear()
          this.#native.close((error) =>
            error === null ? resolve() : reject(problemBehind(error, this.file) ?? error),
          )
        }),
    )
    return this.#closing
  }

  #refuseWhenClosed(): void {
    if (this.#closing !== null) throw new Error(`The database ${this.file} has been closed`)
  }

  #read(sql: string): StatementText {
    const known = this.#texts.get(sql)
    if (known !== undefined) return known
    const text = readStatement(sql)
    if (text.keepPrepared) this.#texts.set(sql, text)
    return text
  }

  async #step<Row>(text: StatementText, bound: BoundStatement): Promise<StatementOutcome<Row>> {
    const kept = text.keepPrepared ? this.#prepared.get(bound.sql) : undefined
    const statement = kept ?? (await prepare(this.#native, bound.sql))
    if (text.keepPrepared && kept === undefined) this.#prepared.set(bound.sql, statement)
    try {
      return text.returnsRows
        ? await stepAll<Row>(statement, bound.values)
        : await stepOnce<Row>(statement, bound.values)
    } finally {
      if (!text.keepPrepared) statement.finalize()
    }
  }

  /** The error as the rest of the engine knows it. Made here, so that its stack leads to the caller. */
  async #explain(error: unknown, sql: string): Promise<unknown> {
    const code = sqliteCode(error)
    if (code === null) return error
    // With no room for the shared-memory file SQLite reports a disk error, not a full disk.
    if (code === 'SQLITE_IOERR' && (await freeBytesBeside(this.file)) < noRoomBytes) {
      return databaseProblem('disk-full', this.file, error)
    }
    if (code === 'SQLITE_ERROR' && error instanceof Error && lacking.test(error.message)) {
      return incomplete(this.file, error)
    }
    return (
      problemBehind(error, this.file) ??
      new StatementError(code, error instanceof Error ? error.message : code, sql, error)
    )
  }
}

/** Statements are tested against the schema, so what one does not find was taken out of this file. */
const lacking = /\bno such (table|column)\b/

function incomplete(file: string, error: Error): DatabaseProblem {
  const { message, fix } = databaseProblem('incomplete', file)
  const what = error.message.replace(/^SQLITE_ERROR: /, '')
  return new DatabaseProblem('incomplete', `${message.replace(/\.$/, '')} (${what}).`, fix, {
    cause: error,
  })
}

async function freeBytesBeside(file: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(dirname(file))
    return bavail * bsize
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

function prepare(native: NativeDatabase, sql: string): Promise<Statement> {
  return new Promise((resolve, reject) => {
    const statement: Statement = native.prepare(sql, (error: Error | null) =>
      error === null ? resolve(statement) : reject(error),
    )
  })
}

/** Steps until there are no more rows, which also ends an implicit transaction and frees the read lock. */
function stepAll<Row>(
  statement: Statement,
  values: BoundStatement['values'],
): Promise<StatementOutcome<Row>> {
  return new Promise((resolve, reject) => {
    statement.all<Row>(values, (error, rows) =>
      error === null ? resolve({ rows, changes: rows.length, lastId: 0 }) : reject(error),
    )
  })
}

/** For statements without rows; the only way `sqlite3` tells how many rows were changed. */
function stepOnce<Row>(
  statement: Statement,
  values: BoundStatement['values'],
): Promise<StatementOutcome<Row>> {
  return new Promise((resolve, reject) => {
    statement.run(values, function (this: RunResult, error: Error | null) {
      if (error === null) resolve({ rows: [], changes: this.changes, lastId: this.lastID })
      else reject(error)
    })
  })
}
