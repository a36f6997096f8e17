/** Who is put on the list of those nobody may write to, and who is ever taken off it. */
import { describe, expect, it } from 'vitest'
import {
  blockStep,
  reasons,
  withdrawnIn,
  type Consent,
} from '../../../../main/engine/targets/mautic/do-not-contact.ts'

const { none, unsubscribed, bounced, manual } = reasons
const step = (consent: Consent, before: Consent, reason: number, resubscribe = false) =>
  blockStep({ consent, before, reason, resubscribe })

describe('a place on the list', () => {
  it('is made by a withdrawal, and by nothing else', () => {
    expect(step('optedOut', null, none)).toBe('add')
    expect(step('optedOut', 'optedOut', none)).toBe('add')
    for (const reason of [unsubscribed, bounced, manual])
      expect(step('optedOut', 'optedIn', reason)).toBe('leave')
    for (const consent of ['optedIn', null] as const)
      expect(step(consent, null, none)).toBe('leave')
  })

  it('is kept as long as the withdrawal was not known here before the consent', () => {
    for (const reason of [unsubscribed, bounced, manual])
      for (const before of ['optedIn', null] as const)
        for (const resubscribe of [false, true])
          expect(step('optedIn', before, reason, resubscribe)).toBe('leave')
  })

  it('is given up by a consent after it; her own unsubscription only where a person chose so', () => {
    expect(step('optedIn', 'optedOut', manual)).toBe('remove')
    expect(step('optedIn', 'optedOut', unsubscribed)).toBe('refuse')
    expect(step('optedIn', 'optedOut', unsubscribed, true)).toBe('remove')
    expect(step('optedIn', 'optedOut', bounced, true)).toBe('leave')
    expect(step(null, 'optedOut', manual)).toBe('leave')
  })

  it('is read in each form PHP writes a list, and a bounce says nothing', () => {
    const row = (channel: string, reason: number | string) => ({ channel, reason })
    expect(withdrawnIn({ doNotContact: [row('email', 1), row('sms', '3')] })).toEqual([
      'email',
      'sms',
    ])
    expect(withdrawnIn({ doNotContact: { 1: row('sms', 1) } })).toEqual(['sms'])
    expect(withdrawnIn({ doNotContact: [row('email', 2), row('sms', 0), null] })).toEqual([])
    expect(withdrawnIn({})).toEqual([])
  })
})
