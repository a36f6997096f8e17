/**
 * The inward story: poll and stage everything, parents first, then work it in, parents first. Staging is durable before
 * anything is interpreted, so a record that cannot be worked in is never lost and never holds up the others.
 * A first fill links what is here already before it creates anything: what it creates must not compete for a match.
 * Of a target that only receives, what it has is only recognised, once: so that nothing is created there that it has.
 */
import type { RunKind } from '../../../contract/words.ts'
import { listingNumber, noteCertain } from '../../store/links/certainty.ts'
import { clearInbox, countInbox, pruneInbox, readInbox } from '../../store/traffic/inbox.ts'
import { countStagedDeletions } from '../../store/traffic/listings.ts'
import { toMicros } from '../../store/sql/stamps.ts'
import { countLinked } from '../../store/links/mass-changes.ts'
import { readRecordCounts } from '../../store/runs/targets.ts'
import type { EntityBinding } from '../../targets/kit/adapter.ts'
import { besideRoots } from '../../targets/kit/bindings.ts'
import { ownFieldsOf } from '../../model/own-fields.ts'
import { entrantsRead, exchangeDefinitions } from '../exchange-definitions.ts'
import { checkRemoteDeletions } from '../outbound/decide/safety.ts'
import { probe, type RunContext } from '../run-context.ts'
import { applyPage } from './apply.ts'
import type { Pass } from './decide/sort-page.ts'
import { fetchWanted } from './fetch-wanted.ts'
import { bringsParts, isOnlyRecognised, isPolled, pollEntity } from './poll-target.ts'

const pageSize = 500
/** Versions are remembered for a week: far longer than any overlap between polls. */
const rememberMs = 7 * 24 * 3_600_000

/**
 * Receives what changed remotely, and looks at what a target has of which that is not certain. Throws `RunStopped` when
 * the target cannot be asked.
 */
export async function pullTarget(context: RunContext, kind: RunKind): Promise<void> {
  const { db, ports, target } = context
  const looked = besideRoots(context.bindings).filter(
    (binding) =>
      binding.changes !== 'none' &&
      (binding.direction !== 'outbound' || isOnlyRecognised(context, binding)),
  )
  if (looked.length === 0) return
  await fetchWanted(context)
  const carriers = context.bindings.filter(
    (binding) => !looked.includes(binding) && isPolled(binding) && bringsParts(context, binding),
  )
  if (kind !== 'webhook') {
    for (const binding of [...carriers, ...looked])
      if (isPolled(binding)) await pollEntity(readingAgain(context, binding), binding, kind)
  }
  for (const binding of carriers) {
    if (kind === 'initial' && wasListed(context, binding, carriers)) {
      await becomeCertain(context, binding)
    }
  }
  const waiting: EntityBinding[] = []
  for (const binding of looked) {
    if (isOnlyRecognised(context, binding)) {
      await processStaged(context, binding, 'recognise', false)
    } else {
      const deletions = await mayDelete(context, binding)
      if (kind === 'initial' && (await hasRecords(context, binding))) {
        await processStaged(context, binding, 'links', deletions)
      }
      if ((await processStaged(context, binding, 'everything', deletions)) > 0)
        waiting.push(binding)
    }
    if (kind === 'initial' && wasListed(context, binding, looked)) {
      await becomeCertain(context, binding)
    }
    if (binding.entity === 'event') await exchangeDefinitions(context)
    if (binding.entity === ownFieldsOf) await entrantsRead(context)
  }
  // Parents whose children went after them.
  for (const binding of waiting.toReversed())
    await processStaged(context, binding, 'deletions', true)
  await pruneInbox(db, target.id, toMicros(ports.clock.now() - rememberMs))
}

/** Entrants whose event has a field that was not known here so far are read anew: what they have in it came before. */
function readingAgain(context: RunContext, { entity }: EntityBinding): RunContext {
  if (!context.defined?.readAgain || entity !== ownFieldsOf) return context
  return { ...context, options: { ...context.options, force: true } }
}

/** Whether everything the target has of an entity was on a page of this run. */
function wasListed(
  { connection, options, signal, torn }: RunContext,
  binding: EntityBinding,
  looked: readonly EntityBinding[],
): boolean {
  if (signal.aborted || !connection.changes) return false
  // What comes along with others is known once all of those are.
  if (binding.changes === 'with') return options.entities === null && looked.some(isPolled)
  return isPolled(binding) && !torn.has(binding.entity)
}

/** From here on the target has nothing of this kind that is not known here. */
async function becomeCertain(context: RunContext, binding: EntityBinding): Promise<void> {
  const { db, ports, target, uncertain, listings, run, clockOffset } = context
  const { entity } = binding
  if (!uncertain.has(entity)) return
  const recognised = isOnlyRecognised(context, binding)
  const { clock, ids } = ports
  const listing = listingNumber(clock.now() + (clockOffset.ms() ?? 0), ids.random())
  await probe(context, 'certain:note')
  await db.transaction().execute(async (trx) => {
    await noteCertain(trx, target.id, [entity], listing)
    if (recognised) await clearInbox(trx, target.id, entity)
    await run.save(trx, null)
  })
  await probe(context, 'certain:noted')
  uncertain.delete(entity)
  listings.set(entity, listing)
}

async function hasRecords({ db }: RunContext, { entity }: EntityBinding): Promise<boolean> {
  return (await readRecordCounts(db))[entity] > 0
}

/** Whether staged deletions may be worked in, or wait for a person. */
async function mayDelete(context: RunContext, { entity }: EntityBinding): Promise<boolean> {
  const { db, target, run, options, adapter } = context
  // What colleagues deleted was deleted by hand.
  if (adapter.manifest.hub) return true
  if (options.allowMassChange || target.remoteDeletion === 'ignore') return true
  const planned = await countStagedDeletions(db, target.id, entity)
  if (planned === 0) return true
  const guard = checkRemoteDeletions(
    planned,
    await countLinked(db, target.id, entity),
    target.remoteDeletion,
  )
  run.guard ??= guard
  return guard === null
}

/** Works staged records into master data, a page at a time. Answers how many deletions wait for others. */
export async function processStaged(
  context: RunContext,
  binding: EntityBinding,
  pass: Pass,
  deletions: boolean,
): Promise<number> {
  const { db, target, run } = context
  const { entity } = binding
  const total = await countInbox(db, target.id, entity)
  if (total === 0) return 0
  run.enter(pass === 'links' || pass === 'recognise' ? 'matching' : 'receiving', entity, total)
  let waiting = 0
  for (let after = 0; !context.signal.aborted;) {
    const page = { after, limit: pageSize, deletions }
    const items = await readInbox(db, target.id, entity, page)
    if (items.length === 0) break
    const { again, postponed } = await applyPage(context, binding, items, pass)
    waiting += postponed
    if (!again) after = items.at(-1)!.id
    run.advance(items.length)
  }
  return waiting
}
