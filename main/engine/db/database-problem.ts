import { ProblemError } from '../../contract/problem.ts'

/**
 * What can be wrong with the database file, seen by a person.
 * - `damaged`: SQLite cannot read it, or its integrity check fails.
 * - `newer`: written by a newer Marshal than this one.
 * - `disk-full`: there is no room to write; reads go on, writes resume when there is room again.
 * - `disk-error`: the disk refused to read or write.
 * - `not-a-database`: it is a file of some other kind or of some other program.
 * - `locked`: another program is using it.
 * - `read-only`: the file or its folder cannot be written or opened with the rights we have.
 * - `damaged-plan`: the note about a restore that was cut short cannot be read.
 * - `incomplete`: a table or column that every version has is not there.
 * - `missing`: there is none where one was.
 * - `lost`: it was removed, moved or replaced while it was open.
 * - `migration-failed`: a step of bringing it up to date failed; nothing of that step remains.
 * - `event-lock`: an event is on, and this version would have to change the form of the database.
 */
export type DatabaseProblemCode =
  | 'damaged'
  | 'newer'
  | 'disk-full'
  | 'disk-error'
  | 'not-a-database'
  | 'locked'
  | 'read-only'
  | 'damaged-plan'
  | 'incomplete'
  | 'missing'
  | 'lost'
  | 'migration-failed'
  | 'event-lock'

/** Thrown for everything that is wrong with the file, the disk or its versions; never for a wrong statement. */
export class DatabaseProblem extends ProblemError {
  readonly code: DatabaseProblemCode
  /** What to do about it, one sentence. */
  readonly fix: string

  constructor(
    code: DatabaseProblemCode,
    message: string,
    fix: string,
    options?: { cause?: unknown },
  ) {
    super({ code: code === 'disk-full' ? 'disk-full' : 'database', message, fix }, options)
    this.name = 'DatabaseProblem'
    this.code = code
    this.fix = fix
  }
}

/** SQLite's primary result code of an error thrown by `sqlite3`, such as `SQLITE_FULL`; null for anything else. */
export function sqliteCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null
  const { code } = error
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : null
}

/** SQLite's codes and the file system's that mean one of our problems. */
const meaning: Readonly<Record<string, DatabaseProblemCode>> = {
  SQLITE_CORRUPT: 'damaged',
  SQLITE_NOTADB: 'damaged',
  SQLITE_FULL: 'disk-full',
  SQLITE_IOERR: 'disk-error',
  SQLITE_BUSY: 'locked',
  SQLITE_LOCKED: 'locked',
  SQLITE_PROTOCOL: 'locked',
  SQLITE_READONLY: 'read-only',
  SQLITE_PERM: 'read-only',
  SQLITE_CANTOPEN: 'read-only',
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  EIO: 'disk-error',
  EACCES: 'read-only',
  EPERM: 'read-only',
  EROFS: 'read-only',
  ENOENT: 'read-only',
  ENOTDIR: 'read-only',
  EISDIR: 'not-a-database',
}

/** The sentences people see. `file` is the database the error is about. */
function describe(
  code: DatabaseProblemCode,
  file: string,
): readonly [message: string, fix: string] {
  switch (code) {
    case 'damaged':
      return [
        `The database ${file} is damaged and cannot be read.`,
        'Restore a backup with `marshal restore FILE`; the damaged file is kept beside it.',
      ]
    case 'disk-full':
      return [
        `The disk that holds ${file} is full, so this was not saved.`,
        'Free some space on that disk and try again; nothing saved before is lost.',
      ]
    case 'disk-error':
      return [
        `The disk refused to read or write ${file}.`,
        'Check that the disk is still connected and healthy, then start Marshal again.',
      ]
    case 'locked':
      return [
        `The database ${file} is being used by another program.`,
        'Close the other program that has it open, then try again.',
      ]
    case 'read-only':
      return [
        `The database ${file} cannot be opened for writing.`,
        'Make sure that the folder exists on a writable disk and belongs to you.',
      ]
    case 'damaged-plan':
      return [
        `The note about a restore of ${file} cannot be read.`,
        'Move it away and start again, or restore a backup then with `marshal restore FILE`.',
      ]
    case 'incomplete':
      return [
        `The database ${file} is not complete: something else has changed it.`,
        'See what is missing with `marshal check`, and restore a backup with `marshal restore FILE`.',
      ]
    case 'missing':
      return [
        `The database ${file} is missing.`,
        'Put it back where it was, or restore a backup with `marshal restore FILE`.',
      ]
    case 'lost':
      return [
        `The database ${file} is not in its place any more, so nothing can be saved.`,
        'Put it back where it was, or quit Marshal and start it again.',
      ]
    case 'not-a-database':
      return [
        `${file} is not a Marshal database.`,
        'Choose a file that Marshal wrote, or another data folder.',
      ]
    case 'newer':
      return [`The database ${file} was written by a newer Marshal.`, 'Update Marshal here.']
    case 'migration-failed':
      return [
        `The database ${file} could not be brought up to date.`,
        'Nothing was changed; send the log to the people who maintain Marshal.',
      ]
    case 'event-lock':
      return [
        `An event is on, so the database ${file} is not brought up to date.`,
        'Go on with the version of Marshal you had.',
      ]
  }
}

/** The problem with that code, with its usual words. */
export function databaseProblem(
  code: DatabaseProblemCode,
  file: string,
  cause?: unknown,
): DatabaseProblem {
  const [message, fix] = describe(code, file)
  return new DatabaseProblem(code, message, fix, cause === undefined ? undefined : { cause })
}

/** The problem an error of SQLite or of the file system stands for; null when it is none (a wrong statement, say). */
export function problemBehind(error: unknown, file: string): DatabaseProblem | null {
  if (error instanceof DatabaseProblem) return error
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null
  const code = meaning[error.code]
  return code === undefined ? null : databaseProblem(code, file, error)
}
