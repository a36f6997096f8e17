/** An import as one thing that can be taken back, kept up with every page that is written. */
import type { EntityName } from '../../contract/words.ts'
import type { Core } from '../core.ts'
import type { Trx } from '../db/schema.ts'
import { beginImport, endImport, noteImportPage } from '../store/imports/import-runs.ts'
import { toMicros } from '../store/sql/stamps.ts'
import type { WrittenPage } from './write-page.ts'

export interface ImportRecord {
  readonly id: string
  readonly number: number
  /** In the transaction of a page. */
  wrote(trx: Trx, page: Pick<WrittenPage, 'created' | 'updated' | 'rows'>): Promise<void>
  /** @param rows of the file that were read; answers whether there is something to take back */
  end(rows: number): Promise<boolean>
}

type Sums = Partial<Record<EntityName, number>>

interface Beginning {
  readonly fileName: string
  readonly entity: string
  readonly event?: string | undefined
}

export async function recordImport(
  core: Core,
  { fileName, entity, event }: Beginning,
): Promise<ImportRecord> {
  const now = () => toMicros(core.ports.clock.now())
  const id = core.ports.ids.uuid()
  const number = await beginImport(core.db, {
    id,
    fileName,
    entity,
    event: event ?? null,
    who: core.who(),
    startedOn: now(),
  })
  const created: Sums = {}
  const updated: Sums = {}
  let rows = 0
  return {
    id,
    number,
    async wrote(trx, page) {
      rows += page.rows.length
      if (page.created.size + page.updated.size === 0) return
      add(created, page.created)
      add(updated, page.updated)
      await noteImportPage(trx, number, { rows, created, updated })
    },
    async end(done) {
      await endImport(core.db, number, { rows: done, on: now() })
      return Object.keys({ ...created, ...updated }).length > 0
    },
  }
}

function add(sums: Sums, page: WrittenPage['created']): void {
  for (const [entity, count] of page) sums[entity] = (sums[entity] ?? 0) + count
}
