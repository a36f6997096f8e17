/** The Desk: finding an entrant and changing what race morning changes. */
import { z } from 'zod'
import { checkInRule } from './check-in-rules.ts'
import { ownFieldLimits } from './own-field-names.ts'
import { problem } from './problem.ts'
import { recordTarget } from './records.ts'
import { entrantLimits } from './text-limits.ts'

export const participantStatuses = [
  'registered',
  'checkedIn',
  'started',
  'finished',
  'dns',
  'dnf',
  'dsq',
  'withdrawn',
] as const
export const participantStatus = z.enum(participantStatuses)
export type ParticipantStatus = z.infer<typeof participantStatus>

/** One search result. `id` is the event participant's. */
export const entrantRow = z.object({
  id: z.string(),
  personId: z.string(),
  eventId: z.string(),
  bib: z.string().nullable(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  gender: z.string().nullable(),
  dateOfBirth: z.string().nullable(),
  age: z.number().nullable(),
  club: z.string().nullable(),
  city: z.string().nullable(),
  category: z.string().nullable(),
  status: participantStatus,
  team: z.string().nullable(),
  /** Leg of a relay team; the legs of one team share their bib. */
  leg: z.number().nullable(),
  tag: z.string().nullable(),
  spareTag: z.string().nullable(),
  race: z.string().nullable(),
  startGroup: z.string().nullable(),
})
export type EntrantRow = z.infer<typeof entrantRow>

/** What a search found, in the order it is shown in. */
export const foundEntrants = z.object({
  rows: z.array(entrantRow),
  /** How many of the last rows have only a name like the one typed: one letter is another. */
  similar: z.number().int(),
  /** Without a text: how many the filter lets through, also beyond these rows. Null with one. */
  matching: z.number().int().nullable(),
  /** Nobody is shown, and so many, up to the limit, would be without the filter. */
  hidden: z.number().int(),
})
export type FoundEntrants = z.infer<typeof foundEntrants>

/** Everything the entrant card shows. */
export const entrantCard = entrantRow.extend({
  email: z.string().nullable(),
  phone: z.string().nullable(),
  notes: z.string().nullable(),
  giveaway: z.string().nullable(),
  shirt: z.string().nullable(),
  /** Values of the event's own fields, by name. */
  own: z.record(z.string(), z.string()),
  paid: z.boolean().nullable(),
  waiver: z.boolean().nullable(),
  emergencyContactName: z.string().nullable(),
  emergencyContactNumber: z.string().nullable(),
  medicalConditions: z.string().nullable(),
  checkedInOn: z.string().nullable(),
  checkedInBy: z.string().nullable(),
  startGroupId: z.string().nullable(),
  modifiedOn: z.string(),
  /** Per target: the worst state of this entrant's person, participant and start-group records. */
  targets: z.record(z.string(), recordTarget),
})
export type EntrantCard = z.infer<typeof entrantCard>

/** A conversation of an entrant with the support that is not over. */
export const openConversation = z.object({
  id: z.string(),
  /** Where it is held. */
  target: z.string(),
  subject: z.string().nullable(),
  /** In the words of the target, such as `open` or `snoozed`. */
  status: z.string().nullable(),
  /** ISO 8601 UTC. */
  lastActivityOn: z.string().nullable(),
  /** What was said last, as far as it is known here. */
  lastMessage: z
    .object({
      body: z.string().nullable(),
      author: z.string().nullable(),
      direction: z.string().nullable(),
    })
    .nullable(),
  /** Where it is read and answered in a browser, null where that is not known. */
  url: z.string().nullable(),
})
export type OpenConversation = z.infer<typeof openConversation>

/** Somebody entered already who may be the same person as whoever was added. `id` is the event participant's. */
export const possibleDouble = z.object({ id: z.string(), display: z.string(), why: z.string() })
export type PossibleDouble = z.infer<typeof possibleDouble>

/** `warn`: it is said, and the check-in goes on. `refuse`: nobody is checked in without. */
export const ruleStrengths = ['off', 'warn', 'refuse'] as const
const ruleStrength = z.enum(ruleStrengths)
export type RuleStrength = z.infer<typeof ruleStrength>
export const checkInRuleSet = z.record(checkInRule, ruleStrength)
export type CheckInRuleSet = z.infer<typeof checkInRuleSet>

/** Why a printed label is refused: its entry is gone, is of another event, or wears another bib than the label says. */
export const labelFaults = ['gone', 'otherEvent', 'otherBib'] as const
export type LabelFault = (typeof labelFaults)[number]

/** Outcome with the three signals of the desk: `ok` (done), `already` (was so before), `wrong` (refused, with the reason). */
export const deskOutcome = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('ok'),
    entrant: entrantCard,
    /** After adding somebody: who may be the same person. */
    possible: z.array(possibleDouble).optional(),
    /** Checked in although this is missing: the event only warns. */
    missing: z.array(checkInRule).optional(),
  }),
  z.object({ outcome: z.literal('already'), entrant: entrantCard }),
  z.object({
    outcome: z.literal('wrong'),
    problem,
    entrant: entrantCard.nullable(),
    /** What a rule of the event asks for. */
    missing: z.array(checkInRule).optional(),
    /** A printed label was scanned. */
    label: z.enum(labelFaults).optional(),
  }),
])
export type DeskOutcome = z.infer<typeof deskOutcome>

/** Changes to one entrant from its card; a left-out field stays, null clears. Tags are numbers, barcodes or EPCs. */
export const entrantChange = z.object({
  id: z.string(),
  bib: z.string().max(entrantLimits.bib).nullable().optional(),
  tag: z.string().max(entrantLimits.tag).nullable().optional(),
  spareTag: z.string().max(entrantLimits.tag).nullable().optional(),
  team: z.string().max(entrantLimits.team).nullable().optional(),
  /** As it is typed, too. */
  leg: z
    .union([z.number().int(), z.string().max(entrantLimits.leg)])
    .nullable()
    .optional(),
  startGroupId: z.string().nullable().optional(),
  category: z.string().max(entrantLimits.category).nullable().optional(),
  status: participantStatus.optional(),
  notes: z.string().max(entrantLimits.notes).nullable().optional(),
  giveaway: z.string().max(entrantLimits.giveaway).nullable().optional(),
  shirt: z.string().max(entrantLimits.shirt).nullable().optional(),
  /** Of the event's own fields, by name; null clears, what is left out stays. */
  own: z.record(z.string(), z.string().max(ownFieldLimits.value).nullable()).optional(),
  paid: z.boolean().nullable().optional(),
  waiver: z.boolean().nullable().optional(),
  firstName: z.string().max(entrantLimits.firstName).optional(),
  lastName: z.string().max(entrantLimits.lastName).optional(),
  gender: z.string().nullable().optional(),
  dateOfBirth: z.string().nullable().optional(),
  email: z.string().max(entrantLimits.email).nullable().optional(),
  phone: z.string().max(entrantLimits.phone).nullable().optional(),
  city: z.string().max(entrantLimits.city).nullable().optional(),
})
export type EntrantChange = z.infer<typeof entrantChange>

/** A walk-up: person, participant and start-group place in one go. */
export const walkUpInput = entrantChange.omit({ id: true }).extend({
  eventId: z.string(),
  firstName: z.string().max(entrantLimits.firstName),
  lastName: z.string().max(entrantLimits.lastName),
})
export type WalkUpInput = z.infer<typeof walkUpInput>

export const deskEvent = z.object({
  id: z.string(),
  name: z.string(),
  startDateTime: z.string().nullable(),
  startGroups: z.array(
    z.object({ id: z.string(), name: z.string(), race: z.string(), raceId: z.string() }),
  ),
  entrants: z.number().int(),
  checkedIn: z.number().int(),
})
export type DeskEvent = z.infer<typeof deskEvent>

/** What the Desk lists: entrants of an event that something is still missing of. */
export const deskFilter = z.object({
  /** All of these are missing. `checkIn`: nobody has checked them in, and they have not withdrawn. */
  missing: z.array(z.enum(['checkIn', 'bib', 'tag', 'waiver'])).default([]),
  startGroupId: z.string().nullable().default(null),
  /** Id of a race. */
  race: z.string().nullable().default(null),
})
export type DeskFilter = z.infer<typeof deskFilter>

/** A text, a filter, or both; a filter needs an event. */
export const searchInput = z.object({
  eventId: z.string().nullable().default(null),
  query: z.string().max(200),
  limit: z.number().int().min(1).max(100).default(30),
  filter: deskFilter.nullable().default(null),
})
