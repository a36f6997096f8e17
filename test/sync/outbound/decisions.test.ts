import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backoff } from '../../../main/engine/sync/backoff.ts'
import { isolatePoison } from '../../../main/engine/sync/outbound/decide/bisect.ts'
import { judge } from '../../../main/engine/sync/outbound/decide/judge.ts'
import { checkDeletions } from '../../../main/engine/sync/outbound/decide/safety.ts'
import { SyncError } from '../../../main/engine/targets/kit/sync-error.ts'

describe('bisecting a refused batch', () => {
  /** Sends every record once, however many are poisonous; answers how many calls it took. */
  async function bisect(size: number, poisonous: ReadonlySet<number>) {
    const items = Array.from({ length: size }, (_, at) => at)
    const accepted: number[] = []
    let calls = 0
    const found = await isolatePoison(items, 'refused', async (batch) => {
      calls++
      if (batch.some((item) => poisonous.has(item))) return 'refused'
      accepted.push(...batch)
      return null
    })
    return { accepted, poison: found.map(({ item }) => item), calls }
  }

  it('finds one poison record in at most ⌈log2 n⌉ + 1 calls and sends each other one once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 1_000 }), fc.nat(), async (size, pick) => {
        const bad = pick % size
        const { accepted, poison, calls } = await bisect(size, new Set([bad]))
        expect(poison).toEqual([bad])
        expect(accepted.toSorted((a, b) => a - b)).toEqual(
          Array.from({ length: size }, (_, at) => at).filter((at) => at !== bad),
        )
        expect(calls).toBeLessThanOrEqual(Math.ceil(Math.log2(size)) + 1)
      }),
    )
  })

  it('finds all of several', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 0, max: 99 }), { minLength: 1 }),
        async (bad) => {
          const { accepted, poison } = await bisect(100, new Set(bad))
          expect(poison.toSorted((a, b) => a - b)).toEqual(bad.toSorted((a, b) => a - b))
          expect(new Set(accepted).size).toBe(accepted.length)
          expect(accepted).toHaveLength(100 - bad.length)
        },
      ),
    )
  })
})

describe('what an error means for the record and for the run', () => {
  const create = { action: 'create' } as const
  const update = { action: 'update' } as const
  it.each([
    [
      'a refused sign-in ends the run and blames nobody',
      create,
      new SyncError('auth', ''),
      { verdict: 'leave', stop: true },
    ],
    [
      'a wrong setting ends the run and blames nobody',
      update,
      new SyncError('config', ''),
      { verdict: 'leave', stop: true },
    ],
    [
      'no network ends the run and blames nobody',
      update,
      new SyncError('offline', ''),
      { verdict: 'leave', stop: true },
    ],
    [
      'a rate limit ends the run and blames nobody',
      create,
      new SyncError('rate-limited', ''),
      { verdict: 'leave', stop: true },
    ],
    [
      'a lost answer to a creation is looked up',
      create,
      new SyncError('ambiguous', ''),
      { verdict: 'look-up', stop: false },
    ],
    [
      'a server error after a creation may have come is looked up',
      create,
      new SyncError('server', '', { maybeSent: true }),
      { verdict: 'look-up', stop: false },
    ],
    [
      'a cut connection after a creation is looked up once it is back',
      create,
      new SyncError('offline', '', { maybeSent: true }),
      { verdict: 'look-up', stop: true },
    ],
    [
      'a redirect after a creation is looked up once the address is right',
      create,
      new SyncError('config', '', { maybeSent: true }),
      { verdict: 'look-up', stop: true },
    ],
    [
      'a lost answer to an update is sent again',
      update,
      new SyncError('ambiguous', ''),
      { verdict: 'retry', stop: false },
    ],
    [
      'a timeout is tried again',
      update,
      new SyncError('timeout', ''),
      { verdict: 'retry', stop: false },
    ],
    [
      'a server error is tried again',
      create,
      new SyncError('server', ''),
      { verdict: 'retry', stop: false },
    ],
    [
      'a refusal waits for a person',
      create,
      new SyncError('rejected', ''),
      { verdict: 'fail', stop: false },
    ],
    [
      'a record that is gone waits for a person',
      update,
      new SyncError('gone', ''),
      { verdict: 'fail', stop: false },
    ],
  ] as const)('%s', (_rule, delivery, error, judgement) => {
    expect(judge(delivery, error)).toEqual(judgement)
  })
})

describe('the deletion guard', () => {
  it.each([
    [20, 20, null],
    [21, 21, 20],
    [21, 200, 20],
    [21, 210, null],
    [30, 300, null],
    [31, 300, 30],
    [1, 0, null],
  ])('of %i deletions among %i records stops at %s', (planned, linked, limit) => {
    expect(checkDeletions(planned, linked)?.limit ?? null).toBe(limit)
  })
})

describe('backoff', () => {
  it('doubles up to five minutes, spread over all of the time', () => {
    expect([1, 2, 3, 4, 10, 50].map((attempt) => backoff(attempt, null, 0.999_999))).toEqual([
      1_000, 2_000, 4_000, 8_000, 300_000, 300_000,
    ])
    expect(backoff(10, null, 0)).toBe(0)
  })

  it('is what the server asks for, when it asks', () => {
    expect(backoff(1, 90_000, 0)).toBe(90_000)
  })
})
