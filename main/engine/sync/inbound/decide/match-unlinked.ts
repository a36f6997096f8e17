/**
 * Recognising a record of ours among those a target has that fitted nothing here when they were seen. Pure. References
 * are compared as the target's ids: the record they lead to may have been linked since.
 */
import type { MatchReason } from '../../../../contract/reasons.ts'
import { entities } from '../../../model/entities.ts'
import { contentHash, type Fields } from '../../../model/record.ts'
import type { EntityBinding } from '../../../targets/kit/adapter.ts'
import { canonicalContent } from '../../outbound/decide/transform.ts'
import { keyValues, matchRecord, type Match } from './match.ts'

/** A record of ours that is about to be created at the target, references as remote ids. */
export interface Unsent {
  readonly recordId: string
  readonly fields: Fields
}

/** A record of the target that belongs to none of ours, references as remote ids. */
export interface Unlinked {
  readonly remoteId: string
  readonly fields: Fields
}

/** What was found out: unsent records by the remote id they are, and remote records that may be one of several. */
export interface Recognised {
  readonly links: ReadonlyMap<string, { readonly recordId: string; readonly reason: MatchReason }>
  readonly possible: ReadonlyMap<string, Extract<Match, { readonly kind: 'possible' }>>
}

/** The fields of a record with its references as the target's ids; one that is not there is none. */
export function inRemoteTerms(
  { hard, soft }: Pick<EntityBinding, 'hard' | 'soft'>,
  fields: Fields,
  refs: Readonly<Record<string, string | null>>,
): Fields {
  const own = [...hard, ...soft].map((field) => [field, refs[field] ?? null] as const)
  return { ...fields, ...Object.fromEntries(own) }
}

/**
 * What a record is looked up by: its natural keys, or where it has none, all that is known of it.
 * @param fields references as remote ids
 */
export function unlinkedKeys(binding: EntityBinding, fields: Fields): readonly string[] {
  const keys = keyValues(binding.entity, fields).map(({ text }) => text)
  if (keys.length > 0 || entities[binding.entity].keys.length === 0) return keys
  return [contentKey(binding, fields)]
}

const contentKey = (binding: EntityBinding, fields: Fields) =>
  `content ${contentHash(canonicalContent(binding, fields))}`

/** Decides a page together: of two unsent records that fit one remote record, neither is taken for it without a person. */
export function recognise(
  binding: EntityBinding,
  unsent: readonly Unsent[],
  unlinked: readonly Unlinked[],
): Recognised {
  const byKey = new Map<string, Unsent[]>()
  for (const one of unsent) {
    for (const key of unlinkedKeys(binding, one.fields)) {
      byKey.set(key, [...(byKey.get(key) ?? []), one])
    }
  }
  const links = new Map<string, { readonly recordId: string; readonly reason: MatchReason }>()
  const possible = new Map<string, Extract<Match, { readonly kind: 'possible' }>>()
  const taken = new Map<string, string>()
  for (const { remoteId, fields } of unlinked) {
    const keys = unlinkedKeys(binding, fields)
    const fitting = [...new Set(keys.flatMap((key) => byKey.get(key) ?? []))]
    if (fitting.length === 0) continue
    const match = keys.some((key) => key.startsWith('content '))
      ? nothingTells(fitting)
      : matchRecord({
          entity: binding.entity,
          theirs: fields,
          knownAs: null,
          candidates: fitting.map(({ recordId, fields: ours }) => ({
            recordId,
            fields: ours,
            linkedTo: null,
          })),
          mode: 'master-leads',
        })
    if (match.kind === 'possible') possible.set(remoteId, match)
    else if (match.kind === 'link' && !taken.has(match.recordId)) {
      taken.set(match.recordId, remoteId)
      links.set(remoteId, match)
    } else if (match.kind === 'link') {
      const { recordId, reason: by } = match
      const fields = by.code === 'key' ? by.fields : []
      const reason = { code: 'linked', fields, linkedTo: taken.get(recordId)! } as const
      possible.set(remoteId, { kind: 'possible', recordIds: [recordId], reason })
    }
  }
  return { links, possible }
}

function nothingTells(fitting: readonly Unsent[]): Extract<Match, { readonly kind: 'possible' }> {
  return {
    kind: 'possible',
    recordIds: fitting.map(({ recordId }) => recordId).sort(),
    reason: { code: 'alike' },
  }
}
