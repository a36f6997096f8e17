/** Two records here that may be one person: found by rule, decided by a person. */
import { z } from 'zod'
import { likeness } from './reasons.ts'
import { fieldValue, referredNames } from './records.ts'

/** One of the two persons. */
export const doubleSide = z.object({
  id: z.string(),
  display: z.string(),
  fields: z.record(z.string(), fieldValue),
  /** Their entries: the event's name, and the bib where there is one. */
  entries: z.array(z.object({ event: z.string(), bib: z.string().nullable() })),
})
export type DoubleSide = z.infer<typeof doubleSide>

export const doubleView = z.object({
  id: z.string(),
  sides: z.tuple([doubleSide, doubleSide]),
  /** Where something differs, they cannot be one person as they stand; nobody merges them before that is corrected. */
  ...likeness.shape,
  /** ISO 8601 UTC. */
  foundOn: z.string(),
  /** The file by which it was found. */
  source: z.string(),
})
export type DoubleView = z.infer<typeof doubleView>

export const doublePage = z.object({
  doubles: z.array(doubleView),
  names: referredNames,
  total: z.number().int(),
  next: z.string().nullable(),
})

export const mergeInput = z.object({
  id: z.string(),
  /** The person whose record stays; the other's entries and consents become theirs. */
  keep: z.string(),
})
