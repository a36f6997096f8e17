/** The history of the master data: page by page, by what is asked for, as a file; and one change taken back. */
import { implement } from '@orpc/server'
import { stringify } from 'csv-stringify/sync'
import { contract } from '../../../contract/contract.ts'
import { guardCell } from '../../../contract/formula-guard.ts'
import { ProblemError, type Problem } from '../../../contract/problem.ts'
import type {
  AuditEntry,
  FieldChange,
  FieldValue,
  HistoryEntry,
  HistoryFilter,
} from '../../../contract/records.ts'
import type { EntityName } from '../../../contract/words.ts'
import { changeTogether } from '../../change-together.ts'
import type { Core } from '../../core.ts'
import type { Db } from '../../db/schema.ts'
import { readDisplayNames, readRecords } from '../../store/sql/records.ts'
import { toIso, toMicros } from '../../store/sql/stamps.ts'
import {
  findAudit,
  readAudit,
  readFieldChanges,
  readWorkers,
  type AuditFilter,
  type AuditItem,
} from '../../store/writer/audit.ts'
import { isSensitive } from '../../targets/kit/sensitive.ts'
import { planUndoOfChange, type UndoPlan, type UndoRefusal } from './decide/undo-change.ts'
import { readNames } from './referred-names.ts'

const os = implement(contract).records

/** Entries read together for a file. */
const pageEntries = 500

export function historyHandlers(core: Core) {
  return {
    history: os.history.handler(async ({ input: { limit, before, ...filter } }) => {
      const { items, next } = await readAudit(core.reader, {
        ...storeFilter(filter),
        before: positionOf(before),
        limit,
      })
      const entries = await viewEntries(core.reader, items)
      return {
        entries,
        next: next === null ? null : String(next),
        lookedTo: toIso(next),
        names: await readNames(
          core.reader,
          entries.flatMap(({ entity, changes }) =>
            changes.flatMap(({ field, before: was, after }) => [
              { entity, field, value: was },
              { entity, field, value: after },
            ]),
          ),
        ),
      }
    }),
    workers: os.workers.handler(async () => [...(await readWorkers(core.reader, 0))]),
    undo: os.undo.handler(async ({ input: { id } }) => {
      const stamp = positionOf(id)
      await changeTogether(core, async (trx, change) => {
        const item = stamp === null ? undefined : await findAudit(trx, stamp)
        if (!item) throw new ProblemError(refusals['no-change'])
        const plan = (await planUndos(trx, [item])).get(item.stamp)
        if (!plan?.change) throw new ProblemError(refusals[plan?.refused ?? 'no-change'])
        const [outcome] = await change([plan.change])
        if (outcome?.status === 'refused') throw new ProblemError(outcome.problem)
      })
      return { ok: true as const }
    }),
    exportHistory: os.exportHistory.handler(({ input }) => historyCsv(core, input)),
  }
}

const refusals: Readonly<Record<UndoRefusal, Problem>> = {
  'no-change': {
    code: 'wrong-use',
    message: 'Only a change of fields can be taken back.',
    fix: 'Delete or add the record instead.',
  },
  gone: {
    code: 'not-found',
    message: 'The record was deleted since, so its change cannot be taken back.',
  },
  'changed-since': {
    code: 'wrong-use',
    message: 'Something changed the same fields since, so this change cannot be taken back alone.',
    fix: 'Look at the history of the record and write the value that is right.',
  },
}

function storeFilter({
  id,
  from,
  since,
  until,
  ...plain
}: HistoryFilter): Omit<AuditFilter, 'before' | 'limit'> {
  return {
    ...plain,
    ...(id === undefined ? {} : { recordId: id }),
    ...(from === undefined ? {} : { source: from }),
    ...(since === undefined ? {} : { since: toMicros(Date.parse(since)) }),
    // To the end of the millisecond it names.
    ...(until === undefined ? {} : { until: toMicros(Date.parse(until)) + 999 }),
  }
}

/** The stamp a history page goes on before. Throws `ProblemError` for anything a page did not answer. */
function positionOf(before: string | null): number | null {
  if (before === null) return null
  const stamp = Number(before)
  if (/^\d+$/.test(before) && Number.isSafeInteger(stamp)) return stamp
  throw new ProblemError({
    code: 'wrong-use',
    message: 'The history cannot go on there: the position is not one a page of it answered.',
    fix: 'Begin again without a position.',
  })
}

async function viewEntries(db: Db, items: readonly AuditItem[]): Promise<HistoryEntry[]> {
  const plans = await planUndos(db, items)
  const views = await viewAudit(db, items)
  return views.map((view, at) => ({
    ...view,
    canUndo: plans.get(items[at]!.stamp)?.change !== undefined,
  }))
}

/** What taking back each of these entries would write, by stamp: a few statements for each kind of record. */
async function planUndos(
  db: Db,
  items: readonly AuditItem[],
): Promise<ReadonlyMap<number, UndoPlan>> {
  const plans = new Map<number, UndoPlan>()
  for (const [entity, group] of Map.groupBy(items, (item) => item.entity)) {
    const changed = group.filter(({ action }) => action === 'update')
    const records = await readRecords(db, entity, [...new Set(changed.map((one) => one.recordId))])
    const newest = await newestChanges(db, entity, changed)
    for (const item of group) {
      const known = newest.get(item.recordId) ?? new Map<string, number>()
      plans.set(item.stamp, planUndoOfChange(item, records.get(item.recordId), known))
    }
  }
  return plans
}

/** The stamp of the newest change of each field these entries changed, by record. */
async function newestChanges(
  db: Db,
  entity: EntityName,
  items: readonly AuditItem[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, number>>> {
  if (items.length === 0) return new Map()
  const wanted = [...Map.groupBy(items, (item) => item.recordId)].map(([recordId, of]) => ({
    recordId,
    fields: [...new Set(of.flatMap(({ changes }) => Object.keys(changes ?? {})))],
  }))
  const newest = new Map<string, Map<string, number>>()
  for (const { recordId, field, stamp } of await readFieldChanges(db, entity, wanted)) {
    const fields = newest.get(recordId) ?? new Map<string, number>()
    newest.set(recordId, fields.set(field, stamp))
  }
  return newest
}

async function viewAudit(db: Db, items: readonly AuditItem[]): Promise<AuditEntry[]> {
  const names = new Map<string, string>()
  for (const [entity, group] of Map.groupBy(items, (item) => item.entity)) {
    const ids = [...new Set(group.map((item) => item.recordId))]
    for (const [id, display] of await readDisplayNames(db, entity, ids)) names.set(id, display)
  }
  return items.map((item) => ({
    id: String(item.stamp),
    on: toIso(item.stamp)!,
    who: item.who,
    origin: item.origin,
    from: item.source,
    ...((item.importNo ?? 0) < 0 && { undoes: true as const }),
    entity: item.entity,
    recordId: item.recordId,
    display: names.get(item.recordId) ?? item.recordId,
    action: item.action,
    changes: toFieldChanges(item),
  }))
}

function toFieldChanges({ action, changes }: AuditItem): FieldChange[] {
  return Object.entries(changes ?? {}).map(([field, value]) =>
    action === 'update'
      ? { field, ...pair(value as readonly [FieldValue, FieldValue]) }
      : { field, before: null, after: value as FieldValue },
  )
}

const pair = ([before, after]: readonly [FieldValue, FieldValue]) => ({ before, after })

const columns = [
  ...['when', 'who', 'origin', 'from', 'kind', 'record', 'action', 'field', 'before', 'after'],
]

/** A line for each changed field; what was deleted has one without. */
async function* historyCsv(core: Core, filter: HistoryFilter): AsyncGenerator<string, void> {
  yield `\uFEFF${stringify([columns])}`
  let before: number | null = null
  do {
    const page: Awaited<ReturnType<typeof readAudit>> = await readAudit(core.reader, {
      ...storeFilter(filter),
      before,
      limit: pageEntries,
    })
    const entries = await viewAudit(core.reader, page.items)
    if (entries.length > 0) yield stringify(entries.flatMap(linesOf))
    before = page.next
  } while (before !== null)
}

function linesOf(entry: AuditEntry): string[][] {
  const { on, who, origin, from, entity, display, action } = entry
  const begin = [on, who, origin, from ?? '', entity, display, action]
  const open = entry.changes.filter(({ field }) => !isSensitive(entity, field))
  const rest = open.length > 0 ? open : [{ field: '', before: null, after: null }]
  return rest.map(({ field, before, after }) =>
    [...begin, field, cell(before), cell(after)].map(guardCell),
  )
}

const cell = (value: FieldValue) => (value === null ? '' : String(value))
