import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runPhase, syncErrorCode, type TargetState } from '../../main/contract/words.ts'
import { targetState, type StateFacts } from '../../main/engine/schedule/target-state.ts'

const none = { pending: 0, held: 0, failed: 0, conflicts: 0, unmatched: 0 }
const calm: StateFacts = {
  paused: false,
  running: null,
  reachable: true,
  guarded: false,
  retrying: false,
  confirmed: true,
  lastError: null,
  counts: none,
  mirrors: false,
}
const some = { ...none, pending: 3 }

describe('the state of a target', () => {
  it.each<[string, Partial<StateFacts>, TargetState]>([
    ['nothing left, everything confirmed', {}, 'up-to-date'],
    [
      'records in the review list are nobody’s failure',
      { counts: { ...none, unmatched: 9 } },
      'up-to-date',
    ],
    [
      'a record one side has alone, where both are to be the same',
      { mirrors: true, counts: { ...none, unmatched: 1 } },
      'attention',
    ],
    [
      'paused, whatever else',
      { paused: true, running: 'sending', reachable: false, counts: { ...some, failed: 1 } },
      'paused',
    ],
    ['sending', { running: 'sending', counts: some }, 'sending'],
    [
      'sending although some have failed before',
      { running: 'sending', counts: { ...some, failed: 1 } },
      'sending',
    ],
    ['looking up interrupted deliveries', { running: 'recovering', counts: some }, 'sending'],
    ['receiving', { running: 'receiving' }, 'receiving'],
    ['staging', { running: 'staging', reachable: null }, 'receiving'],
    ['matching', { running: 'matching' }, 'receiving'],
    ['a run that found nothing to send does not flicker', { running: 'sending' }, 'up-to-date'],
    ['a run that connects does not flicker', { running: 'connecting' }, 'up-to-date'],
    ['a run that ends does not flicker', { running: 'finishing' }, 'up-to-date'],
    [
      'a run that asks a silent target is waiting',
      { running: 'connecting', reachable: false, counts: some },
      'waiting',
    ],
    ['silent with changes', { reachable: false, counts: some }, 'waiting'],
    ['silent without changes', { reachable: false }, 'waiting'],
    [
      'silent, the failures come after',
      { reachable: false, counts: { ...none, failed: 1 } },
      'waiting',
    ],
    ['failed records', { counts: { ...none, failed: 1 } }, 'attention'],
    ['conflicts', { counts: { ...none, conflicts: 1 } }, 'attention'],
    [
      'failed records also of a target not heard from',
      { reachable: null, counts: { ...none, failed: 1 } },
      'attention',
    ],
    ['the guard stopped a run', { guarded: true }, 'attention'],
    ['held and nothing on its way to release it', { counts: { ...none, held: 2 } }, 'attention'],
    ['held behind what is being sent', { counts: { ...some, held: 2 } }, 'sending'],
    [
      'the last run failed although the target answers',
      { lastError: 'bug', counts: some },
      'attention',
    ],
    ['an old fault of a target not heard from', { reachable: null, lastError: 'bug' }, 'unknown'],
    [
      'silent when it was last asked, before a restart',
      { reachable: null, lastError: 'offline', counts: some },
      'waiting',
    ],
    ['everything confirmed before a restart', { reachable: null }, 'up-to-date'],
    ['not heard from, with changes', { reachable: null, counts: some }, 'unknown'],
    ['heard from, never synchronised', { confirmed: false }, 'unknown'],
    ['changes between the debounce and the run', { counts: some }, 'sending'],
    ['all of them wait for their next try', { counts: some, retrying: true }, 'waiting'],
    [
      'nothing of what was sent arrived, and the target answers',
      { counts: some, retrying: true, lastError: 'server' },
      'waiting',
    ],
    [
      'the next try comes by itself, the run that failed does not',
      { counts: some, retrying: true, lastError: 'config' },
      'attention',
    ],
    [
      'some wait for their next try, one needs a person',
      { counts: { ...some, failed: 1 }, retrying: true },
      'attention',
    ],
  ])('%s', (_rule, difference, state) => {
    expect(targetState({ ...calm, ...difference })).toBe(state)
  })

  it('is "up to date" only if nothing is left, nothing failed, and the target confirmed it all', () => {
    const count = fc.nat({ max: 2 })
    const facts: fc.Arbitrary<StateFacts> = fc.record({
      paused: fc.boolean(),
      running: fc.option(fc.constantFrom(...runPhase.options)),
      reachable: fc.option(fc.boolean()),
      guarded: fc.boolean(),
      retrying: fc.boolean(),
      confirmed: fc.boolean(),
      mirrors: fc.boolean(),
      lastError: fc.option(fc.constantFrom(...syncErrorCode.options)),
      counts: fc.record({
        pending: count,
        held: count,
        failed: count,
        conflicts: count,
        unmatched: count,
      }),
    })
    fc.assert(
      fc.property(facts, (it) => {
        const { pending, held, failed, conflicts, unmatched } = it.counts
        const alone = it.mirrors ? unmatched : 0
        const clear = pending + held + failed + conflicts + alone === 0 && !it.guarded
        const heard = it.reachable !== false && it.confirmed && it.lastError === null
        expect(targetState(it) !== 'up-to-date' || (clear && heard && !it.paused)).toBe(true)
      }),
    )
  })
})
