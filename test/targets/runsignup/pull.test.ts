import { describe, expect, it } from 'vitest'
import type { RemoteRecord } from '../../../main/engine/targets/kit/adapter.ts'
import { eventId, raceId } from './stand-in.ts'
import { withRunSignup } from './bench.ts'

const site = withRunSignup()

const runner = (n: number) => ({ user: { first_name: 'Runner', last_name: `No ${n}` } })
const runners = (count: number) => Array.from({ length: count }, (_, n) => runner(n))
const ids = (records: readonly RemoteRecord[]) => records.map(({ remoteId }) => remoteId)
const numbers = (list: readonly { registrationId: number }[]) =>
  list.map(({ registrationId }) => String(registrationId))
const versions = (records: readonly RemoteRecord[]) =>
  records.map(({ entity, remoteId, version }) => `${entity} ${remoteId} ${version}`)

describe('a registration at RunSignup', () => {
  it('is a person, a tag and an event participant here', async () => {
    const [loaded] = await site.server.load([
      {
        user: {
          first_name: 'Margie',
          last_name: 'Stephens',
          email: 'Margie@Example.com',
          dob: '1986-01-06',
          gender: 'F',
          phone: '856-850-1510',
          address: {
            street: '960 Avondale Ave',
            city: 'Moorestown',
            state: 'NJ',
            zipcode: '08057',
            country_code: 'US',
          },
        },
        bib_num: 42,
        chip_num: 'AB0042',
        giveaway: 'Shirt M',
      },
    ])
    const { of } = await site.bench.walk()
    const read = (entity: RemoteRecord['entity']) => {
      const [record] = of(entity)
      return site.bench.binding(entity).fromRemote?.(record?.body ?? {})
    }
    expect(ids(of('person'))).toEqual([String(loaded?.userId)])
    expect(read('person')?.fields).toEqual({
      firstName: 'Margie',
      lastName: 'Stephens',
      email: 'Margie@Example.com',
      gender: 'female',
      dateOfBirth: '1986-01-06',
      phone: '+18568501510',
      street: '960 Avondale Ave',
      city: 'Moorestown',
      state: 'NJ',
      postalCode: '08057',
      country: 'US',
    })
    expect(of('tag')).toMatchObject([{ remoteId: 'AB0042', deleted: false }])
    expect(ids(of('eventParticipant'))).toEqual([String(loaded?.registrationId)])
    expect(read('eventParticipant')).toEqual({
      fields: { number: '42', giveaway: 'Shirt M' },
      refs: { event: String(raceId), person: String(loaded?.userId), tag: 'AB0042' },
    })
  })

  it('brings its person again when only the registration changed', async () => {
    const [loaded] = await site.server.load([runner(1)])
    const first = await site.bench.walk()
    await site.server.edit(loaded!.registrationId, { bib_num: 7 })
    const second = await site.bench.walk(first.cursor)
    expect(ids(second.of('person'))).toEqual([String(loaded?.userId)])
    expect(ids(second.of('eventParticipant'))).toEqual([String(loaded?.registrationId)])
  })

  it('of somebody with several brings the person once, as the newest of them says', async () => {
    await site.server.siteClock(1_790_000_000)
    const [first] = await site.server.load([{ ...runner(1), user: { last_name: 'Old' } }])
    await site.server.siteClock(1_790_000_100)
    await site.server.load([{ userId: first!.userId, user: { last_name: 'New' } }])
    const { of } = await site.bench.walk()
    expect(of('person')).toMatchObject([
      { remoteId: String(first?.userId), body: { last_name: 'New' }, modifiedOn: 1_790_000_100e6 },
    ])
    expect(of('eventParticipant')).toHaveLength(2)
  })

  it('that changes back is news: a version never comes twice for two states', async () => {
    await site.server.siteClock(1_790_000_000)
    const [one] = await site.server.load([{ ...runner(1), bib_num: 1 }])
    const seen = new Set(versions((await site.bench.walk()).records))
    for (const [seconds, bib] of [
      [10, 2],
      [20, 1],
    ] as const) {
      await site.server.siteClock(1_790_000_000 + seconds)
      await site.server.edit(one!.registrationId, { bib_num: bib })
      const now = versions((await site.bench.walk()).of('eventParticipant'))
      expect(now.every((version) => !seen.has(version))).toBe(true)
      for (const version of now) seen.add(version)
    }
  })

  it('shows gender X only to who asks for it, and Marshal does', async () => {
    await site.server.load([{ user: { last_name: 'Sá', gender: 'X' } }])
    const { of } = await site.bench.walk()
    const [person] = of('person')
    expect(site.bench.binding('person').fromRemote?.(person?.body ?? {}).fields).toMatchObject({
      gender: 'other',
    })
  })
})

describe('a registration that is gone', () => {
  it.each(['cleared', 'removed', 'deferred'] as const)('%s is deleted', async (reason) => {
    const [loaded] = await site.server.load([runner(1)])
    const { cursor } = await site.bench.walk()
    await site.server.remove(loaded!.registrationId, reason)
    const { of } = await site.bench.walk(cursor)
    expect(of('eventParticipant')).toMatchObject([
      { remoteId: String(loaded?.registrationId), deleted: true, body: { removed_reason: reason } },
    ])
  })

  it('transferred is deleted, and the new one comes by itself', async () => {
    const [loaded] = await site.server.load([{ ...runner(1), bib_num: 5 }])
    const whole = await site.open({ eventIds: `${eventId}, ${eventId + 1}` })
    const { cursor } = await whole.walk()
    const moved = await site.server.transfer(loaded!.registrationId, eventId + 1)
    const { of } = await whole.walk(cursor)
    expect(of('eventParticipant')).toMatchObject([
      { remoteId: String(moved), deleted: false, body: { bib_num: 5 } },
      { remoteId: String(loaded?.registrationId), deleted: true },
    ])
    expect(ids(of('person'))).toEqual([String(loaded?.userId)])
  })

  it('is found on every page edge', async () => {
    const small = await site.open({ pageSize: 7 })
    const loaded = await site.server.load(runners(40))
    const { cursor } = await small.walk()
    for (const { registrationId } of loaded.slice(0, 20)) await site.server.remove(registrationId)
    const { of } = await small.walk(cursor)
    const gone = of('eventParticipant').filter(({ deleted }) => deleted)
    expect(ids(gone)).toEqual(numbers(loaded.slice(0, 20)))
  })
})

describe('the walk through the lists', () => {
  it.each(['answer', 'event'] as const)(
    'loses nobody of several events, pages counted over each %s',
    async (pageOver) => {
      await site.server.turn({ pageOver })
      const loaded = await site.server.load(
        Array.from({ length: 61 }, (_, n) => ({
          ...runner(n),
          eventId: n % 5 === 0 ? eventId + 1 : eventId,
        })),
      )
      const small = await site.open({ eventIds: `${eventId},${eventId + 1}`, pageSize: 8 })
      const { of, pages } = await small.walk()
      expect([...new Set(ids(of('eventParticipant')))].toSorted()).toEqual(numbers(loaded))
      expect(pages.at(-1)).toMatchObject({ complete: true, more: false })
    },
  )

  it.each([50, 37, 1])(
    'loses nobody where the server caps its pages at %i without a word',
    async (silentCap) => {
      await site.server.turn({ silentCap })
      const loaded = await site.server.load(runners(75))
      const { of, pages } = await site.bench.walk()
      expect(ids(of('eventParticipant'))).toEqual(numbers(loaded))
      expect(pages.at(-1)).toMatchObject({ complete: true, more: false })
    },
  )

  it('asks once for each list where little changed, and once more to see that it is all', async () => {
    await site.server.load(runners(3))
    const { cursor } = await site.bench.walk()
    const before = (await site.server.stats()).requests
    await site.bench.walk(cursor)
    expect((await site.server.stats()).requests - before).toBe(3)
  })

  it('repeats what lies in the overlap, each time with the same version, and nothing older', async () => {
    await site.server.siteClock(1_790_000_000)
    await site.server.load([runner(1)])
    await site.server.siteClock(1_790_000_500)
    const recent = await site.server.load([runner(2)])
    const first = await site.bench.walk()
    const second = await site.bench.walk(first.cursor)
    const third = await site.bench.walk(second.cursor)
    expect(ids(second.of('eventParticipant'))).toEqual(numbers(recent))
    expect(versions(third.records)).toEqual(versions(second.records))
    expect(versions(first.records)).toEqual(expect.arrayContaining(versions(second.records)))
    expect(second.cursor).toBe(first.cursor)
  })

  it('takes its next start from RunSignup’s times, not from this computer’s', async () => {
    await site.server.siteClock(1_000_000_000)
    await site.server.load([runner(1)])
    const { cursor } = await site.bench.walk()
    await site.server.siteClock(1_000_000_001)
    const late = await site.server.load([runner(2)])
    expect(ids((await site.bench.walk(cursor)).of('eventParticipant'))).toEqual(
      expect.arrayContaining(numbers(late)),
    )
  })

  it('asks for everything once where RunSignup’s clock was set back, and goes on from there', async () => {
    const now = Math.floor(Date.now() / 1000)
    await site.server.siteClock(now)
    const before = await site.server.load([runner(1)])
    const { cursor } = await site.bench.walk()
    await site.server.clockOffset(-3_600_000)
    await site.server.siteClock(now - 3_500)
    const early = await site.server.load([runner(2)])
    const again = await site.bench.walk(cursor)
    expect(ids(again.of('eventParticipant'))).toEqual(numbers([...before, ...early]))
    await site.server.siteClock(now - 3_400)
    const late = await site.server.load([runner(3)])
    const third = await site.bench.walk(again.cursor)
    expect(ids(third.of('eventParticipant'))).toEqual(expect.arrayContaining(numbers(late)))
  })

  it('finds what was changed behind its back while it walked on', async () => {
    // The walk starts at the server's own time; all that happens here happens later.
    const now = Math.floor(Date.now() / 1000)
    await site.server.siteClock(now)
    const loaded = await site.server.load(runners(30))
    const small = await site.open({ pageSize: 10 })
    const first = await small.page()
    await site.server.siteClock(now + 1_000)
    await site.server.edit(loaded[0]!.registrationId, { bib_num: 1 })
    await site.server.siteClock(now + 5_000)
    await site.server.edit(loaded[29]!.registrationId, { bib_num: 30 })
    const rest = await small.walk(first.cursor)
    const { records } = await small.walk(rest.cursor)
    const behind = records.find(({ remoteId }) => remoteId === String(loaded[0]?.registrationId))
    expect(behind?.body['bib_num']).toBe(1)
  })

  it('goes on in the middle after a restart, and starts over from a cursor nobody can read', async () => {
    const loaded = await site.server.load(runners(25))
    const small = await site.open({ pageSize: 10 })
    const page = await small.page()
    const again = await site.open({ pageSize: 10 })
    const rest = await again.walk(page.cursor)
    const all = [...page.records, ...rest.records].filter(
      ({ entity }) => entity === 'eventParticipant',
    )
    expect(ids(all)).toEqual(numbers(loaded))
    for (const broken of ['', '{', '[]', '{"since":5}']) {
      expect((await again.walk(broken)).of('eventParticipant')).toHaveLength(25)
    }
  })

  it('looks at everything again when other events are to be kept in step', async () => {
    const there = await site.server.load([{ ...runner(1), eventId: eventId + 1 }])
    const { cursor } = await site.bench.walk()
    const both = await site.open({ eventIds: `${eventId} ${eventId + 1}` })
    const { of, pages } = await both.walk(cursor)
    expect(ids(of('eventParticipant'))).toEqual(numbers(there))
    expect(pages.at(-1)?.complete).toBe(true)
  })

  it('ends with an error, not in a circle, where the server ignores the number to go on after', async () => {
    await site.server.turn({ ignoresKeyset: true })
    await site.server.load(runners(25))
    const small = await site.open({ pageSize: 10 })
    await expect(small.walk()).rejects.toMatchObject({
      code: 'bad-response',
      message: expect.stringContaining('once more') as string,
    })
  })

  it('takes the one element of a page also without the array around it', async () => {
    await site.server.turn({ bareElement: true })
    const loaded = await site.server.load(runners(3))
    expect(ids((await site.bench.walk()).of('eventParticipant'))).toEqual(numbers(loaded))
  })

  it('reports a row it cannot read, brings the others, and calls no listing complete then', async () => {
    const rows = [
      { user: { user_id: 1, last_name: 'Sá' }, registration_id: 10, last_modified: 1 },
      { user: {}, registration_id: 11 },
      { user: { user_id: 2 }, last_modified: 3 },
      'nonsense',
    ]
    await site.server.fault({
      match: { path: `/race/${raceId}/participants` },
      action: {
        kind: 'answer',
        status: 200,
        body: [{ event: { event_id: eventId, participants: [] }, participants: rows }],
      },
      times: 1,
    })
    const { of, pages } = await site.bench.walk()
    expect(ids(of('eventParticipant'))).toEqual(['10'])
    const [page] = pages
    expect(page?.complete).toBe(false)
    expect(page?.unreadable.map(({ remoteId }) => remoteId)).toEqual(['11', null, null])
    expect(page?.unreadable.map(({ error }) => error.code)).toEqual(Array(3).fill('bad-response'))
  })

  it.each([
    ['an object', { participants: [] }],
    ['a text', 'none'],
    ['an event without its number', [{ event: {}, participants: [] }]],
    ['XML', '<?xml version="1.0"?><response/>'],
  ])('takes %s for an error, never for nobody', async (_name, body) => {
    await site.server.fault({ action: { kind: 'answer', status: 200, body } })
    await expect(site.bench.walk()).rejects.toMatchObject({ code: 'bad-response' })
  })
})
