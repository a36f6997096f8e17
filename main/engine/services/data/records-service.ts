/** Browsing and editing every kind of master data, and its history. */
import { implement } from '@orpc/server'
import { contract } from '../../../contract/contract.ts'
import { ProblemError } from '../../../contract/problem.ts'
import type { FieldValue, RecordView } from '../../../contract/records.ts'
import type { EntityName } from '../../../contract/words.ts'
import { applyChanges, changeTogether } from '../../change-together.ts'
import type { Core } from '../../core.ts'
import { entities, findField } from '../../model/entities.ts'
import type { MasterRecord } from '../../model/record.ts'
import { ownNames, readOwnValue } from '../../model/own-fields.ts'
import { normalise } from '../../model/normalise.ts'
import { readAlong } from '../../store/writer/along.ts'
import { findByWords } from '../../store/search/record-search.ts'
import { readOwnFields } from '../../store/sql/own-fields.ts'
import {
  listRecords,
  readDisplayNames,
  readRecords,
  type ListOrder,
} from '../../store/sql/records.ts'
import { readRecordTargets, type RecordTargets } from '../../store/links/record-targets.ts'
import { toIso } from '../../store/sql/stamps.ts'
import type { Change } from '../../store/writer/change.ts'
import { refuseLacking, withCheckIn } from '../desk/check-in-by-edit.ts'
import { historyHandlers } from './history-service.ts'
import { readNames } from './referred-names.ts'
import { removeWithChildren } from './remove-with-children.ts'
import { setMany } from './set-many.ts'

const os = implement(contract).records

export function recordHandlers(core: Core) {
  return {
    list: os.list.handler(async ({ input }) => {
      const { entity, limit, deleted, query } = input
      const order = orderOf(entity, input.sort)
      const where = await normalWhere(core, entity, input.where)
      const after = input.after === null ? 0 : Number(input.after) || 0
      const found =
        query.trim() === '' ? null : await findByWords(core.reader, entity, query, { limit, after })
      // What a search found is a page already; its position is the search's own.
      const page = found
        ? await listRecords(core.reader, entity, {
            after: 0,
            limit: found.ids.length,
            deleted,
            where,
            ids: found.ids,
            order,
          })
        : await listRecords(core.reader, entity, { after, limit, deleted, where, order })
      const last = found ? found.next : page.last
      return {
        records: await viewRecords(core, entity, page.records),
        next: last === null ? null : String(last),
        names: await readNames(
          core.reader,
          page.records.flatMap((record) =>
            Object.entries(record.fields).map(([field, value]) => ({ entity, field, value })),
          ),
        ),
      }
    }),
    get: os.get.handler(async ({ input }) => getRecord(core, input.entity, input.id)),
    set: os.set.handler(async ({ input }) => {
      const id = input.id ?? core.ports.ids.uuid()
      await writeOne(core, { ...input, id, action: input.id === undefined ? 'create' : 'update' })
      return getRecord(core, input.entity, id)
    }),
    setMany: os.setMany.handler(({ input }) => setMany(core, input)),
    remove: os.remove.handler(async ({ input }) => {
      const { entity, id, withChildren } = input
      if (withChildren)
        return { ok: true as const, along: await removeWithChildren(core, entity, id) }
      await applyOne(core, { action: 'delete', entity, id })
      return { ok: true as const, along: [] }
    }),
    along: os.along.handler(async ({ input }) => ({
      along: await readAlong(core.reader, input.entity, input.id),
    })),
    ...historyHandlers(core),
  }
}

interface Written {
  readonly action: 'create' | 'update'
  readonly entity: EntityName
  readonly id: string
  readonly fields: Readonly<Record<string, FieldValue>>
}

/** Throws `ProblemError`, and nothing is changed. */
function writeOne(core: Core, { action, entity, id, fields: given }: Written): Promise<void> {
  return changeTogether(core, async (trx, change) => {
    const before = (await readRecords(trx, entity, [id])).get(id)
    const fields = withCheckIn(core, { entity, before, fields: given })
    const [outcome] = await change([{ action, entity, id, fields }])
    if (outcome?.status === 'refused') throw new ProblemError(outcome.problem)
    const isCheckIn = fields['status'] === 'checkedIn' && before?.fields['status'] !== 'checkedIn'
    if (entity === 'eventParticipant' && isCheckIn) await refuseLacking(trx, [id])
  })
}

async function applyOne(core: Core, change: Change): Promise<void> {
  const [outcome] = await applyChanges(core, [change])
  if (outcome?.status === 'refused') throw new ProblemError(outcome.problem)
}

/** Throws `ProblemError` for what the entity has not. */
function orderOf(
  entity: EntityName,
  sort: { readonly field: string; readonly descending: boolean } | undefined,
): ListOrder | undefined {
  if (sort === undefined) return undefined
  const { field, descending } = sort
  const known = ['display', 'modifiedOn', ...entities[entity].fields.map(({ name }) => name)]
  if (known.includes(field)) return { by: field, descending }
  throw new ProblemError({
    code: 'wrong-use',
    message: `${entities[entity].label} cannot be sorted by ${field}.`,
    fix: `Use one of: ${known.join(', ')}.`,
  })
}

/** Filters as they are stored, so that `A@B.C` finds `a@b.c`. Throws `ProblemError` for a field the entity has not. */
async function normalWhere(
  core: Core,
  entity: EntityName,
  where: Readonly<Record<string, FieldValue>>,
): Promise<Record<string, string | number | null>> {
  const own = ownNames(where).length > 0 ? await readOwnFields(core.reader) : []
  const normal: Record<string, string | number | null> = {}
  for (const [name, value] of Object.entries(where)) {
    const field = findField(entity, name)
    if (!field) {
      throw new ProblemError({
        code: 'wrong-use',
        message: `${entities[entity].label} has no field ${name}.`,
        fix: `Use one of: ${entities[entity].fields.map((one) => one.name).join(', ')}.`,
      })
    }
    const defined = own.find((one) => one.name === name)
    const result = defined ? readOwnValue(defined, value) : normalise(field, value)
    const kept = result.ok ? result.value : String(value)
    normal[name] = typeof kept === 'boolean' ? Number(kept) : kept
  }
  return normal
}

async function getRecord(core: Core, entity: EntityName, id: string): Promise<RecordView> {
  const record = (await readRecords(core.reader, entity, [id])).get(id)
  if (!record) {
    throw new ProblemError({
      code: 'not-found',
      message: `${entities[entity].label} ${id} does not exist.`,
      fix: 'Look it up again; it may have been removed.',
    })
  }
  return (await viewRecords(core, entity, [record]))[0]!
}

async function viewRecords(
  core: Core,
  entity: EntityName,
  records: readonly MasterRecord[],
): Promise<RecordView[]> {
  const ids = records.map((record) => record.id)
  const names = await readDisplayNames(core.reader, entity, ids)
  const targets = await readRecordTargets(core.reader, ids)
  return records.map((record) =>
    toView(record, names.get(record.id) ?? '', targets.get(record.id) ?? {}),
  )
}

function toView(record: MasterRecord, display: string, targets: RecordTargets): RecordView {
  return {
    ...record.fields,
    id: record.id,
    display,
    createdOn: toIso(record.createdOn)!,
    createdBy: record.createdBy,
    modifiedOn: toIso(record.modifiedOn)!,
    modifiedBy: record.modifiedBy,
    deletedOn: toIso(record.deletedOn),
    targets: { ...targets },
  }
}
