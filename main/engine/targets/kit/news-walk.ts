/**
 * Walks over what changed since a time, for systems that are asked by their own clock and page by page. What is younger than
 * the overlap comes again with the next walk, so nothing that turns up late is missed; versions tell what is known. Pure.
 */
import { z } from 'zod'
import { isoFromStamp } from './stamp-text.ts'

const place = z.object({
  /** News since then, ISO 8601 UTC; null: everything. */
  since: z.string().nullable(),
  /** What leads on behind the last page, in the system's own terms; null: at the beginning. */
  next: z.string().nullable(),
  /** The server's clock when the walk began, µs; null: not told. */
  began: z.number().nullable(),
  /** Newest time of a record so far, µs. */
  newest: z.number().nullable(),
  /** It began with no cursor: it brings everything there is. */
  whole: z.boolean(),
  /** It was begun anew because the system knew its own cursor no more. */
  anew: z.boolean(),
})

/** Where a walk stands. */
export type WalkPlace = z.infer<typeof place>

/** Where the first walk begins. */
export const firstWalk: WalkPlace = {
  ...{ since: null, next: null, began: null, newest: null },
  ...{ whole: true, anew: false },
}

/** A cursor nobody can read starts over: everything is seen again, nothing is missed. */
export function readWalkPlace(cursor: string | null): WalkPlace {
  if (cursor === null) return firstWalk
  try {
    return place.parse(JSON.parse(cursor))
  } catch {
    return firstWalk
  }
}

/**
 * Where the next walk begins, after the last page of one.
 * @param overlap how long after its time a record may still turn up, µs
 */
export function nextWalk(ended: WalkPlace, overlap: number): WalkPlace {
  const { since: before, began, newest } = ended
  // Nothing came: asking for the same again costs nobody anything, and there is nothing to write down.
  if (newest === null && before !== null) return { ...firstWalk, since: before, whole: false }
  const seen = began ?? newest
  const since = seen === null ? before : isoFromStamp(seen - overlap)
  return { ...firstWalk, since, whole: since === null }
}
