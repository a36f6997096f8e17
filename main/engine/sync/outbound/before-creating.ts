/**
 * Before anything is created at a target: whether it has the record already. What is known to be there and belonged to
 * nobody is looked through; a target that cannot be listed is asked; one that cannot be asked waits for a person.
 */
import type { EntityName } from '../../../contract/words.ts'
import type { Fields, MasterRecord } from '../../model/record.ts'
import { noteCertain } from '../../store/links/certainty.ts'
import type { DueRecord } from '../../store/links/sync-records.ts'
import { findUnlinked, hasUnlinked } from '../../store/links/unlinked-keys.ts'
import type { EntityBinding, OutgoingChange, RemoteRecord } from '../../targets/kit/adapter.ts'
import { SyncError } from '../../targets/kit/sync-error.ts'
import { applyPage } from '../inbound/apply.ts'
import { linkUnlinked, unlinkedFrom, type FoundUnlinked } from '../inbound/link-unlinked.ts'
import {
  inRemoteTerms,
  recognise,
  unlinkedKeys,
  type Unsent,
} from '../inbound/decide/match-unlinked.ts'
import { isPolled } from '../inbound/poll-target.ts'
import { RunStopped, type RunContext } from '../run-context.ts'
import { planPage, type PlannedPage } from './page-steps.ts'
import type { Step } from './decide/plan.ts'

/** Look-ups in flight; the connection keeps its own, stricter limit. */
const lookUps = 8

/** What a run found out while it sent. */
export interface Looked {
  /** Sync records the target was asked about. */
  readonly asked: Set<number>
  /** Those nobody can ask about: they wait for a person. */
  readonly withheld: Set<number>
  /** Something that had belonged to nobody turned out to be one of ours. */
  linked: boolean
  /** How often two swapped what they have there: both are due, also where the walk has passed them. */
  swapped: number
  /** Records that are planned anew when others have gone. */
  waiting: number
}

export const nothingLooked = (): Looked => ({
  asked: new Set(),
  withheld: new Set(),
  linked: false,
  swapped: 0,
  waiting: 0,
})

type Creation = Extract<Step, { kind: 'create' | 'update' }>

/** What planning a page takes. */
export interface SafePage {
  readonly binding: EntityBinding
  readonly looked: Looked
  /** Reads the page; what was linked meanwhile is due as a change, or not at all. */
  read(): Promise<readonly DueRecord[]>
  /** The change as it would travel. */
  outgoing(step: Creation): OutgoingChange
}

/** A page of due records with its steps: none of them creates what the target is known, or says, to have. */
export async function planSafely(context: RunContext, page: SafePage): Promise<PlannedPage> {
  for (;;) {
    const due = await page.read()
    const steps = await planPage(context.db, context, page.binding, due)
    const creations = steps.filter((step): step is Creation => step.kind === 'create')
    const again =
      creations.length > 0 &&
      ((await linkLate(context, page, creations)) || (await askFirst(context, page, creations)))
    if (!again) {
      const { withheld } = page.looked
      const isWithheld = (step: Step) => step.kind === 'create' && withheld.has(step.due.rowNo)
      return { due, steps: steps.filter((step) => !isWithheld(step)) }
    }
  }
}

/** Whether creations of an entity wait until a person says that the target has none of them. */
function isUnaskable({ adapter, connection }: RunContext, binding: EntityBinding): boolean {
  const lists = connection.changes && (isPolled(binding) || binding.changes === 'with')
  const asks = connection.find && adapter.manifest.idempotency !== 'none'
  return !lists && !asks
}

/** A person who lifts the guard says that a target nobody can ask has none of what is sent now. */
export async function takeWord(
  context: RunContext,
  bindings: readonly EntityBinding[],
): Promise<void> {
  const { db, target, options, uncertain } = context
  if (!options.allowMassChange || options.records !== null) return
  const sure = bindings.filter(
    (binding) => uncertain.has(binding.entity) && isUnaskable(context, binding),
  )
  if (sure.length === 0) return
  const entities = sure.map(({ entity }) => entity)
  await noteCertain(db, target.id, entities)
  for (const entity of entities) uncertain.delete(entity)
}

/** Looks creations up among what the target has that belonged to nobody. Answers whether any was found. */
async function linkLate(
  context: RunContext,
  { binding, looked }: SafePage,
  creations: readonly Creation[],
): Promise<boolean> {
  const unsent = creations.map(({ due: { record }, refs }) => ({ record, refs }))
  const linked =
    (await linkCarried(context, binding, creations)) || (await linkUnsent(context, binding, unsent))
  looked.linked ||= linked
  return linked
}

/** The records that would come into being with others. */
async function linkCarried(
  context: RunContext,
  binding: EntityBinding,
  creations: readonly Creation[],
): Promise<boolean> {
  const carried = new Map<EntityName, Map<string, MasterRecord>>()
  for (const step of creations) {
    for (const name of step.made) {
      const { entity } = binding.parts[name]!
      const { record } = step.parts.one[name]!
      carried.set(entity, (carried.get(entity) ?? new Map()).set(record.id, record))
    }
  }
  let linked = false
  for (const [entity, records] of carried) {
    const own = context.adapter.manifest.bindings.find((one) => one.entity === entity)
    const unsent = [...records.values()].map((record) => ({ record, refs: {} }))
    if (own) linked = (await linkUnsent(context, own, unsent)) || linked
  }
  return linked
}

interface Sought {
  readonly record: MasterRecord
  /** Remote ids of what it refers to. */
  readonly refs: Readonly<Record<string, string>>
}

async function linkUnsent(
  context: RunContext,
  binding: EntityBinding,
  sought: readonly Sought[],
): Promise<boolean> {
  const { db, target } = context
  const { entity } = binding
  if (!(await hasUnlinked(db, target.id, entity))) return false
  const byId = new Map(sought.map((one) => [one.record.id, one]))
  const unsent: readonly Unsent[] = sought.map(({ record, refs }) => ({
    recordId: record.id,
    fields: inRemoteTerms(binding, record.fields, refs),
  }))
  const keys = new Set(unsent.flatMap(({ fields }) => unlinkedKeys(binding, fields)))
  const rows = new Map(
    (await findUnlinked(db, target.id, entity, [...keys])).map((row) => [row.remoteId, row]),
  )
  if (rows.size === 0) return false
  const unlinked = [...rows.values()].map((row) => {
    const { fields, refs = {} } = unlinkedFrom(row)
    return { remoteId: row.remoteId, fields: inRemoteTerms(binding, fields, refs) }
  })
  const { links, possible } = recognise(binding, unsent, unlinked)
  const found: FoundUnlinked[] = []
  for (const [remoteId, { recordId }] of links) {
    const row = rows.get(remoteId)!
    const { record, refs } = byId.get(recordId)!
    const theirs = inOurTerms(binding, row, record, refs)
    found.push({ row, kind: 'link', record, theirs })
  }
  for (const [remoteId, match] of possible) found.push({ row: rows.get(remoteId)!, ...match })
  return linkUnlinked(context, binding, found)
}

/** What is kept of an unlinked record, references as our ids where they lead to what ours leads to. */
function inOurTerms(
  { hard, soft }: EntityBinding,
  row: Parameters<typeof unlinkedFrom>[0],
  record: MasterRecord,
  ours: Readonly<Record<string, string>>,
): Fields {
  const { fields, refs = {} } = unlinkedFrom(row)
  const own = [...hard, ...soft].flatMap((field) => {
    const there = refs[field] ?? null
    if (there === null) return [[field, null] as const]
    return there === ours[field] ? [[field, record.fields[field] ?? null] as const] : []
  })
  return { ...fields, ...Object.fromEntries(own) }
}

/** Asks the target for each creation of which nothing else can tell whether it has it. Answers whether anything was found. */
async function askFirst(
  context: RunContext,
  { binding, looked, outgoing }: SafePage,
  creations: readonly Creation[],
): Promise<boolean> {
  // What is there under an id that follows from the content is ours, whoever made it.
  if (!context.uncertain.has(binding.entity) || binding.shared) return false
  const open = creations.filter(({ due }) => !looked.asked.has(due.rowNo))
  for (const { due } of open) looked.asked.add(due.rowNo)
  const hits = new Map<string, RemoteRecord>()
  const askOne = async (step: Creation): Promise<void> => {
    const found = await find(context, binding, outgoing(step))
    if (found !== 'undecidable') for (const hit of found) hits.set(hit.remoteId, hit)
    else if (!context.options.allowMassChange) looked.withheld.add(step.due.rowNo)
  }
  await inParallel(context, open, askOne)
  if (hits.size === 0) return false
  // Not staged: they are worked in at once, and asked for again should that be cut short.
  const items = [...hits.values()].map((hit, at) => ({ ...hit, id: -1 - at }))
  while ((await applyPage(context, binding, items, 'recognise')).again);
  return true
}

async function find(
  { adapter, connection, signal }: RunContext,
  { entity }: EntityBinding,
  change: OutgoingChange,
): Promise<readonly RemoteRecord[] | 'undecidable'> {
  if (!connection.find || adapter.manifest.idempotency === 'none') return 'undecidable'
  try {
    return await connection.find(entity, change, signal)
  } catch (error) {
    if (error instanceof SyncError) throw new RunStopped(error.message, { cause: error })
    throw error
  }
}

async function inParallel<Item>(
  { signal }: RunContext,
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < items.length && !signal.aborted) await work(items[next++]!)
  }
  await Promise.all(Array.from({ length: Math.min(lookUps, items.length) }, worker))
}
