/** What the stand-in does as Planning Center is known to: pages, conditions, limits, refusals, webhooks. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { applicationId } from '../../../main/stand-ins/planning-center/sign-in.ts'
import { startPlanningCenter, type PlanningCenterStandIn } from './stand-in.ts'
import { unhurried } from './subject.ts'

const begin = 1_777_000_000
const beginning = '2026-04-24T03:06:40Z'

let site: PlanningCenterStandIn
beforeAll(async () => {
  site = await startPlanningCenter({ key: 'k' })
})
beforeEach(async () => {
  await site.reset()
  await site.turn(unhurried)
})
afterAll(() => site.stop())

interface Document {
  readonly data: readonly { readonly id: unknown }[]
  readonly included: readonly unknown[]
  readonly meta: Readonly<Record<string, unknown>>
  readonly errors: readonly Readonly<Record<string, unknown>>[]
}

async function call(path: string, init: RequestInit = {}) {
  const authorization = `Basic ${btoa(`${applicationId}:k`)}`
  const headers = { authorization, ...(init.headers as Record<string, string>) }
  const answer = await fetch(`${site.url}${path}`, { ...init, headers })
  const text = await answer.text()
  const body = (text === '' ? {} : JSON.parse(text)) as Document
  return { status: answer.status, headers: answer.headers, body }
}
const get = async (query: string) => (await call(`/people/v2/people?${query}`)).body
const idsOf = ({ data }: Document) => data.map(({ id }) => id)
const write = (method: string, path: string, type: string, attributes: object) =>
  call(path, { method, body: JSON.stringify({ data: { type, attributes } }) })

describe('a page', () => {
  it('has 25 records unasked and 100 at most, ids in texts, and tells where the next one is', async () => {
    await site.load(Array.from({ length: 120 }, (_, n) => ({ last_name: `P${n}` })))
    const first = await get('')
    expect([first.data.length, first.data[0]!.id]).toEqual([25, '1'])
    expect(first.meta).toMatchObject({ total_count: 120, count: 25, next: { offset: 25 } })
    expect((await get('per_page=500')).data).toHaveLength(100)
    const last = await get('per_page=100&offset=100')
    expect(last.data).toHaveLength(20)
    expect(last.meta).not.toHaveProperty('next')
  })

  it('shows nothing behind where a site ends', async () => {
    await site.load(Array.from({ length: 30 }, (_, n) => ({ last_name: `P${n}` })))
    await site.turn({ cap: 10 })
    expect((await get('per_page=20')).meta).toMatchObject({ total_count: 10, count: 10 })
    expect((await get('offset=10')).data).toEqual([])
  })

  it('brings along what is asked for, and says whose it is', async () => {
    await site.load([{ last_name: 'Voss', emails: [{ address: 'a@example.org' }] }])
    expect((await get('')).included).toEqual([])
    expect((await get('include=emails')).included).toMatchObject([
      { type: 'Email', relationships: { person: { data: { type: 'Person', id: '1' } } } },
    ])
  })
})

describe('a condition', () => {
  it('on a time is exact to the second; a bare date is its midnight', async () => {
    for (const n of [0, 1, 2]) {
      await site.churchClock(begin + n)
      await site.load([{ last_name: `P${n}` }])
    }
    const asked = async (operator: string, time = '2026-04-24T03:06:41Z') =>
      idsOf(await get(`where[created_at]${operator}=${time}`))
    expect(await asked('[gte]')).toEqual(['2', '3'])
    expect(await asked('[gt]')).toEqual(['3'])
    expect(await asked('[lte]')).toEqual(['1', '2'])
    expect(await asked('[lt]', beginning)).toEqual([])
    expect(await asked('')).toEqual(['2'])
    expect(await asked('[gt]', '2026-04-24')).toEqual(['1', '2', '3'])
    expect(idsOf(await get('order=-created_at'))).toEqual(['3', '2', '1'])
  })

  it('that it does not know is passed over', async () => {
    await site.load([{ last_name: 'Voss' }, { last_name: 'Okafor' }])
    expect(idsOf(await get('where[last_name]=Voss'))).toEqual(['1'])
    expect(idsOf(await get('where[shoe_size]=44'))).toEqual(['1', '2'])
  })
})

describe('the date of a person', () => {
  it('moves with what belongs to the person, and not with medical notes', async () => {
    await site.churchClock(begin)
    await site.load([{ last_name: 'Voss' }])
    await site.churchClock(begin + 60)
    const moved = async () => (await get(`where[updated_at][gt]=${beginning}`)).data.length
    await site.edit('Person', '1', { medical_notes: 'Asthma' })
    expect(await moved()).toBe(0)
    await site.add('Email', '1', { address: 'a@example.org' })
    expect(await moved()).toBe(1)
  })
})

describe('a call', () => {
  it('is counted in each answer, and refused beyond the limit with how long to wait', async () => {
    await site.turn({ rate: { requests: 2, seconds: 20 } })
    for (const count of [1, 2]) {
      const { headers } = await call('/people/v2/people')
      expect(headers.get('x-pco-api-request-rate-limit')).toBe('2')
      expect(headers.get('x-pco-api-request-rate-count')).toBe(String(count))
    }
    const { status, headers, body } = await call('/people/v2/people')
    expect([status, body.errors[0]!['code']]).toEqual([429, '429'])
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('for a deep page has a limit that no header tells', async () => {
    const deep = () => call('/people/v2/people?offset=30001')
    for (let n = 0; n < 10; n++) expect((await deep()).status).toBe(200)
    const refused = await deep()
    expect(refused.status).toBe(429)
    expect(refused.headers.get('x-pco-api-request-rate-limit')).toBe('1000000')
    expect((await call('/people/v2/people')).status).toBe(200)
  })

  it('in a version from before there were any is refused', async () => {
    const { status, body } = await call('/people/v2/people', {
      headers: { 'x-pco-api-version': '2018-07-31' },
    })
    expect([status, body.errors[0]!['code']]).toEqual([400, 'unsupported_version_error'])
  })

  it('makes what is there once more, and refuses what cannot be', async () => {
    const voss = { last_name: 'Voss' }
    for (const id of ['1', '2']) {
      const { status, body } = await write('POST', '/people/v2/people', 'Person', voss)
      expect([status, body.data]).toMatchObject([201, { id }])
    }
    for (const wrong of [
      { first_name: 'Ida' },
      { ...voss, name: 'Ida' },
      { ...voss, birthdate: 'x' },
    ])
      expect(await write('POST', '/people/v2/people', 'Person', wrong)).toMatchObject({
        status: 422,
      })
  })

  it('under the id of a person where that of an e-mail belongs finds nothing', async () => {
    await site.load([
      { last_name: 'Other' },
      { last_name: 'Voss', emails: [{ address: 'a@b.cd' }] },
    ])
    expect(await write('PATCH', '/people/v2/emails/2', 'Email', {})).toMatchObject({ status: 404 })
    expect(await write('PATCH', '/people/v2/emails/1', 'Email', {})).toMatchObject({ status: 200 })
  })

  it('takes two primary addresses, and wakes whoever is given a status', async () => {
    await site.load([{ last_name: 'Voss', status: 'inactive' }])
    for (const city of ['Lund', 'Malmö'])
      await write('POST', '/people/v2/people/1/addresses', 'Address', { city, primary: true })
    const addresses = await site.belongings('Voss', 'Address')
    expect(addresses.map(({ attributes }) => attributes['primary'])).toEqual([true, true])
    await write('PATCH', '/people/v2/people/1', 'Person', { status: 'anything' })
    expect((await site.person('Voss')).data.attributes['status']).toBe('active')
  })
})

it('who was merged is not there any more, and is told of', async () => {
  await site.load([{ last_name: 'Voss' }, { last_name: 'Lund', emails: [{ address: 'a@b.cd' }] }])
  await site.merge('1', '2')
  expect(await call('/people/v2/people/2')).toMatchObject({ status: 404 })
  expect(await site.belongings('Voss', 'Email')).toHaveLength(1)
  expect((await call('/people/v2/person_mergers')).body.data).toMatchObject([
    { attributes: { person_to_keep_id: '1', person_to_remove_id: '2' } },
  ])
})

describe('a webhook', () => {
  /** Answers with these, one after the other, the last one again and again. */
  async function listener(...answers: readonly number[]): Promise<string> {
    let asked = 0
    const server = createServer((_request, response) => {
      response.writeHead(answers[Math.min(asked++, answers.length - 1)]!).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  const webhook = { id: 'd', event: 'person.updated', about: '1', signedWith: 's' }

  it.each([
    ['is sent again until it is answered 200', [500, 202, 200], 'delivered', 3],
    ['ends its subscription at 410', [410], 'deactivated', 1],
    ['is given up after sixteen times', [202], 'gives up', 16],
  ] as const)('%s', async (_what, answers, ends, times) => {
    const told = await site.sendWebhook(await listener(...answers), webhook)
    expect([told.ends, told.statuses.length]).toEqual([ends, times])
  })
})
