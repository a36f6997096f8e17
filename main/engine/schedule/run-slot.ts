/**
 * Takes wishes for runs of one target and hands them on one after another, so that a long run is followed by one more
 * of each kind and not by everything that was wished for meanwhile.
 */
import type { RunWish } from './attend.ts'

export interface RunSlot {
  ask(wish: RunWish): void
  /** A run that was asked for here has not ended. */
  readonly busy: boolean
  /**
   * Drops what waits: the target cannot be asked now, and changes that are due stay due. True if a nightly run was
   * among it.
   */
  forget(): boolean
}

/**
 * @param perform one run; must not throw
 * @param idle called when nothing is left to do
 */
export function createRunSlot(
  perform: (wish: RunWish) => Promise<void>,
  idle: () => void,
): RunSlot {
  let going: RunWish | null = null
  let reconcile: RunWish | null = null
  let delta: RunWish | null = null
  let webhook: RunWish | null = null

  const go = async (wish: RunWish): Promise<void> => {
    going = wish
    await perform(wish)
    going = null
    const next = delta ?? webhook ?? reconcile
    if (next === null) return idle()
    if (next === delta) delta = null
    else if (next === webhook) webhook = null
    else reconcile = null
    await go(next)
  }

  return {
    ask(wish) {
      if (going === null) {
        void go(wish)
      } else if (wish.kind === 'reconcile') {
        reconcile = wish
      } else if (wish.kind === 'webhook') {
        webhook = wish
      } else if (wish.trigger !== 'schedule') {
        // What changed after the present run began may not be in it.
        delta = wish
      } else if (going.kind === 'reconcile') {
        delta ??= wish
      }
    },
    get busy() {
      return going !== null
    },
    forget() {
      const dropped = reconcile !== null
      reconcile = null
      delta = null
      webhook = null
      return dropped
    },
  }
}
