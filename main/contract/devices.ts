/** The laptops of one event: what this one is among them, which desks it lets in, and what waits for a person. */
import { z } from 'zod'
import { fieldValue } from './records.ts'
import { entityName } from './words.ts'

/** More changed records than this are not counted: a desk so far behind reads everything anew anyway. */
export const mostBehind = 1_000

/** A desk that is let in. Times ISO 8601 UTC. */
export const hubDesk = z.object({
  id: z.string(),
  name: z.string(),
  pairedOn: z.string(),
  lastSeenOn: z.string(),
  /** It is asking now, or did so a moment ago. */
  here: z.boolean(),
  /**
   * Records others changed since it was told of everything, at most `mostBehind`. Null while it has read nothing since the hub
   * was started.
   */
  behind: z.number().int().nullable(),
  /** Its clock minus the hub's, milliseconds; null until it told. */
  clockOffsetMs: z.number().nullable(),
})
export type HubDesk = z.infer<typeof hubDesk>

/** `number`: a bib or tag was given twice · `value`: another value stands · `deleted`: an edit met a deletion. */
export const hubNoticeKind = z.enum(['number', 'value', 'deleted'])

/** What a person should look at because two laptops did different things. */
export const hubNotice = z.object({
  id: z.number().int(),
  kind: hubNoticeKind,
  entity: entityName,
  recordId: z.string(),
  /** The record in words. */
  display: z.string(),
  /** Null for a deletion. */
  field: z.object({ name: z.string(), label: z.string() }).nullable(),
  /** The values are not shown, as they are of a sensitive field. */
  sensitive: z.boolean(),
  /** What was typed and does not stand, and what does; null where it is not shown. */
  lost: fieldValue,
  kept: fieldValue,
  /** Who has the bib or tag, in words. */
  holder: z.string().nullable(),
  keptBy: z.string().nullable(),
  lostBy: z.string().nullable(),
  /** ISO 8601 UTC. */
  noticedOn: z.string(),
})
export type HubNotice = z.infer<typeof hubNotice>

export const devicesView = z.object({
  /** This program can let desks in. */
  mayOpen: z.boolean(),
  /** Where desks reach it, each with the fingerprint of its certificate; null while it lets nobody in. */
  open: z.object({ urls: z.array(z.string()).min(1) }).nullable(),
  /** By name; also those that are kept while it lets nobody in. */
  desks: z.array(hubDesk),
  /** The hub this laptop is a desk of: the target it is known as, and its address. */
  hub: z.object({ target: z.string(), url: z.string() }).nullable(),
  /** Newest first. */
  notices: z.array(hubNotice),
  /** How many there are beyond these. */
  moreNotices: z.number().int(),
})
export type DevicesView = z.infer<typeof devicesView>

/** Everything a desk needs to join; good once. */
export const invitation = z.object({
  /** Two groups of letters and digits. */
  code: z.string(),
  /** One line for each address: all a desk has to be told. */
  lines: z.array(z.string()).min(1),
  /** ISO 8601 UTC. */
  expiresOn: z.string(),
})
export type Invitation = z.infer<typeof invitation>

export const joinInput = z.object({
  /** The line of an invitation, or the address alone. */
  invitation: z.string().max(1_000),
  /** Where it is not in the line. */
  code: z.string().max(40).optional(),
  fingerprint: z.string().max(200).optional(),
  /** What this desk is called at the hub. */
  name: z.string().trim().min(1).max(60),
})

/** The hub that was joined. */
export const joined = z.object({ target: z.string(), url: z.string(), fingerprint: z.string() })
