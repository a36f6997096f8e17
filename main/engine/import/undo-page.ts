/** Taking one page of an import's entries back, in the transaction that is open. */
import type { KeptByUndo } from '../../contract/imports.ts'
import type { FieldValue } from '../../contract/records.ts'
import type { EntityName } from '../../contract/words.ts'
import type { ChangeInside } from '../change-together.ts'
import type { Trx } from '../db/schema.ts'
import { entitiesInOrder, findField } from '../model/entities.ts'
import { displayName, type MasterRecord } from '../model/record.ts'
import type { Change, ChangeOutcome } from '../store/writer/change.ts'
import { findReferrers } from '../store/writer/holders.ts'
import { editedSince, type ImportEntry, type LaterEdit } from '../store/imports/import-runs.ts'
import { readDisplayNames, readRecords } from '../store/sql/records.ts'
import { toIso } from '../store/sql/stamps.ts'
import { planUndo } from './plan-undo.ts'

export interface UndonePage {
  /** Records deleted and records put back, per kind. */
  readonly deleted: ReadonlyMap<EntityName, number>
  readonly restored: ReadonlyMap<EntityName, number>
  readonly kept: readonly KeptByUndo[]
  /** Refused because of a record that may be taken back later: to be tried again. */
  readonly waiting: readonly ImportEntry[]
}

export interface UndoContext {
  readonly trx: Trx
  readonly change: ChangeInside
  /** The import's number. */
  readonly number: number
  /** Nothing comes after this: what is refused now stays. */
  readonly last: boolean
}

interface Taken {
  readonly entry: ImportEntry
  readonly change: Change
}

/** Children before parents, each kind of record in one go: what swapped its bibs swaps them back. */
export async function undoPage(
  context: UndoContext,
  entries: readonly ImportEntry[],
): Promise<UndonePage> {
  const deleted = new Map<EntityName, number>()
  const restored = new Map<EntityName, number>()
  const kept: KeptByUndo[] = []
  const waiting: ImportEntry[] = []
  const edits = await editedSince(context.trx, context.number, entries)
  for (const { name } of entitiesInOrder.toReversed()) {
    const own = entries.filter(({ entity }) => entity === name)
    if (own.length === 0) continue
    const planned = await planEntity(context, own, edits)
    const told = [...planned.kept]
    const outcomes =
      planned.taken.length > 0
        ? await context.change(planned.taken.map(({ change }) => change))
        : []
    for (const [at, { entry, change }] of planned.taken.entries()) {
      const outcome = outcomes[at]!
      if (outcome.status === 'deleted') deleted.set(name, (deleted.get(name) ?? 0) + 1)
      else if (outcome.status === 'updated') restored.set(name, (restored.get(name) ?? 0) + 1)
      else if (outcome.status === 'refused') {
        if (outcome.problem.code === 'taken' && !context.last) waiting.push(entry)
        else told.push(refusedBy(change, outcome.problem))
      }
    }
    kept.push(...(await named(context.trx, name, told)))
  }
  return { deleted, restored, kept, waiting }
}

type Unnamed = Omit<KeptByUndo, 'display' | 'message'> & { readonly message: string | null }

async function planEntity(
  { trx }: UndoContext,
  entries: readonly ImportEntry[],
  edits: ReadonlyMap<string, LaterEdit>,
): Promise<{ readonly taken: readonly Taken[]; readonly kept: readonly Unnamed[] }> {
  const [{ entity }] = entries as readonly [ImportEntry]
  const ids = [...new Set(entries.map(({ recordId }) => recordId))]
  const records = new Map(await readRecords(trx, entity, ids))
  const worn = entity === 'tag' ? await findReferrers(trx, 'tag', ids, new Set()) : new Map()
  const taken: Taken[] = []
  const kept: Unnamed[] = []
  for (const entry of entries) {
    const record = records.get(entry.recordId)
    const edit = edits.get(entry.recordId)
    const step = planUndo(entry, record, edit)
    for (const field of step.edited) kept.push(keptAsEdited(entry, field, edit))
    let { change } = step
    if (change?.action === 'update' && entity === 'tag')
      change = withStatusOf(change, worn.has(change.id))
    if (change === null) continue
    taken.push({ entry, change })
    records.set(entry.recordId, after(record!, change))
  }
  return { taken, kept }
}

/** The record as it will be: an import may have changed it twice. */
function after(record: MasterRecord, change: Change): MasterRecord {
  return change.action === 'delete'
    ? { ...record, deletedOn: record.modifiedOn }
    : { ...record, fields: { ...record.fields, ...change.fields } }
}

/** Whether a tag is in use is told by who wears it now, not by what it was then. */
function withStatusOf(change: Extract<Change, { action: 'update' | 'create' }>, worn: boolean) {
  const { status, ...others } = change.fields as Record<string, FieldValue>
  const fits = status === undefined || (status === 'inUse') === worn
  const fields = fits ? change.fields : others
  return Object.keys(fields).length > 0 ? { ...change, fields } : null
}

function keptAsEdited(
  { entity, recordId }: ImportEntry,
  field: string | null,
  edit: LaterEdit | undefined,
): Unnamed {
  const by = edit ? { who: edit.who, on: toIso(edit.stamp) } : { who: null, on: null }
  return { entity, recordId, field, why: 'edited', ...by, holder: null, message: null }
}

function refusedBy(
  change: Change,
  problem: Extract<ChangeOutcome, { status: 'refused' }>['problem'],
): Unnamed {
  const { entity, id: recordId } = change
  const holder = problem.holder?.display ?? null
  const why = holder === null ? 'refused' : change.action === 'delete' ? 'used' : 'taken'
  const shared = { entity, recordId, field: null, who: null, on: null }
  return { ...shared, why, holder, message: problem.message }
}

async function named(
  trx: Trx,
  entity: EntityName,
  kept: readonly Unnamed[],
): Promise<readonly KeptByUndo[]> {
  if (kept.length === 0) return []
  const names = await readDisplayNames(trx, entity, [...new Set(kept.map((one) => one.recordId))])
  return kept.map((one) => {
    const display = names.get(one.recordId) ?? displayName(entity, {})
    return { ...one, display, message: one.message ?? sentence(one, display) }
  })
}

function sentence({ entity, field, who }: Unnamed, display: string): string {
  const label = findField(entity, field)?.label
  const what = label === undefined ? display : `${label} of ${display}`
  return `${what} was changed since${who === null ? '' : ` by ${who}`}, and stays.`
}
