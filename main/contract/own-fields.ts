/** The fields an event defines for its own entrants, beside those every entrant has. */
import { z } from 'zod'
import { ownFieldKinds, ownFieldLimits } from './own-field-names.ts'

export const ownFieldKind = z.enum(ownFieldKinds)

export const ownField = z.object({
  /** Id of the event. */
  eventId: z.string(),
  /** The name in records and mappings, which stays when the label changes. */
  name: z.string(),
  label: z.string(),
  kind: ownFieldKind,
  /** Of a choice; else empty. */
  choices: z.array(z.string()),
  /** Shown on the entrant's card at the Desk. */
  onDesk: z.boolean(),
  sensitive: z.boolean(),
})
export type OwnField = z.infer<typeof ownField>

const label = z.string().trim().min(1).max(ownFieldLimits.label)
const choices = z
  .array(z.string().trim().min(1).max(ownFieldLimits.choice))
  .max(ownFieldLimits.choices)

/** What a person says of a new field. */
export const newOwnField = z.object({
  eventId: z.string(),
  label,
  kind: ownFieldKind.default('text'),
  choices: choices.default([]),
  onDesk: z.boolean().default(true),
  sensitive: z.boolean().default(false),
})
export type NewOwnField = z.infer<typeof newOwnField>

/** What may change of a field later: whether it is sensitive is part of its name. */
export const ownFieldChange = z.object({
  eventId: z.string(),
  name: z.string(),
  label: label.optional(),
  kind: ownFieldKind.optional(),
  choices: choices.optional(),
  onDesk: z.boolean().optional(),
})
export type OwnFieldChange = z.infer<typeof ownFieldChange>
