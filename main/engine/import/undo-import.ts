/** Taking an import back: what it made goes, what it changed is as before, what was edited since stays and is named. */
import type { KeptByUndo, UndoReport } from '../../contract/imports.ts'
import { undoReport } from '../../contract/imports.ts'
import { ProblemError } from '../../contract/problem.ts'
import type { EntityName } from '../../contract/words.ts'
import { changeTogether } from '../change-together.ts'
import type { Core } from '../core.ts'
import {
  countImportEntries,
  findImport,
  noteUndo,
  readImportEntries,
  type ImportEntry,
  type ImportRun,
} from '../store/imports/import-runs.ts'
import { toIso, toMicros } from '../store/sql/stamps.ts'
import { mostTold } from './report.ts'
import { undoPage, type UndonePage } from './undo-page.ts'

/** Entries taken back together: a page waits once for the disk, and the desk for it. */
const entriesPerPage = 500

export interface UndoProgress {
  /** Changes of the import gone through so far. */
  readonly done: number
  readonly total: number
}

/**
 * Takes an import back, newest change first, page by page. Targets are told like of any other change. It can be stopped
 * after any page and goes on when asked again.
 *
 * Throws `ProblemError` `not-found`, or `wrong-use` for an import that goes on or was taken back already, and the
 * signal's reason once `signal` is aborted.
 */
export function undoImport(
  core: Core,
  id: string,
  onProgress: (progress: UndoProgress) => void = () => {},
  signal?: AbortSignal,
): Promise<UndoReport> {
  return core.longWork.run(async (stop) => {
    const found = await findImport(core.db, id)
    const refused = refusal(found, id)
    if (refused) throw refused
    return takeBack(core, found!, { onProgress, stop })
  }, signal)
}

function refusal(found: ImportRun | null, id: string): ProblemError | null {
  if (!found) {
    return new ProblemError({
      code: 'not-found',
      message: `There is no import ${id} that changed anything.`,
      fix: 'Look at the list of imports for those that can be taken back.',
    })
  }
  if (found.endedOn === null) {
    return new ProblemError({
      code: 'wrong-use',
      message: `The import of ${found.fileName} is not finished.`,
      fix: 'Wait for its end, or stop it, and then take it back.',
    })
  }
  if (found.undo === 'done') {
    return new ProblemError({
      code: 'wrong-use',
      message: `The import of ${found.fileName} was taken back already, by ${found.undoneBy} on ${toIso(found.undoneOn)}.`,
      fix: 'Import the file again to have it in again.',
    })
  }
  return null
}

interface Around {
  readonly onProgress: (progress: UndoProgress) => void
  readonly stop: AbortSignal
}

async function takeBack(
  core: Core,
  found: ImportRun,
  { onProgress, stop }: Around,
): Promise<UndoReport> {
  const { number, fileName } = found
  const told = new UndoTold(found)
  const context = { origin: 'import', source: fileName, importNo: -number } as const
  const write = (entries: readonly ImportEntry[] | number, last: boolean) =>
    changeTogether(
      core,
      async (trx, change) => {
        const page =
          typeof entries === 'number'
            ? await readImportEntries(trx, found, entries, entriesPerPage)
            : entries
        const undone = await undoPage({ trx, change, number, last }, page)
        told.add(undone)
        await noteUndo(trx, number, { ...by(core), state: 'begun', report: told.report })
        return { page, undone }
      },
      context,
    )

  const total = await countImportEntries(core.db, found)
  let waiting: readonly ImportEntry[] = []
  let before = found.lastStamp! + 1
  for (let done = 0; ;) {
    stop.throwIfAborted()
    const { page, undone } = await write(before, false)
    if (page.length === 0) break
    waiting = [...waiting, ...undone.waiting]
    // So many wait for each other that they are looked at before memory fills.
    if (waiting.length > mostTold) waiting = (await write(waiting, true)).undone.waiting
    before = page.at(-1)!.stamp
    done += page.length
    onProgress({ done, total })
  }
  // Who was refused because of somebody who went later is free to go now.
  for (let left = Number.POSITIVE_INFINITY; waiting.length > 0 && waiting.length < left;) {
    stop.throwIfAborted()
    left = waiting.length
    waiting = (await write(waiting, false)).undone.waiting
  }
  if (waiting.length > 0) await write(waiting, true)
  await noteUndo(core.db, number, { ...by(core), state: 'done', report: told.report })
  return told.report
}

const by = (core: Core) => ({ by: core.who(), on: toMicros(core.ports.clock.now()) })

/** What was done so far, with what an earlier attempt that was stopped had done. */
class UndoTold {
  readonly #deleted: Partial<Record<EntityName, number>>
  readonly #restored: Partial<Record<EntityName, number>>
  readonly #kept: KeptByUndo[] = []
  #keptTotal = 0

  constructor({ undoReport: earlier }: ImportRun) {
    const read = undoReport.safeParse(earlier)
    this.#deleted = read.success ? { ...read.data.deleted } : {}
    this.#restored = read.success ? { ...read.data.restored } : {}
  }

  add({ deleted, restored, kept }: UndonePage): void {
    for (const [entity, count] of deleted)
      this.#deleted[entity] = (this.#deleted[entity] ?? 0) + count
    for (const [entity, count] of restored)
      this.#restored[entity] = (this.#restored[entity] ?? 0) + count
    this.#keptTotal += kept.length
    this.#kept.push(...kept.slice(0, mostTold - this.#kept.length))
  }

  get report(): UndoReport {
    return {
      deleted: { ...this.#deleted } as Record<string, number>,
      restored: { ...this.#restored } as Record<string, number>,
      kept: this.#kept,
      keptTotal: this.#keptTotal,
    }
  }
}
