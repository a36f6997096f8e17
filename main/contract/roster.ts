/** Rosters: the entrants of an event in the order they are printed in, page by page. */
import { z } from 'zod'
import { deskFilter, participantStatus } from './desk.ts'
import { isRosterField, rosterOrders, rosterParts } from './roster-fields.ts'

const rosterPart = z.enum(rosterParts)
const rosterOrder = z.enum(rosterOrders)

export const rosterChoice = z.object({
  eventId: z.string(),
  /** Who is on it. */
  filter: deskFilter.prefault({}),
  parts: rosterPart.default('none'),
  order: rosterOrder.default('name'),
})
export type RosterChoice = z.infer<typeof rosterChoice>

/** A part with so many lines. Nulls: those without a race or start group, and what `parts` does not tell apart. */
export const rosterPartView = z.object({
  raceId: z.string().nullable(),
  race: z.string().nullable(),
  startGroupId: z.string().nullable(),
  startGroup: z.string().nullable(),
  entrants: z.number().int(),
})
export type RosterPartView = z.infer<typeof rosterPartView>

export const rosterInput = rosterChoice.extend({
  fields: z.array(z.string().max(120).refine(isRosterField)).max(20).default([]),
  /** `next` of the page before. */
  after: z.string().max(4000).nullable().default(null),
  limit: z.number().int().min(1).max(2000).default(1000),
})
export type RosterInput = z.infer<typeof rosterInput>

/** One line. `id` is the event participant's; its race and start group are of the part, or of all its places. */
export const rosterRow = z.object({
  id: z.string(),
  bib: z.string().nullable(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  status: participantStatus,
  tag: z.string().nullable(),
  raceId: z.string().nullable(),
  race: z.string().nullable(),
  startGroupId: z.string().nullable(),
  startGroup: z.string().nullable(),
  /** Of the fields asked for, those that have one. */
  values: z.record(z.string(), z.union([z.string(), z.number()])),
})
export type RosterRow = z.infer<typeof rosterRow>

export const rosterPage = z.object({ rows: z.array(rosterRow), next: z.string().nullable() })
export type RosterPage = z.infer<typeof rosterPage>
