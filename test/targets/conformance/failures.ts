/** What a server refuses, and what happens to an answer on its way: the error's code, its words, and what was sent. */
import { afterEach, describe, expect, it } from 'vitest'
import type { OutgoingChange, SendOutcome } from '../../../main/engine/targets/kit/adapter.ts'
import type { SyncError } from '../../../main/engine/targets/kit/sync-error.ts'
import { startMockSync } from '../mock-sync-server/stand-in.ts'
import { type FaultAction, type RetryAfter } from '../../support/stand-in-process.ts'
import { impatient, openBench, type AdapterBench } from './adapter-bench.ts'
import { errorOf, type Subject } from './subject.ts'
import { changeOf, sampleFields } from './sample-records.ts'

export function testFailures(subject: Subject): void {
  const { adapter, server, bench, simple } = subject
  const { batches, idempotency } = adapter.manifest
  const opened: AdapterBench[] = []
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close()
  })

  async function openImpatient(): Promise<AdapterBench> {
    const one = await openBench(adapter, server(), impatient)
    opened.push(one)
    return one
  }

  const sample = (n: number) => {
    const binding = bench().binding(simple)
    return changeOf(binding, 'create', sampleFields(binding, n))
  }
  const refuse = (action: Omit<Extract<FaultAction, { kind: 'answer' }>, 'kind'>) =>
    server().process.fault({ action: { kind: 'answer', ...action } })
  /** Strikes requests that write. */
  const strike = (action: FaultAction, times?: number) =>
    server().process.fault({
      ...(server().writes ? { match: server().writes } : {}),
      action,
      ...(times === undefined ? {} : { times }),
    })
  const sendOne = async (one = bench()) => errorOf((await one.send(simple, [sample(1)]))[0])

  describe('a refusal', () => {
    const words = 'The person is not valid. lastName: must not be poison'
    const refused = { code: 'rejected', message: words, maybeSent: false }

    /** Three changes, the second of which the server refuses. */
    async function poisonOne(): Promise<readonly OutgoingChange[]> {
      await server().process.fault({
        match: { bodyContains: 'poison' },
        action: {
          kind: 'answer',
          status: 400,
          headers: { 'content-type': 'application/problem+json' },
          body: {
            title: 'Bad Request',
            detail: 'The person is not valid.',
            fieldErrors: [{ field: 'lastName', message: 'must not be poison' }],
          },
        },
      })
      return [1, 2, 3]
        .map(sample)
        .map((change, at) =>
          at === 1 ? { ...change, body: { ...change.body, lastName: 'poison' } } : change,
        )
    }

    if (batches) {
      it('of a batch is thrown with the server’s words, so that the engine finds the record at fault', async () => {
        const { connection, signal } = bench()
        const changes = await poisonOne()
        await expect(connection.send(simple, changes, signal)).rejects.toMatchObject(refused)
        expect(await server().stored(simple)).toEqual([])
        const others = changes.filter((_, at) => at !== 1)
        expect(await connection.send(simple, others, signal)).toHaveLength(2)
        expect(await server().stored(simple)).toHaveLength(2)
      })
    } else {
      it('fails the record at fault with the server’s words and no other', async () => {
        const outcomes = await bench().send(simple, await poisonOne())
        expect(outcomes.map(({ status }) => status)).toEqual(['done', 'failed', 'done'])
        expect(errorOf(outcomes[1])).toMatchObject(refused)
        expect(await server().stored(simple)).toHaveLength(2)
      })
    }

    it('401 and 403 are about the sign-in; nothing more of the batch is tried', async () => {
      await refuse({ status: 401, body: { detail: 'Unknown key.' } })
      const outcomes = await bench().send(
        simple,
        Array.from({ length: 60 }, (_, n) => sample(n)),
      )
      for (const outcome of outcomes) expect(errorOf(outcome).code).toBe('auth')
      const { requests } = await server().process.stats()
      expect(requests).toBeLessThanOrEqual(adapter.manifest.limits.concurrency)
      await server().process.clearFaults()
      await refuse({ status: 403 })
      expect(await sendOne()).toMatchObject({ code: 'auth', status: 403 })
    })

    const retryForms: readonly (readonly [string, RetryAfter, number])[] = [
      ['seconds', { seconds: 7 }, 7_000],
      ['an HTTP date', { dateIn: 30 }, 30_000],
      ['more than an hour', { seconds: 999_999 }, 3_600_000],
      ['a date long past', { dateIn: -60 }, 0],
      ['nonsense', { text: 'soon' }, Infinity],
      ['a negative number', { text: '-5' }, Infinity],
      ['an absurd number', { text: '9'.repeat(400) }, 3_600_000],
    ]
    it.each(retryForms)('429 with Retry-After as %s', async (_form, retryAfter, expected) => {
      await server().process.clockOffset(-86_400_000 * 3650)
      await refuse({ status: 429, retryAfter })
      const error = await sendOne()
      expect(error).toMatchObject({ code: 'rate-limited', maybeSent: false })
      // Dates have no fractions of a second.
      const wait = error.retryAfterMs ?? Infinity
      expect(Math.abs(wait - expected)).not.toBeGreaterThan(1_500)
    })

    it('429 ends the batch instead of asking on', async () => {
      await refuse({ status: 429, retryAfter: { seconds: 1 } })
      const outcomes = await bench().send(
        simple,
        Array.from({ length: 60 }, (_, n) => sample(n)),
      )
      for (const outcome of outcomes)
        expect(errorOf(outcome)).toMatchObject({ code: 'rate-limited', retryAfterMs: 1_000 })
      const { requests } = await server().process.stats()
      expect(requests).toBeLessThanOrEqual(adapter.manifest.limits.concurrency)
    })

    it.each([500, 502, 503, 504])(
      '%i is the server’s trouble, not the record’s',
      async (status) => {
        await refuse({ status, retryAfter: { seconds: 2 } })
        expect(await sendOne()).toMatchObject({ code: 'server', status, retryAfterMs: 2_000 })
      },
    )

    /** As a proxy answers: longer than anybody would read for its words. */
    const longPage = 'It did not work. '.repeat(6_000)

    it.each([
      [401, 'auth', null],
      [403, 'auth', null],
      [429, 'rate-limited', 600_000],
      [500, 'server', 600_000],
      [502, 'server', 600_000],
      [503, 'server', 600_000],
    ] as const)('%i with a page above 64 KB is %s all the same', async (status, code, wait) => {
      for (const body of [longPage, { detail: longPage }]) {
        const answer = wait === null ? {} : { retryAfter: { seconds: wait / 1000 } }
        const id = await refuse({ status, body, ...answer })
        const plain = typeof body === 'string' ? (server().withoutJson?.[status] ?? code) : code
        expect(await sendOne()).toMatchObject({ code: plain, status, retryAfterMs: wait })
        await server().process.removeFault(id)
      }
    })

    it.each([
      [408, 'timeout'],
      [409, 'rejected'],
      [412, 'changed-remotely'],
      [413, 'rejected'],
      [415, 'rejected'],
      [422, 'rejected'],
      [511, 'offline'],
    ] as const)('%i is %s', async (status, code) => {
      await refuse({ status })
      expect(await sendOne()).toMatchObject({ code, status })
    })
  })

  describe('a lost connection', () => {
    it('is offline and certainly not sent when nobody listens', async () => {
      await server().process.unplug()
      expect(await sendOne()).toMatchObject({ code: 'offline', maybeSent: false })
    })

    it('is noticed once and not for each record', async () => {
      await server().process.unplug()
      const outcomes = await bench().send(
        simple,
        Array.from({ length: 200 }, (_, n) => sample(n)),
      )
      for (const outcome of outcomes)
        expect(errorOf(outcome)).toMatchObject({ code: 'offline', maybeSent: false })
      await server().process.plug()
      expect(await bench().send(simple, [sample(1)])).toMatchObject([{ status: 'done' }])
    })

    it('times out a server that never answers, and says when a create may have arrived', async () => {
      const impatientBench = await openImpatient()
      await strike({ kind: 'hang' })
      const error = await sendOne(impatientBench)
      expect(error).toMatchObject({ code: 'ambiguous', maybeSent: true })
    })

    it('a change of an existing record that is not answered is simply due again', async () => {
      const { remoteId } = await bench().create(simple, 1)
      const impatientBench = await openImpatient()
      await strike({ kind: 'hang-after-write' })
      const binding = bench().binding(simple)
      const update = changeOf(binding, 'update', sampleFields(binding, 2), { remoteId })
      const [outcome] = await impatientBench.send(simple, [update])
      expect(errorOf(outcome)).toMatchObject({ code: 'timeout', maybeSent: false })
    })

    it('stops at once when it is told to', async () => {
      const stop = new AbortController()
      await server().process.hold()
      const sending = bench()
        .connection.send(simple, [sample(1)], stop.signal)
        .catch((error: SyncError): readonly SendOutcome[] => [{ status: 'failed', error }])
      await server().process.held()
      stop.abort()
      expect(['offline', 'ambiguous']).toContain(errorOf((await sending)[0]).code)
      await server().process.release()
    })

    if (idempotency === 'key') {
      it('after the write leaves exactly one record: the key tells the second copy', async () => {
        await strike({ kind: 'cut-after-write' }, 1)
        const change = sample(1)
        expect(errorOf((await bench().send(simple, [change]))[0]).code).toBe('ambiguous')
        const [stored] = await server().stored(simple)
        expect(await bench().send(simple, [change])).toMatchObject([
          { status: 'done', remoteId: stored?.remoteId },
        ])
        expect(await server().stored(simple)).toHaveLength(1)
      })
    }

    if (idempotency === 'lookup') {
      const find = async (change: OutgoingChange) =>
        bench().connection.find?.(simple, change, bench().signal)

      it('after the write is ambiguous, and the look-up finds exactly that record', async () => {
        await strike({ kind: 'cut-after-write' }, 1)
        const change = sample(1)
        expect(errorOf((await bench().send(simple, [change]))[0]).code).toBe('ambiguous')
        const [stored] = await server().stored(simple)
        expect(await find(change)).toMatchObject([
          { remoteId: stored?.remoteId, entity: simple, deleted: false },
        ])
      })

      it('before the write leaves nothing, and the look-up says so', async () => {
        await strike({ kind: 'cut-before' }, 1)
        const change = sample(1)
        expect(errorOf((await bench().send(simple, [change]))[0]).code).toBe('ambiguous')
        expect(await find(change)).toEqual([])
      })
    }
  })

  describe('a redirect', () => {
    it.each([301, 302, 303, 307, 308])(
      '%i to another port carries neither a write nor a read there',
      async (status) => {
        const lure = await startMockSync()
        try {
          const headers = { location: `${lure.url}/elsewhere` }
          await refuse({ status, headers, body: [] })
          expect(await sendOne()).toMatchObject({ code: 'config' })
          await expect(bench().connection.probe(bench().signal)).rejects.toMatchObject({
            code: 'config',
            message: expect.stringContaining('enter that address'),
          })
          expect((await lure.stats()).requests).toBe(0)
        } finally {
          await lure.stop()
        }
      },
    )
  })

  describe('secrets', () => {
    it('are in no log line and no message, even where the server repeats them', async () => {
      const values = Object.values(server().secrets)
      expect(values.length).toBeGreaterThan(0)
      await bench().create(simple, 1)
      const echo = `The key ${values.join(' ')} is not known.`
      const messages: string[] = []
      for (const body of [{ detail: echo }, { error: { message: echo } }, echo]) {
        const id = await refuse({ status: 400, body })
        messages.push((await sendOne()).message)
        await server().process.removeFault(id)
      }
      await server().lockOut()
      messages.push((await sendOne()).message)
      await server().process.unplug()
      messages.push((await sendOne()).message)
      const everything = bench().logged() + messages.join('\n')
      expect(everything).toContain('The key [secret] is not known.')
      for (const value of values) {
        expect(everything).not.toContain(value)
        expect(everything).not.toContain(Buffer.from(value).toString('base64'))
      }
    })
  })
}
