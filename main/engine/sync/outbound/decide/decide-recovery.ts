/** What to do with creations whose answer was lost, from what was found at the target. Pure. */

/** A remote record that shares the natural key of a lost creation, or its content. */
export interface Found {
  readonly remoteId: string
  /** It has, field for field, what was sent. */
  readonly sameContent: boolean
}

export type Recovery =
  /** It did not arrive. */
  | { readonly kind: 'send-again' }
  /** This is it. */
  | { readonly kind: 'link'; readonly remoteId: string }
  /** A person decides. */
  | { readonly kind: 'ask'; readonly reason: string }

/** A creation whose answer was lost. */
export interface Lost {
  /** Its body as text: creations with the same one are twins. */
  readonly body: string
  /** `undecidable`: the target cannot be asked. */
  readonly found: readonly Found[] | 'undecidable'
}

const notAskable = 'The answer was lost, and the target cannot be asked whether the record arrived.'
const several = (count: number) =>
  `The answer was lost, and ${count} records at the target could be the one that arrived.`
const other = (remoteId: string) =>
  `The answer was lost. The target has a similar record (${remoteId}) with other content: it may be this one, changed there since, or another one altogether.`

/**
 * Decides all lost creations of one entity together, one recovery each, in order. A record is linked only to what has
 * its very content: a son with his father's name and e-mail address is not his father. Twins, which have one content,
 * may take each other's records: it does not matter which made which.
 * @param known remote ids that belong to records of ours already
 */
export function decideRecoveries(
  lost: readonly Lost[],
  known: ReadonlySet<string>,
): readonly Recovery[] {
  const claimed = new Set(known)
  const twins = new Map<string, number>()
  for (const { body } of lost) twins.set(body, (twins.get(body) ?? 0) + 1)
  const links = lost.map(({ body, found }) => {
    const twinsLeft = twins.get(body)!
    twins.set(body, twinsLeft - 1)
    if (found === 'undecidable') return null
    const same = found.filter((hit) => hit.sameContent && !claimed.has(hit.remoteId))
    const [first] = same
    if (!first || same.length > twinsLeft) return null
    claimed.add(first.remoteId)
    return first.remoteId
  })
  return lost.map(({ found }, at): Recovery => {
    const remoteId = links[at]
    if (remoteId) return { kind: 'link', remoteId }
    if (found === 'undecidable') return { kind: 'ask', reason: notAskable }
    const free = found.filter((hit) => !claimed.has(hit.remoteId))
    const same = free.filter((hit) => hit.sameContent)
    if (same.length > 0) return { kind: 'ask', reason: several(same.length) }
    const [similar] = free
    return similar ? { kind: 'ask', reason: other(similar.remoteId) } : { kind: 'send-again' }
  })
}
