/** Works a page of staged records into master data: one transaction for records, sync records, conflicts and inbox. */
import type { InboundCounts, RunError } from '../../../contract/sync.ts'
import type { EntityName } from '../../../contract/words.ts'
import { awaitRoots } from '../../store/traffic/arrived-parts.ts'
import { findMoved, findRelinked, type InboundLink } from '../../store/links/inbound-links.ts'
import {
  failInbox,
  finishInbox,
  notTakenMessage,
  takenWithoutMessage,
  type InboxItem,
} from '../../store/traffic/inbox.ts'
import { toMicros } from '../../store/sql/stamps.ts'
import type { EntityBinding } from '../../targets/kit/adapter.ts'
import { newestOfEach } from '../../targets/kit/newest-of-each.ts'
import { probe, type RunContext } from '../run-context.ts'
import type { Decided, DecideFacts } from './decide/decide.ts'
import { interpretPage, type InboundPage } from './interpret.ts'
import { ownersOf } from './decide/owners-of.ts'
import { oneForEach, sortPage, type Pass, type Refused } from './decide/sort-page.ts'
import { makeStartGroups } from './race-places.ts'
import { recogniseParents } from './recognise-parents.ts'
import { withdrawalsOfSharers } from './shared-withdrawals.ts'
import { writeDecided } from './write-decided.ts'

/** What is left of a page. */
export interface AppliedPage {
  /** Some have to be decided anew at once: see `applyPage`. */
  readonly again: boolean
  /** Deletions that wait for others. */
  readonly postponed: number
}

/**
 * Applies one page. A record that cannot be taken over is logged and left in the inbox; the others are not affected.
 * Those that somebody here changed meanwhile have to be decided anew at once: sending that change first would overwrite at
 * the target what was not looked at yet.
 */
export async function applyPage(
  context: RunContext,
  binding: EntityBinding,
  items: readonly InboxItem[],
  pass: Pass,
): Promise<AppliedPage> {
  const { db, ports, live, onChange, target, run } = context
  const newest = newestOfEach(items)
  const recognises = pass === 'recognise'
  const factsOf = (page: InboundPage): DecideFacts => ({
    binding,
    mode: target.mode,
    rule: target.conflicts,
    remoteDeletion: target.remoteDeletion,
    clockOffsetMs: context.clockOffset.ms(),
    owners: ownersOf(target.owners, binding.entity),
    page,
    onlyLinks: recognises,
    hub: context.adapter.manifest.hub ?? false,
    newId: () => ports.ids.uuid(),
  })
  if (binding.inRace && pass === 'everything') await makeStartGroups(context, binding, newest)
  let page = await interpretPage(context, binding, newest, recognises)
  if (recognises && (await recogniseParents(context, binding, factsOf(page)))) {
    page = await interpretPage(context, binding, newest, recognises)
  }
  const facts = factsOf(page)
  const sorted = sortPage(page.items, facts, pass)
  const { refused, leftOut, early } = sorted
  const waiting = isOnlySent(context, binding.partOf?.entity) ? sorted.waiting : []
  const decided = [...sorted.decided]
  if (!recognises) {
    decided.push(...(await withdrawalsOfSharers(context, binding, page, decided)))
  }
  await probe(context, 'pull:apply')
  let again = false
  let postponed = 0
  const taken = await db.transaction().execute(async (trx) => {
    const now = toMicros(ports.clock.now())
    // Somebody here was quicker: what was decided no longer holds.
    const moved = await findMoved(trx, binding.entity, stampsRead(page, decided))
    const relinked = await findRelinked(trx, openLinks(page, decided))
    const standing = oneForEach(
      binding,
      page,
      decided.filter(
        ({ result }) => !moved.has(result?.recordId ?? '') && !relinked.has(result?.rowNo ?? 0),
      ),
    )
    again = standing.length < decided.length
    const standingNow = new Set(standing)
    for (const one of decided) if (!standingNow.has(one)) early.add(one.item.id)
    const source = target.name
    const by = { who: source, origin: 'target', source, now } as const
    const written = await writeDecided(
      trx,
      {
        targetId: target.id,
        entity: binding.entity,
        hub: context.adapter.manifest.hub ?? false,
      },
      standing,
      by,
    )
    for (const { one, recordId, reason } of written.refused) {
      if (one.change?.action === 'delete' && pass === 'everything') {
        early.add(one.item.id)
        postponed += 1
      } else refused.push({ item: one.item, recordId, code: 'rejected', reason })
    }
    const failed = refused.map(({ item, code, reason }) => ({ id: item.id, code, reason }))
    await failInbox(trx, failed, now)
    await awaitRoots(trx, waiting)
    const open = new Set([...early, ...failed.map(({ id }) => id)])
    await finishInbox(
      trx,
      items.map((item) => item.id).filter((id) => !open.has(id)),
    )
    run.countInbound(countOf(written.taken, refused.length))
    await run.save(trx, null)
    return written.taken
  })
  await probe(context, 'pull:applied')
  await run.logErrors(db, [
    ...refused.map(toError(binding.entity)),
    ...taken.flatMap((one) => leftOutError(binding.entity, one, leftOut.get(one.item))),
  ])
  if (taken.some(({ change }) => change !== null)) {
    live.emit({ type: 'data', entities: [binding.entity] })
    onChange([binding.entity], target.name)
  }
  return { again, postponed }
}

/** Whether roots of this kind become ours only by being sent: then nothing that is received makes them so. */
function isOnlySent(
  { adapter }: Pick<RunContext, 'adapter'>,
  root: EntityName | undefined,
): boolean {
  const binding = adapter.manifest.bindings.find(({ entity }) => entity === root)
  return binding?.direction === 'outbound'
}

/** The stamps of the records here that the page was decided against. */
function stampsRead(
  { records, candidates, madeHere }: InboundPage,
  decided: readonly Decided[],
): readonly (readonly [string, number])[] {
  const stamps = new Map<string, number>()
  for (const record of [...records.values(), ...candidates.values(), ...madeHere.values()]) {
    stamps.set(record.id, record.modifiedOn)
  }
  return decided.flatMap(({ result }) => {
    const stamp = stamps.get(result?.recordId ?? '')
    return stamp === undefined ? [] : [[result!.recordId!, stamp] as const]
  })
}

/** Links as they were read that a person may have decided about since. */
function openLinks(
  { links, linksByRecord }: InboundPage,
  decided: readonly Decided[],
): readonly InboundLink[] {
  const written = new Set(decided.map(({ result }) => result?.rowNo ?? null))
  return [...links.values(), ...linksByRecord.values()].filter(
    ({ rowNo, state, remoteId }) => written.has(rowNo) && (state !== 'linked' || remoteId === null),
  )
}

function countOf(taken: readonly Decided[], failed: number): Partial<InboundCounts> {
  const counts: Record<string, number> = { failed }
  for (const { counted } of taken) counts[counted] = (counts[counted] ?? 0) + 1
  return counts
}

const toError =
  (entity: EntityName) =>
  ({ item, recordId, code, reason }: Refused): RunError => ({
    entity,
    recordId,
    remoteId: item.remoteId,
    code,
    message: notTakenMessage(reason),
  })

/** A record that was taken without what does not fit; the run names it, so that somebody puts it right there. */
function leftOutError(
  entity: EntityName,
  { item, result }: Decided,
  reason: string | undefined,
): readonly RunError[] {
  if (reason === undefined) return []
  const message = takenWithoutMessage(reason)
  const { remoteId } = item
  return [{ entity, recordId: result?.recordId ?? null, remoteId, code: 'bad-response', message }]
}
