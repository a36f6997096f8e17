/** Modes of the Desk: what whoever works at a desk of an event may do there, and what is shown. */
import { z } from 'zod'
import { deskActions, deskParts, mostModes, pinPattern } from './desk-mode-words.ts'
import { nameLimits } from './text-limits.ts'

export const deskMode = z.object({
  id: z.string().min(1).max(nameLimits.mode),
  name: z.string().trim().min(1).max(nameLimits.mode),
  /** Id of the race whose entrants are searched and listed; null for all. */
  race: z.string().nullable(),
  actions: z.array(z.enum(deskActions)),
  shows: z.array(z.enum(deskParts)),
})
export type DeskMode = z.infer<typeof deskMode>

/** In the order they are offered in. */
export const deskModes = z.array(deskMode).max(mostModes)

/** A mode a browser is locked to, and of which event it is. */
export const deskLock = z.object({ eventId: z.string(), mode: deskMode })
export type DeskLock = z.infer<typeof deskLock>

export const pinInput = z.object({ pin: z.string().regex(pinPattern) })

/** Whether a PIN was the right one. */
export const pinAnswer = z.object({
  right: z.boolean(),
  /** After too many wrong ones the next is looked at only after so many seconds; 0: at once. */
  waitSeconds: z.number().int(),
})
export type PinAnswer = z.infer<typeof pinAnswer>
