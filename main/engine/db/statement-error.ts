/** A statement that SQLite refused: wrong SQL, or a rule of the schema. Problems of file and disk are `DatabaseProblem`. */
export class StatementError extends Error {
  /** SQLite's primary result code, such as `SQLITE_CONSTRAINT`. */
  readonly code: string
  readonly sql: string

  constructor(code: string, message: string, sql: string, cause: unknown) {
    super(`${message}: ${sql.length > 500 ? `${sql.slice(0, 500)}…` : sql}`, { cause })
    this.name = 'StatementError'
    this.code = code
    this.sql = sql
  }
}
