/** Conflicts, for the window and the command line. */
import { implement } from '@orpc/server'
import type { ConflictGroup, DecisionReport } from '../../../contract/conflicts.ts'
import { contract } from '../../../contract/contract.ts'
import { ProblemError } from '../../../contract/problem.ts'
import type { EntityName } from '../../../contract/words.ts'
import { changeTogether, type ChangeInside } from '../../change-together.ts'
import type { Core } from '../../core.ts'
import type { Trx } from '../../db/schema.ts'
import { fieldOf } from '../../model/entities.ts'
import { contentHash, type MasterRecord } from '../../model/record.ts'
import {
  countConflicts,
  foldConflicts,
  readConflicts,
  readSettled,
  writeDecisions,
  type ConflictChoice,
  type ConflictResult,
  type OpenConflict,
} from '../../store/attention/conflicts.ts'
import { readRecords } from '../../store/sql/records.ts'
import { toIso, toMicros } from '../../store/sql/stamps.ts'
import { listTargets, type Target } from '../../store/runs/targets.ts'
import { bindingsInScope } from '../../sync/connect-target.ts'
import { decideConflict, type Choice } from '../../sync/inbound/decide/decide-conflict.ts'
import { canonicalContent } from '../../sync/outbound/decide/transform.ts'
import type { EntityBinding } from '../../targets/kit/adapter.ts'
import { chosenConflicts, groupKeyOf, viewConflicts } from './conflict-views.ts'
import { readNames } from '../data/referred-names.ts'

const os = implement(contract).conflicts

const examplesPerGroup = 5
/** Conflicts settled in one transaction. */
const pageRows = 250

type Refused = DecisionReport['refused'][number]

export function conflictHandlers(core: Core) {
  return {
    list: os.list.handler(async ({ input: { limit, after, ...filter } }) => {
      const targets = await listTargets(core.reader)
      const choice = chosenConflicts(targets, filter)
      const found = await readConflicts(core.reader, choice, Number(after) || 0, limit)
      const conflicts = await viewConflicts(core.reader, targets, found)
      return {
        conflicts,
        names: await readNames(
          core.reader,
          conflicts.flatMap(({ entity, fields }) =>
            fields.flatMap(({ field, base, ours, theirs }) =>
              [base, ours, theirs].map((value) => ({ entity, field, value })),
            ),
          ),
        ),
        total: await countConflicts(core.reader, choice),
        next: found.length === limit ? String(found.at(-1)!.id) : null,
      }
    }),
    get: os.get.handler(async ({ input: { id } }) => {
      const found = await readConflicts(core.reader, { ids: [id] }, 0, 1)
      const [view] = await viewConflicts(core.reader, await listTargets(core.reader), found)
      if (view) return view
      const settled = (await readSettled(core.reader, [id])).get(id)
      throw new ProblemError({
        code: 'not-found',
        message: settled ? settledWords(settled) : `There is no conflict ${id}.`,
        fix: 'List the conflicts again.',
      })
    }),
    groups: os.groups.handler(async ({ input: { target } }) => ({
      groups: await groups(core, target),
    })),
    resolve: os.resolve.handler(async ({ input: { keep, fields, ...filter } }) => {
      if (keep === undefined && Object.keys(fields ?? {}).length === 0) {
        throw new ProblemError({
          code: 'wrong-use',
          message: 'Nothing was decided: neither a side for all fields nor for a single one.',
          fix: 'Say whether ours or theirs is kept.',
        })
      }
      return resolve(core, filter, { keep, fields })
    }),
  }
}

async function groups(core: Core, target: string | undefined): Promise<ConflictGroup[]> {
  const targets = await listTargets(core.reader)
  const { targetId } = chosenConflicts(targets, target === undefined ? {} : { target })
  const folded = await foldConflicts(core.reader, targetId)
  const result: ConflictGroup[] = []
  for (const group of folded) {
    const choice = { targetId: group.targetId, group }
    const examples = await readConflicts(core.reader, choice, 0, examplesPerGroup)
    const name = targets.find(({ id }) => id === group.targetId)!.name
    result.push({
      key: groupKeyOf(name, group.entity, group.fields),
      target: name,
      entity: group.entity,
      fields: group.fields.map((field) => ({ field, label: fieldOf(group.entity, field).label })),
      count: group.count,
      examples: await viewConflicts(core.reader, targets, examples),
    })
  }
  return result
}

type Filter = Parameters<typeof chosenConflicts>[1]

/** Settles every conflict that is meant, a page in a transaction. One that cannot be settled leaves the others alone. */
async function resolve(core: Core, filter: Filter, choice: Choice): Promise<DecisionReport> {
  const targets = await listTargets(core.db)
  const meant = chosenConflicts(targets, filter)
  const refused: Refused[] = await noLongerOpen(core, meant)
  const touched = new Set<EntityName>()
  let count = 0
  for (let after: number | null = 0; after !== null;) {
    const from: number = after
    const page = await changeTogether(core, async (trx, change) => {
      const found = await readConflicts(trx, meant, from, pageRows)
      const settled = await settlePage(core, { trx, change, targets }, found, choice)
      const last = found.length === pageRows ? found.at(-1)!.id : null
      return { ...settled, last, entities: found.map(({ entity }) => entity) }
    })
    count += page.count
    refused.push(...page.refused)
    if (page.count > 0) for (const entity of page.entities) touched.add(entity)
    after = page.last
  }
  if (count > 0) {
    // Also where nothing changed here: what stays ours has to be sent now.
    core.live.emit({ type: 'data', entities: [...touched] })
    core.onChange([...touched])
  }
  return { count, refused }
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

function settledWords({
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
