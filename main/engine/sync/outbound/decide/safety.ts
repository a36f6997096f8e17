/** Stops a run that would delete or overwrite suspiciously much. Pure. */
import type { GuardCode, GuardFacts } from '../../../../contract/reasons.ts'
import type { RemoteDeletion } from '../../../../contract/words.ts'

/** More than this many, and more than this share of what is linked, stops. */
export const massLimit = { records: 20, share: 0.1 } as const

/**
 * @param planned deletions of records the target has
 * @param linked records of the same entities the target has
 * @returns why the deletions wait for a person, null when they may go
 */
export function checkDeletions(planned: number, linked: number): GuardFacts | null {
  return stopAbove('delete-there', planned, linked)
}

/**
 * @param planned records here that are gone at the target
 * @param linked records of the same entity the target had
 * @param policy what becomes of them here
 */
export function checkRemoteDeletions(
  planned: number,
  linked: number,
  policy: RemoteDeletion,
): GuardFacts | null {
  return stopAbove(policy === 'delete' ? 'delete-here' : 'unlink-here', planned, linked)
}

/**
 * Changes nobody made here by hand: they came in from another target, or follow from a new field mapping.
 * @param planned records of the target such changes would overwrite
 */
export function checkOverwrites(planned: number, linked: number): GuardFacts | null {
  return stopAbove('overwrite-there', planned, linked)
}

/**
 * Creations at a target that can be neither listed nor asked, and of which it is not known that it has none of them.
 * @param planned creations that wait
 */
export function checkUnknown(planned: number): GuardFacts | null {
  return planned === 0 ? null : { code: 'create-there', planned, limit: 0 }
}

function stopAbove(code: GuardCode, planned: number, linked: number): GuardFacts | null {
  const limit = Math.max(massLimit.records, Math.floor(linked * massLimit.share))
  return planned <= limit ? null : { code, planned, limit, linked }
}
