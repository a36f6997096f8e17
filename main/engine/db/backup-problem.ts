/** What is wrong with a backup, in words about the backup: nothing of it is trouble with the database in use. */
import { DatabaseProblem, problemBehind, type DatabaseProblemCode } from './database-problem.ts'

/** The backup as a person named it, and the copy of it that was looked at. */
export interface BackupAndCopy {
  readonly from: string
  readonly copy: string
}

const another = 'Choose another backup; nothing was changed.'

/** What is said as it was found, because it tells more than its code. */
const found: ReadonlySet<DatabaseProblemCode> = new Set(['damaged', 'newer', 'not-a-database'])

/** The problem behind an error met with a backup or its copy; what is none comes back as it is. */
export function backupProblem(error: unknown, { from, copy }: BackupAndCopy): unknown {
  const problem = problemBehind(error, copy)
  if (problem === null) return error
  const { code, message, fix, cause } = problem
  // Words that do not name the copy were made for the backup.
  if (problem === error && !message.includes(copy)) return error
  const isFinding = problem === error && found.has(code) && !(code === 'damaged' && cause)
  return isFinding
    ? new DatabaseProblem(code, message.replaceAll(copy, from), code === 'newer' ? fix : another, {
        cause: error,
      })
    : new DatabaseProblem(code, ...sentences(code, from), { cause: error })
}

function sentences(code: DatabaseProblemCode, from: string): readonly [string, string] {
  switch (code) {
    case 'damaged':
      return [`The backup ${from} is damaged and cannot be restored.`, another]
    case 'not-a-database':
      return [`${from} is not a Marshal database.`, another]
    case 'disk-full':
      return [
        `The disk is full: there is no room for a copy of the backup ${from} beside the database.`,
        'Free some space on that disk and try again; nothing was changed.',
      ]
    case 'disk-error':
      return [
        `The disk refused to read the backup ${from}, or to write a copy of it.`,
        'Check that the disk is connected and healthy, or choose another backup; nothing was changed.',
      ]
    case 'read-only':
      return [
        `The backup ${from} cannot be read, or no copy of it can be written beside the database.`,
        'Make sure that both belong to you; nothing was changed.',
      ]
    case 'locked':
      return [
        `The backup ${from} is being used by another program.`,
        'Close the other program, then try again; nothing was changed.',
      ]
    default:
      return [`The backup ${from} cannot be restored.`, another]
  }
}
