/** A record here and one there in terms in which the two can be compared. Pure. */
import type { Fields } from '../../../model/record.ts'
import type { EntityBinding } from '../../../targets/kit/adapter.ts'

/** What a remote record says, and its references as remote ids. */
interface Theirs {
  readonly theirs: Fields
  readonly refs?: Readonly<Record<string, string | null>>
}

/** What is here, with what the target has by itself where there is nothing here. */
export function here({ neverEmptied = [] }: EntityBinding, ours: Fields, theirs: Fields): Fields {
  const own = neverEmptied.filter((field) => (ours[field] ?? null) === null && field in theirs)
  return { ...ours, ...Object.fromEntries(own.map((field) => [field, theirs[field] ?? null])) }
}

/**
 * References of theirs to records that belong to none of ours, in words that no reference of ours is equal to: what there
 * names something is not empty like ours, and is to be told so.
 */
export function foreignReferences({ soft }: EntityBinding, { theirs, refs = {} }: Theirs): Fields {
  const foreign = soft.filter(
    (field) => (refs[field] ?? null) !== null && (theirs[field] ?? null) === null,
  )
  return Object.fromEntries(foreign.map((field) => [field, `remote ${refs[field]}`]))
}
