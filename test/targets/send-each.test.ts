import { describe, expect, it } from 'vitest'
import { HttpError } from '../../main/engine/ports.ts'
import type { OutgoingChange } from '../../main/engine/targets/kit/adapter.ts'
import { sendEach } from '../../main/engine/targets/kit/send-each.ts'
import { SyncError } from '../../main/engine/targets/kit/sync-error.ts'

const signal = new AbortController().signal
const changes = (count: number): readonly OutgoingChange[] =>
  Array.from({ length: count }, (_, n) => ({
    action: 'create',
    key: String(n),
    recordId: String(n),
    remoteId: null,
    body: {},
    patch: null,
    remoteVersion: null,
    remoteModifiedOn: n,
    modifiedBy: 'Desk 1',
  }))

/** Sends with a failure for some keys; answers how often each was asked for. */
async function send(
  count: number,
  failure: (key: number, times: number) => SyncError | null,
  lanes = 2,
) {
  const asked: number[] = Array.from({ length: count }, () => 0)
  const outcomes = await sendEach(changes(count), { lanes, signal }, async ({ key }) => {
    const n = Number(key)
    asked[n] = (asked[n] ?? 0) + 1
    await Promise.resolve()
    const error = failure(n, asked[n])
    if (error) throw error
    return `remote-${n}`
  })
  const words = outcomes.map((one) => (one.status === 'done' ? one.remoteId : one.error.code))
  return { asked, words, outcomes }
}

describe('sending one record per request', () => {
  it('answers in order, whatever lane was quicker', async () => {
    const { words } = await send(9, () => null, 4)
    expect(words).toEqual(changes(9).map(({ key }) => `remote-${key}`))
  })

  it('goes on after a record that is refused', async () => {
    const { words } = await send(5, (n) => (n === 2 ? new SyncError('rejected', 'no') : null))
    expect(words[2]).toBe('rejected')
    expect(words.filter((word) => word.startsWith('remote'))).toHaveLength(4)
  })

  it.each([
    new SyncError('auth', 'no'),
    new SyncError('config', 'no'),
    new SyncError('rate-limited', 'no', { retryAfterMs: 5 }),
    new SyncError('offline', 'portal'),
    new SyncError('offline', 'refused', { cause: new HttpError('offline', 'refused', false) }),
  ])('ends the batch for what is about the target: $code $message', async (error) => {
    const { asked, outcomes } = await send(20, () => error)
    expect(asked.reduce((sum, n) => sum + n)).toBe(2)
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({
        status: 'failed',
        error: { code: error.code, retryAfterMs: error.retryAfterMs, maybeSent: false },
      })
  })

  it('ends the batch after five lost answers in a row, and nothing else counts as maybe sent', async () => {
    const lost = new SyncError('ambiguous', 'lost', { maybeSent: true })
    const { asked, outcomes } = await send(20, () => lost)
    expect(asked.reduce((sum, n) => sum + n)).toBeLessThanOrEqual(6)
    const maybe = outcomes.filter((one) => one.status === 'failed' && one.error.maybeSent)
    expect(maybe).toHaveLength(asked.filter((n) => n > 0).length)
  })

  it('does not end it for a connection cut by single records', async () => {
    const cut = new SyncError('offline', 'cut', { cause: new HttpError('offline', 'cut', true) })
    const { words } = await send(30, (n) => (n % 5 === 0 ? cut : null))
    expect(words.filter((word) => word.startsWith('remote'))).toHaveLength(24)
  })

  it('asks once more, at the end, for what was a conflict', async () => {
    const taken = new SyncError('rejected', 'taken', { status: 409 })
    const freed = await send(6, (n, times) => (n === 0 && times === 1 ? taken : null))
    expect(freed.words[0]).toBe('remote-0')
    const kept = await send(6, (n) => (n === 0 ? taken : null))
    expect(kept.words[0]).toBe('rejected')
    expect(kept.asked[0]).toBe(2)
    const alone = await send(1, () => taken)
    expect(alone.asked[0]).toBe(1)
  })

  it('sends nothing more once it is told to stop', async () => {
    const stop = new AbortController()
    let asked = 0
    const outcomes = await sendEach(
      changes(20),
      { lanes: 2, signal: stop.signal },
      async ({ key }) => {
        if (++asked === 4) stop.abort()
        await Promise.resolve()
        return key
      },
    )
    expect(asked).toBeLessThanOrEqual(5)
    expect(outcomes).toHaveLength(20)
    expect(outcomes.at(-1)).toMatchObject({ status: 'failed', error: { code: 'offline' } })
  })

  it('tells how far a change came, and does not send it as a whole once more', async () => {
    let asked = 0
    const error = new SyncError('rejected', 'taken', { status: 409 })
    const reached = { remoteId: '7', without: ['email'] }
    const outcomes = await sendEach(changes(2), { lanes: 1, signal }, async ({ key }) => {
      asked++
      return key === '0' ? { status: 'failed', error, reached } : key
    })
    expect(outcomes).toEqual([
      { status: 'failed', error, reached },
      { status: 'done', remoteId: '1' },
    ])
    expect(asked).toBe(2)
  })

  it('passes a defect on', async () => {
    const defect = sendEach(changes(3), { lanes: 1, signal }, () =>
      Promise.reject(new TypeError('bug')),
    )
    await expect(defect).rejects.toThrow('bug')
  })
})
