/** Import with preview, and export, for the window. */
import { implement } from '@orpc/server'
import { contract } from '../../../contract/contract.ts'
import {
  undoReport,
  type ImportOptions,
  type ImportProgress,
  type ImportRun,
  type UndoProgress,
} from '../../../contract/imports.ts'
import type { Core } from '../../core.ts'
import { exportFile } from '../../export/export-records.ts'
import { importFile } from '../../import/import-file.ts'
import { ownColumns } from '../../import/own-columns.ts'
import { previewFile } from '../../import/preview-file.ts'
import { formatOf } from '../../import/table.ts'
import { undoImport } from '../../import/undo-import.ts'
import { readImportChoices } from '../../store/imports/import-choices.ts'
import { readImports, type ImportRun as StoredRun } from '../../store/imports/import-runs.ts'
import { toIso } from '../../store/sql/stamps.ts'
import { latestOf } from '../sync/latest-of.ts'
import type { Uploads } from './uploads.ts'

const os = implement(contract).imports

export function importHandlers(core: Core, uploads: Uploads) {
  return {
    begin: os.begin.handler(async ({ input }) => {
      const id = core.ports.ids.uuid()
      await uploads.begin(id, input.fileName)
      return { id }
    }),
    append: os.append.handler(async ({ input }) => {
      const { id, text = '', base64 } = input
      await uploads.append(id, base64 === undefined ? text : Buffer.from(base64, 'base64'))
      return { ok: true as const }
    }),
    preview: os.preview.handler(async ({ input: { id, ...asked } }) => {
      const { name, bytes } = await uploads.open(id)
      const { clock } = core.ports
      const remembered = (key: string) => readImportChoices(core.reader, key)
      const own = await ownColumns(core.reader, asked.event)
      return previewFile(bytes, { ...asked, format: formatOf(name), clock, remembered, own })
    }),
    run: os.run.handler(async ({ input, signal }) => runImport(core, uploads, input, signal)),
    cancel: os.cancel.handler(async ({ input }) => {
      await uploads.remove(input.id)
      return { ok: true as const }
    }),
    list: os.list.handler(async ({ input: { limit, before } }) => {
      const found = await readImports(core.reader, { before, limit })
      const last = found.at(-1)
      return {
        imports: found.map(viewImport),
        next: last && found.length === limit ? last.number : null,
      }
    }),
    undo: os.undo.handler(async ({ input, signal }) => runUndo(core, input.id, signal)),
    export: os.export.handler(async ({ input }) =>
      asText(exportFile(core, input.entity, input.format)),
    ),
  }
}

async function* asText(pieces: AsyncIterable<string | Uint8Array>): AsyncGenerator<string, void> {
  for await (const piece of pieces)
    yield typeof piece === 'string' ? piece : Buffer.from(piece).toString('base64')
}

/**
 * Imports and tells how far it is; the last event carries the report. The upload goes away once all of it was imported,
 * a rehearsal leaves it for the real run. Cancelling, or leaving the stream, stops after the page that is being written.
 */
async function* runImport(
  core: Core,
  uploads: Uploads,
  { id, ...options }: ImportOptions & { readonly id: string },
  signal: AbortSignal | undefined,
): AsyncGenerator<ImportProgress, void> {
  const { name, bytes, removed } = await uploads.open(id)
  const work = (tell: (step: ImportProgress) => void, left: AbortSignal) =>
    importFile(
      core,
      bytes,
      { ...options, fileName: name, format: formatOf(name) },
      {
        onProgress: ({ done }) => tell({ done, total: null, report: null }),
        signal: AbortSignal.any([left, removed]),
      },
    )
  const report = yield* stepsOf(work, signal)
  // Rows with something to correct can be corrected in the window, and taken from the same upload.
  if (!options.rehearse && report.bad.length === 0) await uploads.remove(id)
  yield { done: report.rows, total: report.rows, report }
}

/** Takes an import back and tells how far it is; the last event carries what was done. */
async function* runUndo(
  core: Core,
  id: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<UndoProgress, void> {
  let total = 0
  const work = (tell: (step: UndoProgress) => void, left: AbortSignal) =>
    undoImport(
      core,
      id,
      (step) => {
        total = step.total
        tell({ ...step, report: null })
      },
      left,
    )
  const report = yield* stepsOf(work, signal)
  yield { done: total, total, report }
}

/** The steps of some work as they come, the newest where several came; answers what it came to. */
async function* stepsOf<Step, Result>(
  work: (tell: (step: Step) => void, left: AbortSignal) => Promise<Result>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Step, Result> {
  const left = new AbortController()
  const steps = latestOf<Step>()
  const working = work(
    (step) => steps.push(step),
    AbortSignal.any([left.signal, ...(signal ? [signal] : [])]),
  ).finally(() => steps.end())
  // Heard below; until then a failure must not count as unheard.
  working.catch(() => {})
  try {
    yield* steps
    return await working
  } finally {
    left.abort()
    await working.catch(() => {})
  }
}

/** So many of what stays are told in a list of imports. */
const keptInList = 50

function viewImport(run: StoredRun): ImportRun {
  const undone = undoReport.safeParse(run.undoReport)
  return {
    id: run.id,
    fileName: run.fileName,
    entity: run.entity,
    event: run.event,
    who: run.who,
    startedOn: toIso(run.startedOn)!,
    endedOn: toIso(run.endedOn),
    rows: run.rows,
    created: { ...run.counts.created } as Record<string, number>,
    updated: { ...run.counts.updated } as Record<string, number>,
    undo: run.undo,
    undoneOn: toIso(run.undoneOn),
    undoneBy: run.undoneBy,
    undone: undone.success ? { ...undone.data, kept: undone.data.kept.slice(0, keptInList) } : null,
  }
}
