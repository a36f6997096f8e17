/** What a person decided about unlinked records, done: a page of one kind of record of a target in a transaction. */
import type { DecisionReport, MatchFilter } from '../../../contract/conflicts.ts'
import { ProblemError } from '../../../contract/problem.ts'
import { assertNever, type EntityName } from '../../../contract/words.ts'
import type { Core } from '../../core.ts'
import type { Trx } from '../../db/schema.ts'
import { entities } from '../../model/entities.ts'
import type { MasterRecord } from '../../model/record.ts'
import { readLinksByRecordId, type InboundLink } from '../../store/links/inbound-links.ts'
import {
  leaveAlone,
  releaseToSend,
  readMatches,
  readUnderWay,
  type MatchChoice,
  type UnlinkedRecord,
} from '../../store/attention/matches.ts'
import { readDisplayNames, readRecords } from '../../store/sql/records.ts'
import { toMicros } from '../../store/sql/stamps.ts'
import { listTargets, type Target } from '../../store/runs/targets.ts'
import { bindingsInScope } from '../../sync/connect-target.ts'
import { ownersOf } from '../../sync/inbound/decide/owners-of.ts'
import {
  decideCreation,
  decideLinked,
  type Content,
  type Decided,
  type DecideFacts,
} from '../../sync/inbound/decide/decide.ts'
import { writeDecided } from '../../sync/inbound/write-decided.ts'
import type { EntityBinding } from '../../targets/kit/adapter.ts'
import { decideInPages, nextPage, pageRows, type DecidedPage } from './decide-in-pages.ts'
import { chosenMatches, linkDataOf } from './match-views.ts'

/** What is to become of one unlinked record. */
type Intent =
  | { readonly kind: 'link'; readonly recordId: string }
  | { readonly kind: 'create' }
  | { readonly kind: 'send' }
  | { readonly kind: 'leave' }
  | { readonly kind: 'refuse'; readonly message: string }

interface Page {
  readonly target: Target
  readonly entity: EntityName
  readonly binding: EntityBinding | undefined
  readonly items: readonly UnlinkedRecord[]
}

type Intend = (one: UnlinkedRecord, page: Page, live: ReadonlySet<string>) => Intent

/** Links, takes over or sends. `recordId`: what the one that is meant is linked to. */
export function acceptMatches(
  core: Core,
  filter: MatchFilter,
  recordId: string | null,
): Promise<DecisionReport> {
  return decideAll(core, filter, (one, { binding, target }, live) => {
    switch (one.kind) {
      case 'local':
        if (recordId !== null) return refuse('It is a record of ours already: it can only be sent.')
        return binding?.direction === 'inbound'
          ? refuse(`Nothing of this kind is sent to ${target.name}.`)
          : { kind: 'send' }
      case 'possible': {
        if (recordId !== null) return { kind: 'link', recordId }
        const candidates = (linkDataOf(one).recordIds ?? []).filter((id) => live.has(id))
        const [only] = candidates
        return only !== undefined && candidates.length === 1
          ? { kind: 'link', recordId: only }
          : refuse(
              candidates.length === 0
                ? 'None of the records it may have been is there any more. Name one, or reject the match.'
                : `It may be any of ${candidates.length} records. Say which.`,
            )
      }
      case 'remote':
        return recordId === null ? { kind: 'create' } : { kind: 'link', recordId }
      default:
        return assertNever(one.kind)
    }
  })
}

/** Leaves them where they are; one that is none of its candidates becomes what the mode makes of an unknown record. */
export function rejectMatches(core: Core, filter: MatchFilter): Promise<DecisionReport> {
  return decideAll(core, filter, (one, page) =>
    one.kind === 'possible' &&
    page.target.mode !== 'master-leads' &&
    page.binding?.direction !== 'outbound'
      ? { kind: 'create' }
      : { kind: 'leave' },
  )
}

async function decideAll(core: Core, filter: MatchFilter, intend: Intend): Promise<DecisionReport> {
  const targets = await listTargets(core.db)
  const choice = chosenMatches(targets, filter)
  return decideInPages(core, await noLongerThere(core, choice), async (after) => {
    const found = await readMatches(core.db, choice, after, pageRows)
    const reports: DecidedPage[] = []
    for (const items of Map.groupBy(
      found,
      ({ targetId, entity }) => `${targetId} ${entity}`,
    ).values()) {
      const page = toPage(core, targets, items)
      const report = await core.db
        .transaction()
        .execute((trx) => decidePage(core, trx, page, intend))
      reports.push({ ...report, entities: report.count > 0 ? [page.entity] : [], next: null })
    }
    return {
      count: reports.reduce((sum, { count }) => sum + count, 0),
      refused: reports.flatMap(({ refused }) => refused),
      entities: reports.flatMap(({ entities }) => entities),
      next: nextPage(found, ({ rowNo }) => rowNo),
    }
  })
}

function toPage(
  { adapters }: Core,
  targets: readonly Target[],
  items: readonly UnlinkedRecord[],
): Page {
  const { targetId, entity } = items[0]!
  const target = targets.find(({ id }) => id === targetId)!
  const adapter = adapters.get(target.adapter)
  const bindings = adapter ? bindingsInScope(adapter, target) : []
  return { target, entity, binding: bindings.find((one) => one.entity === entity), items }
}

async function decidePage(
  core: Core,
  trx: Trx,
  page: Page,
  intend: Intend,
): Promise<DecisionReport> {
  const { target, entity, items } = page
  const refused: DecisionReport['refused'] = []
  const now = toMicros(core.ports.clock.now())
  // Read again: a run may have linked some of them since.
  const ids = items.map(({ rowNo }) => String(rowNo))
  const kinds = ['possible', 'remote', 'local'] as const
  const still = await readMatches(trx, { targetIds: [target.id], kinds, ids }, 0, ids.length)
  const candidates = still.flatMap((one) => linkDataOf(one).recordIds ?? [])
  const live = liveOf(await readRecords(trx, entity, candidates))
  const intents = still.map((one) => ({ one, intent: intend(one, page, live) }))
  const decided = new Map<Decided, UnlinkedRecord>()
  const link = await linker(
    core,
    trx,
    page,
    intents.map(({ intent }) => intent),
  )
  const alone: number[] = []
  const sent: number[] = []
  for (const { one, intent } of intents) {
    switch (intent.kind) {
      case 'leave':
        alone.push(one.rowNo)
        break
      case 'send':
        sent.push(one.rowNo)
        break
      case 'refuse':
        refused.push({ id: String(one.rowNo), message: intent.message })
        break
      case 'link':
      case 'create': {
        const decision = link(one, intent)
        if (typeof decision === 'string') refused.push({ id: String(one.rowNo), message: decision })
        else decided.set(decision, one)
        break
      }
      default:
        assertNever(intent)
    }
  }
  await leaveAlone(trx, alone, core.who())
  await releaseToSend(trx, sent)
  const by = { who: core.who(), origin: 'target', source: target.name, now } as const
  const written = await writeDecided(trx, { targetId: target.id, entity }, [...decided.keys()], by)
  for (const { one, reason } of written.refused) {
    refused.push({ id: String(decided.get(one)!.rowNo), message: reason })
  }
  return { count: alone.length + sent.length + written.taken.length, refused }
}

const liveOf = (records: ReadonlyMap<string, MasterRecord>): ReadonlySet<string> =>
  new Set([...records.values()].flatMap(({ id, deletedOn }) => (deletedOn === null ? [id] : [])))

/** Makes the decision that links or takes over one record; answers the reason in words when that cannot be. */
async function linker(core: Core, trx: Trx, page: Page, intents: readonly Intent[]) {
  const { target, entity, binding } = page
  const ids = intents.flatMap((intent) => (intent.kind === 'link' ? [intent.recordId] : []))
  const records = await readRecords(trx, entity, ids)
  const names = await readDisplayNames(trx, entity, ids)
  const links = await readLinksByRecordId(trx, target.id, ids)
  const underWay = await readUnderWay(trx, target.id, ids)
  const linkedNow = new Map<string, string>()
  return (
    one: UnlinkedRecord,
    intent: Extract<Intent, { kind: 'link' | 'create' }>,
  ): Decided | string => {
    if (!binding) return `This kind of record is not received from ${target.name} any more.`
    const facts = factsOf(core, target, binding)
    const waiting = toLink(one)
    if (intent.kind === 'create' && facts.onlyLinks)
      return `Nothing is taken over from ${target.name}: link it to a record, or reject it.`
    if (intent.kind === 'create') return decideCreation(toContent(one), facts, waiting)
    const { recordId } = intent
    const record = records.get(recordId)
    const { label } = entities[entity]
    if (!record || record.deletedOn !== null) {
      return `${label} ${recordId} ${record ? 'was deleted' : 'does not exist'}.`
    }
    const own = links.get(recordId)
    const name = names.get(recordId) ?? recordId
    const elsewhere = own?.remoteId ?? linkedNow.get(recordId)
    if (elsewhere) return `${name} is linked to ${elsewhere} of ${target.name} already.`
    if (underWay.has(recordId)) {
      return `${name} is on its way to ${target.name} right now. Try again when that is done.`
    }
    linkedNow.set(recordId, one.remoteId!)
    return decideLinked(toContent(one), facts, own ?? waiting, record)
  }
}

function factsOf(core: Core, target: Target, binding: EntityBinding): Omit<DecideFacts, 'page'> {
  return {
    binding,
    mode: target.mode,
    rule: target.conflicts,
    remoteDeletion: target.remoteDeletion,
    clockOffsetMs: target.clockOffsetMs,
    owners: ownersOf(target.owners, binding.entity),
    // Of a target that only receives nothing is taken over.
    onlyLinks: binding.direction === 'outbound',
    newId: () => core.ports.ids.uuid(),
  }
}

function toContent(one: UnlinkedRecord): Content {
  return {
    item: {
      id: 0,
      remoteId: one.remoteId!,
      version: one.remoteVersion ?? '',
      modifiedOn: one.remoteSyncedOn > 0 ? one.remoteSyncedOn : null,
      deleted: false,
      body: {},
    },
    theirs: linkDataOf(one).fields,
  }
}

function toLink(one: UnlinkedRecord): InboundLink {
  const { rowNo, recordId, remoteId, remoteSyncedOn, linkData } = one
  const state = one.kind === 'possible' ? 'possible' : 'unmatched'
  return {
    rowNo,
    recordId,
    remoteId,
    remoteSyncedOn,
    linkData,
    state,
    agreed: null,
    agreedHash: null,
    unconfirmed: null,
  }
}

/** Those asked for by id that do not wait (any more). Throws when none does. */
async function noLongerThere(core: Core, choice: MatchChoice): Promise<DecisionReport['refused']> {
  const { ids } = choice
  if (!ids || ids.length === 0) return []
  const found = await readMatches(core.db, choice, 0, ids.length)
  const there = new Set(found.map(({ rowNo }) => String(rowNo)))
  const gone = ids.filter((id) => !there.has(id))
  if (there.size === 0) {
    throw new ProblemError({
      code: 'not-found',
      message: `No unlinked record ${ids.join(', ')} waits for a decision.`,
      fix: 'List the matches again.',
    })
  }
  return gone.map((id) => ({ id, message: 'It does not wait for a decision any more.' }))
}

const refuse = (message: string): Intent => ({ kind: 'refuse', message })
