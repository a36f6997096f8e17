/** What becomes of one remote record. Pure: page facts in; a change of master data and the sync record's end state out. */
import type { FieldValue } from '../../../../contract/records.ts'
import type { ConflictRule, Mode, RemoteDeletion } from '../../../../contract/words.ts'
import { contentHash, type Fields, type MasterRecord } from '../../../model/record.ts'
import type { FirstHand } from '../../../../contract/hub.ts'
import type { Change } from '../../../store/writer/change.ts'
import type { Notice } from '../../../store/hub/notices.ts'
import type { NewConflict, RuledConflict } from '../../../store/attention/open-conflicts.ts'
import type { InboundLink, InboundResult } from '../../../store/links/inbound-links.ts'
import type { EntityBinding } from '../../../targets/kit/adapter.ts'
import { agreedHashNow, canonicalContent } from '../../outbound/decide/transform.ts'
import type { InboundPage } from '../interpret.ts'
import type { Interpreted } from './interpret-record.ts'
import { deletionNotice } from './deletion-notice.ts'
import type { LinkData } from './link-data.ts'
import { lookupTexts, matchRecord, type Match } from './match.ts'
import { inRemoteTerms, unlinkedKeys } from './match-unlinked.ts'
import { completeTheirs, merge, recognise } from './merge.ts'
import { saysNothing } from './says-nothing.ts'
import { agreedAfter, resolve, ruledFields, type Side } from './resolve.ts'
import { foreignReferences, here } from './in-their-terms.ts'

export interface DecideFacts {
  readonly binding: EntityBinding
  readonly mode: Mode
  readonly rule: ConflictRule
  readonly remoteDeletion: RemoteDeletion
  readonly clockOffsetMs: number | null
  /** Fields one side owns at this target. */
  readonly owners: Readonly<Record<string, Side>>
  readonly page: InboundPage
  /** It is only to be recognised: what is here leads in everything, and nothing of theirs is taken over. */
  readonly onlyLinks?: boolean
  /** As in `AdapterManifest`. */
  readonly hub?: boolean
  /** Makes the id of a record that is created here. */
  readonly newId: () => string
}

export type Counted =
  'created' | 'updated' | 'deleted' | 'skipped' | 'conflicts' | 'unmatched' | 'linked'

/** One item, decided. `stamp`-dependent parts of the result are filled in once the change is written. */
export interface Decided {
  readonly item: Interpreted['item']
  readonly counted: Counted
  readonly change: Change | null
  readonly result: InboundResult | null
  /** The record differs from what the target has: it must be due afterwards. */
  readonly send: boolean
  readonly conflict: NewConflict | null
  /** What a rule decided where one side had to give way: both values are kept. */
  readonly ruled: RuledConflict | null
  /** What a person here should look at because colleagues did something else. */
  readonly notice?: Notice
}

/** What deciding needs of a staged remote record. */
export interface Content {
  readonly item: Interpreted['item']
  readonly theirs: Fields
  readonly refs?: Readonly<Record<string, string | null>>
  readonly hand?: FirstHand | undefined
}

/** Decides a record with readable content. */
export function decideContent(one: Content, facts: DecideFacts): Decided {
  const { page, binding } = facts
  // Who only recognises creates nothing here.
  const own = binding.onlyTheirs ? 'target-leads' : facts.mode
  const mode = facts.onlyLinks ? 'master-leads' : own
  const link = page.links.get(one.item.remoteId)
  const made = page.madeHere.get(one.item.remoteId)
  if (made) return decideLinked(one, facts, page.linksByRecord.get(made.id) ?? link ?? null, made)
  if (link && leftAlone(one, binding, link)) return skipped(one.item, null)
  const deleted = page.deletedHere?.get(one.item.remoteId)
  if (deleted) {
    const own = page.linksByRecord.get(deleted.id) ?? link ?? null
    // It is deleted there once more; somebody may have needed it.
    const by = { keptBy: deleted.modifiedBy, lostBy: one.hand?.by ?? null }
    const notice = deletionNotice(binding.entity, deleted.id, by)
    return { ...decideLinked(one, facts, own, deleted), notice }
  }
  if (binding.sameIds && !link?.recordId) return decideCreation(one, facts, link ?? null)
  const match = matchRecord({
    entity: binding.entity,
    theirs: one.theirs,
    knownAs: link?.recordId ?? null,
    candidates: candidatesFor(one, binding, page).map((candidate) => ({
      recordId: candidate.id,
      fields: candidate.fields,
      linkedTo: page.linksByRecord.get(candidate.id)?.remoteId ?? null,
      through: page.through.get(one.item.remoteId)?.includes(candidate.id) ?? false,
    })),
    mode,
    onlyByKeys: facts.onlyLinks ?? false,
    perRace: binding.perRace !== undefined,
  })
  switch (match.kind) {
    case 'known':
      return decideLinked(one, facts, link!, page.records.get(match.recordId)!)
    case 'link': {
      const ours = page.candidates.get(match.recordId)!
      const own = page.linksByRecord.get(match.recordId)
      return decideLinked(one, facts, own ?? link ?? null, ours)
    }
    case 'create':
      return saysNothing(one.theirs, binding)
        ? skipped(one.item, null)
        : decideCreation(one, facts, link ?? null)
    case 'joined':
      return joinedDecision(one, match, link ?? null)
    case 'possible':
    case 'unmatched':
      return unlinkedDecision(one, match, link ?? null, binding)
  }
}

/** Records here that share a natural key or the names of a person with it, or that others of ours refer to in its place. */
function candidatesFor(
  { item, theirs }: Content,
  { entity }: EntityBinding,
  { candidates, candidatesByKey, through }: InboundPage,
): readonly MasterRecord[] {
  const sharing = lookupTexts(entity, theirs).flatMap((text) => candidatesByKey.get(text) ?? [])
  const named = (through.get(item.remoteId) ?? []).flatMap((id) => candidates.get(id) ?? [])
  return [...new Set([...sharing, ...named])]
}

/** A person said that this is none of ours; that stands until it changes there. */
function leftAlone({ theirs }: Content, binding: EntityBinding, link: InboundLink): boolean {
  if (link.state !== 'ignored' || link.recordId !== null || link.linkData === null) return false
  const { fields } = JSON.parse(link.linkData) as LinkData
  return canonicalContent(binding, fields) === canonicalContent(binding, theirs)
}

/** Nothing changes here; what is known of it may. */
export const skipped = (item: Interpreted['item'], result: InboundResult | null): Decided => ({
  item,
  counted: 'skipped',
  change: null,
  result,
  send: false,
  conflict: null,
  ruled: null,
})

/** How a sync record is left where nothing more is decided. */
export function baseResult(
  one: { readonly item: Interpreted['item']; readonly partial?: boolean },
  link: InboundLink | null,
  recordId: string | null,
): InboundResult {
  return {
    rowNo: link?.rowNo ?? null,
    recordId,
    remoteId: one.item.remoteId,
    state: 'linked',
    agreed: link?.agreed ?? null,
    agreedHash: link?.agreedHash ?? null,
    remoteSyncedOn: Math.max(link?.remoteSyncedOn ?? 0, one.item.modifiedOn ?? 0),
    // Any version is another one than none.
    remoteVersion: one.partial ? null : one.item.version,
    entityModifiedOn: null,
    entitySyncedOn: null,
    linkData: null,
  }
}

/**
 * The base to compare with: where the target has what was sent and never confirmed, that is where both sides are, not a
 * change made there. So also what a creation sent whose answer never came.
 */
function withOwnValues(
  agreed: Fields | null,
  unconfirmed: string | null,
  theirs: Fields,
): Fields | null {
  if (unconfirmed === null) return agreed
  const base: Record<string, FieldValue> = { ...agreed }
  for (const text of JSON.parse(unconfirmed) as readonly string[]) {
    for (const [field, value] of Object.entries(JSON.parse(text) as Fields)) {
      if (theirs[field] !== undefined && (theirs[field] ?? null) === value) base[field] = value
    }
  }
  return base
}

/** Decides a record that is known to be one of ours. */
export function decideLinked(
  one: Content,
  facts: Omit<DecideFacts, 'page'>,
  link: InboundLink | null,
  ours: MasterRecord,
): Decided {
  const { binding, mode, rule, clockOffsetMs, owners, hub = false } = facts
  const { fields, entity, project } = binding
  const agreed = link?.agreed ? (JSON.parse(link.agreed) as Fields) : null
  const base = withOwnValues(agreed, link?.unconfirmed ?? null, one.theirs)
  const result = baseResult(one, link, ours.id)
  // Where nothing is ever sent, nothing may wait to be sent.
  const isSent = binding.direction !== 'inbound'
  if (ours.deletedOn !== null) {
    const state = settled(link)
    const isNews = link?.remoteId !== one.item.remoteId && isSent
    // The deletion is due already; what the target still says of it does not count.
    if (!isNews) return skipped(one.item, { ...result, state })
    // Nobody knew that the target has it, so nobody told it of the deletion.
    return skipped(one.item, { ...result, ...stamps(ours, true), state, recordDeleted: true })
  }
  const theirs = completeTheirs({ fields, base, theirs: one.theirs })
  const theirCanonical = canonicalContent(binding, theirs)
  if (facts.onlyLinks)
    return linkedOnly(one, link, ours, [
      canonicalContent(binding, { ...theirs, ...foreignReferences(binding, one) }),
      canonicalContent(binding, here(binding, ours.fields, theirs)),
    ])
  const hashes = {
    theirsHash: contentHash(theirCanonical),
    oursHash: contentHash(canonicalContent(binding, ours.fields)),
  }
  const recognition = recognise({
    agreedHash: agreedHashNow(binding, agreed, link?.agreedHash ?? null),
    ...hashes,
    theirsModifiedOn: one.item.modifiedOn,
    remoteSyncedOn: link?.remoteSyncedOn ?? 0,
  })
  switch (recognition) {
    case 'stale':
      return skipped(one.item, null)
    case 'unchanged':
      // What a person was asked about may be settled by this: it is what was agreed before again.
      if (link?.state === 'conflict') break
      return skipped(one.item, {
        ...result,
        // What a hub did not take, as its field was removed there, goes once it is back.
        ...(hub && isSent && hashes.oursHash !== hashes.theirsHash && stamps(ours, true)),
        state: link?.state ?? 'linked',
      })
    case 'same':
      return skipped(one.item, { ...result, ...agreedOn(theirCanonical), ...stamps(ours, false) })
    case 'changed':
      break
  }
  const compared = { fields, base, ours: ours.fields, theirs: one.theirs, project }
  const merged = merge(compared)
  const resolution = resolve({
    entity,
    merge: merged,
    mode,
    rule,
    oursModifiedOn: ours.modifiedOn,
    theirsModifiedOn: one.item.modifiedOn,
    clockOffsetMs,
    owners,
    hub,
  })
  const send = resolution.send && isSent
  const asks = resolution.ask.length > 0
  const changes = Object.keys(resolution.apply).length > 0
  const states = {
    recordId: ours.id,
    remoteId: one.item.remoteId,
    base: link?.agreed ?? null,
    ours: canonicalContent(binding, ours.fields),
    theirs: theirCanonical,
  }
  const ruled = ruledFields(merged, resolution)
  return {
    item: one.item,
    counted: asks ? 'conflicts' : changes ? 'updated' : 'skipped',
    change: changes
      ? { action: 'update', entity, id: ours.id, fields: resolution.apply, ...handOf(one) }
      : null,
    result: {
      ...result,
      // What it is to decide was made on the version before this one.
      ...(resolution.left.length > 0 ? { remoteVersion: link?.remoteVersion ?? null } : {}),
      ...agreedOn(canonicalContent(binding, agreedAfter(compared, resolution))),
      state: asks ? 'conflict' : 'linked',
      ...stamps(ours, send),
    },
    send,
    conflict: asks
      ? { ...states, fields: resolution.ask.map((difference) => difference.field) }
      : null,
    ruled: ruled ? { ...states, fields: Object.keys(ruled), decision: ruled } : null,
  }
}

/** A record that is due for the target, or is not. */
function stamps({ modifiedOn }: MasterRecord, due: boolean) {
  return { entityModifiedOn: modifiedOn, entitySyncedOn: due ? modifiedOn - 1 : modifiedOn }
}

/** Who made it, as a change carries it. */
function handOf({ hand }: Content): { readonly hand?: FirstHand } {
  return hand ? { hand } : {}
}

/** The target has what is here already; what differs there is due, what is equal is agreed. */
function linkedOnly(
  { item }: Content,
  link: InboundLink | null,
  ours: MasterRecord,
  [theirs, own]: readonly [string, string],
): Decided {
  const isKnown = link !== null && link.recordId === ours.id && link.remoteId === item.remoteId
  const agreed = agreedOn(theirs)
  if (isKnown && link.agreedHash === agreed.agreedHash) return skipped(item, null)
  const isSame = agreed.agreedHash === contentHash(own)
  const kept = isKnown || link?.state === 'ignored' ? link.state : 'linked'
  return {
    ...skipped(item, {
      ...baseResult({ item }, link, ours.id),
      ...agreed,
      state: isSame && kept !== 'ignored' ? 'linked' : kept,
      ...stamps(ours, !isSame),
    }),
    counted: isKnown ? 'skipped' : 'linked',
    send: !isSame,
  }
}

/** The state of a sync record about which nothing is left to decide. */
export function settled(link: InboundLink | null): InboundResult['state'] {
  return link === null || link.state === 'conflict' ? 'linked' : link.state
}

function agreedOn(canonical: string): Pick<InboundResult, 'agreed' | 'agreedHash'> {
  return { agreed: canonical, agreedHash: contentHash(canonical) }
}

/** Makes a remote record one of ours. */
export function decideCreation(
  one: Content,
  facts: Omit<DecideFacts, 'page'>,
  link: InboundLink | null,
): Decided {
  const { binding } = facts
  const id = binding.sameIds ? one.item.remoteId : facts.newId()
  const theirs = completeTheirs({ fields: binding.fields, base: null, theirs: one.theirs })
  const given: Record<string, FieldValue> = {}
  for (const [name, value] of Object.entries(theirs)) if (value !== null) given[name] = value
  return {
    item: one.item,
    counted: 'created',
    change: { action: 'create', entity: binding.entity, id, fields: given, ...handOf(one) },
    result: { ...baseResult(one, link, id), ...agreedOn(canonicalContent(binding, theirs)) },
    send: false,
    conflict: null,
    ruled: null,
  }
}

/** It is one of ours already, through another of theirs: what refers to it refers to that one. */
function joinedDecision(
  one: Content,
  { recordId, reason }: Extract<Match, { kind: 'joined' }>,
  link: InboundLink | null,
): Decided {
  const { theirs: fields, refs } = one
  const linkData: LinkData = { reason, fields, ...(refs ? { refs } : {}), sameAs: recordId }
  return skipped(one.item, {
    ...baseResult(one, link, null),
    state: 'ignored',
    linkData: JSON.stringify(linkData),
  })
}

/** Leaves a remote record for a person, or until a record comes that fits. */
export function unlinkedDecision(
  one: Content,
  match: Extract<Match, { kind: 'possible' | 'unmatched' }>,
  link: InboundLink | null,
  binding: EntityBinding,
): Decided {
  return {
    item: one.item,
    counted: 'unmatched',
    change: null,
    result: {
      ...baseResult(one, link, null),
      state: match.kind,
      linkData: JSON.stringify({
        reason: match.reason,
        fields: one.theirs,
        ...(one.refs ? { refs: one.refs } : {}),
        ...(match.kind === 'possible' ? { recordIds: match.recordIds } : {}),
      } satisfies LinkData),
      keys: unlinkedKeys(binding, inRemoteTerms(binding, one.theirs, one.refs ?? {})),
    },
    send: false,
    conflict: null,
    ruled: null,
  }
}
