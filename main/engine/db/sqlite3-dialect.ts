import {
  SqliteAdapter,
  type DatabaseConnection,
  type DialectAdapter,
  type QueryResult,
} from 'kysely'
import type { CompiledQuery, TransactionSettings } from 'kysely'
import { BaseSqliteDialect, BaseSqliteDriver } from 'kysely-generic-sqlite'
import { ConnectionLock } from './connection-lock.ts'
import type { SqliteConnection } from './sqlite-connection.ts'
import { StatementError } from './statement-error.ts'

/**
 * Kysely over one `SqliteConnection`, which stays the caller's to close (after `destroy`).
 *
 * - Transactions and single statements take turns, first come first served. Using the outer `Kysely` inside a
 *   transaction on it throws instead of waiting for ever; inside `db.connection().execute(…)` it cannot be noticed.
 * - A transaction takes the write lock when it begins (`begin immediate`), so it cannot fail half-way because
 *   somebody else wrote first; `setAccessMode('read only')` does not take it.
 * - Schema changes are part of transactions. There is no streaming: bulk reads are pages.
 */
export class Sqlite3Dialect extends BaseSqliteDialect {
  constructor(connection: SqliteConnection) {
    super(() => new Sqlite3Driver(connection))
  }

  override createAdapter(): DialectAdapter {
    return new Sqlite3Adapter()
  }
}

class Sqlite3Adapter extends SqliteAdapter {
  /** Not so, but it keeps Kysely from putting its own lock, which cannot see a call from inside, before ours. */
  override get supportsMultipleConnections(): boolean {
    return true
  }

  /** Kysely's own adapter says no, and a failing migration then leaves its tables behind. */
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

class Sqlite3Driver extends BaseSqliteDriver {
  readonly #sqlite: SqliteConnection
  readonly #lock = new ConnectionLock()

  constructor(sqlite: SqliteConnection) {
    super(async () => {
      this.conn = new KyselyConnection(sqlite)
    })
    this.#sqlite = sqlite
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    await this.#lock.acquire()
    return super.acquireConnection()
  }

  override async releaseConnection(): Promise<void> {
    // A transaction whose commit and rollback were both cut short must not swallow the next user's work.
    if (this.#lock.inTransaction) await this.#rollBack()
    this.#lock.release()
  }

  override async beginTransaction(
    _connection: DatabaseConnection,
    settings?: TransactionSettings,
  ): Promise<void> {
    this.#lock.enterTransaction()
    try {
      await this.#sqlite.execute(settings?.accessMode === 'read only' ? 'begin' : 'begin immediate')
    } catch (error) {
      this.#lock.leaveTransaction()
      throw error
    }
  }

  override async commitTransaction(): Promise<void> {
    await this.#sqlite.execute('commit')
    this.#lock.leaveTransaction()
  }

  override async rollbackTransaction(): Promise<void> {
    await this.#rollBack()
  }

  async #rollBack(): Promise<void> {
    try {
      await this.#sqlite.execute('rollback')
    } catch (error) {
      // SQLite has rolled back by itself, as it does when the disk is full; the first error is the one to report.
      if (!(error instanceof StatementError && /no transaction is active/.test(error.message)))
        throw error
    } finally {
      this.#lock.leaveTransaction()
    }
  }

  /** Waits for the transaction or statement that is under way; nothing can be started afterwards. */
  override async destroy(): Promise<void> {
    await this.#lock.acquire()
  }
}

class KyselyConnection implements DatabaseConnection {
  readonly #sqlite: SqliteConnection

  constructor(sqlite: SqliteConnection) {
    this.#sqlite = sqlite
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const { rows, changes, lastId } = await this.#sqlite.execute<Row>(query.sql, query.parameters)
    return { rows, numAffectedRows: BigInt(changes), insertId: BigInt(lastId) }
  }

  streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('Streaming is not supported: read page by page')
  }
}
