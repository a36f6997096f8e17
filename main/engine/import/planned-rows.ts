/** The rows of a page as they are written, once all of them are planned. Pure. */
import type { Fields } from '../model/record.ts'
import type { Change } from '../store/writer/change.ts'
import type { PlannedRow } from './page-import.ts'

export interface Draft extends PlannedRow {
  /** Entries that let go of their bib for this row. */
  readonly releases: readonly string[]
}

/** Bibs and tags that change hands on this page go from one to the other in one step. */
export function plannedRows(drafts: readonly Draft[]): readonly PlannedRow[] {
  const all = drafts.flatMap(({ changes }) => changes)
  const updates = all.filter(isUpdate)
  const rebibbed = new Set(
    updates.flatMap(({ id, fields }) => (fields['number'] === undefined ? [] : [id])),
  )
  const handedOn = new Set(
    all.flatMap((change) =>
      change.action === 'delete'
        ? []
        : [change.fields['tag'] ?? [], change.fields['spareTag'] ?? []].flat(),
    ),
  )
  return drafts.map(({ row, changes, releases }) => {
    const released = releases
      .filter((id) => !rebibbed.has(id))
      .map((id) => updateOf(id, { number: null }))
    const own = changes.filter(
      (change) => !(change.entity === 'tag' && isToStock(change) && handedOn.has(change.id)),
    )
    return { row, changes: [...released, ...own] }
  })
}

/** Adds to what an earlier row of the page does with an entry; where none does anything, the last row changes it. */
export function changeLater(drafts: Draft[], entry: string, fields: Fields): void {
  const own = drafts.findIndex(({ changes }) => changes.some((one) => one.id === entry))
  const at = own < 0 ? drafts.length - 1 : own
  const draft = drafts[at]!
  const changes =
    own < 0
      ? [...draft.changes, updateOf(entry, fields)]
      : draft.changes.map((one) =>
          one.id === entry && one.action !== 'delete'
            ? { ...one, fields: { ...one.fields, ...fields } }
            : one,
        )
  drafts[at] = { ...draft, changes }
}

const updateOf = (id: string, fields: Fields): Change => ({
  action: 'update',
  entity: 'eventParticipant',
  id,
  fields,
})

const isUpdate = (change: Change): change is Exclude<Change, { readonly action: 'delete' }> =>
  change.action === 'update'

const isToStock = (change: Change) => isUpdate(change) && change.fields['status'] === 'stock'
