/** What the adapter says to Mailchimp call by call, and what it makes of Mailchimp's habits. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Fields } from '../../../main/engine/model/record.ts'
import type { OutgoingChange, SendOutcome } from '../../../main/engine/targets/kit/adapter.ts'
import { mailchimp } from '../../../main/engine/targets/mailchimp/adapter.ts'
import { noParts, type PartContent } from '../../../main/engine/targets/kit/resource.ts'
import { openBench, type AdapterBench } from '../conformance/adapter-bench.ts'
import { changeOf } from '../conformance/sample-records.ts'
import { hashOf, startMailchimp, type MailchimpStandIn } from './stand-in.ts'
import { mailchimpKey, mailchimpServer } from './subject.ts'

let list: MailchimpStandIn
let bench: AdapterBench
beforeAll(async () => {
  list = await startMailchimp({ key: mailchimpKey })
})
beforeEach(async () => {
  await list.reset()
  bench = await openBench(mailchimp, mailchimpServer(list), {}, { pageSize: 2 })
})
afterEach(() => bench.close())
afterAll(() => list.stop())

const ida = { email: 'ida@example.org', firstName: 'Ida', lastName: 'Voss' }

interface Saying {
  readonly consent?: 'optedIn' | 'optedOut'
  readonly events?: readonly string[]
}

/** A change as the engine freezes it. */
function change(
  action: OutgoingChange['action'],
  fields: Fields,
  { consent, events = [] }: Saying = {},
  before: Partial<Pick<OutgoingChange, 'remoteId' | 'remoteVersion'>> = {},
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
  const made = changeOf(bench.binding('person'), action, fields, {
    remoteId: before.remoteId ?? null,
    parts,
  })
  return { ...made, remoteVersion: before.remoteVersion ?? null }
}

async function send(...changes: readonly OutgoingChange[]): Promise<readonly SendOutcome[]> {
  return bench.send('person', changes)
}

async function done(one: OutgoingChange) {
  const [outcome] = await send(one)
  if (outcome?.status !== 'done') throw outcome?.error ?? new Error('no outcome')
  return { remoteId: outcome.remoteId, remoteVersion: outcome.remoteVersion ?? null }
}

async function refused(one: OutgoingChange) {
  const [outcome] = await send(one)
  if (outcome?.status !== 'failed') throw new Error('It was taken')
  return outcome.error
}

/** Writes so far, such as `PUT members {…}`. */
async function writes(): Promise<readonly string[]> {
  const log = (await list.log()).filter(({ method }) => method !== 'GET')
  return log.map(({ method, path, body }) => {
    const place = path.replace(/^.*\/members\/[0-9a-f]+/, '').replace(/^\?/, '?')
    return `${method} ${place} ${body}`.trim()
  })
}

describe('a member', () => {
  it('is put at her address without checks, and no call that updates her says a status', async () => {
    const made = await done(change('create', ida))
    expect(made.remoteId).toBe(hashOf(ida.email))
    await done(change('update', { ...ida, firstName: null }, {}, made))
    const said = await writes()
    expect(said).toHaveLength(2)
    for (const one of said) {
      expect(one).toMatch(/^PUT \?skip_merge_validation=true /)
      expect(one).not.toContain('"status":')
      expect(one).not.toContain('null')
    }
    expect((await list.member(ida.email)).merge_fields).toMatchObject({ FNAME: '' })
  })

  it('is not told a state by a mapping either', async () => {
    const made = await done(change('create', ida))
    const next = change('update', ida, {}, made)
    await done({ ...next, body: { ...next.body, status: 'subscribed' } })
    expect((await list.member(ida.email)).status).toBe('transactional')
  })

  it('is taken though the address she has there is incomplete', async () => {
    await list.load([{ email_address: ida.email, merge_fields: { ADDRESS: { addr1: 'Main St' } } }])
    await done(change('create', { ...ida, phone: '+15551234567' }))
  })

  it('who waits, where asking by mail is the rule there, is not asked again', async () => {
    await list.turn({ doubleOptIn: true })
    const made = await done(change('create', ida, { consent: 'optedIn' }))
    expect(JSON.parse(made.remoteVersion ?? '')).toMatchObject({ status: 'pending' })
    await done(change('update', ida, { consent: 'optedIn' }, made))
    expect((await writes()).filter((one) => one.startsWith('PATCH'))).toEqual([])
  })

  it('whose address bounced is left as she is', async () => {
    const made = await done(change('create', ida, { consent: 'optedIn' }))
    await list.herself(ida.email, 'bounce')
    for (const consent of ['optedIn', 'optedOut'] as const)
      await done(change('update', ida, { consent }, made))
    expect((await list.member(ida.email)).status).toBe('cleaned')
  })

  it('who was archived there stays archived, and is back where she is made again', async () => {
    const made = await done(change('create', ida, { consent: 'optedIn' }))
    await list.archive(ida.email)
    await done(change('update', { ...ida, firstName: 'Ida M' }, { consent: 'optedIn' }, made))
    expect(await list.member(ida.email)).toMatchObject({ status: 'archived' })
    await done(change('create', ida, { consent: 'optedIn' }))
    expect(await list.member(ida.email)).toMatchObject({ status: 'subscribed' })
  })

  it('moves to another address once, also where the answer to that was lost', async () => {
    const made = await done(change('create', ida, { events: ['Spring'] }))
    const moved = change('update', { ...ida, email: 'i.voss@example.org' }, {}, made)
    await list.fault({ match: { method: 'PATCH' }, action: { kind: 'cut-after-write' }, times: 1 })
    expect(await refused(moved)).toMatchObject({ code: 'offline', maybeSent: false })
    expect((await done(moved)).remoteId).toBe(hashOf('i.voss@example.org'))
    expect((await list.everybody()).map((one) => one.email_address)).toEqual(['i.voss@example.org'])
  })

  it('does not move to an address that is refused, and hears why', async () => {
    const made = await done(change('create', ida))
    await list.forget('gone@example.org')
    const moved = change('update', { ...ida, email: 'gone@example.org' }, {}, made)
    expect(await refused(moved)).toMatchObject({
      code: 'rejected',
      message: expect.stringContaining('cannot be used'),
    })
    expect((await list.member(ida.email)).status).toBe('transactional')
  })
})

describe('tags', () => {
  it('are set by a call of their own, taken back where nobody wants them, and not said again', async () => {
    const made = await done(change('create', ida, { events: ['Spring', 'Autumn'] }))
    const next = await done(change('update', ida, { events: ['Spring', 'Winter'] }, made))
    await done(change('update', ida, { events: ['Spring', 'Winter'] }, next))
    expect((await writes()).filter((one) => one.includes('/tags'))).toEqual([
      'POST /tags {"tags":[{"name":"Autumn","status":"active"},{"name":"Spring","status":"active"}]}',
      'POST /tags {"tags":[{"name":"Winter","status":"active"},{"name":"Autumn","status":"inactive"}]}',
    ])
    expect((await list.member(ida.email)).tags.toSorted()).toEqual(['Spring', 'Winter'])
  })

  it('that are seen late are not sent for ever', async () => {
    await list.turn({ lateTags: true })
    const made = await done(change('create', ida, { events: ['Spring'] }))
    const before = (await writes()).length
    await done(change('update', ida, { events: ['Spring'] }, made))
    expect((await writes()).slice(before)).toHaveLength(1)
    await list.settle()
    expect((await list.member(ida.email)).tags).toEqual(['Spring'])
  })
})

describe('an answer', () => {
  it.each([403, 429, 503])(
    '%i that is a web page means: too much, the key is good',
    async (status) => {
      const headers = { 'content-type': 'text/html' }
      await list.fault({
        action: { kind: 'answer', status, headers, body: '<h1>Access Denied</h1>' },
      })
      expect(await refused(change('create', ida))).toMatchObject({ code: 'rate-limited', status })
      const steps = await bench.connection.check(bench.signal)
      expect(steps.at(-1)).toMatchObject({ ok: false, step: 'permission' })
    },
  )

  it('403 in words is about the key', async () => {
    const body = { title: 'Forbidden', detail: 'You have no access to this audience.' }
    const headers = { 'content-type': 'application/problem+json' }
    await list.fault({ action: { kind: 'answer', status: 403, headers, body } })
    expect(await refused(change('create', ida))).toMatchObject({
      code: 'auth',
      message: 'You have no access to this audience.',
    })
  })

  it('that an address was seen too often is waited out', async () => {
    await list.turn({ busy: [ida.email] })
    expect(await refused(change('create', ida))).toMatchObject({
      code: 'server',
      retryAfterMs: 3_600_000,
    })
  })

  it('that addresses were seen too often holds up nobody else', async () => {
    // More than travel at a time.
    const rest = Array.from({ length: 20 }, (_, n) => `busy${n}@example.org`)
    await list.turn({ busy: rest })
    const people = [...rest, ida.email].map((email) => change('create', { ...ida, email }))
    const outcomes = await send(...people)
    expect(outcomes.map(({ status }) => status)).toEqual([...rest.map(() => 'failed'), 'done'])
  })

  it('that fails on one member for no reason is asked for three times, then told', async () => {
    await list.load([{ email_address: ida.email, status: 'transactional' }])
    await list.turn({ deepFaults: [ida.email] })
    expect(await refused(change('create', ida, { consent: 'optedIn' }))).toMatchObject({
      code: 'rejected',
      message: expect.stringMatching(/^A deep internal error .* Only the person can subscribe/),
    })
    expect((await writes()).filter((one) => one.startsWith('PATCH'))).toHaveLength(3)
  })

  it.each([true, false])('about compliance is final, with or without a type (%s)', async (bare) => {
    await list.turn({ bareProblems: bare })
    await list.load([{ email_address: ida.email, status: 'transactional' }])
    await list.amend(ida.email, { compliance: true })
    expect(await refused(change('create', ida, { consent: 'optedIn' }))).toMatchObject({
      code: 'rejected',
      message: expect.stringMatching(/^Mailchimp does not let this address be subscribed/),
    })
  })

  it('that there is no such audience is about the settings', async () => {
    const other = await openBench(mailchimp, mailchimpServer(list), {}, { audience: 'other' })
    const [outcome] = await other.send('person', [change('create', ida)])
    await other.close()
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'config' } })
  })
})

describe('the walk through members', () => {
  const start = 1_777_000_000
  const people = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${name}@example.org`)

  async function walk(
    onPage: (page: number) => Promise<unknown> = async () => {},
    from: string | null = null,
  ) {
    const seen: string[] = []
    let cursor = from
    for (let n = 0; ; n++) {
      const page = await bench.connection.changes!('person', cursor, bench.signal)
      const persons = page.records.filter(({ entity }) => entity === 'person')
      seen.push(...persons.map(({ body }) => String(body['email_address']).slice(0, 1)))
      cursor = page.cursor
      if (!page.more) return { seen, cursor, complete: page.complete }
      await onPage(n)
    }
  }

  beforeEach(async () => {
    for (const [n, email] of people.entries()) {
      await list.audienceClock(start + n * 10)
      await list.load([{ email_address: email }])
    }
    await list.audienceClock(start + 100)
  })

  it('loses nobody when those it has seen change and move to its end', async () => {
    const { seen, complete } = await walk(async (page) => {
      if (page !== 1) return
      for (const email of people.slice(0, 2)) await list.amend(email, { language: 'de' })
    })
    expect([...new Set(seen)].toSorted()).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
    expect(complete).toBe(true)
  })

  it('begins anew when the very one it ended a page with has moved', async () => {
    const { seen } = await walk(async (page) => {
      if (page === 0) await list.amend('b@example.org', { language: 'de' })
    })
    expect([...new Set(seen)].toSorted()).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
  })

  it('comes to its end with one member to a page', async () => {
    const one = await openBench(mailchimp, mailchimpServer(list), {}, { pageSize: 1 })
    const seen: unknown[] = []
    let cursor: string | null = null
    for (let more = true; more;) {
      const page = await one.connection.changes!('person', cursor, one.signal)
      seen.push(...page.records.map(({ remoteId }) => remoteId))
      ;({ cursor, more } = page)
      if (seen.length === 4) await list.amend('b@example.org', { language: 'de' })
    }
    await one.close()
    expect(new Set(seen).size).toBe(people.length)
  })

  it('asks for everything once where the clock there was set back, and goes on from there', async () => {
    const now = Math.floor(Date.now() / 1000)
    await list.audienceClock(now)
    await list.load([{ email_address: 'g@example.org' }])
    const { cursor } = await walk()
    await list.clockOffset(-3_600_000)
    await list.audienceClock(now - 3_500)
    await list.load([{ email_address: 'h@example.org' }])
    const second = await walk(async () => {}, cursor)
    expect(new Set(second.seen).size).toBe(people.length + 2)
    await list.audienceClock(now - 3_400)
    await list.load([{ email_address: 'i@example.org' }])
    expect((await walk(async () => {}, second.cursor)).seen).toContain('i')
  })

  it('goes on a second before the newest, in whole seconds with an offset', async () => {
    const { cursor } = await walk()
    expect(JSON.parse(cursor ?? '')).toMatchObject({ since: '2026-04-24T03:07:29+00:00' })
    await list.amend('c@example.org', { language: 'de' })
    expect((await bench.connection.changes!('person', cursor, bench.signal)).records).toHaveLength(
      4,
    )
  })

  it('names a member it cannot read and reads the others', async () => {
    const members = [{ id: 'x' }, { id: 'y', email_address: 'y@example.org', status: 'pending' }]
    const body = { members, total_items: 2 }
    await list.fault({ action: { kind: 'answer', status: 200, body } })
    const page = await bench.connection.changes!('person', null, bench.signal)
    expect(page).toMatchObject({
      complete: false,
      records: [{ entity: 'person', remoteId: 'y' }],
      unreadable: [{ remoteId: 'x', error: { code: 'bad-response' } }],
    })
  })
})
