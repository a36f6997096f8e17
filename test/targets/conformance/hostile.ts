/** Answers that are not what they should be: cut, named, never taken for "nothing". */
import { afterEach, describe, expect, it } from 'vitest'
import type { SyncErrorCode } from '../../../main/contract/words.ts'
import type { FaultAction } from '../../support/stand-in-process.ts'
import type { SyncError } from '../../../main/engine/targets/kit/sync-error.ts'
import { impatient, openBench, type AdapterBench } from './adapter-bench.ts'
import { errorOf, type Subject } from './subject.ts'
import { changeOf, sampleFields } from './sample-records.ts'

const megabyte = 1024 * 1024

export function testHostileAnswers({ adapter, server, bench, simple }: Subject): void {
  let second: AdapterBench | null = null
  afterEach(async () => {
    await second?.close()
    second = null
  })

  /** Reads records in the way this adapter can. */
  async function read(one: AdapterBench): Promise<unknown> {
    const { connection, signal } = one
    if (connection.changes) return connection.changes(simple, null, signal)
    const binding = one.binding(simple)
    const change = changeOf(binding, 'create', sampleFields(binding, 1))
    return connection.find?.(simple, change, signal)
  }

  const failure = (work: Promise<unknown>): Promise<SyncError> =>
    work.then(
      (value) => Promise.reject(new Error(`expected a failure, got ${JSON.stringify(value)}`)),
      (error: SyncError) => error,
    )

  const answers: readonly (readonly [string, FaultAction, SyncErrorCode, RegExp])[] = [
    ['HTML from a captive portal', { kind: 'html' }, 'offline', /web page/],
    ['larger than 50 MB', { kind: 'huge-body', bytes: 51 * megabyte }, 'bad-response', /50 MB/],
    ['endless', { kind: 'endless-body' }, 'bad-response', /50 MB/],
    ['nested a thousand deep', { kind: 'deep-json', depth: 1000 }, 'bad-response', /64 levels/],
    ['half of a JSON text', { kind: 'truncated-json' }, 'bad-response', /not complete JSON/],
    ['not UTF-8', { kind: 'wrong-charset' }, 'bad-response', /not UTF-8/],
    ['cut in the middle', { kind: 'cut-in-body' }, 'offline', /cut/],
    [
      'JSON of another shape',
      { kind: 'answer', status: 200, body: { status: 'success', results: [] } },
      'bad-response',
      /unexpected shape/,
    ],
    ['empty', { kind: 'answer', status: 200, body: '' }, 'bad-response', /not complete JSON/],
  ]

  describe('an answer that is', () => {
    it.each(answers)('%s', async (_name, action, code, words) => {
      await bench().create(simple, 1)
      await server().process.fault({ action })
      const error = await failure(read(bench()))
      expect(error).toMatchObject({ code, maybeSent: false })
      expect(error.message).toMatch(words)
      await server().process.clearFaults()
      // The connection still works: nothing hangs, nothing leaked.
      await read(bench())
    })

    it('dripping slower than anybody can wait', async () => {
      await bench().create(simple, 1)
      second = await openBench(adapter, server(), impatient)
      await server().process.fault({ action: { kind: 'slow-body', bytes: 1, everyMs: 50 } })
      expect((await failure(read(second))).code).toBe('timeout')
    })
  })

  describe('a web page in answer to a write', () => {
    it('means that nothing was written', async () => {
      const binding = bench().binding(simple)
      const { remoteId } = await bench().create(simple, 1)
      await server().process.fault({ action: { kind: 'html' } })
      for (const change of [
        changeOf(binding, 'create', sampleFields(binding, 2)),
        changeOf(binding, 'update', sampleFields(binding, 3), { remoteId }),
        changeOf(binding, 'delete', {}, { remoteId }),
      ]) {
        const [outcome] = await bench().send(simple, [change])
        expect(errorOf(outcome)).toMatchObject({ code: 'offline', maybeSent: false })
      }
      expect(await server().stored(simple)).toHaveLength(1)
    })
  })

  if (adapter.manifest.idempotency === 'lookup') {
    describe('an unreadable answer to a create', () => {
      it.each(answers.filter(([name]) => /half|UTF-8|middle/.test(name)))(
        'leaves open whether it happened: %s',
        async (_name, action) => {
          const { process, writes } = server()
          await process.fault({ ...(writes ? { match: writes } : {}), action, times: 1 })
          const binding = bench().binding(simple)
          const change = changeOf(binding, 'create', sampleFields(binding, 1))
          const [outcome] = await bench().send(simple, [change])
          expect(errorOf(outcome)).toMatchObject({ code: 'ambiguous', maybeSent: true })
          expect(await server().stored(simple)).toHaveLength(1)
          const found = await bench().connection.find?.(simple, change, bench().signal)
          expect(found).toHaveLength(1)
        },
      )
    })
  }
}
