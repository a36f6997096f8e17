import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { syncErrorCodes, type SyncErrorCode } from '../../main/contract/words.ts'
import {
  afterProbe,
  afterRun,
  evidence,
  notHeardYet,
  probeNow,
  steady,
  type Contact,
  type RunOutcome,
} from '../../main/engine/schedule/connectivity.ts'
import { raceMorning } from '../support/fake-clock.ts'

const failed = (code: SyncErrorCode, retryAfterMs: number | null = null): RunOutcome => ({
  result: 'error',
  error: { code, retryAfterMs },
})
const success: RunOutcome = { result: 'success', error: null }
const now = raceMorning

/** Fails probes one after the other, each when its countdown ends; answers the countdowns in seconds. */
function countdowns(contact: Contact, probes: number): readonly number[] {
  const seconds: number[] = []
  let at = now
  let current = contact
  for (let probe = 0; probe < probes; probe++) {
    current = afterProbe(current, 'offline', at)
    if (current.kind !== 'unreachable') throw new Error('A silent target is unreachable')
    seconds.push((current.retryOn - at) / 1_000)
    at = current.retryOn
  }
  return seconds
}

describe('what a run says about the way to the target', () => {
  it.each<[string, RunOutcome, ReturnType<typeof evidence>]>([
    ['it ended well', success, 'answered'],
    ['it ended with failed records', { result: 'warning', error: null }, 'answered'],
    ['it had nothing to ask', { ...success, answered: false }, 'nothing'],
    ['it was cancelled', { result: 'cancelled', error: null }, 'nothing'],
    ['it failed without a reason', { result: 'error', error: null }, 'nothing'],
  ])('%s', (_name, outcome, expected) => {
    expect(evidence(outcome)).toBe(expected)
  })

  it.each(syncErrorCodes)('%s', (code) => {
    const silent = ['offline', 'timeout', 'rate-limited', 'server']
    const ownFault = ['config', 'local', 'bug']
    expect(evidence(failed(code))).toBe(
      silent.includes(code) ? 'silent' : ownFault.includes(code) ? 'nothing' : 'answered',
    )
  })
})

describe('a silent target', () => {
  it('is probed after 5 s, doubling to 5 min', () => {
    expect(countdowns(notHeardYet, 9)).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300])
  })

  it('begins at 5 s after a run that succeeded', () => {
    const contact = afterRun(afterRun(notHeardYet, success, now), failed('timeout'), now)
    expect(contact).toMatchObject({ kind: 'unreachable', retryOn: now + 5_000 })
  })

  it('goes on doubling when it answers probes but no runs', () => {
    let contact = afterRun(notHeardYet, failed('server'), now)
    for (const seconds of [10, 20, 40]) {
      contact = afterProbe(contact, 'online', now)
      expect(contact.kind).toBe('reachable')
      contact = afterRun(contact, failed('server'), now)
      expect(contact).toMatchObject({ kind: 'unreachable', retryOn: now + seconds * 1_000 })
    }
  })

  it('is left alone as long as it asked for', () => {
    const contact = afterRun(notHeardYet, failed('rate-limited', 120_000), now)
    expect(contact).toMatchObject({ retryOn: now + 120_000 })
  })

  it('is not probed sooner because it asked for less', () => {
    const contact = afterRun(notHeardYet, failed('rate-limited', 10), now)
    expect(contact).toMatchObject({ retryOn: now + 5_000 })
  })

  it('keeps its countdown when the same failure is told twice', () => {
    const contact = afterRun(notHeardYet, failed('offline'), now)
    expect(afterRun(contact, failed('offline'), now + 1_000)).toBe(contact)
  })

  it('lengthens its countdown when the server asks for more', () => {
    const contact = afterRun(notHeardYet, failed('offline'), now)
    expect(afterRun(contact, failed('rate-limited', 60_000), now + 1_000)).toMatchObject({
      retryOn: now + 61_000,
    })
  })

  it('is probed at once when somebody changed something, and then from 5 s on', () => {
    const waiting = {
      kind: 'unreachable',
      lastWaitMs: 300_000,
      countdownMs: 300_000,
      retryOn: now + 9e4,
    } as const
    const contact = probeNow(waiting, now)
    expect(contact).toMatchObject({ retryOn: now })
    expect(countdowns(contact, 2)).toEqual([5, 10])
  })

  it('keeps its countdown when the clock is set back ten years', () => {
    const contact = afterProbe(notHeardYet, 'offline', now)
    const back = now - 315_360_000_000
    expect(steady(contact, back)).toMatchObject({ retryOn: back + 5_000 })
    expect(steady(contact, now + 1)).toBe(contact)
  })

  it('is reachable when it answers and refuses the sign-in', () => {
    const contact = afterRun(notHeardYet, failed('offline'), now)
    expect(afterProbe(contact, 'auth', now).kind).toBe('reachable')
    expect(afterRun(contact, failed('auth'), now).kind).toBe('reachable')
  })

  it('stays silent when a run fails for a reason of our own', () => {
    const contact = afterRun(notHeardYet, failed('offline'), now)
    expect(afterRun(contact, failed('bug'), now)).toBe(contact)
  })
})

describe('a late probe', () => {
  it('does not unsay what a run has shown meanwhile', () => {
    const contact = afterRun(notHeardYet, success, now)
    expect(afterProbe(contact, 'offline', now)).toBe(contact)
  })
})

describe('every countdown', () => {
  it('is between 5 s and 5 min, or what the server asked for', () => {
    const event = fc.oneof(
      fc.constantFrom('offline', 'online').map((answer) => ({ answer })),
      fc.record({
        outcome: fc.oneof(
          fc.constant(success),
          fc.constantFrom(...syncErrorCodes).map((code) => failed(code)),
          fc.integer({ min: 0, max: 3_600_000 }).map((ms) => failed('rate-limited', ms)),
        ),
      }),
    )
    fc.assert(
      fc.property(fc.array(event), (events) => {
        let contact: Contact = notHeardYet
        for (const each of events) {
          contact =
            'answer' in each
              ? afterProbe(contact, each.answer, now)
              : afterRun(contact, each.outcome, now)
          const wait = contact.kind === 'unreachable' ? contact.retryOn - now : 5_000
          expect(wait).toBeGreaterThanOrEqual(5_000)
          expect(wait).toBeLessThanOrEqual(3_600_000)
        }
      }),
    )
  })
})
