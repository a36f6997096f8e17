/** What an event may ask for before a check-in. */
import { z } from 'zod'

/** In the order they are said in. */
export const checkInRules = ['bib', 'startGroup', 'dateOfBirth', 'waiver', 'paid'] as const
export const checkInRule = z.enum(checkInRules)
export type CheckInRule = z.infer<typeof checkInRule>

/** Somebody who cannot be checked in, in words people know them by, and what they lack. */
export const lackingEntrant = z.object({ name: z.string(), rules: z.array(checkInRule) })
export type LackingEntrant = z.infer<typeof lackingEntrant>
