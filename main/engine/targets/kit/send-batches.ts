/** Sending to systems that take many records in one request, and refuse them as a whole. */
import type { OutgoingChange, SendOutcome } from './adapter.ts'
import { SyncError } from './sync-error.ts'

/** Sends one request; answers an outcome per change, in order. Throws `SyncError`. */
type Push = (batch: readonly OutgoingChange[]) => Promise<readonly SendOutcome[]>

/**
 * One request where the changes fit into one; its refusal is thrown, so that the engine finds the change at fault.
 * More than that go in several requests, and a refused one fails its own changes only. What is refused as too large goes in
 * halves: no change in it need be at fault.
 * @param batches the changes, in order, as they are to fit into one request each
 */
export async function sendBatches(
  batches: readonly (readonly OutgoingChange[])[],
  push: Push,
): Promise<readonly SendOutcome[]> {
  const [only, ...more] = batches
  if (!only) return []
  if (more.length === 0) return pushFitting(only, push)
  const outcomes: SendOutcome[] = []
  for (const batch of batches) {
    try {
      outcomes.push(...(await pushFitting(batch, push)))
    } catch (error) {
      if (!(error instanceof SyncError)) throw error
      outcomes.push(...batch.map((): SendOutcome => ({ status: 'failed', error })))
    }
  }
  return outcomes
}

async function pushFitting(
  batch: readonly OutgoingChange[],
  push: Push,
): Promise<readonly SendOutcome[]> {
  try {
    return await push(batch)
  } catch (error) {
    const isTooLarge = error instanceof SyncError && error.status === 413 && batch.length > 1
    if (!isTooLarge) throw error
    const middle = batch.length >> 1
    return sendBatches([batch.slice(0, middle), batch.slice(middle)], push)
  }
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
