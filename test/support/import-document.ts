/** What `marshal import --json` prints; a name more or less is a failure. */
import { z } from 'zod'

const count = z.number().int().nonnegative()
const entity = z.string()

/** A closed code with what it speaks of. */
const facts = z.looseObject({ code: z.string() })

const importCell = z.strictObject({
  line: count,
  column: z.string().nullable(),
  reason: z.string().min(1),
  value: z.string().optional(),
  fix: z.string().min(1).optional(),
  kept: z.literal(true).optional(),
  facts,
})

export const importDocument = z.strictObject({
  importId: z.string().nullable(),
  entity: z.string(),
  rows: count,
  created: z.record(z.string(), count),
  updated: z.record(z.string(), count),
  unchanged: count,
  bad: z.array(importCell),
  asked: z.array(importCell),
  possible: z.array(
    z.strictObject({
      line: count,
      display: z.string(),
      candidate: z.string(),
      why: z.string(),
      likeness: z.looseObject({ name: z.string() }),
    }),
  ),
  changes: z.array(
    z.strictObject({
      line: count,
      display: z.string(),
      entity,
      name: z.string(),
      field: z.string(),
      before: z.string().nullable(),
      after: z.string().nullable(),
    }),
  ),
  guesses: z.array(z.strictObject({ what: z.string(), value: z.string(), why: z.string(), facts })),
  people: z.array(
    z.strictObject({
      line: count,
      display: z.string(),
      bib: z.string().nullable(),
      outcome: z.enum(['new', 'changed', 'moved', 'possible', 'refused']),
    }),
  ),
  totals: z.strictObject({
    new: count,
    changed: count,
    moved: count,
    possible: count,
    refused: count,
    same: count,
  }),
  changedFields: count,
  ignoredColumns: z.array(z.string()),
})
