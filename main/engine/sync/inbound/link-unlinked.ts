/** Links records of the target that fitted nothing when they were seen, and now do; or asks a person. */
import type { MatchReason } from '../../../contract/reasons.ts'
import { assertNever } from '../../../contract/words.ts'
import type { Fields, MasterRecord } from '../../model/record.ts'
import {
  findMoved,
  findRelinked,
  readLinksByRecordId,
  type InboundLink,
} from '../../store/links/inbound-links.ts'
import { toMicros } from '../../store/sql/stamps.ts'
import type { UnlinkedByKey } from '../../store/links/unlinked-keys.ts'
import type { EntityBinding } from '../../targets/kit/adapter.ts'
import { probe, type RunContext } from '../run-context.ts'
import { decideLinked, unlinkedDecision, type Decided } from './decide/decide.ts'
import type { LinkData } from './decide/link-data.ts'
import { ownersOf } from './decide/owners-of.ts'
import { writeDecided } from './write-decided.ts'

/** What an unlinked record of the target was found to be. */
export type FoundUnlinked = { readonly row: UnlinkedByKey } & (
  | { readonly kind: 'link'; readonly record: MasterRecord; readonly theirs: Fields }
  | {
      readonly kind: 'possible'
      readonly recordIds: readonly string[]
      readonly reason: MatchReason
    }
)

/** What is kept of an unlinked record. */
export function unlinkedFrom({ linkData }: UnlinkedByKey): LinkData {
  return JSON.parse(linkData) as LinkData
}

/** Writes what was found, in one transaction. Answers whether there was anything; what was changed meanwhile is left out. */
export async function linkUnlinked(
  context: RunContext,
  binding: EntityBinding,
  found: readonly FoundUnlinked[],
): Promise<boolean> {
  if (found.length === 0) return false
  const { db, ports, target, run } = context
  const { entity } = binding
  const records = found.flatMap((one) => (one.kind === 'link' ? [one.record] : []))
  const own = await readLinksByRecordId(
    db,
    target.id,
    records.map(({ id }) => id),
  )
  const decided = found.map((one) => decide(context, binding, one, own))
  await probe(context, 'certain:link')
  await db.transaction().execute(async (trx) => {
    const moved = await findMoved(
      trx,
      entity,
      records.map(({ id, modifiedOn }) => [id, modifiedOn] as const),
    )
    const relinked = await findRelinked(trx, [
      ...own.values(),
      ...found.map(({ row }) => waiting(row)),
    ])
    const standing = decided.filter(
      ({ result }, at) =>
        !moved.has(result?.recordId ?? '') &&
        !relinked.has(result?.rowNo ?? 0) &&
        !relinked.has(found[at]!.row.rowNo),
    )
    const now = toMicros(ports.clock.now())
    const by = { who: target.name, origin: 'target', source: target.name, now } as const
    const { taken } = await writeDecided(trx, { targetId: target.id, entity }, standing, by)
    run.countInbound({ linked: taken.filter(({ result }) => result?.recordId).length })
    await run.save(trx, null)
  })
  await probe(context, 'certain:linked')
  return true
}

function decide(
  context: RunContext,
  binding: EntityBinding,
  one: FoundUnlinked,
  own: ReadonlyMap<string, InboundLink>,
): Decided {
  const { ports, target, clockOffset } = context
  const { row } = one
  const item = {
    id: 0,
    remoteId: row.remoteId,
    version: row.remoteVersion ?? '',
    modifiedOn: row.remoteSyncedOn > 0 ? row.remoteSyncedOn : null,
    deleted: false,
    body: {},
  }
  switch (one.kind) {
    case 'possible': {
      const { fields, refs = {} } = unlinkedFrom(row)
      return unlinkedDecision({ item, theirs: fields, refs }, one, waiting(row), binding)
    }
    case 'link':
      return decideLinked(
        { item, theirs: one.theirs, refs: unlinkedFrom(row).refs ?? {} },
        {
          binding,
          mode: target.mode,
          rule: target.conflicts,
          remoteDeletion: target.remoteDeletion,
          clockOffsetMs: clockOffset.ms(),
          owners: ownersOf(target.owners, binding.entity),
          onlyLinks: binding.direction === 'outbound' || target.direction === 'outbound',
          newId: () => ports.ids.uuid(),
        },
        own.get(one.record.id) ?? waiting(row),
        one.record,
      )
    default:
      return assertNever(one)
  }
}

function waiting({ rowNo, remoteId, remoteSyncedOn, linkData }: UnlinkedByKey): InboundLink {
  return {
    rowNo,
    recordId: null,
    remoteId,
    agreed: null,
    agreedHash: null,
    unconfirmed: null,
    remoteSyncedOn,
    state: 'unmatched',
    linkData,
  }
}
