import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { createFilter, passAll } from '../../main/engine/expressions/record-filter.ts'
import type { RecordFilter } from '../../main/engine/expressions/record-filter.ts'
import type { Fields } from '../../main/engine/model/record.ts'
import { systemClock } from '../../main/hosts/system-clock.ts'

const open: RecordFilter[] = []

function filterOf(expression: unknown, worker?: URL): RecordFilter {
  const filter = createFilter(expression, systemClock(), worker)
  open.push(filter)
  return filter
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((filter) => filter.close()))
})

const registered = { '==': [{ var: 'eventParticipant.status' }, 'registered'] }

/** `levels` nested loops over a hundred elements: 100 ** levels steps. */
function endless(levels: number): unknown {
  const hundred = Array.from({ length: 100 }, (_, at) => at)
  let inner: unknown = { '==': [{ var: '' }, -1] }
  for (let level = 0; level < levels; level++) inner = { some: [hundred, inner] }
  return { and: [{ '!!': { var: 'person.lastName' } }, { or: [inner, { var: 'person.city' }] }] }
}

describe('a filter', () => {
  it('says for each record of a page, in order, whether it belongs', async () => {
    const filter = filterOf(registered)
    const page: Fields[] = [
      { status: 'registered' },
      { status: 'withdrawn' },
      {},
      { status: 'registered' },
    ]
    expect(await filter.matches('eventParticipant', page)).toEqual([true, false, false, true])
  })

  it('lets records of entities it does not mention pass', async () => {
    const filter = filterOf(registered)
    expect(await filter.matches('person', [{ lastName: 'A' }, {}])).toEqual([true, true])
  })

  it('judges each entity by the conditions about it', async () => {
    const filter = filterOf({ and: [registered, { '==': [{ var: 'person.country' }, 'DE'] }] })
    expect(await filter.matches('person', [{ country: 'DE' }, { country: 'FR' }])).toEqual([
      true,
      false,
    ])
    expect(await filter.matches('eventParticipant', [{ status: 'registered' }])).toEqual([true])
  })

  it('treats an empty field as absent, so that a default applies', async () => {
    const filter = filterOf({ '==': [{ var: ['person.country', 'DE'] }, 'DE'] })
    expect(await filter.matches('person', [{ country: null }, {}, { country: 'FR' }])).toEqual([
      true,
      true,
      false,
    ])
  })

  it('keeps a record out when its condition cannot be computed, and judges the others', async () => {
    const filter = filterOf({ '>=': [{ '+': [{ var: 'eventParticipant.age' }, 0] }, 18] })
    const page = [{ age: 'eighteen' }, { age: 18 }, { age: 3 }]
    expect(await filter.matches('eventParticipant', page)).toEqual([false, true, false])
  })

  it('answers pages asked for at the same time each for itself', async () => {
    const filter = filterOf({ var: 'eventParticipant.paid' })
    const pages = Array.from({ length: 20 }, (_, at) => [{ paid: at % 2 === 0 }, { paid: true }])
    const answers = await Promise.all(pages.map((page) => filter.matches('eventParticipant', page)))
    expect(answers).toEqual(pages.map((_, at) => [at % 2 === 0, true]))
  })

  it('needs no thread for an empty page', async () => {
    expect(await filterOf(registered).matches('eventParticipant', [])).toEqual([])
  })

  it('is refused with words when it cannot be used', () => {
    expect(() => createFilter({ regex: [] }, systemClock())).toThrow(
      expect.objectContaining({ name: 'SyncError', code: 'config' }),
    )
  })

  it('none lets everything pass', async () => {
    expect(await passAll.matches('person', [{}, {}])).toEqual([true, true])
  })
})

describe('a hostile filter', () => {
  it('that never ends is stopped, in words, and the next page gets a new thread', async () => {
    const filter = filterOf(endless(6))
    for (let page = 0; page < 2; page++) {
      await expect(filter.matches('person', [{ lastName: 'A' }])).rejects.toMatchObject({
        code: 'config',
        message: expect.stringContaining('longer than 250 ms'),
      })
    }
    // A record without a name is not in the part with the loop.
    expect(await filter.matches('person', [{}])).toEqual([false])
  })

  it('leaves this thread free while it burns its own', async () => {
    let turns = 0
    const clock = systemClock()
    const tick = () => {
      turns += 1
      cancel = clock.timer(5, tick)
    }
    let cancel = clock.timer(5, tick)
    await expect(filterOf(endless(6)).matches('person', [{ lastName: 'A' }])).rejects.toThrow(
      'stopped',
    )
    cancel()
    expect(turns).toBeGreaterThan(20)
  })

  it('that grows a text without end does not take this process with it', async () => {
    const many = Array.from({ length: 100 }, (_, at) => at)
    const doubled = { cat: [{ var: 'accumulator' }, { var: 'accumulator' }] }
    const filter = filterOf({
      and: [
        { '!!': { var: 'person.lastName' } },
        { in: [{ var: 'person.lastName' }, { reduce: [many, doubled, 'x'.repeat(100)] }] },
      ],
    })
    // Text beyond what the engine can hold is an error of the record, not of the process.
    expect(await filter.matches('person', [{ lastName: 'A' }]).catch(() => [false])).toEqual([
      false,
    ])
  })

  it('that grows a list without end is stopped, in words', async () => {
    const many = Array.from({ length: 100 }, (_, at) => at)
    const doubled = { merge: [{ var: 'accumulator' }, { var: 'accumulator' }] }
    const filter = filterOf({
      in: [{ var: 'person.lastName' }, { reduce: [many, doubled, many] }],
    })
    await expect(filter.matches('person', [{ lastName: 'A' }])).rejects.toMatchObject({
      code: 'config',
    })
  })

  it('sees no prototype of the record', async () => {
    const filter = filterOf({ '!': [{ missing: ['person.email'] }] })
    const hostile = JSON.parse('{"__proto__": {"email": "x"}}') as Record<string, string>
    expect(await filter.matches('person', [hostile])).toEqual([false])
  })
})

describe('the built program', () => {
  const built = join(import.meta.dirname, '../../out/main/expression-worker.js')

  it('judges with the worker beside it', async ({ skip }) => {
    skip(
      !existsSync(built),
      'the built worker was NOT tested: out/main is missing, run `npm run build`',
    )
    const filter = filterOf(registered, pathToFileURL(built))
    expect(await filter.matches('eventParticipant', [{ status: 'registered' }, {}])).toEqual([
      true,
      false,
    ])
  })
})
