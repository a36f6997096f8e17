import { describe, expect, it } from 'vitest'
import type { RunError } from '../../../main/contract/sync.ts'
import type { RunResult } from '../../../main/contract/words.ts'
import {
  earnedResult,
  errorOfRecords,
  type RunFacts,
} from '../../../main/engine/sync/runs/earned-result.ts'

const outbound = {
  ...{ created: 0, updated: 0, deleted: 0, skipped: 0 },
  ...{ held: 0, failed: 0, waiting: 0 },
}
const inbound = {
  ...{ found: 0, created: 0, updated: 0, deleted: 0 },
  ...{ skipped: 0, conflicts: 0, unmatched: 0, failed: 0 },
}
const well: RunFacts = {
  cancelled: false,
  stopped: null,
  outbound,
  inbound,
  guard: null,
  errorCount: 0,
  unconfirmed: false,
}
const sent = (counts: Partial<typeof outbound>) => ({ outbound: { ...outbound, ...counts } })

describe('the result of a run', () => {
  it.each<[string, Partial<RunFacts>, RunResult]>([
    ['nothing to do', {}, 'success'],
    ['all confirmed', sent({ created: 3 }), 'success'],
    [
      'one goes again, others arrived',
      { ...sent({ created: 2, waiting: 1 }), unconfirmed: true },
      'warning',
    ],
    ['nothing arrived', { ...sent({ waiting: 2, skipped: 5 }), unconfirmed: true }, 'error'],
    ['what waits was not tried yet', sent({ waiting: 2 }), 'warning'],
    [
      'a lost answer that was found in time',
      { ...sent({ updated: 1 }), unconfirmed: true },
      'success',
    ],
    ['refused', sent({ failed: 1 }), 'warning'],
    ['held', sent({ held: 1 }), 'warning'],
    ['not taken over here', { inbound: { ...inbound, failed: 1 } }, 'warning'],
    ['in conflict', { inbound: { ...inbound, conflicts: 1 } }, 'warning'],
    [
      'stopped by the guard',
      { guard: { code: 'delete-there', planned: 50, limit: 20 } },
      'warning',
    ],
    ['an error was logged', { errorCount: 1 }, 'warning'],
    [
      'it could not go on',
      { ...sent({ created: 9 }), stopped: { code: 'offline', message: '', retryAfterMs: null } },
      'error',
    ],
    ['ended early', { ...sent({ waiting: 2 }), unconfirmed: true, cancelled: true }, 'cancelled'],
  ])('%s', (_what, facts, result) => {
    expect(earnedResult({ ...well, ...facts })).toBe(result)
  })
})

describe('the error that stands for the records of a run', () => {
  const error = (code: RunError['code'], message: string): RunError => ({
    ...{ entity: 'person', recordId: '1', remoteId: null },
    code,
    message,
  })

  it('is one about the target where there is any', () => {
    const errors = [error('changed-remotely', 'a'), error('server', 'b')]
    expect(errorOfRecords(errors, 7_000)).toEqual({
      code: 'server',
      message: 'b',
      retryAfterMs: 7_000,
    })
    expect(errorOfRecords(errors.slice(0, 1), null)).toMatchObject({ code: 'changed-remotely' })
    expect(errorOfRecords([], null)).toBeNull()
  })
})
