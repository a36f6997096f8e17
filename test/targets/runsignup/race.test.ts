import { describe, expect, it } from 'vitest'
import { eventId, siteEvent, springClassic } from './stand-in.ts'
import { withRunSignup } from './bench.ts'

const site = withRunSignup()

const runner = (n: number) => ({ user: { first_name: 'Runner', last_name: `No ${n}` } })
const ids = (records: readonly { readonly remoteId: string }[]) =>
  records.map(({ remoteId }) => remoteId)
const numbers = (list: readonly { readonly registrationId: number }[]) =>
  list.map(({ registrationId }) => String(registrationId))

describe('the race and its events', () => {
  const listing = async (entity: 'event' | 'race', one = site.bench) => {
    const page = await one.connection.changes?.(entity, null, one.signal)
    const { fromRemote } = one.binding(entity)
    return { page, read: page?.records.map(({ body }) => fromRemote?.(body)) }
  }

  it('are an event and races here, with times in the race’s own zone, for one request', async () => {
    const both = await site.open({ eventIds: '' })
    const { page, read } = await listing('event', both)
    expect(page).toMatchObject({ complete: true, more: false, records: [{ remoteId: '4711' }] })
    expect(read).toEqual([
      {
        fields: {
          name: 'Spring Classic',
          venue: '300 Mill St.',
          city: 'Boulder',
          country: 'US',
          timezone: 'America/Denver',
          startDateTime: '2026-05-03T13:30:00.000Z',
          endDateTime: '2026-05-03T17:00:00.000Z',
          url: 'https://runsignup.com/Race/CO/Boulder/SpringClassic',
        },
        refs: {},
      },
    ])
    const races = await listing('race', both)
    expect(races.read).toEqual([
      {
        fields: { name: '10K', startTime: '2026-05-03T14:00:00.000Z', distanceMeters: 10_000 },
        refs: { event: '4711' },
      },
      {
        fields: {
          name: 'Half Marathon',
          startTime: '2026-05-03T13:30:00.000Z',
          distanceMeters: 21_082,
        },
        refs: { event: '4711' },
      },
    ])
    expect((await site.server.stats()).requests).toBe(1)
    await listing('event', both)
    expect((await site.server.stats()).requests).toBe(2)
  })

  it('keep to the events in the settings', async () => {
    const { page } = await listing('race')
    expect(page?.records.map(({ remoteId }) => remoteId)).toEqual([String(eventId)])
  })

  it('take the zone of the settings, then Eastern, where RunSignup does not tell it', async () => {
    const { timezone: _, ...race } = springClassic()
    await site.server.changeRace({ ...race, timezone: 'nowhere' })
    expect((await listing('event')).read).toMatchObject([
      { fields: { startDateTime: '2026-05-03T12:00:00.000Z' } },
    ])
    const denver = await site.open({ timeZone: 'America/Denver' })
    expect((await listing('event', denver)).read).toMatchObject([
      { fields: { timezone: 'America/Denver', startDateTime: '2026-05-03T14:00:00.000Z' } },
    ])
  })

  describe('of several years', () => {
    const withNextYear = () =>
      site.server.changeRace({
        events: [
          ...springClassic().events,
          siteEvent(eventId + 9, {
            name: '10K',
            start: '5/2/2027 08:00',
            end: '5/2/2027 10:30',
            distance: '10K',
            edition: 5_002,
          }),
        ],
      })

    it('ask for the events of one, with the numbers to choose from', async () => {
      await withNextYear()
      const open1 = await site.open({ eventIds: '' })
      const steps = await open1.connection.check(open1.signal)
      expect(steps).toMatchObject([{ step: 'address', ok: false }])
      expect(steps[0]?.message).toContain('2026-05-03: 10K (88001)')
      await expect(open1.walk()).rejects.toMatchObject({
        code: 'config',
        message: expect.stringMatching(
          /eventIds.*2027-05-02: 10K \(88010\); 2026-05-03: 10K \(88001\), Half Marathon \(88002\)/,
        ) as string,
      })
    })

    it('do not stop a target that runs already: it stays with the events it began with', async () => {
      const loaded = await site.server.load([runner(1), { ...runner(2), eventId: eventId + 1 }])
      const whole = await site.open({ eventIds: '' })
      const { cursor, of } = await whole.walk()
      // A page may be cut for each event, so what follows the first of their last rows is asked for again.
      expect([...new Set(ids(of('eventParticipant')))]).toEqual(numbers(loaded))
      await withNextYear()
      await site.server.load([{ ...runner(3), eventId: eventId + 9 }])
      const added = await site.server.load([runner(4)])
      const later = await whole.walk(cursor)
      expect([...new Set(ids(later.of('eventParticipant')))]).toEqual([
        ...numbers(loaded),
        ...numbers(added),
      ])
      const { page } = await listing('race', whole)
      expect(page).toMatchObject({ complete: false })
      expect(page?.records.map(({ remoteId }) => remoteId)).toEqual(['88001', '88002'])
    })
  })
})
