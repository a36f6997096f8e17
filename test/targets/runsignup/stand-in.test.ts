/** The stand-in has RunSignup's oddities: tests against it would prove nothing otherwise. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  eventId,
  raceId,
  runSignupKey,
  runSignupSecret,
  startRunSignup,
  type RunSignupStandIn,
} from './stand-in.ts'

let server: RunSignupStandIn
beforeAll(async () => {
  server = await startRunSignup()
})
beforeEach(() => server.reset())
afterAll(() => server.stop())

type Query = Readonly<Record<string, string | number>>
const signedIn = { api_key: runSignupKey, api_secret: runSignupSecret, format: 'json' }

function address(call: string, query: Query): string {
  const all = { ...signedIn, ...query }
  const given = Object.entries(all).map(([name, value]) => [name, String(value)])
  return `${server.url}/Rest/race/${raceId}${call}?${new URLSearchParams(given).toString()}`
}
const get = (call: string, query: Query = {}) => fetch(address(call, query))
const read = async (call: string, query: Query = {}) =>
  JSON.parse(await (await get(call, query)).text())
const errorOf = async (answer: Response) =>
  ((await answer.json()) as { error: { error_code: number } }).error.error_code

async function post(call: string, form: Query, query: Query = {}) {
  const body = new URLSearchParams(
    Object.entries(form).map(([name, value]) => [name, String(value)]),
  )
  return fetch(address(call, query), { method: 'POST', body })
}
const write = (participants: readonly unknown[], more: Query = {}) =>
  post('/participants', {
    event_id: eventId,
    request_format: 'json',
    restrict_potential_dup: 'T',
    request: JSON.stringify({ participants }),
    ...more,
  })
const written = async (participants: readonly unknown[]) => (await write(participants)).json()
const load = (count: number) =>
  server.load(Array.from({ length: count }, (_, n) => ({ user: { last_name: `No ${n}` } })))

describe('RunSignup stand-in: answers', () => {
  it('are XML unless JSON is asked for, errors included', async () => {
    const answer = await get('', { format: 'xml' })
    expect(answer.headers.get('content-type')).toBe('application/xml')
    expect(await answer.text()).toMatch(/^<\?xml.*<race>/s)
    expect(await (await get('/nothing', { format: '' })).text()).toContain('<error_code>1<')
  })

  it('have status 200 for errors, except for a wrong caller registration', async () => {
    const wrong = await get('', { api_secret: 'wrong' })
    expect([wrong.status, await errorOf(wrong)]).toEqual([200, 6])
    const nobody = await fetch(`${server.url}/rest/race/${raceId}?format=json`)
    expect([nobody.status, await errorOf(nobody)]).toEqual([200, 13])
    const caller = await get('', { rsu_api_reg: '1' })
    expect([caller.status, await errorOf(caller)]).toEqual([400, 17])
    const race = await fetch(address('', {}).replace(String(raceId), '1'))
    expect(await errorOf(race)).toBe(201)
    expect(await errorOf(await get('/participants', { event_id: 1 }))).toBe(223)
    expect(await errorOf(await get('/participants'))).toBe(3)
  })

  it('are code 14 for the third at one time', async () => {
    await server.hold()
    const two = [get(''), get('')]
    await server.held(2)
    expect(await errorOf(await get(''))).toBe(14)
    await server.release()
    await Promise.all(two)
  })
})

describe('RunSignup stand-in: lists', () => {
  it('have those present beside the event, those removed inside it', async () => {
    const [first, second] = await load(2)
    await server.siteClock(1_632_405_277)
    await server.remove(second!.registrationId, 'deferred')
    const query = { event_id: `${eventId},${eventId + 1}` }
    expect(await read('/participants', query)).toMatchObject([
      {
        event: { event_id: eventId, participants: [] },
        participants: [{ registration_id: first?.registrationId, bib_num: null, imported: 'F' }],
      },
      { event: { event_id: eventId + 1, participants: [] } },
    ])
    const [, empty] = await read('/participants', query)
    expect(empty).not.toHaveProperty('participants')
    expect(await read('/removed-participants', query)).toMatchObject([
      {
        event: {
          participants: [
            {
              registration_id: second?.registrationId,
              last_modified: '2021-09-23 09:54:37',
              last_modified_ts: 1_632_405_277,
              removed_reason: 'deferred',
              new_registration_id: null,
            },
          ],
        },
      },
      {},
    ])
  })

  it('page by number and by registration, 50 unless told otherwise, 2,500 at most', async () => {
    const loaded = (await load(2_600)).map(({ registrationId }) => registrationId)
    const ids = async (query: Query) => {
      const [one] = await read('/participants', { event_id: eventId, ...query })
      return (one.participants as { registration_id: number }[]).map((row) => row.registration_id)
    }
    expect(await ids({})).toEqual(loaded.slice(0, 50))
    expect(await ids({ page: 2, results_per_page: 100 })).toEqual(loaded.slice(100, 200))
    expect(await ids({ results_per_page: 9_999 })).toEqual(loaded.slice(0, 2_500))
    const after = loaded[2_599 - 5]!
    expect(await ids({ after_registration_id: after })).toEqual(loaded.slice(2_595))
    expect(await ids({ sort: 'registration_id DESC', results_per_page: 2 })).toEqual(
      loaded.slice(-2).toReversed(),
    )
  })

  it('are on or after the time asked for: the last row comes again and again', async () => {
    await server.siteClock(1_790_000_000)
    const [loaded] = await load(1)
    const rows = async (since: number) => {
      const query = { event_id: eventId, modified_after_timestamp: since }
      return (await read('/participants', query))[0].participants ?? []
    }
    expect(await rows(1_790_000_000)).toMatchObject([{ registration_id: loaded?.registrationId }])
    expect(await rows(1_790_000_001)).toEqual([])
  })
})

describe('RunSignup stand-in: writes', () => {
  it('want a form with the document in it', async () => {
    const json = await fetch(address('/participants', { event_id: eventId }), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ participants: [] }),
    })
    expect(await errorOf(json)).toBe(3)
    expect(await errorOf(await write([], { request_format: 'xml' }))).toBe(11)
    expect(await errorOf(await write([], { request: '{' }))).toBe(11)
    expect(await errorOf(await write([], { request: '{"registrations":[]}' }))).toBe(11)
    expect(await errorOf(await write([], { event_id: 1 }))).toBe(223)
  })

  it('answer for each participant, and keep what is left out', async () => {
    const [loaded] = await server.load([
      { user: { last_name: 'Sá', email: 'a@example.org' }, bib_num: 5 },
    ])
    const answer = await written([
      { registration_id: loaded?.registrationId, chip_num: 'A', user: { email: null } },
      { registration_id: 1, bib_num: 7 },
      { registration_id: loaded?.registrationId, bib_num: 'A7' },
      { registration_id: loaded?.registrationId, team_id: 9 },
      { user: { first_name: 'Ben', last_name: 'Reis' } },
    ])
    expect(answer).toMatchObject({
      participants: [
        { registration_id: loaded?.registrationId },
        { error_code: 15 },
        { error_code: 115 },
        { error_code: 514 },
        { registration_id: loaded!.registrationId + 1 },
      ],
    })
    expect(await server.present()).toMatchObject([
      { bib_num: 5, chip_num: 'A', user: { last_name: 'Sá', email: null } },
      { imported: true },
    ])
  })

  it('ignore without a word the address of account holders, and bibs of who is gone', async () => {
    const [loaded] = await server.load([
      { user: { email: 'a@example.org' }, account: true, bib_num: 5 },
    ])
    const { registrationId } = loaded!
    await written([{ registration_id: registrationId, user: { email: 'b@example.org' } }])
    await server.remove(registrationId)
    expect(await written([{ registration_id: registrationId, bib_num: 6 }])).toMatchObject({
      participants: [{ registration_id: registrationId }],
    })
    expect(await server.registrations()).toMatchObject([
      { bib_num: 5, user: { email: 'a@example.org' } },
    ])
  })

  it('refuse who is there already, with their number', async () => {
    const again = { user: { first_name: 'Ben', last_name: 'Reis', dob: '1990-01-02' } }
    const { participants } = await written([again])
    expect(await written([again])).toMatchObject({
      participants: [{ error_code: 517, detailed_desc: String(participants[0].registration_id) }],
    })
  })

  it('delete 250 at most, and only who was imported unless told otherwise', async () => {
    const remove = (ids: readonly number[], more: Query = {}) =>
      post('/delete-participants', {
        race_id: raceId,
        request_format: 'json',
        request: JSON.stringify({ registrations: ids.map((id) => ({ registration_id: id })) }),
        ...more,
      })
    const own = (await load(251)).map(({ registrationId }) => registrationId)
    expect(await errorOf(await remove(own))).toBe(3)
    expect(await (await remove(own.slice(1))).json()).toEqual({ participants: [] })
    const all = await (await remove(own.slice(1), { allow_non_imports: 'T' })).json()
    expect(all).toMatchObject({
      participants: expect.arrayContaining([{ registration_id: own[1] }]) as unknown,
    })
    expect(await server.present()).toHaveLength(1)
  })
})
