/** Import with preview, and export, for the window. */
import { implement } from '@orpc/server'
import { contract } from '../../contract/contract.ts'
import type { ImportOptions, ImportProgress } from '../../contract/imports.ts'
import type { Core } from '../core.ts'
import { exportRecords } from '../export/export-records.ts'
import { importFile } from '../import/import-file.ts'
import { previewFile } from '../import/preview-file.ts'
import { formatOf } from '../import/table.ts'
import { latestOf } from './latest-of.ts'
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
      return previewFile(bytes, { ...asked, format: formatOf(name), clock })
    }),
    run: os.run.handler(async ({ input: { id, ...options }, signal }) =>
      runImport(core, uploads, id, options, signal),
    ),
    cancel: os.cancel.handler(async ({ input }) => {
      await uploads.remove(input.id)
      return { ok: true as const }
    }),
    export: os.export.handler(async ({ input }) => exportRecords(core, input.entity, input.format)),
  }
}

/**
 * Imports and tells how far it is; the last event carries the report. The upload goes away once it was imported, a
 * rehearsal leaves it for the real run. Cancelling, or leaving the stream, stops after the page that is being written.
 */
async function* runImport(
  core: Core,
  uploads: Uploads,
  id: string,
  options: ImportOptions,
  signal: AbortSignal | undefined,
): AsyncGenerator<ImportProgress, void> {
  const { name, bytes, removed } = await uploads.open(id)
  const left = new AbortController()
  const steps = latestOf<ImportProgress>()
  const work = importFile(
    core,
    bytes,
    { ...options, fileName: name, format: formatOf(name) },
    ({ done }) => steps.push({ done, total: null, report: null }),
    AbortSignal.any([left.signal, removed, ...(signal ? [signal] : [])]),
  ).finally(() => steps.end())
  // Heard below; until then a failure must not count as unheard.
  work.catch(() => {})
  try {
    yield* steps
    const report = await work
    if (!options.rehearse) await uploads.remove(id)
    yield { done: report.rows, total: report.rows, report }
  } finally {
    left.abort()
    await work.catch(() => {})
  }
}
