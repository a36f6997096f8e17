/** What becomes of the records of a page in a pass, before anything is written. Pure. */
import type { InboxItem } from '../../../store/traffic/inbox.ts'
import type { EntityBinding } from '../../../targets/kit/adapter.ts'
import type { InboundPage } from '../interpret.ts'
import { decideContent, type Decided, type DecideFacts } from './decide.ts'
import { decideDeletion } from './decide-deletion.ts'
import type { Interpreted } from './interpret-record.ts'

/**
 * - `links`: only records that are here already, so that none is created which one of these would have been
 * - `everything`: a deletion that others here stand in the way of waits, as they may be deleted or moved further on
 * - `recognise`: all of them, but only to know which of ours the target has: nothing is taken over
 * - `deletions`: only those that waited; nothing more is coming
 */
export type Pass = 'links' | 'everything' | 'recognise' | 'deletions'

/** A record that cannot be taken over, and why in words. */
export interface Refused {
  readonly item: InboxItem
  readonly recordId: string | null
  readonly code: 'bad-response' | 'rejected'
  readonly reason: string
}

/** A page, sorted. */
export interface SortedPage {
  readonly decided: readonly Decided[]
  readonly refused: Refused[]
  /** What a record says that fits no field here, in words. */
  readonly leftOut: ReadonlyMap<InboxItem, string>
  /** Numbers of those that stay in the inbox for a later pass or run. */
  readonly early: Set<number>
  /** Those among them that came with a root which is not here: the root's remote id. */
  readonly waiting: readonly { readonly id: number; readonly waitsFor: string }[]
}

/** Decides every record of a page that has its turn in this pass. */
export function sortPage(
  items: readonly Interpreted[],
  facts: DecideFacts,
  pass: Pass,
): SortedPage {
  const decided: Decided[] = []
  const refused: Refused[] = []
  const leftOut = new Map<InboxItem, string>()
  const early = new Set<number>()
  const waiting: { readonly id: number; readonly waitsFor: string }[] = []
  for (const one of items) {
    const { item } = one
    if (!hasTurn(one, pass)) {
      // Who only recognises has no use for a deletion, now or later.
      if (pass !== 'recognise') early.add(item.id)
      continue
    }
    switch (one.kind) {
      case 'content': {
        if (one.leftOut !== null) leftOut.set(item, one.leftOut)
        const decision = decideContent(one, facts)
        if (pass !== 'links' || isHereAlready(decision)) decided.push(decision)
        else early.add(item.id)
        break
      }
      case 'deleted':
        decided.push(decideDeletion(item, facts))
        break
      case 'early':
        early.add(item.id)
        if (one.root !== null) waiting.push({ id: item.id, waitsFor: one.root })
        break
      case 'unreadable':
        refused.push({ item, recordId: null, code: 'bad-response', reason: one.reason })
        break
    }
  }
  return { decided, refused, leftOut, early, waiting }
}

function hasTurn({ kind }: Interpreted, pass: Pass): boolean {
  switch (pass) {
    case 'links':
      return kind === 'content'
    case 'deletions':
      return kind === 'deleted'
    case 'recognise':
      return kind !== 'deleted'
    case 'everything':
      return true
  }
}

/** The remote record is one that is here already. */
function isHereAlready({ counted }: Decided): boolean {
  return counted !== 'created' && counted !== 'unmatched'
}

/**
 * Of several remote records that would be linked to one of ours, the one that was made of it, else the first; the others
 * are decided knowing that.
 */
export function oneForEach(
  { perRace }: EntityBinding,
  { madeHere }: InboundPage,
  decided: readonly Decided[],
): readonly Decided[] {
  const isMadeOf = ({ item, result }: Decided) =>
    result?.recordId != null && madeHere.get(item.remoteId)?.id === result.recordId
  const made = new Set(decided.filter(isMadeOf).map(({ result }) => result!.recordId))
  const claimed = new Set<string>()
  return decided.filter((one) => {
    const { change, result } = one
    if (!result?.recordId) return true
    if (made.has(result.recordId) && !isMadeOf(one)) return false
    // Of an entry that is new here, the second registration may be the same one.
    const isNew = perRace && change?.action === 'create'
    const key = isNew
      ? `${String(change.fields['event'])} ${String(change.fields['person'])}`
      : result.recordId
    if (claimed.has(key)) return false
    claimed.add(key)
    return true
  })
}
