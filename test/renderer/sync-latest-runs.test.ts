import { describe, expect, it } from 'vitest'
import type { Guard, RunView } from '../../main/contract/sync.ts'
import { concernsOf } from '../../renderer/pages/attention/target-concerns.ts'
import { guardOf, latestRuns } from '../../renderer/pages/sync/latest-runs.ts'
import { didSomething, secondsOf } from '../../renderer/pages/sync/run-sums.ts'
import type { TargetStatus } from '../../main/contract/targets.ts'

const none = { created: 0, updated: 0, deleted: 0, skipped: 0, held: 0, failed: 0, waiting: 0 }

function run(changes: Partial<RunView> = {}): RunView {
  return {
    id: 'r1',
    target: 'timing-van',
    kind: 'delta',
    trigger: 'schedule',
    rehearsal: false,
    result: 'success',
    startedOn: '2026-05-04T10:00:00.000Z',
    endedOn: '2026-05-04T10:00:03.000Z',
    outbound: none,
    inbound: { ...none, found: 0, conflicts: 0, unmatched: 0 },
    guard: null,
    errors: [],
    ...changes,
  }
}
const guard: Guard = { code: 'delete-there', reason: 'too many', planned: 25, limit: 20 }
const later = { startedOn: '2026-05-04T10:05:00.000Z' }

describe('What the newest run says of its target', () => {
  it('is about the newest run that ended, in whatever order runs are given', () => {
    const old = run({ guard })
    const open = run({ id: 'r3', startedOn: '2026-05-04T10:09:00.000Z', result: null })
    expect(guardOf(latestRuns([old, open]), 'timing-van')).toEqual(guard)
    expect(guardOf(latestRuns([old, run(later), open]), 'timing-van')).toBeNull()
    expect(guardOf(latestRuns([run(later), old]), 'timing-van')).toBeNull()
  })

  it('is not changed by a rehearsal', () => {
    const rehearsal = run({ ...later, rehearsal: true })
    expect(guardOf(latestRuns([run({ guard }), rehearsal]), 'timing-van')).toEqual(guard)
  })

  it('is worth a line when it moved, refused or held something, or did not end well', () => {
    expect(didSomething(run())).toBe(false)
    expect(didSomething(run({ outbound: { ...none, skipped: 9 } }))).toBe(false)
    expect(didSomething(run({ outbound: { ...none, held: 1 } }))).toBe(true)
    expect(didSomething(run({ result: 'cancelled' }))).toBe(true)
    expect(secondsOf(run())).toBe(3)
    expect(secondsOf(run({ endedOn: null }))).toBeNull()
  })
})

describe('What waits for a person', () => {
  const target: TargetStatus = {
    name: 'timing-van',
    adapter: 'tagserver',
    state: 'attention',
    direction: 'outbound',
    pending: 0,
    held: 0,
    failed: 0,
    conflicts: 0,
    unmatched: 0,
    lastSuccessOn: null,
    nextRunOn: null,
    retryOn: null,
    lastError: 'The mapping does not fit',
    paused: null,
    pausedReason: null,
    clockOffsetMs: null,
  }
  const no = () => false
  const kinds = (changes: Partial<TargetStatus>, withGuard = false, refused = no) =>
    concernsOf([{ ...target, ...changes }], () => (withGuard ? guard : null), refused).map(
      ({ kind }) => kind,
    )

  it('is a target, where no record of it is to blame', () => {
    expect(kinds({})).toEqual(['stopped'])
    expect(kinds({ failed: 3 })).toEqual([])
    expect(kinds({}, true)).toEqual(['guard'])
    expect(kinds({ state: 'paused' }, true, () => true)).toEqual(['sign-in'])
    expect(kinds({ state: 'waiting' })).toEqual([])
  })
})
