import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TagServerStandIn } from './stand-in.ts'
import { startTagServer } from './stand-in.ts'

let server: TagServerStandIn

beforeAll(async () => {
  server = await startTagServer()
})
beforeEach(async () => {
  await server.reset()
})
afterAll(async () => {
  await server.stop()
})

interface Problem {
  readonly status: number
  readonly title: string
  readonly type: string
  readonly detail: string
  readonly fieldErrors?: readonly { readonly field: string; readonly message: string }[]
}

function call(
  method: string,
  path: string,
  body?: unknown,
  key: string | null = server.apiKey,
): Promise<Response> {
  return fetch(`${server.url}/api/${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(key === null ? {} : { 'x-api-key': key }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
}

async function problemOf(answer: Response): Promise<Problem> {
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  const told = (await answer.json()) as Problem
  expect(told).toMatchObject({ status: answer.status, type: expect.any(String) })
  return told
}

async function create(path: string, body: unknown): Promise<number> {
  const answer = await call('POST', path, body)
  expect(answer.status).toBe(201)
  return ((await answer.json()) as { id: number }).id
}

async function entrantParts() {
  const event = await create('events', { name: 'Spring Classic' })
  const ana = await create('people', { firstName: 'Ana', lastName: 'Silva' })
  const ben = await create('people', { firstName: 'Ben', lastName: 'Nkosi' })
  const tag = await create('tags', { number: '00123' })
  return { event: { id: event }, ana: { id: ana }, ben: { id: ben }, tag: { id: tag } }
}

describe('TagServer stand-in: the contract', () => {
  it('answers the connection test with a bare array and the count', async () => {
    const answer = await call('GET', 'events?page=0&size=1')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('x-total-count')).toBe('0')
    expect(await answer.json()).toEqual([])
  })

  it('creates in every collection with a server-assigned integer id', async () => {
    const { event, ana, tag } = await entrantParts()
    await create('organisations', { name: 'Harriers' })
    const race = await create('races', { name: '10 km', event, status: 'PLANNED' })
    const group = await create('start-groups', { name: 'A', race: { id: race }, seq: 1 })
    const entrant = await create('event-participants', {
      event,
      person: ana,
      number: '0042',
      tag,
      category: 'F40',
      status: 'registered',
      active: true,
    })
    await create('start-group-participants', {
      startGroup: { id: group },
      eventParticipant: { id: entrant },
      seq: 7,
    })
    expect(await server.counts()).toEqual({
      organisations: 1,
      people: 2,
      events: 1,
      races: 1,
      'start-groups': 1,
      tags: 1,
      'event-participants': 1,
      'start-group-participants': 1,
    })
    expect(await server.dump('event-participants')).toEqual([
      {
        id: entrant,
        event,
        person: ana,
        number: '0042',
        tag,
        category: 'F40',
        status: 'registered',
        active: true,
      },
    ])
  })

  it('refuses an id in a new entity, and ignores fields it does not know', async () => {
    const refused = await call('POST', 'tags', { id: 5, number: '1' })
    expect(refused.status).toBe(400)
    await problemOf(refused)
    const accepted = await call('POST', 'tags', { number: '1', colour: 'red', __proto__: 1 })
    expect(accepted.status).toBe(201)
    expect(await accepted.json()).not.toHaveProperty('colour')
  })

  it('replaces as a whole: a field left out or null is cleared', async () => {
    const id = await create('people', { firstName: 'Ana', lastName: 'Silva', email: 'a@x.org' })
    const replaced = await call('PUT', `people/${id}`, { id, lastName: 'Silva', email: null })
    expect(replaced.status).toBe(200)
    expect(await replaced.json()).toMatchObject({
      id,
      firstName: null,
      lastName: 'Silva',
      email: null,
    })
  })

  it('refuses a replacement without, or with another, id and does not know a missing one', async () => {
    const id = await create('tags', { number: '1' })
    expect((await call('PUT', `tags/${id}`, { number: '2' })).status).toBe(400)
    expect((await call('PUT', `tags/${id}`, { id: id + 1, number: '2' })).status).toBe(400)
    expect((await call('PUT', `tags/${id + 1}`, { id: id + 1, number: '2' })).status).toBe(404)
  })

  it('deletes with 204, and 404 once it is gone', async () => {
    const id = await create('tags', { number: '1' })
    const deleted = await call('DELETE', `tags/${id}`)
    expect([deleted.status, await deleted.text()]).toEqual([204, ''])
    const again = await call('DELETE', `tags/${id}`)
    expect(again.status).toBe(404)
    await problemOf(again)
  })

  it('does not delete what something else refers to, and names it', async () => {
    const { event, ana } = await entrantParts()
    const entrant = await create('event-participants', { event, person: ana, number: '7' })
    const refused = await call('DELETE', `people/${ana.id}`)
    expect(refused.status).toBe(409)
    expect((await problemOf(refused)).detail).toContain(
      `event participant ${entrant} (bib 7, Ana Silva)`,
    )
    expect((await call('DELETE', `event-participants/${entrant}`)).status).toBe(204)
    expect((await call('DELETE', `people/${ana.id}`)).status).toBe(204)
  })

  it('refuses a reference to something that does not exist', async () => {
    const answer = await call('POST', 'races', { name: '10 km', event: { id: 999_999 } })
    expect(answer.status).toBe(400)
    expect((await problemOf(answer)).fieldErrors?.[0]?.field).toBe('event')
  })

  it('refuses an id of another collection as a reference', async () => {
    const tag = await create('tags', { number: '1' })
    expect((await call('POST', 'races', { name: '10 km', event: { id: tag } })).status).toBe(400)
  })

  it.each([
    ['organisations', {}, 'name'],
    ['organisations', { name: '' }, 'name'],
    ['organisations', { name: 'x'.repeat(256) }, 'name'],
    ['people', { gender: 'OTHER' }, 'gender'],
    ['people', { dateOfBirth: '1990-02-30' }, 'dateOfBirth'],
    ['events', { name: 'E', startDateTime: '2026-05-03T05:00:00+02:00' }, 'startDateTime'],
    ['races', { name: '10 km' }, 'event'],
    ['races', { name: '10 km', event: 5 }, 'event'],
    ['tags', { number: 123 }, 'number'],
    ['start-groups', { name: 'A', race: { id: '5' } }, 'race'],
  ])('names the wrong field of %s %j', async (collection, body, field) => {
    const answer = await call('POST', collection, body)
    expect(answer.status).toBe(400)
    const { fieldErrors } = await problemOf(answer)
    expect(fieldErrors).toEqual([{ field, message: expect.any(String) }])
  })

  it('keeps leading zeros of bib and tag numbers', async () => {
    const { event, ana } = await entrantParts()
    await create('event-participants', { event, person: ana, number: '0007' })
    const found = await call('GET', 'event-participants?number.equals=0007')
    expect(await found.json()).toMatchObject([{ number: '0007' }])
    expect(await (await call('GET', 'event-participants?number.equals=7')).json()).toEqual([])
  })

  it('refuses a body that is not a JSON object', async () => {
    for (const body of ['{', '[]', 'null', '"x"', ''])
      expect((await call('POST', 'tags', body)).status).toBe(400)
  })

  it('does not know other addresses and methods', async () => {
    expect((await call('GET', 'bananas')).status).toBe(404)
    expect((await call('PATCH', 'tags/1', {})).status).toBe(405)
    expect((await fetch(`${server.url}/other`)).status).toBe(404)
  })

  it('wants the key, and a new one when it was changed', async () => {
    for (const key of [null, 'wrong']) {
      const refused = await call('GET', 'events', undefined, key)
      expect(refused.status).toBe(401)
      await problemOf(refused)
    }
    const before = server.apiKey
    await server.setKey('renewed')
    expect((await call('GET', 'events', undefined, before)).status).toBe(401)
    expect((await call('GET', 'events')).status).toBe(200)
    await server.setKey(before)
  })
})

describe('TagServer stand-in: uniqueness', () => {
  it('refuses a tag number that exists', async () => {
    const id = await create('tags', { number: '00123' })
    const refused = await call('POST', 'tags', { number: '00123' })
    expect(refused.status).toBe(409)
    expect((await problemOf(refused)).detail).toContain(`tag ${id}`)
    expect((await call('PUT', `tags/${id}`, { id, number: '00123' })).status).toBe(200)
  })

  it('refuses a bib twice in an event and names the holder; another event may use it', async () => {
    const { event, ana, ben } = await entrantParts()
    await create('event-participants', { event, person: ana, number: '42' })
    const refused = await call('POST', 'event-participants', { event, person: ben, number: '42' })
    expect(refused.status).toBe(409)
    expect((await problemOf(refused)).detail).toContain('(bib 42, Ana Silva)')
    const other = { id: await create('events', { name: 'Autumn Classic' }) }
    await create('event-participants', { event: other, person: ben, number: '42' })
    await create('event-participants', { event, person: ben, number: null })
    await create('event-participants', { event, person: ben })
  })

  it('refuses a tag on two active participants of one event and names the holder', async () => {
    const { event, ana, ben, tag } = await entrantParts()
    const holder = await create('event-participants', {
      event,
      person: ana,
      number: '1',
      tag,
      active: true,
    })
    const refused = await call('POST', 'event-participants', {
      event,
      person: ben,
      number: '2',
      tag,
      active: true,
    })
    expect(refused.status).toBe(409)
    expect((await problemOf(refused)).detail).toContain('(bib 1, Ana Silva)')

    await call('PUT', `event-participants/${holder}`, {
      id: holder,
      event,
      person: ana,
      number: '1',
      tag,
      active: false,
    })
    await create('event-participants', { event, person: ben, number: '2', tag, active: true })
    const back = { id: holder, event, person: ana, number: '1', tag, active: true }
    expect((await call('PUT', `event-participants/${holder}`, back)).status).toBe(409)
  })

  it('gives bib and tag free when the participant is deleted', async () => {
    const { event, ana, ben, tag } = await entrantParts()
    const holder = await create('event-participants', { event, person: ana, number: '1', tag })
    await call('DELETE', `event-participants/${holder}`)
    await create('event-participants', { event, person: ben, number: '1', tag })
  })
})

describe('TagServer stand-in: lists', () => {
  async function idsOf(path: string): Promise<number[]> {
    const answer = await call('GET', path)
    expect(answer.status).toBe(200)
    return ((await answer.json()) as { id: number }[]).map((entity) => entity.id)
  }

  it('pages from 0, 20 unless told otherwise, at most 2,000, with the count of all', async () => {
    const names = Array.from({ length: 2100 }, (_, index) => ({ name: `Club ${index}` }))
    const ids = await server.load('organisations', names)
    expect(await idsOf('organisations')).toEqual(ids.slice(0, 20))
    expect(await idsOf('organisations?page=2&size=50')).toEqual(ids.slice(100, 150))
    expect(await idsOf('organisations?page=0&size=5000')).toEqual(ids.slice(0, 2000))
    expect(await idsOf('organisations?page=1&size=2000')).toEqual(ids.slice(2000))
    expect(await idsOf('organisations?page=9&size=2000')).toEqual([])
    const answer = await call('GET', 'organisations?page=9')
    expect(answer.headers.get('x-total-count')).toBe('2100')
  })

  it('sorts by any field, both ways, empty values last', async () => {
    const [b, none, a] = (await server.load('people', [
      { lastName: 'B' },
      { firstName: 'no last name' },
      { lastName: 'A' },
    ])) as [number, number, number]
    expect(await idsOf('people?sort=lastName,asc')).toEqual([a, b, none])
    expect(await idsOf('people?sort=id,desc')).toEqual([a, none, b])
    expect((await call('GET', 'people?sort=shoeSize,asc')).status).toBe(400)
  })

  it('filters by every natural key of the contract', async () => {
    const { event, ana, ben, tag } = await entrantParts()
    const race = await create('races', { name: '10 km', event })
    const group = await create('start-groups', { name: 'A', race: { id: race } })
    const entrant = await create('event-participants', { event, person: ana, number: '1', tag })
    await create('event-participants', { event, person: ben, number: '2' })
    const placed = await create('start-group-participants', {
      startGroup: { id: group },
      eventParticipant: { id: entrant },
    })
    const birth = await create('people', {
      firstName: 'Ana',
      lastName: 'Silva',
      dateOfBirth: '1990-01-02',
      email: 'ana+run@example.org',
    })
    const club = await create('organisations', { name: 'Harriers & Co' })
    const person = 'people?firstName.equals=Ana&lastName.equals=Silva'
    expect(await idsOf(`${person}&dateOfBirth.equals=1990-01-02`)).toEqual([birth])
    expect(await idsOf(person)).toEqual([ana.id, birth])
    const mail = encodeURIComponent('ana+run@example.org')
    expect(await idsOf(`people?email.equals=${mail}&lastName.equals=Silva`)).toEqual([birth])
    expect(await idsOf('organisations?name.equals=Harriers%20%26%20Co')).toEqual([club])
    expect(await idsOf('events?name.equals=Spring+Classic')).toEqual([event.id])
    expect(await idsOf(`races?name.equals=10%20km&eventId.equals=${event.id}`)).toEqual([race])
    expect(await idsOf(`start-groups?name.equals=A&raceId.equals=${race}`)).toEqual([group])
    expect(await idsOf('tags?number.equals=00123')).toEqual([tag.id])
    const both = `eventId.equals=${event.id}&personId.equals=${ana.id}`
    expect(await idsOf(`event-participants?${both}`)).toEqual([entrant])
    expect(await idsOf(`event-participants?tagId.equals=${tag.id}`)).toEqual([entrant])
    const place = `startGroupId.equals=${group}&eventParticipantId.equals=${entrant}`
    expect(await idsOf(`start-group-participants?${place}`)).toEqual([placed])
    expect(await idsOf(`event-participants?${both}&number.equals=2`)).toEqual([])
  })

  it('ignores filters it does not know and refuses unreadable ids', async () => {
    const id = await create('events', { name: 'E' })
    expect(await idsOf('events?shoeSize.equals=44')).toEqual([id])
    expect((await call('GET', 'races?eventId.equals=abc')).status).toBe(400)
  })

  it('finds a replaced entity under its new values only', async () => {
    const id = await create('tags', { number: '1' })
    await call('PUT', `tags/${id}`, { id, number: '2' })
    expect(await idsOf('tags?number.equals=1')).toEqual([])
    expect(await idsOf('tags?number.equals=2')).toEqual([id])
    await create('tags', { number: '1' })
  })
})

describe('TagServer stand-in: requests in flight', () => {
  it('answers the ninth at one time with 429 and Retry-After, and knows the most there were', async () => {
    await server.hold()
    const eight = Array.from({ length: 8 }, () => call('GET', 'events'))
    await server.held(8)
    const ninth = await call('GET', 'events')
    expect([ninth.status, ninth.headers.get('retry-after')]).toEqual([429, '1'])
    await problemOf(ninth)
    await server.release()
    expect((await Promise.all(eight)).map((answer) => answer.status)).toEqual(Array(8).fill(200))
    expect((await server.stats()).maxInFlight).toBe(9)
    expect((await call('GET', 'events')).status).toBe(200)
  })

  it('never refuses a client that keeps to eight', async () => {
    async function worker(name: number): Promise<void> {
      for (let index = 0; index < 50; index++) await create('tags', { number: `${name}-${index}` })
    }
    await Promise.all(Array.from({ length: 8 }, (_, name) => worker(name)))
    expect((await server.stats()).byStatus).toEqual({ 201: 400 })
  })
})
