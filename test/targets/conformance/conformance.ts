/**
 * The contract of an adapter, as tests. `testAdapter(adapter, start)` runs all of it against the adapter's stand-in
 * server; an adapter's own oddities are tested beside it.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Adapter } from '../../../main/engine/targets/kit/adapter.ts'
import { entitiesOf, openBench, type AdapterBench } from './adapter-bench.ts'
import { testThroughEngine } from './engine.ts'
import { testFailures } from './failures.ts'
import { testHostileAnswers } from './hostile.ts'
import { testPulling } from './pulling.ts'
import type { ConformanceServer, PullServer } from './server.ts'
import { keptOf, type Subject } from './subject.ts'
import { changeOf, contentSent, contentThere, emptied, sampleFields } from './sample-records.ts'

/**
 * Declares the suite. `start` is called once; the server is reset before each test.
 * @param order the simple entity, and what can be made, where that is not a person and everything.
 */
export function testAdapter(
  adapter: Adapter,
  start: () => Promise<ConformanceServer>,
  {
    simple = 'person',
    sends = entitiesOf(adapter),
  }: Partial<Pick<Subject, 'simple' | 'sends'>> = {},
): void {
  describe(`${adapter.manifest.name} keeps the adapter contract`, () => {
    let server: ConformanceServer
    let bench: AdapterBench
    beforeAll(async () => {
      server = await start()
    })
    beforeEach(async () => {
      await server.process.reset()
      await server.letIn()
      bench = await openBench(adapter, server)
    })
    afterEach(async () => {
      await bench.close()
      await server.process.plug()
    })
    afterAll(async () => {
      await server.process.stop()
    })
    const subject: Subject = {
      adapter,
      server: () => server,
      bench: () => bench,
      simple,
      sends,
    }
    testConnection(subject)
    testSending(subject)
    testFailures(subject)
    testHostileAnswers(subject)
    testThroughEngine(subject)
    if (adapter.manifest.direction !== 'outbound') {
      testPulling({ ...subject, server: () => server as PullServer })
    }
  })
}

function testConnection({ adapter, server, bench }: Subject): void {
  describe('connecting', () => {
    it('ticks every step it can tell', async () => {
      const steps = await bench().connection.check(bench().signal)
      expect(steps.map(({ step, ok }) => `${step} ${ok}`)).toEqual([
        'address true',
        'tls true',
        'sign-in true',
        'permission true',
        'clock true',
      ])
    })

    it('names the address when nobody is there', async () => {
      await server().process.unplug()
      const steps = await bench().connection.check(bench().signal)
      expect(steps).toMatchObject([{ step: 'address', ok: false }])
      expect(steps[0]?.message).toContain('nothing answers there')
    })

    it('names the sign-in when it is refused', async () => {
      await server().lockOut()
      const steps = await bench().connection.check(bench().signal)
      expect(steps.at(-1)).toMatchObject({ step: 'sign-in', ok: false })
      await expect(bench().connection.probe(bench().signal)).rejects.toMatchObject({ code: 'auth' })
    })

    it('tells how far the remote clock is off', async () => {
      await server().process.clockOffset(3_600_000)
      const steps = await bench().connection.check(bench().signal)
      expect(steps.at(-1)).toMatchObject({ step: 'clock', ok: false })
      expect(steps.at(-1)?.message).toContain('60 min ahead')
      const [offset = 0] = bench().clockOffsets
      expect(Math.abs(offset - 3_600_000)).toBeLessThan(2_500)
    })

    it('sends nothing before it is asked to', async () => {
      expect((await server().process.stats()).requests).toBe(0)
      expect(adapter.manifest.limits.concurrency).toBeGreaterThan(0)
    })
  })
}

function testSending({ adapter, server, bench, simple, sends }: Subject): void {
  describe('sending', () => {
    it.each(sends)('creates, changes, empties and deletes a record: %s', async (entity) => {
      const binding = bench().binding(entity)
      const { change, remoteId, refs, kept } = await bench().create(entity, 1)
      const filled = server().fills?.[entity] ?? []
      let id = remoteId
      const there = async () =>
        (await server().stored(entity)).find((record) => record.remoteId === id)

      const first = sampleFields(binding, 1)
      const count = (await server().stored(entity)).length
      expect(contentThere(binding, (await there())?.body ?? {}, filled)).toBe(
        contentSent(binding, { ...first, ...kept }, refs),
      )
      for (const fields of [sampleFields(binding, 2), emptied(binding, sampleFields(binding, 2))]) {
        const update = changeOf(binding, 'update', fields, { refs, remoteId: id })
        const [outcome] = await bench().send(entity, [{ ...update, recordId: change.recordId }])
        expect(outcome).toMatchObject({ status: 'done' })
        // An id that follows from the content moves with it, and the former one is nobody's.
        if (!binding.shared) expect(outcome).toMatchObject({ remoteId })
        id = outcome?.status === 'done' ? outcome.remoteId : id
        expect(await server().stored(entity)).toHaveLength(count)
        // What it is known to have otherwise is not lost: it is told.
        expect(contentThere(binding, (await there())?.body ?? {}, filled)).toBe(
          contentSent(binding, { ...fields, ...keptOf(outcome) }, refs),
        )
      }
      const removal = changeOf(binding, 'delete', {}, { remoteId: id })
      expect(await bench().send(entity, [removal])).toMatchObject([{ status: 'done' }])
      expect(await there()).toBeUndefined()
    })

    it('takes what is deleted already as deleted', async () => {
      const { remoteId } = await bench().create(simple, 1)
      const remove = () => changeOf(bench().binding(simple), 'delete', {}, { remoteId })
      await bench().send(simple, [remove()])
      expect(await bench().send(simple, [remove()])).toMatchObject([{ status: 'done' }])
    })

    it('answers one outcome per change, in order, actions mixed', async () => {
      const binding = bench().binding(simple)
      const old = await Promise.all([1, 2, 3].map((n) => bench().create(simple, n)))
      /** The nth sample, still under the id of another one. */
      const edited = (n: number, of: number) => {
        const { [binding.shared?.field ?? '']: same } = sampleFields(binding, of)
        const fields = sampleFields(binding, n)
        return same === undefined ? fields : { ...fields, [binding.shared!.field]: same }
      }
      const news = [4, 5, 6, 7].map((n) => changeOf(binding, 'create', sampleFields(binding, n)))
      const mixed = [
        news[0],
        changeOf(binding, 'update', edited(11, 1), { remoteId: old[0]?.remoteId }),
        news[1],
        changeOf(binding, 'delete', {}, { remoteId: old[1]?.remoteId }),
        news[2],
        changeOf(binding, 'update', edited(13, 3), { remoteId: old[2]?.remoteId }),
        news[3],
      ].filter((change) => change !== undefined)
      const outcomes = await bench().send(simple, mixed)
      expect(outcomes.map(({ status }) => status)).toEqual(mixed.map(() => 'done'))
      const ids = outcomes.map((outcome) => (outcome.status === 'done' ? outcome.remoteId : null))
      expect([ids[1], ids[3], ids[5]]).toEqual(old.map(({ remoteId }) => remoteId))
      const stored = await server().stored(simple)
      expect(stored.map(({ remoteId }) => remoteId).toSorted()).toEqual(
        ids.filter((_, at) => at !== 3).toSorted(),
      )
    })

    it('finds in its listing what was made, each once', async (context) => {
      const { connection, signal } = bench()
      context.skip(!connection.changes || bench().binding(simple).changes !== 'listing')
      const made: string[] = []
      for (const n of [1, 2, 3]) made.push((await bench().create(simple, n)).remoteId)
      const found: string[] = []
      for (let cursor: string | null = null, more = true; more;) {
        const page = await connection.changes!(simple, cursor, signal)
        expect(page.unreadable).toEqual([])
        found.push(...page.records.map(({ remoteId }) => remoteId))
        ;({ cursor, more } = page)
      }
      expect(found.toSorted()).toEqual(made.toSorted())
    })

    it('sends nothing for no changes', async () => {
      expect(await bench().send(simple, [])).toEqual([])
      expect((await server().process.stats()).requests).toBe(0)
    })

    it('keeps to its limit of requests in flight', async () => {
      const binding = bench().binding(simple)
      await server().process.latency(5)
      const batches = [0, 1, 2, 3].map((batch) =>
        bench().send(
          simple,
          Array.from({ length: 20 }, (_, n) =>
            changeOf(binding, 'create', sampleFields(binding, batch * 20 + n)),
          ),
        ),
      )
      const outcomes = (await Promise.all(batches)).flat()
      expect(outcomes.filter(({ status }) => status !== 'done')).toEqual([])
      const { maxInFlight } = await server().process.stats()
      expect(maxInFlight).toBeLessThanOrEqual(adapter.manifest.limits.concurrency)
    })
  })
}
