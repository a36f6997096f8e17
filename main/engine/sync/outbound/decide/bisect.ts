/** Finding the poison in a batch that was refused as a whole, in at most ⌈log2 n⌉ + 1 further calls for one poison record. */

/** A batch call: null when it was accepted, else why all of it was refused. */
export type TryBatch<Item, Refusal> = (items: readonly Item[]) => Promise<Refusal | null>

export interface Poison<Item, Refusal> {
  readonly item: Item
  readonly refusal: Refusal
}

/**
 * Sends the halves of a refused batch until each poison record stands alone; everything else is accepted.
 * A half that is accepted proves that the poison is in the other one, so each halving costs one call; what was left
 * aside goes in one call at the end, and is bisected again if there is more poison in it.
 * @param refused the batch, known to be refused for `refusal`
 */
export async function isolatePoison<Item, Refusal>(
  refused: readonly Item[],
  refusal: Refusal,
  attempt: TryBatch<Item, Refusal>,
): Promise<readonly Poison<Item, Refusal>[]> {
  const found: Poison<Item, Refusal>[] = []
  let suspects = refused
  let reason = refusal
  for (;;) {
    const aside: Item[] = []
    while (suspects.length > 1) {
      const middle = suspects.length >> 1
      const first = suspects.slice(0, middle)
      const second = suspects.slice(middle)
      const answer = await attempt(first)
      if (answer === null) {
        suspects = second
      } else {
        reason = answer
        suspects = first
        aside.push(...second)
      }
    }
    found.push({ item: suspects[0]!, refusal: reason })
    if (aside.length === 0) return found
    const answer = await attempt(aside)
    if (answer === null) return found
    suspects = aside
    reason = answer
  }
}
