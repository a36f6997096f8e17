import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { RetryAfter } from '../../support/stand-in-process.ts'
import { startEms, type EmsRecord, type EmsStandIn } from './stand-in.ts'

const key = 'k'
let server: EmsStandIn
beforeAll(async () => {
  server = await startEms({ apiKey: key, furniture: { numbers: ['0042', '0043'] } })
})
beforeEach(() => server.reset())
afterAll(() => server.stop())

function call(method: string, path: string, body?: unknown, headers = { 'x-api-key': key }) {
  return fetch(`${server.url}/api/${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}
async function read(path: string): Promise<readonly EmsRecord[]> {
  const answer = await call('GET', path)
  expect(answer.status).toBe(200)
  return (await answer.json()) as readonly EmsRecord[]
}
async function create(path: string, body: unknown): Promise<EmsRecord> {
  const answer = await call('POST', path, body)
  expect(answer.status, await answer.clone().text()).toBe(201)
  return (await answer.json()) as EmsRecord
}
async function problem(answer: Response, status: number) {
  expect(answer.status).toBe(status)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  return (await answer.json()) as {
    readonly detail: string
    readonly fieldErrors?: readonly { readonly field: string }[]
  }
}
const country = async () => ({ id: (await read('countries?code.equals=ZA'))[0]?.id })
const person = async (lastName: string) =>
  create('people', { firstName: 'Ana', lastName, identityCountry: await country() })
const event = async () => {
  const [organisation] = await read('organisations')
  const day = '2026-05-03T05:00:00Z'
  const times = { timezone: 'Africa/Johannesburg', startDateTime: day, endDateTime: day }
  const csa = ['MembershipRequired', 'LicenseRequired', 'StrictRegistration', 'DayLicenseDisallow']
  const lists = [1, 2, 3].map((n) => `customList${n}Required`)
  const flags = ['allDay', ...csa.map((name) => `csa${name}`), ...lists]
  return create('events', {
    name: 'Classic',
    ...times,
    ...Object.fromEntries(flags.map((name) => [name, false])),
    organiser: { id: organisation?.id },
    sanctioningOrganisation: { id: organisation?.id },
  })
}
const entrant = async (of: EmsRecord, who: EmsRecord, more = {}) => {
  const [category] = await read(`event-categories?eventId.equals=${of.id}`)
  return {
    lastName: 'Silva',
    gender: 'FEMALE',
    event: { id: of.id },
    person: { id: who.id },
    category: { id: category?.id },
    ...more,
  }
}

describe('EMS stand-in: reading', () => {
  it('answers bare arrays of 20, from page 0, without headers unless the knob is turned', async () => {
    const { id } = await country()
    await server.load(
      'people',
      Array.from({ length: 45 }, (_, n) => ({ lastName: `P${n}`, identityCountry: { id } })),
    )
    const sizes = [0, 1, 2, 3].map(async (page) => (await read(`people?page=${page}`)).length)
    expect(await Promise.all(sizes)).toEqual([20, 20, 5, 0])
    expect((await call('GET', 'people')).headers.has('x-total-count')).toBe(false)
    await server.turn({ totalCount: true })
    expect((await call('GET', 'people')).headers.get('x-total-count')).toBe('45')
  })

  it('goes on after an id, and filters by fields and references', async () => {
    const [a, b] = [await person('Silva'), await person('Nkosi')]
    const ids = (list: readonly EmsRecord[]) => list.map(({ id }) => id)
    const here = await event()
    const first = await create('event-participants', await entrant(here, a))
    const one = await create('event-participants', await entrant(here, b))
    const after = `event-participants?id.greaterThan=${first.id}&sort=id,asc`
    expect(ids(await read(after))).toEqual([one.id])
    expect(
      ids(await read(`event-participants?eventId.equals=${here.id}&personId.equals=${a.id}`)),
    ).toEqual([first.id])
    expect(ids(await read(`event-participants?personId.equals=${b.id}`))).toEqual([one.id])
    expect(await read(`event-participants?eventId.equals=1`)).toEqual([])
  })

  it('has no filters of people, organisations and tag types, and no name of start groups', async () => {
    const [a, b] = [await person('Silva'), await person('Nkosi')]
    const ids = (list: readonly EmsRecord[]) => list.map(({ id }) => id)
    expect(ids(await read(`people?id.greaterThan=${a.id}&lastName.equals=Silva`))).toEqual([
      a.id,
      b.id,
    ])
    expect(await read('organisations?name.equals=Nobody')).toHaveLength(1)
    expect(await read('tag-types?name.equals=Nobody')).toHaveLength(1)
    expect(ids(await read('people/query?q=nko'))).toEqual([b.id])
  })

  it('nests what a record refers to, names and all, and makes up names itself', async () => {
    const here = await event()
    const who = await person('Silva')
    const made = await create('event-participants', await entrant(here, who, { name: 'ignored' }))
    expect(made).toMatchObject({
      name: 'Silva',
      event: { id: here.id, name: 'Classic', organiser: { name: 'Highveld Wheelers' } },
      person: { id: who.id, name: 'Silva Ana', identityCountry: { code: 'ZA' } },
      category: { name: 'Open' },
      orders: [],
    })
  })
})

describe('EMS stand-in: writing', () => {
  it('PUT wipes what it does not name; PATCH leaves it', async () => {
    const who = await person('Silva')
    await server.amend('people', who.id, { doctorName: 'Naidoo' })
    const patched = await call('PATCH', `people/${who.id}`, { id: who.id, lastName: 'Nkosi' })
    expect(await patched.json()).toMatchObject({ firstName: 'Ana', doctorName: 'Naidoo' })
    const body = { id: who.id, lastName: 'Nkosi', identityCountry: await country() }
    const put = await call('PUT', `people/${who.id}`, body)
    expect(await put.json()).toMatchObject({ firstName: null, doctorName: null })
  })

  it('a null in a PATCH clears, or does nothing where the knob says so', async () => {
    const who = await person('Silva')
    const clear = async () => {
      const answer = await call('PATCH', `people/${who.id}`, { id: who.id, firstName: null })
      return ((await answer.json()) as EmsRecord)['firstName']
    }
    await server.turn({ patchNulls: 'ignore' })
    expect(await clear()).toBe('Ana')
    await server.turn({ patchNulls: 'clear' })
    expect(await clear()).toBeNull()
  })

  it('names every required field that is missing', async () => {
    const { fieldErrors } = await problem(await call('POST', 'events', { name: 'Classic' }), 400)
    expect(fieldErrors?.map(({ field }) => field)).toEqual(
      expect.arrayContaining(['timezone', 'allDay', 'customList3Required', 'organiser']),
    )
  })

  it.each([
    ['an unknown record', ['GET', 'people/99', undefined], 404],
    ['an id in a new record', ['POST', 'tags', { id: 1 }], 400],
    ['a tag number that is too long', ['POST', 'tags', { number: '12345678901' }], 400],
    ['a UUID that is none', ['POST', 'tags', { uuid: '0042' }], 400],
    ['a reference to nothing', ['POST', 'tags', { type: { id: 1 } }], 400],
  ] as const)('refuses %s', async (_what, [method, path, body], status) => {
    await problem(await call(method, path, body), status)
  })

  it('answers as documented, or as generated code does', async () => {
    const tag = await create('tags', { number: '1' })
    expect((await call('DELETE', `tags/${tag.id}`)).status).toBe(204)
    await server.turn({ statuses: 'documented' })
    const again = await call('POST', 'tags', { number: '1' })
    expect(again.status).toBe(200)
    const { id } = (await again.json()) as EmsRecord
    expect((await call('DELETE', `tags/${id}`)).status).toBe(200)
  })

  it('gives a tag and a race number to one entrant of an event at a time', async () => {
    const here = await event()
    const tag = await create('tags', { number: '1' })
    const [number] = await read('race-numbers?number.equals=0042')
    const [ana, ben] = [await person('Silva'), await person('Nkosi')]
    const held = { tag: { id: tag.id }, number: { id: number?.id } }
    const first = await create('event-participants', await entrant(here, ana, held))
    const taken = await call('POST', 'event-participants', await entrant(here, ben, held))
    expect((await problem(taken, 409)).detail).toMatch(/tag.*Silva/)
    const second = await create('event-participants', await entrant(here, ben))
    const reassign = `event-participants/${second.id}/reassign-number`
    await problem(await call('POST', reassign, { numberId: number?.id }), 409)
    await call('PATCH', `event-participants/${first.id}`, { id: first.id, number: null })
    expect((await call('POST', reassign, { numberId: number?.id })).status).toBe(200)
  })

  it('a merged person vanishes, and what was theirs is the other’s', async () => {
    const [merged, survivor] = [await person('Silva'), await person('Silva')]
    const one = await create('event-participants', await entrant(await event(), merged))
    const order = { survivorId: survivor.id, mergedId: merged.id }
    expect((await call('POST', 'admin/person-merge', order)).status).toBe(200)
    await problem(await call('GET', `people/${merged.id}`), 404)
    const left = await (await call('GET', `event-participants/${one.id}`)).json()
    expect(left).toMatchObject({ person: { id: survivor.id } })
  })
})

describe('EMS stand-in: signing in and being too busy', () => {
  it('takes the key or a bearer token, and nothing else', async () => {
    await problem(await call('GET', 'events', undefined, { 'x-api-key': 'wrong' }), 401)
    const bearer = { headers: { authorization: `Bearer ${key}` } }
    expect((await fetch(`${server.url}/api/events`, bearer)).status).toBe(200)
  })

  it.each<readonly [RetryAfter, RegExp]>([
    [{ seconds: 7 }, /^7$/],
    [{ dateIn: 30 }, /GMT$/],
    [{ text: 'soon' }, /^soon$/],
  ])('says when to come back: %j', async (retryAfter, form) => {
    await server.fault({ action: { kind: 'answer', status: 429, retryAfter } })
    const answer = await call('GET', 'events')
    expect(answer.status).toBe(429)
    expect(answer.headers.get('retry-after')).toMatch(form)
  })
})
