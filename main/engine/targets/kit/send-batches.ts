/** Sending to systems that take many records in one request, and refuse them as a whole. */
import type { OutgoingChange, SendOutcome } from './adapter.ts'
import { SyncError } from './sync-error.ts'

/**
 * One request where the changes fit into one; its refusal is thrown, so that the engine finds the change at fault.
 * More than that go in several requests, and a refused one fails its own changes only.
 * @param batches the changes, in order, as they fit into one request each
 * @param push sends one request; answers an outcome per change, in order. Throws `SyncError`.
 */
export async function sendBatches(
  batches: readonly (readonly OutgoingChange[])[],
  push: (batch: readonly OutgoingChange[]) => Promise<readonly SendOutcome[]>,
): Promise<readonly SendOutcome[]> {
  const [only, ...more] = batches
  if (!only) return []
  if (more.length === 0) return push(only)
  const outcomes: SendOutcome[] = []
  for (const batch of batches) {
    try {
      outcomes.push(...(await push(batch)))
    } catch (error) {
      if (!(error instanceof SyncError)) throw error
      outcomes.push(...batch.map((): SendOutcome => ({ status: 'failed', error })))
    }
  }
  return outcomes
}

/** The changes in batches of so many at most. */
export function inBatches(
  changes: readonly OutgoingChange[],
  size: number,
): readonly (readonly OutgoingChange[])[] {
  return Array.from({ length: Math.ceil(changes.length / size) }, (_, at) =>
    changes.slice(at * size, (at + 1) * size),
  )
}
