/** The Chatwoot stand-in has the oddities of the real interface, also those the adapter steers clear of. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startChatwoot, type ChatwootStandIn } from './stand-in.ts'

let site: ChatwootStandIn
beforeAll(async () => {
  site = await startChatwoot({ key: 'k' })
})
beforeEach(() => site.reset())
afterAll(() => site.stop())

const signedIn = { 'api-access-token': 'k' }

type Answered = Readonly<Record<string, unknown>>

async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = signedIn,
) {
  const answer = await fetch(`${site.url}/api/v1/accounts/1/${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, value: (text ? JSON.parse(text) : null) as Answered }
}

const ids = ({ value }: { readonly value: Answered }) =>
  (value['payload'] as readonly { readonly id: number }[]).map(({ id }) => id)
const somebody = (n: number) => ({ name: `P${n}`, email: `p${n}@example.org` })
const people = (count: number) => site.load(Array.from({ length: count }, (_, n) => somebody(n)))
const where = (key: string, operator: string, ...values: readonly string[]) => ({
  attribute_key: key,
  filter_operator: operator,
  values,
})

describe('Chatwoot stand-in', () => {
  it('takes a token in a header without underscores, as servers in front drop the other', async () => {
    expect((await call('GET', 'contacts')).status).toBe(200)
    const underscored = { api_access_token: 'k' }
    expect((await call('GET', 'contacts', undefined, underscored)).status).toBe(401)
    await site.turn({ underscores: true })
    expect((await call('GET', 'contacts', undefined, underscored)).status).toBe(200)
    expect(await call('GET', 'contacts', undefined, { 'api-access-token': 'x' })).toEqual({
      ...{ status: 401, value: { error: 'Invalid Access Token' } },
    })
  })

  it('lists fifteen contacts a page, numbered from 1, in another order each time unless one is asked for', async () => {
    const all = await people(20)
    const first = await call('GET', 'contacts?per_page=50&sort=created_at')
    expect(first.value['meta']).toEqual({ count: 20, current_page: '1' })
    expect(ids(first)).toEqual(all.slice(0, 15))
    expect(ids(await call('GET', 'contacts?page=3&sort=created_at'))).toEqual([])
    expect(ids(await call('GET', 'contacts'))).not.toEqual(ids(await call('GET', 'contacts')))
    const newest = await call('GET', 'contacts?sort=-created_at')
    expect(ids(newest)).toEqual(all.toReversed().slice(0, 15))
  })

  it('lists only who can be reached, or has an id of somebody', async () => {
    await site.load([{ name: 'N' }, { name: 'I', identifier: 'x' }, { name: 'E', email: 'e@f.gh' }])
    expect(ids(await call('GET', 'contacts?sort=name'))).toHaveLength(2)
    await site.turn({ onlyLeads: true })
    expect(ids(await call('GET', 'contacts?sort=name'))).toHaveLength(1)
  })

  it('refuses a second address, id or phone with a sentence and the attributes, and another way what is no record', async () => {
    const one = { name: 'A', email: 'a@example.org', phone_number: '+4915112345678' }
    expect((await call('POST', 'contacts', { ...one, identifier: 'Own' })).status).toBe(200)
    const again = { ...one, email: 'A@Example.org', identifier: 'Own' }
    expect(await call('POST', 'contacts', again)).toEqual({
      status: 422,
      value: {
        message:
          'Email has already been taken, Identifier has already been taken, Phone number has already been taken',
        attributes: ['email', 'identifier', 'phone_number'],
      },
    })
    expect((await call('POST', 'contacts', { identifier: 'own' })).status).toBe(200)
    expect(await call('POST', 'contacts', { phone_number: '0151 123' })).toMatchObject({
      ...{ status: 422, value: { attributes: ['phone_number'] } },
    })
    expect(await call('GET', 'contacts/9999')).toEqual({
      ...{ status: 404, value: { error: 'Resource could not be found' } },
    })
  })

  it('may give one phone twice, and then refuses each change of the second', async () => {
    await site.turn({ phoneRace: true })
    const phone_number = '+4915112345678'
    await site.load([{ phone_number }])
    const [second] = await site.load([{ phone_number }])
    expect((await call('PUT', `contacts/${second}`, { name: 'B' })).status).toBe(422)
    expect((await call('PUT', `contacts/${second}`, { phone_number: '' })).status).toBe(200)
  })

  it('merges attributes, replaces everything else, and takes keys away only by a call of its own', async () => {
    const [id] = await site.load([{ name: 'A', custom_attributes: { a: 1, b: 2 } }])
    const { value } = await call('PUT', `contacts/${id}`, { custom_attributes: { b: 3 } })
    expect(value['payload']).toMatchObject({ name: 'A', custom_attributes: { a: 1, b: 3 } })
    await call('POST', `contacts/${id}/destroy_custom_attributes`, { custom_attributes: ['a'] })
    expect((await site.contacts())[0]?.custom_attributes).toEqual({ b: 3 })
    await call('POST', `contacts/${id}/labels`, { labels: ['vip', 'press'] })
    expect(await call('POST', `contacts/${id}/labels`, { labels: ['vip'] })).toMatchObject({
      value: { payload: ['vip'] },
    })
  })

  it('filters by known keys and operators only, folds case, and compares days', async () => {
    await site.chatwootClock(1_777_000_000)
    const all = await people(3)
    const filter = (...payload: readonly object[]) => call('POST', 'contacts/filter', { payload })
    expect(ids(await filter(where('email', 'equal_to', 'P1@EXAMPLE.ORG')))).toEqual([all[1]])
    const either = { ...where('name', 'equal_to', 'P0'), query_operator: 'OR' }
    const two = await filter(either, where('name', 'equal_to', 'P2'))
    expect(ids(two).toSorted()).toEqual([all[0], all[2]])
    expect(ids(await filter(where('created_at', 'is_greater_than', '2026-04-24')))).toEqual([])
    const since = await filter(where('created_at', 'is_greater_than', '2026-04-23'))
    expect(ids(since)).toHaveLength(3)
    for (const bad of [
      where('updated_at', 'is_greater_than', '2026-04-23'),
      where('name', 'is_greater_than', 'A'),
      where('name', 'equal_to'),
      { ...where('name', 'equal_to', 'A'), query_operator: 'AND' },
      where('custom', 'equal_to', 'A'),
    ]) {
      expect((await filter(bad)).status, JSON.stringify(bad)).toBe(422)
    }
    await site.turn({ defined: ['custom'] })
    expect((await filter(where('custom', 'equal_to', 'A'))).status).toBe(200)
  })

  it('searches a hundred times a minute, and goes on filtering', async () => {
    await people(20)
    const search = (text: string) => call('GET', `contacts/search?q=${text}`)
    expect((await search('p')).value['meta']).toEqual({
      ...{ count: 15, current_page: '1', has_more: true },
    })
    expect((await search('')).status).toBe(422)
    for (let n = 0; n < 98; n++) await search('p')
    expect((await search('p')).status).toBe(429)
    const filter = { payload: [where('name', 'equal_to', 'P1')] }
    expect((await call('POST', 'contacts/filter', filter)).status).toBe(200)
  })

  it('merges two contacts: the base keeps what it has, and the other id is gone', async () => {
    const [base, other] = await site.load([
      { name: 'A', email: 'a@example.org' },
      { name: 'B', email: 'b@example.org', identifier: 'own' },
    ])
    const { id } = await site.begin({ contactId: other! })
    await call('POST', 'actions/contact_merge', {
      ...{ base_contact_id: base, mergee_contact_id: other },
    })
    expect(await site.contacts()).toMatchObject([
      { id: base, name: 'A', email: 'a@example.org', identifier: 'own' },
    ])
    expect((await call('GET', `conversations/${id}`)).value).toMatchObject({
      meta: { sender: { id: base } },
    })
  })

  it('lists the open conversations unless told otherwise, nested once more than contacts', async () => {
    const [contactId = 0] = await people(1)
    for (let n = 0; n < 30; n++)
      await site.begin({ contactId, status: n < 5 ? 'resolved' : 'open' })
    const page = async (query: string) =>
      (await call('GET', `conversations${query}`)).value['data'] as Record<string, unknown>
    expect((await page('')).meta).toMatchObject({ all_count: 25 })
    expect((await page('?status=all')).meta).toMatchObject({ all_count: 30 })
    expect((await page('?status=all')).payload).toHaveLength(25)
    expect((await page('?status=all&page=2')).payload).toHaveLength(5)
  })

  it('gives messages in windows of 20 and 100, with numbers for their types', async () => {
    const [contactId = 0] = await people(1)
    const { id } = await site.begin({ contactId })
    const said: number[] = []
    for (let n = 0; n < 130; n++) {
      said.push((await site.say(id, { content: `${n}`, message_type: 'incoming' })).id)
    }
    const ask = async (query: string) =>
      ids(await call('GET', `conversations/${id}/messages${query}`))
    expect(await ask('')).toEqual(said.slice(-20))
    expect(await ask(`?before=${said[50]}`)).toEqual(said.slice(30, 50))
    expect(await ask(`?after=${said[9]}`)).toEqual(said.slice(10, 110))
    expect(await ask(`?after=${said[9]}&before=${said[12]}`)).toEqual(said.slice(9, 12))
    const types = { message_type: 'incoming', content: 'x' }
    expect((await call('POST', `conversations/${id}/messages`, types)).status).toBe(422)
    expect(
      (await call('POST', `conversations/${id}/messages`, { content: 'x' })).value,
    ).toMatchObject({ message_type: 1 })
  })

  it('toggles a status that is not said, and does not delete who is in a chat', async () => {
    const [contactId = 0] = await people(1)
    const { id } = await site.begin({ contactId })
    const toggled = await call('POST', `conversations/${id}/toggle_status`, {})
    expect(toggled.value['payload']).toMatchObject({ current_status: 'resolved' })
    await site.online(contactId)
    expect((await call('DELETE', `contacts/${contactId}`)).status).toBe(422)
  })
})
