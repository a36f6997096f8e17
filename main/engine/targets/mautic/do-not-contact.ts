/**
 * Mautic's list of those nobody may write to, by channel, beside the consents here. Pure.
 * Whoever is on it withdrew there; whoever is not has consented to nothing by that.
 */
import { z } from 'zod'
import type { RemoteBody } from '../kit/adapter.ts'

/** Channels Mautic keeps apart. */
export const channels = ['email', 'sms'] as const
export type Channel = (typeof channels)[number]

/** Why somebody is on the list: she unsubscribed, her address bounced, or it was set by hand or by a program. */
export const reasons = { none: 0, unsubscribed: 1, bounced: 2, manual: 3 } as const

/** What Marshal writes beside what it sets. */
export const byMarshal = 'Marshal'

const rows = z.array(
  z.looseObject({
    channel: z.string(),
    reason: z.coerce.number(),
    comments: z.string().nullish(),
  }),
)

export type Consent = 'optedIn' | 'optedOut' | null

/** What a contact's list says of a channel. */
export function blockOf(contact: RemoteBody, channel: string) {
  const found = listOf(contact).find((row) => row.channel === channel && row.reason !== 0)
  return { reason: found?.reason ?? reasons.none, isOurs: found?.comments === byMarshal }
}

/** Channels in which a contact withdrew; a bounce says nothing of what she wants. */
export function withdrawnIn(contact: RemoteBody): readonly Channel[] {
  return channels.filter((channel) => {
    const { reason } = blockOf(contact, channel)
    return reason === reasons.unsubscribed || reason === reasons.manual
  })
}

export interface BlockFacts {
  /** What is said here now, and what was when the contact was sent last. */
  readonly consent: Consent
  readonly before: Consent
  /** Why she is on the list. */
  readonly reason: number
  /** A person chose that a new consent counts. */
  readonly resubscribe: boolean
}

/**
 * What to do with a contact's place on the list. Taken off is only who was on it while that was known here, and
 * consented since: a withdrawal that did not arrive yet stays, however often she is sent.
 */
export function blockStep(facts: BlockFacts): 'add' | 'remove' | 'refuse' | 'leave' {
  const { consent, before, reason, resubscribe } = facts
  if (consent === 'optedOut') return reason === reasons.none ? 'add' : 'leave'
  if (consent !== 'optedIn' || before !== 'optedOut') return 'leave'
  if (reason === reasons.manual) return 'remove'
  if (reason === reasons.unsubscribed) return resubscribe ? 'remove' : 'refuse'
  return 'leave'
}

/** The list of a contact that is to be put on it, or taken off, in some channels. */
export function blockRows(steps: Readonly<Record<string, 'add' | 'remove'>>) {
  return Object.entries(steps).map(([channel, step]) => ({
    channel,
    reason: step === 'add' ? reasons.manual : reasons.none,
    comments: byMarshal,
  }))
}

/** PHP writes a list with holes as an object. */
function listOf({ doNotContact }: RemoteBody) {
  const list =
    typeof doNotContact === 'object' && doNotContact !== null ? Object.values(doNotContact) : []
  return list.flatMap((one) => rows.safeParse([one]).data ?? [])
}
