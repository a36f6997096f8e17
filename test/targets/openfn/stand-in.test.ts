/** OpenFn's habits that the adapter never meets, or meets only by chance: the stand-in has them all the same. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { tokenFor } from '../../../main/stand-ins/openfn/stand-in.ts'
import { projectId } from '../../../main/stand-ins/openfn/webhook.ts'
import { startOpenfn, type OpenfnStandIn } from './stand-in.ts'

const key = 'k'
let site: OpenfnStandIn
beforeAll(async () => {
  site = await startOpenfn({ key })
})
beforeEach(() => site.reset())
afterAll(() => site.stop())

const post = (body: string, headers: Readonly<Record<string, string>> = {}) =>
  fetch(site.url, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json', ...headers },
    body,
  })

async function call(method: string, path: string, body?: unknown) {
  const answer = await fetch(new URL(`/collections/${path}`, site.url), {
    method,
    headers: { authorization: `Bearer ${tokenFor(key)}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, body: (text === '' ? null : JSON.parse(text)) as unknown }
}
const keysOf = ({ body }: { readonly body: unknown }) =>
  (body as { readonly items: readonly { readonly key: string }[] }).items.map((one) => one.key)

describe('the webhook', () => {
  it('takes JSON only, and wraps a list', async () => {
    expect((await post('<a/>', { 'content-type': 'text/xml' })).status).toBe(415)
    expect((await post('{')).status).toBe(422)
    expect((await post('[1]')).status).toBe(200)
    expect(await site.workOrders()).toMatchObject([{ body: { _json: [1] }, state: 'failed' }])
  })

  it('lets a browser ask without a key, and nobody else', async () => {
    expect((await fetch(site.url, { method: 'OPTIONS' })).status).toBe(204)
    expect((await fetch(site.url)).status).toBe(401)
    expect((await fetch(site.url, { headers: { authorization: 'Bearer x' } })).status).toBe(404)
    expect((await fetch(site.url, { headers: { 'x-api-key': key } })).status).toBe(200)
  })

  it.each([
    ['newest', '[REDACTED]'],
    ['older', key],
  ] as const)('of the %s build keeps the key as %s', async (build, kept) => {
    await site.turn({ build })
    const answer = await post('{"entities":[]}')
    expect(answer.headers.has('x-meta-work-order-id')).toBe(build === 'newest')
    expect((await site.workOrders())[0]?.request.headers['x-api-key']).toBe(kept)
  })

  it('of an older build takes what no run will ever take, and says nothing of it', async () => {
    await site.turn({ build: 'older', runs: 'soft-limit' })
    expect(await (await post('{"entities":[]}')).json()).toEqual({ work_order_id: 'work-order-1' })
  })
})

describe('the collection', () => {
  it('answers failures with 200, and what is not there with 204', async () => {
    expect(await call('PUT', 'marshal/a', { value: '1' })).toEqual({
      status: 200,
      body: { upserted: 1, error: null },
    })
    expect((await call('PUT', 'marshal/a', { value: 1 })).body).toEqual({
      upserted: 0,
      error: 'Format error',
    })
    expect((await call('GET', 'marshal/a')).body).toMatchObject({ key: 'a', value: '1' })
    expect(await call('DELETE', 'marshal/a')).toMatchObject({ status: 200, body: { deleted: 1 } })
    expect(await call('DELETE', 'marshal/a')).toMatchObject({ status: 200, body: { deleted: 0 } })
    expect((await call('GET', 'marshal/a')).status).toBe(204)
  })

  it('refuses a key twice, too much, a time without a zone, and parameters it does not know', async () => {
    const items = [
      { key: 'a', value: '1' },
      { key: 'a', value: '2' },
    ]
    expect(await call('POST', 'marshal', { items })).toMatchObject({
      status: 422,
      body: { error: 'Duplicate key found' },
    })
    expect((await call('POST', 'marshal', { items: [{ key: 'a' }] })).status).toBe(422)
    await site.turn({ quota: 3 })
    expect((await call('PUT', 'marshal/a', { value: '1234' })).status).toBe(422)
    expect((await call('GET', 'marshal?updated_after=2026-05-03T05:00:00')).status).toBe(400)
    expect((await call('GET', 'marshal?since=now')).status).toBe(400)
    expect(await site.items()).toEqual([])
  })

  it('counts from a time on and before one; what is changed keeps its place', async () => {
    const at = (second: number) => site.itemClock(Date.UTC(2026, 4, 3, 5, 0, second))
    for (const [second, name] of ['a', 'b', 'c', 'a'].entries()) {
      await at(second)
      await site.put({ [name]: String(second) })
    }
    const time = (second: number) => `2026-05-03T05:00:0${second}Z`
    const list = (query: string) => call('GET', `marshal?${query}`)
    expect(keysOf(await list(''))).toEqual(['a', 'b', 'c'])
    expect(keysOf(await list(`updated_after=${time(2)}`))).toEqual(['a', 'c'])
    expect(keysOf(await list(`updated_before=${time(2)}`))).toEqual(['b'])
    expect(keysOf(await list(`created_after=${time(1)}&created_before=${time(2)}`))).toEqual(['b'])
  })

  it('has two kinds of cursor, of which that by time loses what shares one', async () => {
    await site.itemClock(Date.UTC(2026, 4, 3))
    await site.put({ a: '1', b: '2', c: '3' })
    const next = async () => {
      const { body } = await call('GET', 'marshal?limit=2')
      return call('GET', `marshal?cursor=${(body as { cursor: string }).cursor}`)
    }
    expect(keysOf(await next())).toEqual(['c'])
    await site.turn({ cursor: 'time' })
    expect(keysOf(await next())).toEqual([])
  })

  it('takes `_` in a pattern for any sign, and the id of a project in the path', async () => {
    await site.put({ a_b: '1', axb: '2', 'a.b': '3' })
    expect(keysOf(await call('GET', 'marshal?key=a_b'))).toEqual(['a_b', 'axb', 'a.b'])
    expect(keysOf(await call('GET', 'marshal?key=a.*'))).toEqual(['a.b'])
    await site.turn({ twoProjects: true })
    expect((await call('GET', 'marshal')).status).toBe(409)
    expect(keysOf(await call('GET', `${projectId}/marshal?key=axb`))).toEqual(['axb'])
  })
})
