/** Gathers the webhooks of each target until they pause, so that a thousand of them lead to a run or two. */
import type { Clock } from '../ports.ts'

/** The run begins this long after the last webhook: senders tell of one action in several. */
export const webhookQuietMs = 500

/** A stream that never pauses: the first webhook does not wait longer than this. */
export const webhookLongestMs = 5_000

export interface WebhookDebounce {
  add(target: string): void
  stop(): void
}

/** @param flush told a target that was added since it was told last */
export function createWebhookDebounce(
  clock: Pick<Clock, 'timer'>,
  flush: (target: string) => void,
): WebhookDebounce {
  const gathering = new Map<
    string,
    { cancelQuiet: () => void; readonly cancelLongest: () => void }
  >()
  const drop = (target: string) => {
    const timers = gathering.get(target)
    timers?.cancelQuiet()
    timers?.cancelLongest()
    gathering.delete(target)
  }
  const go = (target: string) => {
    drop(target)
    flush(target)
  }
  return {
    add(target) {
      const known = gathering.get(target)
      known?.cancelQuiet()
      const cancelQuiet = clock.timer(webhookQuietMs, () => go(target))
      if (known) known.cancelQuiet = cancelQuiet
      else {
        const cancelLongest = clock.timer(webhookLongestMs, () => go(target))
        gathering.set(target, { cancelQuiet, cancelLongest })
      }
    },
    stop() {
      for (const target of gathering.keys()) drop(target)
    },
  }
}
