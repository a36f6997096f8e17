/**
 * Three-way comparison of a record: what both sides last agreed on, what it is here, what it is there. Pure. All values
 * are in our fields and in normal form; absent, null and empty are the same.
 */
import type { FieldValue } from '../../../../contract/records.ts'
import type { Fields } from '../../../model/record.ts'

/**
 * What an incoming record is, before any field is compared:
 * - `stale` older than what was taken over already: answers may come late and out of order
 * - `unchanged` what both sides agreed on: our own change coming back, or a remote edit of something we do not take
 * - `same` already what it is here: link and agree
 * - `changed` to be merged
 */
export type Recognition = 'stale' | 'unchanged' | 'same' | 'changed'

export interface RecognitionFacts {
  /** Hash of the agreed content, null before anything was agreed. */
  readonly agreedHash: string | null
  /** Hash of the remote content in our fields, without its modified time. */
  readonly theirsHash: string
  /** Hash of the record here as the target could give it back. */
  readonly oursHash: string
  /** Remote modified time, microseconds on the remote clock, null where not told. */
  readonly theirsModifiedOn: number | null
  /** Remote modified time of the version taken over last, same clock, 0 for none. */
  readonly remoteSyncedOn: number
}

export function recognise(facts: RecognitionFacts): Recognition {
  const { agreedHash, theirsHash, oursHash, theirsModifiedOn, remoteSyncedOn } = facts
  if (agreedHash !== null && theirsHash === agreedHash) return 'unchanged'
  if (theirsHash === oursHash) return 'same'
  // Both times are the target's own: neither clock has to be right.
  if (agreedHash !== null && theirsModifiedOn !== null && theirsModifiedOn < remoteSyncedOn) {
    return 'stale'
  }
  return 'changed'
}

/** One field in which the sides are not equal. Null is empty. */
export interface FieldDifference {
  readonly field: string
  readonly base: FieldValue
  readonly ours: FieldValue
  readonly theirs: FieldValue
}

export interface MergeFacts {
  /** Fields that travel between the two (`EntityBinding.fields`). */
  readonly fields: readonly string[]
  /** Agreed content, null before anything was agreed: then everything filled in counts as changed. */
  readonly base: Fields | null
  readonly ours: Fields
  /** A field it does not have says nothing: it is as it was agreed. */
  readonly theirs: Fields
  /** What the target can give back of what it is sent (`EntityBinding.project`). */
  readonly project?: ((fields: Fields) => Fields) | undefined
}

/** Where the sides differ, each list in the order of `fields`. Fields equal on both sides are in none. */
export interface Merge {
  /** Changed only at the target. */
  readonly theirs: readonly FieldDifference[]
  /** Changed only here. */
  readonly ours: readonly FieldDifference[]
  /** Changed on both sides, to different values. */
  readonly both: readonly FieldDifference[]
}

/** Compares field by field. */
export function merge(facts: MergeFacts): Merge {
  const { fields, base, project } = facts
  const ours = project ? project(facts.ours) : facts.ours
  const theirs: FieldDifference[] = []
  const mine: FieldDifference[] = []
  const both: FieldDifference[] = []
  for (const field of fields) {
    const was = filled(base?.[field])
    const here = filled(ours[field])
    const there = facts.theirs[field] === undefined ? was : filled(facts.theirs[field])
    if (here === there) continue
    // What a person would see here, not the shortened form the target keeps of it.
    const difference = { field, base: was, ours: filled(facts.ours[field]), theirs: there }
    if (here === was) theirs.push(difference)
    else if (there === was) mine.push(difference)
    else both.push(difference)
  }
  return { theirs, ours: mine, both }
}

/** The remote content in full: fields it does not mention are as they were agreed. */
export function completeTheirs(facts: Pick<MergeFacts, 'fields' | 'base' | 'theirs'>): Fields {
  return Object.fromEntries(
    facts.fields.map((field) => {
      const value = facts.theirs[field]
      return [field, filled(value === undefined ? facts.base?.[field] : value)]
    }),
  )
}

function filled(value: FieldValue | undefined): FieldValue {
  return value === undefined || value === '' ? null : value
}
