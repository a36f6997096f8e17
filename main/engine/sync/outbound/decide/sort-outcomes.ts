/** What became of a batch, sorted by what has to be written of it. Pure. */
import type { Fields } from '../../../model/record.ts'
import { contentHash, normaliseFields } from '../../../model/record.ts'
import type { CarriedLink, Confirmed, Delivery } from '../../../store/traffic/deliveries.ts'
import type { EntityBinding, MadePart, Reached, SendOutcome } from '../../../targets/kit/adapter.ts'
import { isMade } from '../../../targets/kit/bindings.ts'
import { SyncError } from '../../../targets/kit/sync-error.ts'
import type { Delivered } from '../deliver.ts'
import { judge } from './judge.ts'
import { canonicalContent } from './transform.ts'

/** What has to be known to sort a batch of one entity. */
export interface BatchFacts {
  readonly binding: EntityBinding
  /** A key tells the target a second copy: sending again is then the look-up. */
  readonly byKey: boolean
  /** What was sent may have arrived at an earlier attempt: not arriving now proves nothing. */
  readonly again: boolean
  /** Of the `newRemoteIds`, those another record of ours has already. */
  readonly known: ReadonlySet<string>
}

export interface Done extends Confirmed {
  readonly delivery: Delivery
  /** Records that came into being with it. */
  readonly carried: readonly CarriedLink[]
}

export interface NotDone {
  readonly delivery: Delivery
  readonly error: SyncError
}

/** A delivery of which not all arrived: it is in one of the other lists as well. */
export interface NotWhole extends Reached {
  readonly delivery: Delivery
}

/** One delivery may be in several lists: each says one thing that has to be written. */
export interface SortedOutcomes {
  readonly confirmed: readonly Done[]
  /** Their records are there by now, without some fields. */
  readonly reached: readonly NotWhole[]
  /** Refused: they wait for a person. */
  readonly failed: readonly NotDone[]
  /** They go again by themselves, later. */
  readonly retried: readonly NotDone[]
  /** Gone there together with the record they came with. */
  readonly gone: readonly NotDone[]
  /** The answer was lost: their frozen content is kept until somebody looks. */
  readonly lost: readonly NotDone[]
  /** Not failed and yet not confirmed: what the run tells of them. */
  readonly unconfirmed: readonly NotDone[]
  /** The target may have what was sent, so that it is ours when it comes back. */
  readonly doubtful: readonly Delivery[]
  /** Keys of the deliveries that are over. */
  readonly over: readonly string[]
  /** Why the run cannot go on, null when it can. */
  readonly stop: SyncError | null
}

/** The remote ids a batch was answered with that we did not know; look up who has them before sorting it. */
export function newRemoteIds(delivered: readonly Delivered[]): readonly string[] {
  return delivered.flatMap(({ delivery, outcome }) => {
    const id = idIn(outcome)
    return id !== null && isNewId(delivery, id) ? [id] : []
  })
}

/** Sorts a batch of one entity. */
export function sortOutcomes(delivered: readonly Delivered[], facts: BatchFacts): SortedOutcomes {
  const { confirmed, reached, notDone } = partOwn(delivered, facts)
  const isThere = new Set(reached.map(({ delivery }) => delivery))
  const judged = notDone.map((item) => {
    // What is there by now is made no second time.
    const action = isThere.has(item.delivery) ? 'update' : item.delivery.action
    return { item, ...judge({ action }, item.error) }
  })
  // What exists only together with another record is not missed when that one is gone there.
  const isGone = ({ error }: NotDone) => isMade(facts.binding) && error.code === 'gone'
  const those = (fits: (one: (typeof judged)[number]) => boolean) =>
    judged.filter(fits).map(({ item }) => item)
  const lost = those(({ verdict }) => verdict === 'look-up' || (facts.again && verdict !== 'fail'))
  const open = new Set(lost.map(({ delivery }) => delivery.key))
  return {
    confirmed,
    reached,
    failed: those(({ item, verdict }) => verdict === 'fail' && !isGone(item)),
    // Where sending again is the look-up, that has time until the target is well again.
    retried: those(
      ({ item, verdict }) =>
        (verdict === 'retry' || (facts.byKey && verdict === 'look-up')) && !isGone(item),
    ),
    gone: those(({ item }) => isGone(item)),
    lost,
    unconfirmed: those(
      ({ item, verdict }) => verdict !== 'fail' && verdict !== 'leave' && !isGone(item),
    ),
    doubtful: those(({ verdict }) => verdict !== 'fail').map(({ delivery }) => delivery),
    over: delivered.map(({ delivery }) => delivery.key).filter((key) => !open.has(key)),
    stop: judged.find(({ stop }) => stop)?.item.error ?? null,
  }
}

/** The records that came into being with a confirmed one. */
export function carriedLinks(
  { carried }: Delivery,
  told: Readonly<Record<string, MadePart>>,
): readonly CarriedLink[] {
  return carried.flatMap((content) => {
    const made = told[content.field]
    return made ? [{ ...content, ...made }] : []
  })
}

/** Confirmed is what was answered with an id no other record of ours has: two records are never linked to one. */
function partOwn(delivered: readonly Delivered[], { binding, known }: BatchFacts) {
  const confirmed: Done[] = []
  const reached: NotWhole[] = []
  const refused: NotDone[] = []
  const foreign: NotDone[] = []
  const seen = new Set<string>()
  for (const { delivery, outcome } of delivered) {
    const id = idIn(outcome)
    if (id !== null && isNewId(delivery, id)) {
      if (known.has(id) || seen.has(id)) {
        foreign.push({ delivery, error: foreignId(id) })
        continue
      }
      seen.add(id)
    }
    if (outcome.status === 'done') confirmed.push(toDone(binding, delivery, outcome))
    else {
      refused.push({ delivery, error: outcome.error })
      if (outcome.reached) reached.push({ delivery, ...outcome.reached })
    }
  }
  return { confirmed, reached, notDone: [...refused, ...foreign] }
}

/** The id a record has there after an outcome, null where it told none. */
function idIn(outcome: SendOutcome): string | null {
  return outcome.status === 'done' ? outcome.remoteId : (outcome.reached?.remoteId ?? null)
}

/** What is agreed on a record that is there without some fields: those are as they were agreed before. */
export function agreedWithout(
  binding: EntityBinding,
  { delivery, without }: NotWhole,
  before: string | null,
): { readonly agreed: string; readonly hash: string } {
  const sent = JSON.parse(delivery.agreed ?? '{}') as Fields
  const former = JSON.parse(before ?? '{}') as Fields
  const missing = Object.fromEntries(without.map((name) => [name, former[name] ?? null]))
  const agreed = canonicalContent(binding, { ...sent, ...missing })
  return { agreed, hash: contentHash(agreed) }
}

function isNewId(delivery: Delivery, remoteId: string): boolean {
  return delivery.action !== 'delete' && delivery.remoteId !== remoteId
}

function foreignId(remoteId: string): SyncError {
  return new SyncError(
    'rejected',
    `The target answered with its record ${remoteId}, which is another record of ours already. Check for a duplicate there.`,
  )
}

function toDone(
  binding: EntityBinding,
  delivery: Delivery,
  outcome: Extract<SendOutcome, { status: 'done' }>,
): Done {
  return {
    delivery,
    key: delivery.key,
    remoteId: outcome.remoteId,
    remoteVersion: outcome.remoteVersion ?? null,
    remoteModifiedOn: outcome.remoteModifiedOn ?? 0,
    kept: keptOf(binding, delivery, outcome.kept),
    beyondHash: delivery.beyondHash ?? null,
    partStamp: delivery.partStamp ?? 0,
    carried: carriedLinks(delivery, outcome.made ?? {}),
  }
}

/** What the target has instead of what was sent, where it told so. */
function keptOf(
  binding: EntityBinding,
  { agreed }: Delivery,
  kept: Fields | undefined,
): Confirmed['kept'] {
  if (!kept || agreed === null || Object.keys(kept).length === 0) return null
  const { fields } = normaliseFields(binding.entity, kept)
  const content = canonicalContent(binding, { ...(JSON.parse(agreed) as Fields), ...fields })
  return { agreed: content, hash: contentHash(content) }
}
