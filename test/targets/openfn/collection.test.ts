/** Receiving from a collection: nothing is missed, nothing is taken for something else. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { RemotePage, RemoteRecord } from '../../../main/engine/targets/kit/adapter.ts'
import { openfn } from '../../../main/engine/targets/openfn/adapter.ts'
import { projectId } from '../../../main/stand-ins/openfn/webhook.ts'
import { openBench, type AdapterBench } from '../conformance/adapter-bench.ts'
import { startOpenfn, type Kept, type OpenfnStandIn } from './stand-in.ts'
import { openfnKey, openfnServer, received } from './subject.ts'

let site: OpenfnStandIn
let bench: AdapterBench
const opened: AdapterBench[] = []
const settings = { ...received, wholeCollection: false }
const adapter = openfn.withSettings!(settings)

async function open(
  given: Readonly<Record<string, unknown>> = {},
  names = openfnServer(site).names!,
): Promise<AdapterBench> {
  const server = { ...openfnServer(site), names, settings: { ...settings, ...given } }
  const one = await openBench(adapter, server)
  opened.push(one)
  return one
}
beforeAll(async () => {
  site = await startOpenfn({ key: openfnKey })
})
beforeEach(async () => {
  await site.reset()
  bench = await open()
})
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
})
afterAll(() => site.stop())

const ana: Kept = { firstName: 'Ana', timestamp: '2026-05-03T05:00:00Z' }
const page = (cursor: string | null = null, one = bench): Promise<RemotePage> =>
  one.connection.changes!('person', cursor, one.signal)
const ids = (records: readonly RemoteRecord[]) => records.map(({ remoteId }) => remoteId)
const queries = async () =>
  (await site.log()).map(({ path }) => new URL(path, site.url).searchParams)

/** All pages from a cursor on. */
async function walk(cursor: string | null = null, one = bench) {
  const records: RemoteRecord[] = []
  let last = await page(cursor, one)
  records.push(...last.records)
  while (last.more) {
    last = await page(last.cursor, one)
    records.push(...last.records)
  }
  return { records, cursor: last.cursor, complete: last.complete }
}

/** People under `p0`, `p1` …, made one after another. */
async function crowd(count: number, from = 0): Promise<void> {
  const numbers = Array.from({ length: count }, (_, n) => n + from)
  await site.put(Object.fromEntries(numbers.map((n) => [`person:p${n}`, ana])))
}

describe('news', () => {
  it('are asked for by time, with a zone and an overlap; the cursor of OpenFn leads through one listing only', async () => {
    await crowd(501)
    const { cursor } = await walk()
    await walk(cursor)
    const [first, second, third] = await queries()
    expect(first!.get('updated_after')).toBeNull()
    expect(second!.get('cursor')).not.toBeNull()
    expect(third!.get('cursor')).toBeNull()
    const asked = third!.get('updated_after')!
    expect(asked).toMatch(/Z$/)
    const age = Date.now() - Date.parse(asked)
    expect(age).toBeGreaterThanOrEqual(119_000)
    expect(age).toBeLessThan(180_000)
  })

  it('have what was changed in a place that was passed already', async () => {
    await crowd(501)
    const first = await page()
    await site.put({
      'person:p0': { ...ana, firstName: 'Anna', timestamp: '2026-05-03T06:00:00Z' },
    })
    const rest = await walk(first.cursor)
    expect(ids(rest.records)).toEqual(['p500'])
    const news = await walk(rest.cursor)
    expect(news.records.find(({ remoteId }) => remoteId === 'p0')?.body).toMatchObject({
      firstName: 'Anna',
    })
  })

  it('leave the cursor where it is when there are none', async () => {
    await site.itemClock(Date.now() - 600_000)
    await crowd(2)
    const { cursor } = await walk()
    const quiet = await walk(cursor)
    expect(quiet).toMatchObject({ records: [], cursor })
  })

  it('are everything once, where the clock of OpenFn was set back', async () => {
    await crowd(1)
    const { cursor } = await walk()
    await site.clockOffset(-3_600_000)
    await site.itemClock(Date.now() - 3_600_000)
    await crowd(1, 1)
    const back = await walk(cursor)
    expect(ids(back.records)).toEqual(['p0', 'p1'])
    expect(back.complete).toBe(false)
    await crowd(1, 2)
    expect(ids((await walk(back.cursor)).records)).toContain('p2')
  })

  it('start over from a cursor nobody can read', async () => {
    await crowd(1)
    for (const broken of ['', '{', '{"since":5}', '[]'])
      expect((await page(broken)).records).toHaveLength(1)
  })

  it('go on where a newer build of OpenFn counts its pages otherwise, and not for ever', async () => {
    await crowd(501)
    const first = await page()
    await site.turn({ cursor: 'time' })
    const again = await page(first.cursor)
    expect(ids(again.records)[0]).toBe('p0')
    const other = await page(null)
    await site.turn({ cursor: 'id' })
    await site.fault({
      match: { pathPattern: 'cursor=' },
      action: { kind: 'answer', status: 400, body: {} },
    })
    const anew = await page(other.cursor)
    expect(anew.more).toBe(true)
    await expect(page(anew.cursor)).rejects.toMatchObject({ code: 'rejected', status: 400 })
  })
})

describe('a record', () => {
  it('is what its key says, at the time its value says, or OpenFn', async () => {
    const updated = Date.UTC(2026, 4, 3, 7)
    await site.itemClock(updated)
    await site.put({
      'person:with-time': ana,
      'person:without': { firstName: 'Ben' },
      'person:a:b/c d': { ...ana, id: 'another', entityGuid: 'another' },
    })
    const { records } = await page()
    const time = (iso: string) => Date.parse(iso) * 1000
    expect(records.map(({ remoteId, modifiedOn }) => [remoteId, modifiedOn])).toEqual([
      ['with-time', time('2026-05-03T05:00:00Z')],
      ['without', updated * 1000],
      ['a:b/c d', time('2026-05-03T05:00:00Z')],
    ])
  })

  it('that cannot be read is named while the others go on, and then nothing counts as whole', async () => {
    await site.put({
      'person:text': 'Ana',
      'person:list': '[1]',
      'person:house': { ...ana, entity: 'household' },
      'person:tag': { ...ana, entity: 'tag' },
      'person:odd': { ...ana, lastName: { a: 1 } },
      'person:ok': ana,
      'tag:t': { number: '1', timestamp: ana['timestamp'] as string },
      other: 'anything',
    })
    const whole = await open({ wholeCollection: true })
    const { records, unreadable, complete } = await page(null, whole)
    expect(ids(records)).toEqual(['ok'])
    expect(unreadable.map(({ error }) => error.message)).toEqual([
      'The item person:text of the collection is no JSON object.',
      'The item person:list of the collection is no JSON object.',
      'The item person:house of the collection says that it is a household.',
      'The item person:tag of the collection says that it is a tag.',
      'The person odd of the pull has something unexpected as lastName.',
    ])
    expect(complete).toBe(false)
  })

  it('is deleted where it says so; what is only removed says nothing', async () => {
    await crowd(2)
    const { cursor } = await walk()
    await site.put({
      'person:p0': { ...ana, deleted: true },
      'person:p1': { type: 'delete-person', data: {}, timestamp: ana['timestamp'] as string },
    })
    const { records } = await walk(cursor)
    expect(records.map(({ deleted }) => deleted)).toEqual([true, true])
    const removed = new URL('/collections/marshal/person:p0', site.url)
    const headers = { authorization: `Bearer ${openfnServer(site).names!['collectionToken']}` }
    await fetch(removed, { method: 'DELETE', headers })
    const after = await walk()
    expect(ids(after.records)).toEqual(['p1'])
    expect(after.complete).toBe(false)
    expect((await walk(null, await open({ wholeCollection: true }))).complete).toBe(true)
  })

  it('is found by its id, to the letter', async () => {
    const find = (remoteId: string) => bench.connection.fetch!('person', remoteId, bench.signal)
    await site.put({ 'person:a-b': { ...ana, firstName: 'Other' }, 'person:bad': 'nonsense' })
    // In a pattern `_` is any sign.
    expect(await find('a_b')).toBeNull()
    await site.put({ 'person:a_b': ana })
    expect(await find('a_b')).toMatchObject({ remoteId: 'a_b', body: { firstName: 'Ana' } })
    await expect(find('bad')).rejects.toMatchObject({ code: 'bad-response' })
  })
})

describe('a collection', () => {
  it('wants a token of its own, and shows the key of the webhook to nobody', async () => {
    await expect(open({}, {})).rejects.toMatchObject({
      code: 'auth',
      message: expect.stringContaining('collectionToken') as unknown,
    })
    await site.fault({
      match: { path: '/collections' },
      action: { kind: 'answer', status: 401, body: { error: `No ${openfnKey} here` } },
    })
    await expect(page()).rejects.toMatchObject({ code: 'auth', message: 'No [secret] here' })
    expect(bench.logged()).not.toContain(openfnKey)
  })

  it('is looked for beside the webhook, also where OpenFn is below a path', async () => {
    const at = (url: string) => {
      const process = { ...site, url } as OpenfnStandIn
      return openBench(adapter, { ...openfnServer(process), settings })
    }
    await expect(at(new URL('/hook', site.url).href)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('/i/') as unknown,
    })
    const below = await at(new URL('/openfn/i/x', site.url).href)
    opened.push(below)
    await expect(page(null, below)).rejects.toMatchObject({ code: 'config' })
    expect((await site.log()).at(-1)?.path).toMatch(/^\/openfn\/collections\/marshal\?/)
  })

  it('of a name that several projects have is not guessed', async () => {
    await site.turn({ twoProjects: true })
    await expect(bench.connection.probe(bench.signal)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('Give the id of the project') as unknown,
    })
    await crowd(1)
    expect((await page(null, await open({ project: projectId }))).records).toHaveLength(1)
  })

  it('that is not there is no empty one', async () => {
    await expect(page(null, await open({ collection: 'another' }))).rejects.toMatchObject({
      code: 'config',
    })
  })
})
