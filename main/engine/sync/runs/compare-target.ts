/**
 * Comparing without changing anything: the target is listed in full, page by page, and laid beside what is here. Works on
 * the connection that can only read. Remote ids are kept in memory for the length of the comparison, nothing else.
 */
import type { CompareReport, Difference } from '../../../contract/sync.ts'
import type { EntityName } from '../../../contract/words.ts'
import type { FieldValue } from '../../../contract/records.ts'
import type { Core } from '../../core.ts'
import type { Db } from '../../db/schema.ts'
import { entities } from '../../model/entities.ts'
import { contentHash, type Fields, type MasterRecord } from '../../model/record.ts'
import { readLinkedPage } from '../../store/traffic/listings.ts'
import type { Target } from '../../store/runs/targets.ts'
import type { Adapter, EntityBinding, RemotePage, RemoteRecord } from '../../targets/kit/adapter.ts'
import { isOlder } from '../../targets/kit/newest-of-each.ts'
import { SyncError } from '../../targets/kit/sync-error.ts'
import { WalkLimit } from '../../targets/kit/walk-limit.ts'
import type { Breaker } from '../breaker.ts'
import { connect } from '../connect-target.ts'
import { namesOf } from '../display-names.ts'
import { canonicalContent } from '../outbound/decide/transform.ts'
import type { RunContext } from '../run-context.ts'
import type { Interpreted } from '../inbound/decide/interpret-record.ts'
import { interpretPage, type InboundPage } from '../inbound/interpret.ts'
import { completeTheirs } from '../inbound/decide/merge.ts'
import { isPolled } from '../inbound/poll-target.ts'

const pageSize = 1_000

const noCounts = { same: 0, differs: 0, missingThere: 0, unknownHere: 0, notSent: 0 }

/** What the walk over both sides gathers. */
interface Comparison extends Pick<RunContext, 'db' | 'ports' | 'target'> {
  readonly bounds: Adapter['manifest']['limits']['listing']
  readonly limit: number
  readonly counts: Record<keyof typeof noCounts, number>
  readonly differences: Difference[]
  readonly seen: Map<EntityName, Map<string, Seen>>
}

/** What was seen of a remote record, and what was found of it. Microseconds, null where not told. */
interface Seen {
  readonly modifiedOn: number | null
  readonly found: keyof typeof noCounts | null
}

export interface Comparing {
  readonly breaker: Breaker
  /** Differences to answer; counts are of everything. */
  readonly limit: number
  readonly signal: AbortSignal
}

/**
 * What differs between both sides.
 * Throws `SyncError` when the target cannot be listed.
 */
export async function compareTarget(
  core: Core,
  target: Target,
  { breaker, limit, signal }: Comparing,
): Promise<CompareReport> {
  const connected = await connect(core, target, { breaker })
  const comparison: Comparison = {
    ...{ db: core.reader, ports: core.ports, target },
    bounds: connected.adapter.manifest.limits.listing,
    limit,
    counts: { ...noCounts },
    differences: [],
    seen: new Map(),
  }
  try {
    const { bindings, connection } = connected
    let complete = true
    for (const binding of bindings) {
      if (binding.direction === 'outbound' || !isPolled(binding) || !connection.changes) continue
      const list = (cursor: string | null) => connection.changes!(binding.entity, cursor, signal)
      complete = (await compareListing(comparison, bindings, binding, list)) && complete
    }
    if (complete) {
      for (const { entity } of bindings)
        if (comparison.seen.has(entity)) await compareHere(comparison, entity)
    }
    const { counts, differences, seen } = comparison
    const named = await withNames(core.reader, differences)
    return { target: target.name, complete: complete && seen.size > 0, counts, differences: named }
  } finally {
    await connected.close()
  }
}

/** Lists one entity to its end. Answers whether that was everything. */
async function compareListing(
  comparison: Comparison,
  bindings: readonly EntityBinding[],
  listed: EntityBinding,
  list: (cursor: string | null) => Promise<RemotePage>,
): Promise<boolean> {
  const { ports, bounds } = comparison
  const limit = new WalkLimit(`The listing of ${listed.remoteName}`, ports.clock, bounds)
  let whole = true
  for (let cursor: string | null = null; ;) {
    const page: RemotePage = await list(cursor)
    for (const [entity, records] of Map.groupBy(page.records, (record) => record.entity)) {
      const binding = bindings.find((candidate) => candidate.entity === entity)
      if (!binding) continue
      const seen = comparison.seen.get(entity) ?? new Map<string, Seen>()
      comparison.seen.set(entity, seen)
      const items = records
        .filter((record) => !record.deleted && isNewest(comparison, seen, record))
        .map((record, id) => ({ ...record, id }))
      const read = await interpretPage(comparison, binding, items)
      for (const one of read.items) {
        const { remoteId, modifiedOn } = one.item
        seen.set(remoteId, { modifiedOn, found: compareOne(comparison, binding, read, one) })
      }
    }
    // What could not be read may be anything that is missed.
    whole &&= page.unreadable.length === 0
    if (!page.more) return page.complete && whole
    if (page.cursor === cursor) throw new SyncError('bad-response', 'The listing does not end.')
    const endless = limit.goesOn(page.records.length + page.unreadable.length)
    if (endless) throw endless
    cursor = page.cursor
  }
}

/** False where an earlier page had it in a newer state; what was found of an older one does not count any more. */
function isNewest(
  { counts, differences }: Comparison,
  seen: ReadonlyMap<string, Seen>,
  record: RemoteRecord,
): boolean {
  const { entity, remoteId } = record
  const before = seen.get(remoteId)
  if (!before) return true
  if (isOlder(record, { remoteId, modifiedOn: before.modifiedOn })) return false
  if (before.found === null) return true
  counts[before.found] -= 1
  const at = differences.findIndex((one) => one.entity === entity && one.remoteId === remoteId)
  if (at >= 0) differences.splice(at, 1)
  return true
}

/** Notes what is found of a remote record; null for one that says nothing. */
function compareOne(
  comparison: Comparison,
  binding: EntityBinding,
  page: InboundPage,
  one: Interpreted,
): Seen['found'] {
  if (one.kind !== 'content' && one.kind !== 'early') return null
  const { entity } = binding
  const { remoteId } = one.item
  const link = page.links.get(remoteId)
  const ours = link?.recordId ? page.records.get(link.recordId) : undefined
  if (!link || !ours || one.kind === 'early') {
    const known = one.kind === 'content' ? one.theirs : {}
    const display = entities[entity].displayFields.map((name) => known[name] ?? '').join(' ')
    const nobody = { entity, recordId: null, remoteId, display: display.trim() || remoteId }
    return note(comparison, 'unknownHere', { ...nobody, finding: 'unknown-here', fields: [] })
  }
  const base = link.agreed ? (JSON.parse(link.agreed) as Fields) : null
  const theirs = completeTheirs({ fields: binding.fields, base, theirs: one.theirs })
  const fields = differingFields(binding, ours, theirs)
  if (fields.length === 0) return note(comparison, 'same', null)
  const both = { entity, recordId: ours.id, remoteId, display: '' }
  return note(comparison, 'differs', { ...both, finding: 'differs', fields })
}

function differingFields(
  binding: EntityBinding,
  ours: MasterRecord,
  theirs: Fields,
): Difference['fields'] {
  const [here, there] = [canonicalContent(binding, ours.fields), canonicalContent(binding, theirs)]
  if (contentHash(here) === contentHash(there)) return []
  const left = JSON.parse(here) as Fields
  const right = JSON.parse(there) as Fields
  const filled = (value: FieldValue | undefined): FieldValue => value ?? null
  return binding.fields
    .filter((field) => filled(left[field]) !== filled(right[field]))
    .map((field) => ({ field, ours: filled(left[field]), theirs: filled(right[field]) }))
}

/** What is here and was on no page. */
async function compareHere(comparison: Comparison, entity: EntityName): Promise<void> {
  const seen = comparison.seen.get(entity)!
  for (let after = 0; ;) {
    const { db, target } = comparison
    const page = await readLinkedPage(db, target.id, entity, {
      after,
      limit: pageSize,
    })
    const last = page.at(-1)
    if (!last) return
    after = last.rowNo
    for (const { recordId, remoteId } of page) {
      if (remoteId !== null && seen.has(remoteId)) continue
      const one = { entity, recordId, remoteId, display: '', fields: [] }
      if (remoteId === null) note(comparison, 'notSent', { ...one, finding: 'not-sent' })
      else note(comparison, 'missingThere', { ...one, finding: 'missing-there' })
    }
  }
}

function note(
  { counts, differences, limit }: Comparison,
  found: keyof typeof noCounts,
  difference: Difference | null,
): keyof typeof noCounts {
  counts[found] += 1
  if (difference && differences.length < limit) differences.push(difference)
  return found
}

async function withNames(db: Db, differences: readonly Difference[]): Promise<Difference[]> {
  const names = await namesOf(db, differences)
  return differences.map((one) => ({
    ...one,
    display: one.display || (names.get(one.recordId ?? '') ?? one.recordId ?? ''),
  }))
}
