/** What a person decided about conflicts, done: a page in a transaction. */
import type { DecisionReport } from '../../../contract/conflicts.ts'
import { ProblemError } from '../../../contract/problem.ts'
import { changeTogether, type ChangeInside } from '../../change-together.ts'
import type { Core } from '../../core.ts'
import type { Trx } from '../../db/schema.ts'
import { contentHash, type MasterRecord } from '../../model/record.ts'
import {
  readConflicts,
  readSettled,
  writeDecisions,
  type ConflictChoice,
  type ConflictResult,
  type OpenConflict,
} from '../../store/attention/conflicts.ts'
import { listTargets, type Target } from '../../store/runs/targets.ts'
import { readRecords } from '../../store/sql/records.ts'
import { toIso, toMicros } from '../../store/sql/stamps.ts'
import { bindingsInScope } from '../../sync/connect-target.ts'
import { decideConflict, type Choice } from '../../sync/inbound/decide/decide-conflict.ts'
import { canonicalContent } from '../../sync/outbound/decide/transform.ts'
import type { EntityBinding } from '../../targets/kit/adapter.ts'
import { chosenConflicts } from './conflict-views.ts'
import { decideInPages, nextPage, pageRows } from './decide-in-pages.ts'

type ConflictFilter = Parameters<typeof chosenConflicts>[1]
type Refused = DecisionReport['refused'][number]

/** Settles every conflict that is meant. One that cannot be settled leaves the others alone. */
export async function settleConflicts(
  core: Core,
  filter: ConflictFilter,
  choice: Choice,
): Promise<DecisionReport> {
  const targets = await listTargets(core.db)
  const meant = chosenConflicts(targets, filter)
  return decideInPages(core, await noLongerOpen(core, meant), (after) =>
    changeTogether(core, async (trx, change) => {
      const found = await readConflicts(trx, meant, after, pageRows)
      const settled = await settlePage(core, { trx, change, targets }, found, choice)
      const entities = settled.count > 0 ? found.map(({ entity }) => entity) : []
      return { ...settled, entities, next: nextPage(found, ({ id }) => id) }
    }),
  )
}

/** The transaction a page is settled in. */
interface Inside {
  readonly trx: Trx
  readonly change: ChangeInside
  readonly targets: readonly Target[]
}

async function settlePage(
  core: Core,
  { trx, change, targets }: Inside,
  conflicts: readonly OpenConflict[],
  choice: Choice,
): Promise<DecisionReport> {
  const refused: Refused[] = []
  const refuse = ({ id }: OpenConflict, message: string) =>
    void refused.push({ id: String(id), message })
  const before = await recordsOf(trx, conflicts)
  const decided = conflicts.flatMap((conflict) => {
    const verdict = decideConflict(conflict, before.get(conflict.recordId), choice)
    if (verdict.kind === 'decided') return [{ conflict, verdict }]
    refuse(conflict, verdict.message)
    return []
  })
  const outcomes = await change(
    decided.map(({ conflict: { entity, recordId: id }, verdict }) => ({
      action: 'update',
      entity,
      id,
      fields: verdict.change,
    })),
  )
  const after = await recordsOf(trx, conflicts)
  const bindings = new Map<number, readonly EntityBinding[]>()
  const results: ConflictResult[] = []
  decided.forEach(({ conflict, verdict }, at) => {
    const outcome = outcomes[at]!
    const binding = bindingOf(core, targets, bindings, conflict)
    if (outcome.status === 'refused') return refuse(conflict, outcome.problem.message)
    if (!binding)
      return refuse(conflict, 'This kind of record is not synced with the target any more.')
    const record = after.get(conflict.recordId)!
    const agreed = canonicalContent(binding, verdict.agreed)
    const differs = canonicalContent(binding, record.fields) !== agreed
    const due = differs && binding.direction !== 'inbound'
    results.push({
      id: conflict.id,
      syncRecordNo: conflict.syncRecordNo,
      open: verdict.open,
      decision: verdict.decision,
      agreed,
      agreedHash: contentHash(agreed),
      entityModifiedOn: record.modifiedOn,
      entitySyncedOn: due ? record.modifiedOn - 1 : record.modifiedOn,
    })
  })
  await writeDecisions(trx, results, core.who(), toMicros(core.ports.clock.now()))
  return { count: results.length, refused }
}

function bindingOf(
  { adapters }: Core,
  targets: readonly Target[],
  known: Map<number, readonly EntityBinding[]>,
  { targetId, entity }: OpenConflict,
): EntityBinding | undefined {
  let bindings = known.get(targetId)
  if (!bindings) {
    const target = targets.find(({ id }) => id === targetId)
    const adapter = target && adapters.get(target.adapter)
    bindings = target && adapter ? bindingsInScope(adapter, target) : []
    known.set(targetId, bindings)
  }
  return bindings.find((binding) => binding.entity === entity)
}

async function recordsOf(
  trx: Trx,
  conflicts: readonly OpenConflict[],
): Promise<ReadonlyMap<string, MasterRecord>> {
  const all = new Map<string, MasterRecord>()
  for (const [entity, items] of Map.groupBy(conflicts, (conflict) => conflict.entity)) {
    const ids = items.map((conflict) => conflict.recordId)
    for (const [id, record] of await readRecords(trx, entity, ids)) all.set(id, record)
  }
  return all
}

/** Those asked for by id that are not open (any more), with what became of them. Throws when none ever was. */
async function noLongerOpen(core: Core, { ids }: ConflictChoice): Promise<Refused[]> {
  if (!ids || ids.length === 0) return []
  const found = await readConflicts(core.db, { ids }, 0, ids.length)
  const open = new Set(found.map(({ id }) => String(id)))
  const settled = await readSettled(core.db, ids)
  if (open.size === 0 && settled.size === 0) {
    throw new ProblemError({
      code: 'not-found',
      message: `There is no conflict ${ids.join(', ')}.`,
      fix: 'List the conflicts again.',
    })
  }
  return ids.flatMap((id) => {
    if (open.has(id)) return []
    const known = settled.get(id)
    return [{ id, message: known ? settledWords(known) : `There is no conflict ${id}.` }]
  })
}

/** What became of a conflict that is not open any more, in words. */
export function settledWords({
  decidedOn,
  decidedBy,
}: {
  readonly decidedOn: number
  readonly decidedBy: string | null
}): string {
  return decidedBy === null
    ? 'This conflict settled itself: the record was deleted or unlinked, or both sides became equal.'
    : `This conflict was settled by ${decidedBy} on ${toIso(decidedOn)}.`
}
