/** What the adapter says to Mautic call by call, and what it makes of Mautic's habits. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Fields } from '../../../main/engine/model/record.ts'
import type { OutgoingChange } from '../../../main/engine/targets/kit/adapter.ts'
import { mautic } from '../../../main/engine/targets/mautic/adapter.ts'
import { noParts, type PartContent } from '../../../main/engine/targets/kit/resource.ts'
import { openBench, type AdapterBench } from '../conformance/adapter-bench.ts'
import { changeOf } from '../conformance/sample-records.ts'
import { errorOf } from '../conformance/subject.ts'
import { startMautic, type MauticStandIn } from './stand-in.ts'
import { mauticKey, mauticServer } from './subject.ts'

let site: MauticStandIn
let bench: AdapterBench
beforeAll(async () => {
  site = await startMautic({ key: mauticKey })
})
beforeEach(async () => {
  await site.reset()
  bench = await openBench(mautic, mauticServer(site), {}, { pageSize: 2 })
})
afterEach(() => bench.close())
afterAll(() => site.stop())

const ida = { email: 'ida@example.org', firstName: 'Ida', lastName: 'Voss' }
const someone = (n: number) => ({ ...ida, email: `p${n}@example.org`, firstName: `P${n}` })

interface Saying {
  readonly consent?: 'optedIn' | 'optedOut'
  readonly events?: readonly string[]
  readonly company?: string
}

/** A change as the engine freezes it. */
function change(
  action: OutgoingChange['action'],
  fields: Fields,
  { consent, events = [], company }: Saying = {},
  before: Partial<Pick<OutgoingChange, 'remoteId' | 'remoteVersion' | 'patch'>> = {},
): OutgoingChange {
  const about = { channel: 'email', topic: 'newsletter' }
  const consents: readonly PartContent[] = consent
    ? [{ fields: { ...about, status: consent }, ...noParts }]
    : []
  const entries = events.map((name) => ({
    fields: {},
    one: { event: { fields: { name }, ...noParts } },
    many: {},
  }))
  const parts = { one: {}, many: { consents, entries } }
  const refs: Record<string, string> = company === undefined ? {} : { organisation: company }
  const place = { refs, remoteId: before.remoteId ?? null, parts }
  const made = changeOf(bench.binding('person'), action, fields, place)
  return { ...made, remoteVersion: before.remoteVersion ?? null, patch: before.patch ?? null }
}

const send = (...changes: readonly OutgoingChange[]) => bench.send('person', changes)

async function done(one: OutgoingChange) {
  const [outcome] = await send(one)
  if (outcome?.status !== 'done') throw outcome?.error ?? new Error('no outcome')
  return { remoteId: outcome.remoteId, remoteVersion: outcome.remoteVersion ?? null }
}

const refused = async (one: OutgoingChange) => errorOf((await send(one))[0])

/** Requests so far, such as `PATCH /api/contacts/batch/edit`. */
const requests = async (method?: string) =>
  (await site.log())
    .filter((one) => method === undefined || one.method === method)
    .map((one) => `${one.method} ${one.path.split('?')[0]}`)

describe('a contact', () => {
  it('is emptied where it is emptied here, which Mautic would ignore', async () => {
    const made = await done(change('create', { ...ida, phone: '+4915112345678' }))
    await done(change('update', { ...ida, phone: null }, {}, made))
    expect((await site.contact(ida.email)).fields.all['mobile']).toBeNull()
  })

  it('keeps fields and tags that Marshal does not know', async () => {
    const [id] = await site.load([{ email: ida.email, city: 'Lund', tags: ['VIP'] }])
    const plain = await openBench(mautic, { ...mauticServer(site), settings: {} })
    const binding = plain.binding('person')
    const [outcome] = await plain.send('person', [
      changeOf(binding, 'create', ida, { parts: noParts }),
    ])
    await plain.close()
    expect(outcome).toMatchObject({ status: 'done', remoteId: String(id) })
    expect(await site.contact(ida.email)).toMatchObject({
      fields: { all: { city: 'Lund', firstname: 'Ida' } },
      tagNames: ['VIP'],
    })
  })

  it('is told her address only when it changes: else an edit could merge her with another one', async () => {
    const made = await done(change('create', ida))
    await site.amend(ida.email, { email: 'private@example.org' })
    await site.load([{ email: ida.email, firstname: 'Other' }])
    await done(
      change('update', { ...ida, firstName: 'I' }, {}, { ...made, patch: { firstname: 'I' } }),
    )
    expect(await site.contacts()).toHaveLength(2)
    expect(await requests('GET')).toEqual([])
    expect(await refused(change('update', ida, {}, made))).toMatchObject({
      code: 'rejected',
      message: expect.stringContaining('would merge the two contacts and delete one'),
    })
    expect(await site.contacts()).toHaveLength(2)
  })

  it('that is gone is made again, with everything that was said of her before', async () => {
    const made = await done(change('create', ida, { consent: 'optedOut', events: ['Spring'] }))
    await site.remove(ida.email)
    const again = await done(
      change('update', ida, { consent: 'optedOut', events: ['Spring'] }, { ...made, patch: {} }),
    )
    expect(again.remoteId).not.toBe(made.remoteId)
    expect(await site.contact(ida.email)).toMatchObject({ tagNames: ['Spring'] })
    expect(await site.blocks(ida.email)).toEqual({ email: 3 })
  })

  it('that was merged away is the one that has her address now', async () => {
    const made = await done(change('create', ida))
    await site.remove(ida.email)
    const [winner] = await site.load([{ email: ida.email }])
    expect(await done(change('update', ida, {}, { ...made, patch: {} }))).toMatchObject({
      remoteId: String(winner),
    })
    expect(await site.contacts()).toHaveLength(1)
  })

  it('is let be while somebody has it open, and tried again', async () => {
    const made = await done(change('create', ida))
    await site.turn({ open: [Number(made.remoteId)] })
    const [locked, other] = await send(
      change('update', { ...ida, firstName: 'I' }, {}, { ...made, patch: { firstname: 'I' } }),
      change('create', someone(1)),
    )
    expect(errorOf(locked)).toMatchObject({ code: 'server', status: 409, retryAfterMs: 600_000 })
    expect(other).toMatchObject({ status: 'done' })
  })

  it('of a company that was deleted there is sent all the same', async () => {
    const made = await done(change('create', ida, { company: '999' }))
    expect(JSON.parse(made.remoteVersion ?? '')).toMatchObject({ company: null })
  })

  it('that does not get off the list says so: Mautic answers 200', async () => {
    const made = await done(change('create', ida, { consent: 'optedOut' }))
    await site.fault({
      match: { bodyContains: '"reason":0' },
      action: {
        kind: 'answer',
        status: 200,
        body: {
          contacts: [{ id: 47, doNotContact: [{ channel: 'email', reason: 3 }] }],
          statusCodes: [200],
        },
      },
    })
    const yes = change('update', ida, { consent: 'optedIn' }, { ...made, patch: {} })
    expect(await refused(yes)).toMatchObject({
      code: 'rejected',
      message: expect.stringContaining('did not change whether'),
    })
  })
})

describe('a batch', () => {
  const people = (count: number) =>
    Array.from({ length: count }, (_, n) => change('create', someone(n)))

  it('is one call for many, and tells each row by its index where some fail', async () => {
    const changes = [
      change('create', { ...someone(0), lastName: 'x'.repeat(195) }),
      change('create', someone(1)),
      change('create', { ...someone(2), email: 'a@b' }),
      change('create', someone(3)),
    ]
    const outcomes = await send(...changes)
    expect(outcomes.map(({ status }) => status)).toEqual(['failed', 'done', 'failed', 'done'])
    expect(errorOf(outcomes[0])).toMatchObject({
      code: 'rejected',
      message: expect.stringContaining('lastname: This value is too long.'),
    })
    const ids = outcomes.map((one) => (one.status === 'done' ? one.remoteId : null))
    const there = await site.contacts()
    expect(there.map(({ id }) => String(id))).toEqual([ids[1], ids[3]])
    expect(await requests()).toEqual(['POST /api/contacts/batch/new'])
  })

  it('that is longer than the site allows is halved, though the answer is 500', async () => {
    await site.turn({ batchLimit: 5 })
    const outcomes = await send(...people(12))
    expect(outcomes.every(({ status }) => status === 'done')).toBe(true)
    expect(await site.contacts()).toHaveLength(12)
  })

  it('that one row breaks is halved until that one stands alone', async () => {
    await site.fault({
      match: { bodyContains: 'p5@example.org' },
      action: { kind: 'answer', status: 500, body: { errors: [{ code: 500, message: 'SQL' }] } },
    })
    const outcomes = await send(...people(9))
    expect(outcomes.map(({ status }) => status)).toEqual(
      people(9).map((_, n) => (n === 5 ? 'failed' : 'done')),
    )
    expect(errorOf(outcomes[5])).toMatchObject({ code: 'server', message: 'SQL' })
  })

  it('is given up after a few calls where everything breaks', async () => {
    await site.fault({ action: { kind: 'answer', status: 500 } })
    const outcomes = await send(...people(64))
    for (const outcome of outcomes) expect(errorOf(outcome).code).toBe('server')
    expect((await site.stats()).requests).toBeLessThan(16)
  })

  it('of deletions is one call, and who is gone already is deleted', async () => {
    const made = await send(...people(3))
    const ids = made.map((one) => (one.status === 'done' ? one.remoteId : ''))
    const deletions = [...ids, '999'].map((remoteId) => change('delete', {}, {}, { remoteId }))
    const outcomes = await send(...deletions)
    expect(outcomes.map(({ status }) => status)).toEqual(['done', 'done', 'done', 'done'])
    expect(await site.contacts()).toEqual([])
    expect(await requests('DELETE')).toHaveLength(1)
  })

  it('names the contact that no segment takes, and takes the others', async () => {
    const some = await openBench(mautic, mauticServer(site), {}, { segments: true })
    const made = await done(change('create', ida))
    await site.turn({ unsegmented: [Number(made.remoteId)] })
    const [one, other] = await some.send('person', [
      change('update', ida, { events: ['Spring'] }, { ...made, patch: {} }),
      change('create', someone(1), { events: ['Spring'] }),
    ])
    await some.close()
    expect(errorOf(one).message).toContain('did not take the contact into the segment "Spring"')
    expect(other).toMatchObject({ status: 'done' })
    expect((await site.contact('p1@example.org')).segments).toEqual(['Spring'])
  })
})

describe('the walk through contacts', () => {
  const start = 1_777_000_000

  async function walk(cursor: string | null = null, onPage = async (_page: number) => {}) {
    const seen: string[] = []
    let at = cursor
    for (let n = 0; ; n++) {
      const page = await bench.connection.changes!('person', at, bench.signal)
      const persons = page.records.filter(({ entity }) => entity === 'person')
      seen.push(...persons.map(({ body }) => nameIn(body)))
      at = page.cursor
      // Who is new and was edited since may come in both passes.
      const all = [...new Set(seen)].toSorted()
      if (!page.more) return { seen: all, cursor: at, complete: page.complete }
      await onPage(n)
    }
  }
  const nameIn = (body: object) =>
    String((body as { fields: { all: Record<string, unknown> } }).fields.all['firstname'])

  const load = async (names: string, at: number) => {
    await site.mauticClock(at)
    await site.load([...names].map((name) => ({ email: `${name}@example.org`, firstname: name })))
  }

  it.each([
    ['on-edit', false],
    ['on-create', true],
  ] as const)(
    'finds who was made and who was edited, with dates as in %s',
    async (modified, old) => {
      await site.turn({ modified, olderShapes: old })
      await load('abcd', start)
      await load('e', start + 50)
      const first = await walk()
      expect(first).toMatchObject({ seen: ['a', 'b', 'c', 'd', 'e'], complete: true })
      await load('f', start + 100)
      await site.amend('b@example.org', { lastname: 'B' })
      const second = await walk(first.cursor)
      expect(second.seen).toEqual(['b', 'e', 'f'])
      expect(second.complete).toBe(false)
      expect((await walk(second.cursor)).seen).toEqual(['b', 'f'])
    },
  )

  it('loses nobody who changes while it goes on', async () => {
    await load('abcdef', start)
    const { cursor } = await walk(null, async (page) => {
      if (page !== 1) return
      await site.mauticClock(start + 50)
      await site.amend('a@example.org', { lastname: 'A' })
      await site.amend('f@example.org', { lastname: 'F' })
    })
    expect((await walk(cursor)).seen).toEqual(expect.arrayContaining(['a', 'f']))
  })

  it('asks for everything once where Mautic’s clock was set back, and goes on from there', async () => {
    const now = Math.floor(Date.now() / 1000)
    await load('ab', now)
    const { cursor } = await walk()
    await site.clockOffset(-3_600_000)
    await load('c', now - 3_500)
    const second = await walk(cursor)
    expect(second.seen).toEqual(['a', 'b', 'c'])
    await load('d', now - 3_400)
    expect((await walk(second.cursor)).seen).toContain('d')
  })

  it('finds in full who changed without a date, and nobody in between', async () => {
    await site.turn({ modified: 'stuck' })
    await load('ab', start)
    await load('c', start + 10)
    const { cursor } = await walk()
    await site.amend('a@example.org', { lastname: 'A' })
    expect((await walk(cursor)).seen).toEqual(['c'])
    expect((await walk()).seen).toEqual(['a', 'b', 'c'])
  })

  it('passes visitors without a name', async () => {
    await site.load([{ anonymous: true }, { email: 'a@example.org', firstname: 'a' }])
    expect((await walk()).seen).toEqual(['a'])
  })

  it('brings withdrawals in both channels, and no bounce', async () => {
    await load('abc', start)
    await site.block('a@example.org', 1)
    await site.block('a@example.org', 3, 'sms')
    await site.block('b@example.org', 2)
    const page = await bench.connection.changes!('person', null, bench.signal)
    const consents = page.records.filter(({ entity }) => entity === 'contactPreference')
    expect(consents.map(({ remoteId, body }) => [remoteId, body['channel']])).toEqual([
      ['47', 'email'],
      ['47/sms', 'sms'],
    ])
  })

  it('names a contact it cannot read and reads the others', async () => {
    const contacts = { 5: { id: 'x' }, 6: { id: 6, fields: { all: {} } } }
    await site.fault({ action: { kind: 'answer', status: 200, body: { total: 2, contacts } } })
    const page = await bench.connection.changes!('person', null, bench.signal)
    expect(page).toMatchObject({
      complete: false,
      records: [{ entity: 'person', remoteId: '6' }],
      unreadable: [{ remoteId: 'x', error: { code: 'bad-response' } }],
    })
  })

  it('that goes round in circles is an error', async () => {
    const contacts = { 6: { id: 6, fields: { all: {} } } }
    await site.fault({ action: { kind: 'answer', status: 200, body: { total: 1, contacts } } })
    await expect(walk()).rejects.toMatchObject({
      code: 'bad-response',
      message: expect.stringContaining('goes round in circles'),
    })
  })
})

describe('an answer', () => {
  it.each([
    ['apiOff', 'permission'],
    ['basicOff', 'sign-in'],
  ] as const)('of a Mautic with %s says what to look at', async (knob, step) => {
    await site.turn({ [knob]: true })
    const steps = await bench.connection.check(bench.signal)
    expect(steps.at(-1)).toMatchObject({ ok: false, step })
    if (knob === 'apiOff') expect(steps.at(-1)?.message).toContain('Check that the API is on')
  })

  it('without its version is not Mautic’s', async () => {
    await site.turn({ version: null })
    const steps = await bench.connection.check(bench.signal)
    expect(steps.at(-1)).toMatchObject({ ok: false, step: 'address' })
    expect(steps.at(-1)?.message).toContain('not as Mautic does')
  })
})
