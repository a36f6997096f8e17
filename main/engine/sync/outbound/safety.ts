/** Stops a run that would delete or overwrite suspiciously much. Pure. */
import type { Guard } from '../../../contract/sync.ts'
import type { RemoteDeletion } from '../../../contract/words.ts'

/** More than this many, and more than this share of what is linked, stops. */
export const massLimit = { records: 20, share: 0.1 } as const

/**
 * @param planned deletions of records the target has
 * @param linked records of the same entities the target has
 * @returns why the deletions wait for a person, null when they may go
 */
export function checkDeletions(planned: number, linked: number): Guard | null {
  return stopAbove(
    planned,
    linked,
    `${planned} of ${linked} records would be deleted at the target. Nothing was deleted; confirm to go on.`,
  )
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
): Guard | null {
  const what = policy === 'delete' ? 'deleted' : 'unlinked'
  return stopAbove(
    planned,
    linked,
    `${planned} of ${linked} records are gone at the target and would be ${what} here. Nothing was ${what}; confirm to go on.`,
  )
}

/**
 * Changes nobody made here by hand: they came in from another target, or follow from a new field mapping.
 * @param planned records of the target such changes would overwrite
 */
export function checkOverwrites(planned: number, linked: number): Guard | null {
  return stopAbove(
    planned,
    linked,
    `${planned} of ${linked} records would be overwritten at the target by changes nobody made here: they came from another system or from a new field mapping. These wait, everything else goes; confirm to send them.`,
  )
}

/**
 * Creations at a target that can be neither listed nor asked, and of which it is not known that it has none of them.
 * @param planned creations that wait
 */
export function checkUnknown(target: string, planned: number): Guard | null {
  if (planned === 0) return null
  const records = planned === 1 ? 'record' : 'records'
  const reason = `${target} may have ${planned} ${records} already, and cannot be asked: made there once more, they would be there twice. None of them was sent; look there, and confirm to send them.`
  return { reason, planned, limit: 0 }
}

function stopAbove(planned: number, linked: number, reason: string): Guard | null {
  const limit = Math.max(massLimit.records, Math.floor(linked * massLimit.share))
  return planned <= limit ? null : { reason, planned, limit }
}
