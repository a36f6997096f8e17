/** Tells a folder that never held a database from one whose database is gone: that one must not begin anew, empty. */
import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { listBackups, type ListedBackup } from './automatic-backups.ts'
import { backupFolderOf, restoreCommand } from './database-files.ts'
import { DatabaseProblem } from './database-problem.ts'
import { exists, writeWhole } from './durable-files.ts'

/** Says that a database was made here. Its name begins like no file of SQLite, so that it outlives `rm marshal.db*`. */
const markOf = (file: string) => join(dirname(file), 'database.json')

/** Only what had its database open has written these. A log, settings of a window and locks prove nothing. */
const proofs = ['database.json', 'vault.json']

/** To be called once the database is open; `now` in milliseconds since 1970 UTC. */
export async function markMade(file: string, now: number): Promise<void> {
  if (await exists(markOf(file))) return
  await writeWhole(markOf(file), `${JSON.stringify({ madeOn: new Date(now).toISOString() })}\n`)
}

/**
 * Throws `DatabaseProblem` `missing` when there is no database but there was one: its mark, a backup, a vault, or a former
 * file put aside is there. To be called when `file` does not exist.
 */
export async function refuseMissing(file: string, now: number): Promise<void> {
  const folder = dirname(file)
  const [newest] = await listBackups(backupFolderOf(file), now)
  const proof = newest ? backupFolderOf(file) : await findProof(folder, basename(file))
  if (proof === null) return
  throw new DatabaseProblem(
    'missing',
    `The database ${file} is missing, but there was one: ${proof} is still here. Marshal does not begin with an empty one in its place.`,
    whatToDo(file, folder, newest),
  )
}

function whatToDo(file: string, folder: string, newest: ListedBackup | undefined): string {
  const anew = 'To begin anew, choose another folder with --data.'
  if (newest === undefined) {
    return `Put ${basename(file)} back where it was; there is no backup in ${backupFolderOf(file)}. ${anew}`
  }
  return (
    `Put ${basename(file)} back where it was, or restore the newest backup (of ${new Date(newest.on).toISOString()}) with ` +
    `\`${restoreCommand(folder, newest.file)}\`. ${anew}`
  )
}

async function findProof(folder: string, name: string): Promise<string | null> {
  const found = (await readdir(folder)).find(
    (other) =>
      proofs.includes(other) ||
      other === `${name}.closed` ||
      other.startsWith(`${name}.replaced-`) ||
      other.startsWith(`${name}.damaged-`),
  )
  return found === undefined ? null : join(folder, found)
}
