/**
 * Recognises what a page of records refers to through the page itself: whoever wears bib 12 at the target is who wears it
 * here, also where start lists have neither e-mail addresses nor birth dates.
 */
import type { EntityName } from '../../../contract/words.ts'
import { fieldOf } from '../../model/entities.ts'
import type { MasterRecord } from '../../model/record.ts'
import { readLinksByRecordId } from '../../store/links/inbound-links.ts'
import { readRecords } from '../../store/sql/records.ts'
import { readUnlinked } from '../../store/links/unlinked-keys.ts'
import type { EntityBinding } from '../../targets/kit/adapter.ts'
import type { RunContext } from '../run-context.ts'
import { decideContent, type DecideFacts } from './decide/decide.ts'
import type { InboundPage } from './interpret.ts'
import { linkUnlinked, unlinkedFrom, type FoundUnlinked } from './link-unlinked.ts'
import { matchRecord } from './decide/match.ts'

interface Pair {
  readonly recordId: string
  readonly remoteId: string
}

/** Answers whether any was linked: then the page reads differently. */
export async function recogniseParents(
  context: RunContext,
  binding: EntityBinding,
  facts: DecideFacts,
): Promise<boolean> {
  const pairs = pairsOn(binding, facts)
  let linked = false
  for (const [entity, wanted] of pairs) {
    const parent = context.adapter.manifest.bindings.find((one) => one.entity === entity)
    if (parent) linked = (await linkPairs(context, parent, wanted)) || linked
  }
  return linked
}

/** Of records that are recognised, those they refer to that are not. */
function pairsOn(
  binding: EntityBinding,
  facts: DecideFacts,
): ReadonlyMap<EntityName, readonly Pair[]> {
  const pairs = new Map<EntityName, Pair[]>()
  for (const one of facts.page.items) {
    if (one.kind !== 'content') continue
    const open = [...binding.hard, ...binding.soft].filter(
      (field) => (one.refs[field] ?? null) !== null && one.theirs[field] === undefined,
    )
    if (open.length === 0) continue
    const { result } = decideContent(one, facts)
    const ours = recordOn(
      facts.page,
      result?.recordId ?? facts.page.links.get(one.item.remoteId)?.recordId,
    )
    for (const field of ours ? open : []) {
      const recordId = ours!.fields[field]
      if (typeof recordId !== 'string') continue
      const entity = fieldOf(binding.entity, field).refersTo!
      pairs.set(entity, [...(pairs.get(entity) ?? []), { recordId, remoteId: one.refs[field]! }])
    }
  }
  return pairs
}

function recordOn(page: InboundPage, id: string | null | undefined): MasterRecord | undefined {
  return id ? (page.records.get(id) ?? page.candidates.get(id) ?? page.madeHere.get(id)) : undefined
}

async function linkPairs(
  context: RunContext,
  binding: EntityBinding,
  pairs: readonly Pair[],
): Promise<boolean> {
  const { db, target } = context
  const { entity } = binding
  const remoteIds = [...new Set(pairs.map(({ remoteId }) => remoteId))]
  const unlinked = new Map(
    (await readUnlinked(db, target.id, entity, remoteIds)).map((row) => [row.remoteId, row]),
  )
  if (unlinked.size === 0) return false
  const recordIds = [...new Set(pairs.map(({ recordId }) => recordId))]
  const records = await readRecords(db, entity, recordIds)
  const links = await readLinksByRecordId(db, target.id, recordIds)
  const found: FoundUnlinked[] = []
  for (const [remoteId, group] of Map.groupBy(pairs, (pair) => pair.remoteId)) {
    const row = unlinked.get(remoteId)
    if (!row) continue
    const theirs = unlinkedFrom(row)
    const match = matchRecord({
      entity,
      theirs: theirs.fields,
      knownAs: null,
      candidates: [...new Set(group.map(({ recordId }) => recordId))].flatMap((recordId) => {
        const record = records.get(recordId)
        const linkedTo = links.get(recordId)?.remoteId ?? null
        return record && record.deletedOn === null
          ? [{ recordId, fields: record.fields, linkedTo, through: true }]
          : []
      }),
      mode: 'master-leads',
    })
    if (match.kind === 'link') {
      const record = records.get(match.recordId)!
      found.push({ row, kind: 'link', record, theirs: theirs.fields })
    } else if (match.kind === 'possible') found.push({ row, ...match })
  }
  return linkUnlinked(context, binding, found)
}
