/** What to do with each due record, and why. Pure. */
import type { PlanReason } from '../../../../contract/reasons.ts'
import type { EntityName, SyncRecordState } from '../../../../contract/words.ts'
import { entities, fieldOf } from '../../../model/entities.ts'
import type { Fields } from '../../../model/record.ts'
import type { FirstRace } from '../../../store/desk/race-places.ts'
import type { DueRecord, ParentLink } from '../../../store/links/sync-records.ts'
import type { EntityBinding, Refs } from '../../../targets/kit/adapter.ts'
import { isMade, madeParts } from '../../../targets/kit/bindings.ts'
import type { LoadedParts } from './loaded-parts.ts'
import type { Sharing } from './plan-sharing.ts'

export type Step =
  | {
      readonly kind: 'create' | 'update'
      readonly due: DueRecord
      readonly reason: PlanReason
      readonly refs: Refs
      /** Fields that travel empty: references whose record is not there yet, a bib somebody else wears there. */
      readonly missing: readonly string[]
      /** Soft parent to be told about later. */
      readonly waitsFor: string | null
      /** What the body says of other records. */
      readonly parts: LoadedParts
      /** Names of the parts that come into being with this one (`Part.as`). */
      readonly made: readonly string[]
      /** The roots it came with and still belongs to (`OutgoingChange.roots`); null where it came by itself. */
      readonly roots: readonly string[] | null
    }
  | { readonly kind: 'delete'; readonly due: DueRecord; readonly reason: PlanReason }
  /** It and another record of ours swap what they have there, if anything; both are planned anew then. */
  | {
      readonly kind: 'swap'
      readonly due: DueRecord
      readonly reason: PlanReason
      readonly with: { readonly rowNo: number; readonly recordId: string }
    }
  /** It is planned anew when others have gone. */
  | { readonly kind: 'wait'; readonly due: DueRecord; readonly reason: PlanReason }
  /** It can never go as it is: a failure, until a person changes something. */
  | {
      readonly kind: 'refuse'
      readonly due: DueRecord
      readonly reason: PlanReason
      /** What, why, and what to do, for the list of failures. */
      readonly message: string
    }
  | { readonly kind: 'skip'; readonly due: DueRecord; readonly reason: PlanReason }
  | {
      readonly kind: 'hold'
      readonly due: DueRecord
      readonly reason: PlanReason
      /** Parent; null where a person decides a possible match. */
      readonly waitsFor: string | null
    }
  | {
      readonly kind: 'ignore'
      readonly due: DueRecord
      readonly reason: PlanReason
      /** Parent whose coming would change this. */
      readonly waitsFor: string | null
    }

export interface PlanFacts {
  readonly binding: EntityBinding
  /** Links of every record the page refers to; missing where this target does not hear of it. */
  readonly links: ReadonlyMap<string, ParentLink>
  /** What its body says of other records. */
  readonly parts: LoadedParts
  /** What is one record there together with others; null where that does not happen. */
  readonly sharing: Sharing | null
  /** Of records that were made with a root: the roots they still belong to (`readRoots`). Null where that says nothing. */
  readonly roots: ReadonlyMap<string, readonly string[]> | null
  /** The system's name. */
  readonly label: string
  /** The race an entry is in, by the entry's id; missing where it is in none (`EntityBinding.perRace`). */
  readonly races?: ReadonlyMap<string, FirstRace>
  /** Entries whose bib an earlier leg wears at a target that has each once. */
  readonly bibElsewhere?: ReadonlySet<string>
  /** Records that may be ones the target has already; a person decides. */
  readonly undecided: ReadonlySet<string>
  readonly matchesFilter: boolean
  /** In a rehearsal a parent that would be sent counts as sent. */
  readonly rehearsal: boolean
}

/** Stands for the remote id a parent would get, in a rehearsal. */
export const rehearsedId = '0'

/** The step for one due record. */
export function planRecord(due: DueRecord, facts: PlanFacts): Step {
  const { binding, links, matchesFilter, rehearsal } = facts
  const shared = facts.sharing === null ? null : planShared(due, facts.sharing, facts)
  if (shared) return shared
  if (due.record.deletedOn !== null) return planDeletion(due, binding)
  if (!matchesFilter) {
    return due.remoteId === null
      ? { kind: 'ignore', due, reason: { code: 'filtered' }, waitsFor: null }
      : { kind: 'skip', due, reason: { code: 'left-filter' } }
  }
  if (due.remoteId === null && isMade(binding)) {
    const reason = { code: 'comes-with', entity: binding.partOf!.entity } as const
    return { kind: 'ignore', due, reason, waitsFor: null }
  }
  if (due.remoteId === null && facts.undecided.has(due.recordId)) {
    return { kind: 'hold', due, reason: { code: 'undecided' }, waitsFor: null }
  }
  const roots = due.remoteId === null ? null : (facts.roots?.get(due.recordId) ?? [])
  if (facts.roots !== null && roots?.length === 0) {
    const reason = { code: 'root-gone', entity: binding.partOf?.entity ?? null } as const
    return { kind: 'ignore', due, reason, waitsFor: null }
  }
  const handedOver = due.remoteId === null ? null : handedOverField(due, facts)
  if (handedOver !== null) {
    const reason = { code: 'handed-over', field: handedOver } as const
    const message = handOverMessage(binding.entity, handedOver, facts.label)
    return { kind: 'refuse', due, reason, message }
  }
  const first = facts.races?.get(due.recordId)
  const race = first?.remoteId ?? null
  if (due.remoteId === null && first && race === null && binding.perRace === 'theirs') {
    const reason = { code: 'parent-unknown', field: 'race' } as const
    return { kind: 'ignore', due, reason, waitsFor: first.race }
  }
  const refs: Record<string, string> = race === null ? {} : { race }
  const { parts } = facts
  const made: string[] = []
  const missing: string[] = facts.bibElsewhere?.has(due.recordId) ? ['number'] : []
  let waitsFor: string | null = null
  for (const field of [...binding.hard, ...binding.soft]) {
    const id = due.record.fields[field]
    if (typeof id !== 'string') continue
    const link = links.get(id)
    const remoteId = link?.remoteId ?? (rehearsal && link && willBeSent(link) ? rehearsedId : null)
    if (remoteId !== null) {
      refs[field] = remoteId
    } else if (
      link &&
      due.remoteId === null &&
      canBeMade(link) &&
      !facts.undecided.has(id) &&
      madeWith(binding, field, parts) !== null
    ) {
      made.push(madeWith(binding, field, parts)!)
    } else if (binding.hard.includes(field)) {
      // What is only received there, and belongs to something the target does not have, is none of its business.
      if (!link || link.state === 'ignored') {
        const code = link ? 'parent-filtered' : 'parent-unknown'
        return { kind: 'ignore', due, reason: { code, field }, waitsFor: id }
      }
      return { kind: 'hold', due, reason: { code: holdCode(link.state), field }, waitsFor: id }
    } else {
      missing.push(field)
      if (link && link.state !== 'ignored') waitsFor ??= id
    }
  }
  return due.remoteId === null
    ? {
        kind: 'create',
        due,
        reason: { code: 'new' },
        refs,
        missing,
        waitsFor,
        parts,
        made,
        roots: null,
      }
    : {
        kind: 'update',
        due,
        reason: { code: 'changed' },
        refs,
        missing,
        waitsFor,
        parts,
        made,
        roots: facts.roots === null ? null : roots,
      }
}

/** The field whose record came into being there together with this one, and is another one here by now. */
function handedOverField(due: DueRecord, { binding, links }: PlanFacts): string | null {
  const fields = madeParts(binding).map(([, { field }]) => field)
  if (fields.length === 0) return null
  const agreed = due.agreed === null ? {} : (JSON.parse(due.agreed) as Fields)
  const isOther = (field: string): boolean => {
    const now = due.record.fields[field] ?? null
    const was = agreed[field] ?? null
    if (was !== null) return was !== now
    // Nothing is agreed, as after a lost answer: who came into being with it has a remote id by now.
    return typeof now === 'string' && (links.get(now)?.remoteId ?? null) === null
  }
  return fields.find(isOther) ?? null
}

function handOverMessage(entity: EntityName, field: string, label: string): string {
  const what = fieldOf(entity, field).label.toLowerCase()
  const whole = entities[entity].label.toLowerCase()
  return (
    `The ${what} was changed here, and ${label} keeps the ${what} this ${whole} was made with. ` +
    `Set the ${what} back, or delete this ${whole} here and add one for the new ${what}.`
  )
}

/** Name of the part that is made at the target with this record and stands in a field of it, null for none. */
function madeWith(binding: EntityBinding, field: string, { one }: LoadedParts): string | null {
  const found = madeParts(binding).find(([, part]) => part.field === field)
  return found && one[found[0]] ? found[0] : null
}

function canBeMade({ state }: ParentLink): boolean {
  return state === 'ignored' || state === 'linked'
}

/** What becomes of a record that is one there together with others; null where it speaks for itself. */
function planShared(
  due: DueRecord,
  sharing: Sharing,
  { binding, rehearsal }: PlanFacts,
): Step | null {
  const { field } = binding.shared!
  const { deletedOn } = due.record
  if (sharing.kind === 'swaps' || sharing.kind === 'waits') {
    const reason = { code: 'shared-left', field } as const
    if (deletedOn !== null) return planSwap(due, sharing, reason)
    // Nothing is swapped: a person sees what it comes to.
    return rehearsal ? null : planSwap(due, sharing, reason)
  }
  if (deletedOn !== null || sharing.kind === 'speaks') return null
  const code = sharing.kind === 'nobody' ? 'shared-none' : 'shared-elsewhere'
  const reason = { code, field } as const
  if (due.remoteId !== null) return { kind: 'delete', due, reason }
  return sharing.kind === 'nobody'
    ? { kind: 'ignore', due, reason, waitsFor: null }
    : { kind: 'skip', due, reason }
}

function planSwap(
  due: DueRecord,
  sharing: Extract<Sharing, { kind: 'swaps' | 'waits' }>,
  reason: PlanReason,
): Step {
  return sharing.kind === 'waits'
    ? { kind: 'wait', due, reason }
    : { kind: 'swap', due, reason, with: sharing.with }
}

function planDeletion(due: DueRecord, binding: EntityBinding): Step {
  if (due.remoteId === null) return { kind: 'skip', due, reason: { code: 'never-sent' } }
  if (binding.deletion === 'none') {
    return { kind: 'skip', due, reason: { code: 'cannot-delete' } }
  }
  return { kind: 'delete', due, reason: { code: 'deleted' } }
}

function willBeSent(link: ParentLink): boolean {
  return link.pending && link.state === 'linked'
}

function holdCode(state: SyncRecordState) {
  if (state === 'failed') return 'parent-refused'
  if (state === 'conflict') return 'parent-undecided'
  return 'parent-waiting'
}
