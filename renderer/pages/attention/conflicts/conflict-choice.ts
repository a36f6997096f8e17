/** What a person chose for the fields of one conflict, and what follows from it. Pure. */
import type { ConflictField, Side } from '../../../../main/contract/conflicts.ts'

export type Choice = Readonly<Record<string, Side>>

/** Fields by what will happen to them. */
export interface Outcome {
  /** Ours stays here and is sent there. */
  readonly sent: readonly ConflictField[]
  /** Theirs is saved here. */
  readonly taken: readonly ConflictField[]
  readonly open: readonly ConflictField[]
}

export function outcomeOf(fields: readonly ConflictField[], choice: Choice): Outcome {
  const by = (side: Side | undefined) => fields.filter(({ field }) => choice[field] === side)
  return { sent: by('ours'), taken: by('theirs'), open: by(undefined) }
}

/** A choice without fields that are not in question any more. */
export function stillAsked(fields: readonly ConflictField[], choice: Choice): Choice {
  return Object.fromEntries(
    fields.flatMap(({ field }) => {
      const side = choice[field]
      return side ? [[field, side]] : []
    }),
  )
}
