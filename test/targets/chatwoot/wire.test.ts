/** What the adapter says to Chatwoot call by call, and what it makes of Chatwoot's habits. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Fields } from '../../../main/engine/model/record.ts'
import type { OutgoingChange } from '../../../main/engine/targets/kit/adapter.ts'
import { chatwoot } from '../../../main/engine/targets/chatwoot/adapter.ts'
import { noParts } from '../../../main/engine/targets/kit/resource.ts'
import { openBench, type AdapterBench } from '../conformance/adapter-bench.ts'
import { changeOf } from '../conformance/sample-records.ts'
import { errorOf } from '../conformance/subject.ts'
import { startChatwoot, type ChatwootStandIn } from './stand-in.ts'
import { chatwootKey, chatwootServer } from './subject.ts'

let site: ChatwootStandIn
let bench: AdapterBench
beforeAll(async () => {
  site = await startChatwoot({ key: chatwootKey })
})
beforeEach(async () => {
  await site.reset()
  bench = await openBench(chatwoot, chatwootServer(site), {}, { races: false })
})
afterEach(() => bench.close())
afterAll(() => site.stop())

const ida = {
  firstName: 'Ida',
  lastName: 'Voss',
  email: 'ida@example.org',
  phone: '+4915112345678',
}
const mia = { ...ida, firstName: 'Mia' }

const change = (
  action: OutgoingChange['action'],
  fields: Fields,
  before: Partial<OutgoingChange> = {},
): OutgoingChange => ({
  ...changeOf(bench.binding('person'), action, fields, { parts: noParts }),
  ...before,
})

const send = (...changes: readonly OutgoingChange[]) => bench.send('person', changes)

async function done(one: OutgoingChange) {
  const [outcome] = await send(one)
  if (outcome?.status !== 'done') throw outcome?.error ?? new Error('no outcome')
  return outcome
}

const refused = async (one: OutgoingChange) => errorOf((await send(one))[0])

/** Requests so far, such as `PUT contacts/101`. */
const requests = async () =>
  (await site.log()).map(
    ({ method, path }) => `${method} ${path.replace('/api/v1/accounts/1/', '').split('?')[0]}`,
  )

describe('a contact', () => {
  it('has our id in its identifier, and is found by it when the answer was lost', async () => {
    const first = change('create', ida)
    await site.fault({
      match: { method: 'POST' },
      action: { kind: 'cut-after-write' },
      times: 1,
    })
    expect((await refused(first)).code).toBe('ambiguous')
    const [there] = await site.contacts()
    expect(there?.identifier).toBe(first.recordId)
    expect(await done(first)).toMatchObject({ remoteId: String(there?.id) })
    expect(await site.contacts()).toHaveLength(1)
    expect(await requests()).not.toContain('GET contacts/search')
  })

  it.each(['contact', 'list', 'plain'] as const)(
    'is read from the answer in the nesting "%s"',
    async (nesting) => {
      await site.turn({ nesting })
      const { remoteId } = await done(change('create', ida))
      expect(remoteId).toBe(String((await site.contact('Ida Voss')).id))
    },
  )

  it('keeps what Marshal does not know, and what is not said', async () => {
    const { remoteId } = await done(change('create', ida))
    await site.amend(Number(remoteId), {
      custom_attributes: { vip: 'yes' },
      email: 'i@example.org',
    })
    const patch = { name: 'Ina Voss', custom_attributes: { first_name: 'Ina' } }
    await done(change('update', { ...ida, firstName: 'Ina' }, { remoteId, patch }))
    expect(await site.contact('Ina Voss')).toMatchObject({
      email: 'i@example.org',
      custom_attributes: { vip: 'yes', first_name: 'Ina', last_name: 'Voss' },
    })
  })

  it('of a family that shares a phone and an address goes without them, and says so', async () => {
    await done(change('create', ida))
    const second = await done(change('create', mia))
    expect(second.kept).toEqual({ email: null, phone: null })
    expect(await site.contact('Mia Voss')).toMatchObject({ email: null, phone_number: null })
    const own = { ...mia, email: 'mia@example.org' }
    const { remoteId } = second
    const patch = { email: 'mia@example.org', phone_number: ida.phone }
    expect(await done(change('update', own, { remoteId, patch }))).toMatchObject({
      kept: { phone: null },
    })
    expect(await site.contact('Mia Voss')).toMatchObject({ email: 'mia@example.org' })
  })

  it('never races another one of the family for the phone', async () => {
    await site.latency(30)
    const family = ['A', 'B', 'C'].map((firstName) => ({ ...ida, firstName, email: null }))
    const outcomes = await send(...family.map((fields) => change('create', fields)))
    expect(outcomes.map((one) => one.status === 'done' && one.kept)).toEqual([
      {},
      { phone: null },
      { phone: null },
    ])
    const posts = (await site.log()).filter(({ method }) => method === 'POST')
    expect(posts.filter(({ path }) => path.endsWith('/contacts'))).toHaveLength(5)
  })

  it('that got a phone twice, as Chatwoot may give it, loses it with the next change', async () => {
    await done(change('create', { ...ida, email: null }))
    await site.turn({ phoneRace: true })
    const { remoteId } = await done(change('create', { ...mia, email: null }))
    const patch = { name: 'Maria Voss' }
    expect(await done(change('update', mia, { remoteId, patch }))).toMatchObject({
      kept: { phone: null },
    })
    expect((await site.contact('Maria Voss')).phone_number).toBe('')
  })

  it('is refused, by name, where somebody who is not ours has the address', async () => {
    const [id] = await site.load([{ name: 'I. Voss', email: 'ida@example.org' }])
    expect(await refused(change('create', ida))).toMatchObject({
      code: 'rejected',
      status: 422,
      message: `Contact ${id} (I. Voss) in Chatwoot has the e-mail address ida@example.org already. Merge the two contacts there, or give one of them another.`,
    })
  })

  it('is refused where somebody who is not ours has the phone: the own one stays as it is', async () => {
    const { remoteId } = await done(change('create', { ...ida, phone: '+4940111' }))
    const [id] = await site.load([{ name: 'Chat', phone_number: '+4940222' }])
    const patch = { phone_number: '+4940222' }
    const moved = change('update', { ...ida, phone: '+4940222' }, { remoteId, patch })
    expect(await refused(moved)).toMatchObject({
      code: 'rejected',
      message: expect.stringContaining(`Contact ${id} (Chat) in Chatwoot has the phone +4940222`),
    })
    expect((await site.contact('Ida Voss')).phone_number).toBe('+4940111')
  })

  it('is refused with Chatwoot’s words for what is wrong with it', async () => {
    const broken = { ...change('create', ida), body: { name: 'x'.repeat(300) } }
    expect(await refused(broken)).toMatchObject({
      code: 'rejected',
      message: 'Name is too long (maximum is 255 characters)',
    })
  })

  it('that was merged into another one is that one from then on', async () => {
    const first = change('create', ida)
    const { remoteId } = await done(first)
    const [base = 0] = await site.load([{ name: 'Ida', email: 'other@example.org' }])
    await site.merge(base, Number(remoteId))
    const { recordId } = first
    expect(await done(change('update', ida, { remoteId, recordId }))).toMatchObject({
      remoteId: String(base),
    })
    expect(await site.contact('Ida Voss')).toMatchObject({ id: base, email: 'ida@example.org' })
  })

  it('that is gone is gone', async () => {
    const { remoteId } = await done(change('create', ida))
    await site.remove(Number(remoteId))
    expect(await refused(change('update', ida, { remoteId }))).toMatchObject({ code: 'gone' })
  })

  it('that has a chat open is deleted later', async () => {
    const { remoteId } = await done(change('create', ida))
    await site.online(Number(remoteId))
    expect(await refused(change('delete', {}, { remoteId }))).toMatchObject({
      code: 'server',
      retryAfterMs: 600_000,
    })
  })
})

describe('the walk through contacts', () => {
  const start = 1_777_000_000

  async function walk(cursor: string | null, onPage = async (_page: number) => {}) {
    const seen: string[] = []
    let [at, pages] = [cursor, 0]
    for (;;) {
      const page = await bench.connection.changes!('person', at, bench.signal)
      seen.push(...page.records.map(({ body }) => String(body['name'])))
      at = page.cursor
      pages += 1
      if (!page.more) return { seen, cursor: at, complete: page.complete, pages }
      await onPage(pages)
    }
  }
  const load = async (count: number, at: number, name = 'p') => {
    await site.chatwootClock(at)
    return site.load(
      Array.from({ length: count }, (_, n) => ({
        name: `${name}${n}`,
        email: `${name}${n}@example.org`,
      })),
    )
  }

  it('asks for what is new only, the newest first, once it has seen everything', async () => {
    await load(39, start)
    await load(1, start + 10, 'r')
    const first = await walk(null)
    expect(first).toMatchObject({ complete: true, pages: 3 })
    await load(2, start + 100, 'q')
    const second = await walk(first.cursor)
    expect(second).toMatchObject({ seen: ['q1', 'q0', 'r0'], complete: false, pages: 1 })
    expect((await walk(second.cursor)).seen).toEqual(['q1', 'q0'])
  })

  it('says an order with each page, since there is none otherwise', async () => {
    await load(20, start)
    await walk(null)
    const asked = (await site.log()).filter(({ path }) => path.includes('/contacts?'))
    expect(asked.length).toBeGreaterThan(1)
    for (const { path } of asked) expect(path).toContain('sort=')
  })

  it('goes by name where the list has no order of when they were made', async () => {
    await load(40, start)
    await load(5, start + 50, 'q')
    await site.turn({ noCreatedSort: true })
    const { seen, complete } = await walk(null)
    expect(new Set(seen).size).toBe(45)
    expect(complete).toBe(true)
  })

  it('begins anew where somebody was deleted on a page that was read: others moved up', async () => {
    const ids = await load(40, start)
    const { seen, complete } = await walk(null, async (page) => {
      if (page === 1) await site.remove(ids[3]!)
    })
    expect(new Set(seen).size).toBe(40)
    expect(complete).toBe(true)
    expect(seen.filter((name) => name === 'p15')).not.toEqual([])
  })

  it('tells no absence where it cannot know: on a new connection, or where rows keep going', async () => {
    const ids = await load(40, start)
    const { cursor } = await bench.connection.changes!('person', null, bench.signal)
    const other = await openBench(chatwoot, chatwootServer(site))
    let page = await other.connection.changes!('person', cursor, other.signal)
    while (page.more) page = await other.connection.changes!('person', page.cursor, other.signal)
    await other.close()
    expect(page.complete).toBe(false)
    let next = 0
    const restless = await walk(null, async () => site.remove(ids[next++]!))
    expect(restless.complete).toBe(false)
  })

  it('passes who cannot be listed: without address, phone and id of somebody', async () => {
    await site.load([{ name: 'Nobody' }, { name: 'Somebody', identifier: 'shop-7' }])
    expect((await walk(null)).seen).toEqual(['Somebody'])
  })

  it('asks for everything once where Chatwoot’s clock was set back', async () => {
    const now = Math.floor(Date.now() / 1000)
    await load(3, now)
    const { cursor } = await walk(null)
    await site.clockOffset(-3_600_000)
    await bench.connection.probe(bench.signal)
    await load(1, now - 3_500, 'q')
    expect((await walk(cursor)).seen).toContain('q0')
  })

  it('names a contact it cannot read and reads the others', async () => {
    await site.fault({
      action: {
        kind: 'answer',
        status: 200,
        body: {
          meta: { count: 2, current_page: '1' },
          payload: [{ id: 'x' }, { id: 6, name: 'Ida', created_at: start }],
        },
      },
    })
    const page = await bench.connection.changes!('person', null, bench.signal)
    expect(page).toMatchObject({
      records: [{ remoteId: '6' }],
      unreadable: [{ remoteId: null, error: { code: 'bad-response' } }],
    })
  })

  it('takes no news from what changes by itself', async () => {
    const [id = 0] = await load(1, start)
    const version = async () =>
      (await bench.connection.changes!('person', null, bench.signal)).records[0]?.version
    const before = await version()
    await site.online(id)
    await site.begin({ contactId: id, messages: [{ content: 'Hello' }] })
    expect(await version()).toBe(before)
    await site.amend(id, { additional_attributes: { city: 'Lund' } })
    expect(await version()).not.toBe(before)
  })
})
