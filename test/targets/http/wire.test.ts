/** What the adapter says to a server request by request, and what it makes of the habits such servers have. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { http } from '../../../main/engine/targets/http/adapter.ts'
import type { Clock } from '../../../main/engine/ports.ts'
import type { RemotePage } from '../../../main/engine/targets/kit/adapter.ts'
import type { HttpKnobs } from '../../../main/stand-ins/http/knobs.ts'
import { systemClock } from '../../../main/hosts/system-clock.ts'
import { fakeClock } from '../../support/fake-clock.ts'
import { openBench, type AdapterBench } from '../conformance/adapter-bench.ts'
import { changeOf } from '../conformance/sample-records.ts'
import { errorOf } from '../conformance/subject.ts'
import { startHttp, type HttpStandIn } from './stand-in.ts'
import { httpKey, httpServer } from './subject.ts'

let server: HttpStandIn
const opened: AdapterBench[] = []
beforeAll(async () => {
  server = await startHttp(httpKey)
})
beforeEach(() => server.reset())
afterEach(async () => {
  for (const bench of opened.splice(0)) await bench.close()
})
afterAll(() => server.stop())

const people = { path: '/api/people', resultsPosition: 'data.items', pageSize: 10 }

async function open(
  settings: Readonly<Record<string, unknown>> = {},
  knobs: Partial<HttpKnobs> = {},
  clock: Clock = systemClock(),
): Promise<AdapterBench> {
  await server.turn(knobs)
  const all = { ...people, ...settings }
  const bench = await openBench(http.withSettings!(http.manifest.settings.parse(all)), {
    ...httpServer(server, all),
    clock,
  })
  opened.push(bench)
  return bench
}

const load = (count: number, more: (n: number) => Readonly<Record<string, unknown>> = () => ({})) =>
  server.load(
    'people',
    Array.from({ length: count }, (_, n) => ({ lastName: `Runner ${n}`, ...more(n) })),
  )

async function walk({ connection, signal }: AdapterBench): Promise<readonly RemotePage[]> {
  const pages: RemotePage[] = []
  for (let cursor: string | null = null, more = true; more && pages.length < 100;) {
    const page: RemotePage = await connection.changes!('person', cursor, signal)
    pages.push(page)
    ;({ cursor, more } = page)
  }
  return pages
}

const idsOf = (pages: readonly RemotePage[]) =>
  pages.flatMap((page) => page.records.map(({ remoteId }) => remoteId))
const isWhole = (pages: readonly RemotePage[]) => pages.at(-1)?.complete
const why = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: Error) => error.message,
  )

describe('pages', () => {
  const kinds: readonly (readonly [string, Record<string, unknown>, Partial<HttpKnobs>])[] = [
    ['none', {}, { paging: 'none' }],
    ['page', {}, {}],
    ['page', { totalPosition: 'total' }, { tellsTotal: true }],
    ['page', { pageSize: 500 }, { largestPage: 7 }],
    ['offset', {}, { paging: 'offset', largestPage: 7 }],
    ['cursor', {}, { paging: 'cursor', leavesNextOut: true }],
    ['next-link', {}, { paging: 'next-link', links: 'absolute' }],
    ['next-link', {}, { paging: 'next-link', links: 'relative' }],
    ['next-link', {}, { paging: 'next-link', links: 'query' }],
    ['next-link', {}, { paging: 'next-link', links: 'proxied', leavesNextOut: true }],
    ['link-header', {}, { paging: 'link-header' }],
  ]
  it.each(kinds)(
    'by %s %j are read to their end, each record once: %j',
    async (paging, settings, knobs) => {
      const ids = await load(43)
      const pages = await walk(await open({ paging, ...settings }, knobs))
      expect(idsOf(pages)).toEqual(ids)
      expect(isWhole(pages)).toBe(true)
    },
  )

  it('that say more than they give are not everything', async () => {
    await load(43)
    const pages = await walk(
      await open({ paging: 'none', totalPosition: 'total' }, { tellsTotal: true }),
    )
    expect(idsOf(pages)).toHaveLength(20)
    expect(isWhole(pages)).toBe(false)
  })

  it.each([
    ['the number is ignored', { paging: 'page' }, { ignoresPage: true }, 'repeats itself'],
    [
      'links go in a circle',
      { paging: 'next-link' },
      { paging: 'next-link', links: 'circling' },
      'repeats itself',
    ],
    [
      'links lead elsewhere',
      { paging: 'next-link' },
      { paging: 'next-link', links: 'foreign' },
      'elsewhere.example.org',
    ],
    [
      'the link is somewhere else',
      { paging: 'next-link', nextPosition: 'links.next' },
      { paging: 'next-link' },
      'links.next',
    ],
    ['there are more than allowed', { maxPages: 3 }, {}, 'more than 3 pages'],
    ['the records are nowhere', {}, { shape: 'nowhere' }, 'data.items'],
  ] as const)('are refused in words where %s', async (_what, settings, knobs, words) => {
    await load(43)
    expect(await why(walk(await open(settings, knobs)))).toContain(words)
    expect((await server.log()).every(({ status }) => status === 200)).toBe(true)
  })

  it('with null in place of a list are empty, and not everything', async () => {
    await load(3)
    const pages = await walk(await open({}, { shape: 'null' }))
    expect(pages).toMatchObject([{ records: [], more: false, complete: false, torn: true }])
  })

  it('say fixed parameters on each request, also along links that leave them out', async () => {
    await load(25)
    await walk(
      await open({ paging: 'next-link', query: 'type=runner&active=1' }, { paging: 'next-link' }),
    )
    const asked = (await server.log()).map(({ path }) => new URL(path, 'http://x').searchParams)
    expect(asked).toHaveLength(3)
    for (const query of asked)
      expect([query.get('type'), query.get('active'), query.get('limit')]).toEqual([
        'runner',
        '1',
        '10',
      ])
  })

  it('wait until the rate limit is whole again', async () => {
    await load(25)
    const clock = fakeClock()
    const bench = await open({ paging: 'offset' }, { paging: 'offset', usedUpAfter: 1 }, clock)
    const read = () => bench.connection.changes!('person', null, bench.signal)
    await read()
    const second = read()
    await expect.poll(() => clock.waiting).toBeGreaterThan(0)
    await clock.walk(999)
    expect(await server.log()).toHaveLength(1)
    await clock.walk(1)
    await second
    expect(await server.log()).toHaveLength(2)
  })
})

describe('changes since a time', () => {
  const since = { finding: 'since', modifiedPosition: 'updatedAt', deletedPosition: 'deletedAt' }

  it('are asked for from a second before the newest that was seen, and are never everything', async () => {
    await load(3, (n) => ({ updatedAt: `2026-05-0${n + 1}T05:00:00.000Z` }))
    const bench = await open(since, { keepsDeleted: true })
    const first = await walk(bench)
    expect(isWhole(first)).toBe(true)
    const { cursor } = first.at(-1)!
    await server.remove('people', '1')
    const page = await bench.connection.changes!('person', cursor, bench.signal)
    const told = page.records.map(({ remoteId, deleted }) => `${remoteId} ${deleted}`)
    expect(told.toSorted()).toEqual(['1 true', '3 false'])
    const [last] = (await server.log()).slice(-1)
    expect(new URL(last!.path, 'http://x').searchParams.get('updated_since')).toBe(
      '2026-05-03T04:59:59.000Z',
    )
    expect(page.complete).toBe(false)
  })
})

describe('records', () => {
  it('without a usable id are named, and the others come', async () => {
    await load(2)
    const pages = await walk(await open({ sourceIdField: 'meta.id' }))
    expect(pages[0]).toMatchObject({ records: [] })
    expect(pages[0]?.unreadable.map(({ error }) => error.message)).toEqual(
      Array.from({ length: 2 }, () => expect.stringContaining('meta.id')),
    )
  })

  it('that a condition leaves out are there all the same', async () => {
    await load(3, (n) => ({ type: n === 1 ? 'crew' : 'runner' }))
    const pages = await walk(await open({ conditions: '{"==": [{"var": "type"}, "runner"]}' }))
    expect(idsOf(pages)).toEqual(['1', '3'])
    expect(pages.flatMap(({ passedOver }) => passedOver ?? [])).toEqual(['2'])
    expect(isWhole(pages)).toBe(true)
  })

  it('are mapped both ways, by JSONata and by rules', async () => {
    const mappingIn =
      '{"lastName": $assert(name.family != "", "no name") ? name.family : name.family, "number": bib}'
    const mappingOut = '{"mapping": {"name.family": "lastName"}, "cast": {}}'
    const bench = await open({ mappingIn, mappingOut })
    const { remoteId } = await bench.create('person', 1)
    expect((await server.dump('people'))[0]).toMatchObject({
      name: { family: expect.stringContaining('Šárka') },
    })
    await server.load('people', [{ name: { family: '' } }])
    const [page] = await walk(bench)
    expect(page?.records).toMatchObject([
      { remoteId, body: { lastName: expect.stringContaining('Šárka') } },
    ])
    expect(page?.unreadable).toMatchObject([
      { remoteId: '2', error: { message: expect.stringContaining('no name') } },
    ])
  })

  it('with a mapping that cannot be read stop the run, and say where', async () => {
    await load(1)
    expect(await why(walk(await open({ mappingIn: '{"a": ' })))).toContain('JSONata')
  })
})

describe('a change', () => {
  const changed = (bench: AdapterBench, remoteId: string, fields: Record<string, string>) =>
    bench.send('person', [changeOf(bench.binding('person'), 'update', fields, { remoteId })])

  it('keeps what is not ours, with PUT', async () => {
    const [id = ''] = await server.load('people', [
      { lastName: 'A', club: { name: 'x', since: 1990 } },
    ])
    const bench = await open()
    expect(await changed(bench, id, { lastName: 'B' })).toMatchObject([{ status: 'done' }])
    expect(await server.dump('people')).toMatchObject([
      { lastName: 'B', club: { name: 'x', since: 1990 } },
    ])
    const [sent] = (await server.log()).filter(({ method }) => method === 'PUT')
    expect(JSON.parse(sent!.body)).not.toHaveProperty('id')
  })

  it('replaces nothing where the record as it is cannot be found in the answer', async () => {
    const [id = ''] = await server.load('people', [{ lastName: 'A', club: 'x' }])
    const bench = await open({ itemPosition: 'elsewhere' })
    const [outcome] = await changed(bench, id, { lastName: 'B' })
    expect(errorOf(outcome)).toMatchObject({
      code: 'bad-response',
      message: expect.stringContaining('nothing was written'),
    })
    expect(await server.dump('people')).toMatchObject([{ lastName: 'A', club: 'x' }])
  })

  it('whose answer was lost is found also where a condition leaves it out', async () => {
    await server.load('people', [{ lastName: 'A', firstName: 'Ana', dateOfBirth: '1990-01-20' }])
    const bench = await open({ conditions: '{"==": [{"var": "type"}, "runner"]}' })
    const fields = { lastName: 'A', firstName: 'Ana', dateOfBirth: '1990-01-20' }
    const lost = changeOf(bench.binding('person'), 'create', fields)
    expect(await bench.connection.find!('person', lost, bench.signal)).toMatchObject([
      { remoteId: '1' },
    ])
  })

  it('whose answer was lost is not told from a listing that ends too early', async () => {
    await load(43)
    const bench = await open({ paging: 'none', totalPosition: 'total' }, { tellsTotal: true })
    const lost = changeOf(bench.binding('person'), 'create', { lastName: 'A', firstName: 'B' })
    expect(await bench.connection.find!('person', lost, bench.signal)).toBe('undecidable')
  })

  it('says the id in its body where that is wanted', async () => {
    const [id = ''] = await server.load('people', [{ lastName: 'A' }])
    await server.turn({ wantsIdInBody: true })
    const without = await changed(await open({}, { wantsIdInBody: true }), id, { lastName: 'B' })
    expect(errorOf(without[0])).toMatchObject({
      code: 'rejected',
      message: expect.stringContaining('in the body'),
    })
    const bench = await open({ idInRequestBody: true }, { wantsIdInBody: true })
    expect(await changed(bench, id, { lastName: 'B' })).toMatchObject([{ status: 'done' }])
  })

  it('carries the key of the change where a header is named', async () => {
    const bench = await open({ idempotencyHeader: 'Idempotency-Key' })
    const { change } = await bench.create('person', 1)
    expect((await server.log()).at(-1)).toMatchObject({
      method: 'POST',
      idempotencyKey: change.key,
    })
  })

  it('that is refused with 200 is refused, in the server’s words', async () => {
    const success = { successPosition: 'status', successValue: 'ok' }
    const knobs = { refusesWith200: true, wantsIdInBody: true } as const
    const bench = await open(success, knobs)
    const { remoteId } = await bench.create('person', 1)
    const [outcome] = await changed(bench, remoteId, { lastName: 'B' })
    expect(errorOf(outcome)).toMatchObject({
      code: 'rejected',
      message: 'id: must be in the body',
      maybeSent: false,
    })
    expect(idsOf(await walk(bench))).toEqual([remoteId])
  })

  it('is done where the answer is empty, or is nothing but the id', async () => {
    const bench = await open({}, { silently: true, tersely: true })
    const { remoteId } = await bench.create('person', 1)
    expect(await changed(bench, remoteId, { lastName: 'B' })).toMatchObject([
      { status: 'done', remoteId },
    ])
  })

  it('that gives no id is not known to have arrived', async () => {
    const bench = await open({ sourceIdField: 'uuid' })
    const [outcome] = await bench.send('person', [
      changeOf(bench.binding('person'), 'create', { lastName: 'A' }),
    ])
    expect(errorOf(outcome)).toMatchObject({ code: 'ambiguous', maybeSent: true })
  })
})

describe('XML', () => {
  const xml = {
    format: 'xml',
    resultsPosition: 'records.record',
    sourceIdField: '@attributes.id',
    itemPosition: '',
  }

  it('travels both ways, with ids as attributes', async () => {
    const bench = await open(xml, { format: 'xml' })
    const { remoteId } = await bench.create('person', 1)
    const sent = (await server.dump('people'))[0]!
    expect(sent).toMatchObject({ lastName: "Zoë “Šárka” O'Neil 王1", dateOfBirth: '1984-02-29' })
    // One is no list there; three are.
    expect(idsOf(await walk(bench))).toEqual([remoteId])
    await load(2)
    const pages = await walk(bench)
    expect(idsOf(pages)).toHaveLength(3)
    const { fields } = bench.binding('person').fromRemote!(pages[0]!.records[0]!.body)
    expect(fields).toMatchObject({ lastName: "Zoë “Šárka” O'Neil 王1", postalCode: '001' })
    expect(isWhole(pages)).toBe(true)
  })

  it('keeps what is not ours in a replacement', async () => {
    const [id = ''] = await server.load('people', [{ lastName: 'A', club: 'x & y' }])
    const bench = await open(xml, { format: 'xml' })
    const change = changeOf(
      bench.binding('person'),
      'update',
      { lastName: 'B <b>' },
      { remoteId: id },
    )
    expect(await bench.send('person', [change])).toMatchObject([{ status: 'done' }])
    expect(await server.dump('people')).toMatchObject([{ lastName: 'B <b>', club: 'x & y' }])
  })

  it('that is cut is an error, and not an empty list', async () => {
    await load(2)
    const bench = await open(xml, { format: 'xml' })
    await server.fault({ action: { kind: 'truncated-json' }, times: 1 })
    expect(await why(walk(bench))).toContain('not complete XML')
  })
})
