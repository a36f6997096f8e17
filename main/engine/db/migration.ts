/** One step of the database's history, and how it is written. */
import { sql, type Kysely } from 'kysely'

/** Never edited after release; a new step is a new file, listed in `migrations/index.ts`. */
export interface Migration {
  /** Same as the file name, like `0010-master-data`. */
  readonly name: string
  /** Runs inside one transaction together with the record that it ran. */
  up(db: Kysely<unknown>): Promise<void>
}

/** A migration that is a list of SQL statements. */
export function statementsOf(statements: readonly string[]): Migration['up'] {
  return async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db)
  }
}
