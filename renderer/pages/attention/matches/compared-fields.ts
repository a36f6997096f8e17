/** Two or more records side by side: which fields say something, and which of them are not alike. Pure. */
import type { FieldValue } from '../../../../main/contract/records.ts'

type Fields = Readonly<Record<string, FieldValue>>

export interface ComparedField {
  readonly field: string
  readonly theirs: FieldValue
  /** One for each candidate, in their order. */
  readonly candidates: readonly { readonly value: FieldValue; readonly differs: boolean }[]
}

const isEmpty = (value: FieldValue | undefined) =>
  value === null || value === undefined || value === ''

/** @param order fields in the order of the model; fields that are empty everywhere are left out */
export function compareFields(
  order: readonly string[],
  theirs: Fields,
  candidates: readonly Fields[],
): readonly ComparedField[] {
  return order.flatMap((field) => {
    const all = [theirs, ...candidates].map((one) => one[field])
    if (all.every(isEmpty)) return []
    const wanted = theirs[field] ?? null
    return [
      {
        field,
        theirs: wanted,
        candidates: candidates.map((one) => {
          const value = one[field] ?? null
          // What only one side knows contradicts nothing.
          return { value, differs: !isEmpty(value) && !isEmpty(wanted) && value !== wanted }
        }),
      },
    ]
  })
}
