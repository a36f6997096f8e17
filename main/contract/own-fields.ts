/** The fields an event defines for its own entrants, beside those every entrant has. */
import { z } from 'zod'

/** What an own field holds. Values travel and are kept as text: a number as `12.5`, an answer as `yes` or `no`. */
export const ownFieldKinds = ['text', 'number', 'choice', 'yesNo'] as const
export const ownFieldKind = z.enum(ownFieldKinds)
export type OwnFieldKind = z.infer<typeof ownFieldKind>

/** Both answers to a yes/no field, as they are kept. */
export const ownAnswers = ['yes', 'no'] as const

/** Longest name of a field, longest value and longest choice, in characters; most fields of an event, most choices. */
export const ownFieldLimits = {
  label: 60,
  value: 500,
  choice: 60,
  fields: 50,
  choices: 60,
} as const

/**
 * Beginnings of the names under which own fields stand in records, mappings and files. The name says whether a field is
 * sensitive, so that code far from the database can tell.
 */
const openPrefix = 'own_'
const sensitivePrefix = 'ownSensitive_'

/** Whether a name is one of an own field. */
export function isOwnField(name: string): boolean {
  return name.startsWith(openPrefix) || name.startsWith(sensitivePrefix)
}

/** Whether a name is one of an own field that travels, exports and shows only when asked for. */
export function isSensitiveOwnField(name: string): boolean {
  return name.startsWith(sensitivePrefix)
}

/** The name of an own field, made once from its label: `Bus from` is `own_bus_from`. Null for a label without letters. */
export function ownFieldName(label: string, sensitive: boolean): string | null {
  const key = label
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '')
  return key === '' ? null : `${sensitive ? sensitivePrefix : openPrefix}${key}`
}

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
