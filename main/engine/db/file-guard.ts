/**
 * Notices that an open database was removed, moved or replaced. SQLite goes on writing to a file without a name, and
 * every commit would be acknowledged and lost; so each looks whether its file is still the one it was opened as.
 * Three looks at a name cost some ten microseconds, a commit costs milliseconds.
 */
import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { StorageTrouble } from '../../contract/sync.ts'
import { restoreCommand } from './database-files.ts'
import { DatabaseProblem } from './database-problem.ts'

/** `removed`: the name is gone. `replaced`: it leads to another file. `log`: the same of what SQLite keeps beside it. */
export type Loss = StorageTrouble['kind']

export interface FileGuard {
  /** What is wrong now; null while everything is in its place, also when it came back. */
  loss(): Loss | null
  /** The same with what to do about it. */
  trouble(): StorageTrouble | null
  /** True when the write-ahead log beside the name is the one in use, or there is none. */
  ownsLog(): boolean
  /** A verified copy of everything saved, made after the file was lost. */
  rescued: string | null
  /** Told at the first look that finds a loss, and again when one comes after the file was back. */
  onLoss: () => void
}

const watched = ['', '-wal', '-shm'] as const

const guards = new Map<string, FileGuard>()

/** Watches the files of a database that has just been opened, until `endGuard`. */
export function guardFile(file: string): FileGuard {
  const opened = new Map(watched.map((suffix) => [suffix, identity(file + suffix)]))
  let noticed = false
  const isSame = (suffix: (typeof watched)[number]) => {
    const then = opened.get(suffix) ?? null
    return then === null || identity(file + suffix) === then
  }
  const find = (): Loss | null => {
    if (!isSame('')) return identity(file) === null ? 'removed' : 'replaced'
    return isSame('-wal') && isSame('-shm') ? null : 'log'
  }
  const guard: FileGuard = {
    rescued: null,
    onLoss: () => {},
    loss() {
      const loss = find()
      const isNew = loss !== null && !noticed
      noticed = loss !== null
      if (isNew) guard.onLoss()
      return loss
    },
    trouble() {
      const kind = guard.loss()
      const { rescued } = guard
      const restore = rescued === null ? null : restoreCommand(dirname(file), rescued)
      return kind === null ? null : { kind, file, restore }
    },
    ownsLog: () => isSame('-wal') || identity(`${file}-wal`) === null,
  }
  guards.set(file, guard)
  return guard
}

export function endGuard(file: string, guard: FileGuard): void {
  if (guards.get(file) === guard) guards.delete(file)
}

/** Throws `DatabaseProblem` `lost` when `file` is a guarded database that is not in its place any more. */
export function refuseLost(file: string): void {
  const trouble = guards.get(file)?.trouble() ?? null
  if (trouble !== null) throw lostProblem(trouble)
}

/** Null when there is no such file. File systems without inodes tell 0: then only the name counts. */
function identity(path: string): string | null {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  if (found === undefined) return null
  return found.ino === 0n ? 'there' : `${found.dev}:${found.ino}`
}

/** The trouble in words. */
export function lostProblem({ kind, file, restore }: StorageTrouble): DatabaseProblem {
  const what = {
    removed: `The database ${file} was removed or moved while Marshal was running`,
    replaced: `Another file has taken the place of the database ${file} while Marshal was running`,
    log: `A part of the database ${file} (its -wal or -shm file) was removed or replaced while Marshal was running`,
  }[kind]
  const copy =
    restore === null
      ? ''
      : ` Everything saved before is in a backup: \`${restore}\` brings it back.`
  return new DatabaseProblem(
    'lost',
    `${what}, so nothing can be saved any more.`,
    `Put the file back where it was, or quit Marshal and start it again.${copy}`,
  )
}
