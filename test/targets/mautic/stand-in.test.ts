/** The Mautic stand-in has the oddities of the real interface, also those the adapter steers clear of. */
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { startMautic, type MauticStandIn } from './stand-in.ts'

let site: MauticStandIn
beforeAll(async () => {
  site = await startMautic({ key: 'k' })
})
beforeEach(() => site.reset())
afterAll(() => site.stop())

const basic = `Basic ${Buffer.from('marshal:k').toString('base64')}`

async function call(method: string, path: string, body?: unknown, authorization = basic) {
  const answer = await fetch(`${site.url}/api${path}`, {
    method,
    headers: { authorization },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const value = (await answer.json()) as Record<string, unknown>
  return { status: answer.status, version: answer.headers.get('mautic-version'), value }
}

const idIn = (value: Record<string, unknown>) => (value['contact'] as { id: number }).id
const make = async (fields: object) => idIn((await call('POST', '/contacts/new', fields)).value)

describe('Mautic stand-in', () => {
  it('takes a user with the password, and refuses the rest in its own words', async () => {
    expect(await call('GET', '/contacts')).toMatchObject({ status: 200, version: '5.1.0' })
    expect(await call('GET', '/contacts', undefined, 'Basic eDp4')).toMatchObject({
      status: 401,
      value: { errors: [{ type: 'access_denied' }] },
    })
    expect(await call('GET', '/contacts', undefined, 'Bearer x')).toMatchObject({
      status: 401,
      value: { errors: [{ type: 'invalid_grant' }] },
    })
    await site.turn({ apiOff: true })
    expect((await call('GET', '/contacts')).status).toBe(403)
  })

  it('lists an object by ids with a late total in text; what is empty is an object or a list', async () => {
    expect((await call('GET', '/contacts')).value).toEqual({ total: '0', contacts: {} })
    const id = await make({ email: 'a@example.org' })
    expect((await call('GET', '/contacts')).value).toMatchObject({
      total: '0',
      contacts: { [id]: { id, fields: { all: { email: 'a@example.org' } } } },
    })
    await site.reset()
    await site.turn({ olderShapes: true })
    expect((await call('GET', '/contacts')).value).toEqual({ total: 0, contacts: [] })
  })

  it('edits who has the address that is made, and answers 200', async () => {
    const first = await call('POST', '/contacts/new', { email: 'a@example.org', firstname: 'A' })
    const again = await call('POST', '/contacts/new', { email: 'A@example.org', lastname: 'B' })
    expect([first.status, again.status]).toEqual([201, 200])
    expect(idIn(again.value)).toBe(idIn(first.value))
    await site.turn({ unique: ['email', 'mobile'] })
    await make({ mobile: '+49151', email: 'm@example.org' })
    await make({ mobile: '+49151', email: 'other@example.org' })
    expect(await site.contacts()).toHaveLength(2)
  })

  it('merges and deletes, with 200, where an edit has the address of somebody else', async () => {
    const id = await make({ email: 'a@example.org' })
    await make({ email: 'b@example.org', city: 'Lund', tags: ['VIP'] })
    const { status } = await call('PATCH', `/contacts/${id}/edit`, { email: 'b@example.org' })
    expect(status).toBe(200)
    expect(await site.contacts()).toMatchObject([
      { id, fields: { all: { city: 'Lund' } }, tagNames: ['VIP'] },
    ])
  })

  it('ignores what is empty unless it is told otherwise; PUT clears, and makes one of another id', async () => {
    const id = await make({ email: 'a@example.org', firstname: 'A', city: 'Lund' })
    const edit = (method: string, fields: object) => call(method, `/contacts/${id}/edit`, fields)
    const city = async () => (await site.contact('a@example.org')).fields.all['city']
    await edit('PATCH', { city: '' })
    expect(await city()).toBe('Lund')
    await edit('PATCH', { city: '', overwriteWithBlank: true })
    expect(await city()).toBeNull()
    await edit('PUT', { email: 'a@example.org' })
    expect((await site.contact('a@example.org')).fields.all['firstname']).toBeNull()
    expect((await call('PATCH', '/contacts/999/edit', {})).status).toBe(404)
    const made = await call('PUT', '/contacts/999/edit', { email: 'new@example.org' })
    expect(made.status).toBe(201)
    expect(idIn(made.value)).not.toBe(999)
  })

  it('answers a batch row by row by its indexes, with holes and two kinds of errors', async () => {
    const id = await make({ email: 'a@example.org' })
    const rows = [{ id: 999 }, { id, email: 'no' }, { id, firstname: 'A' }]
    expect(await call('PATCH', '/contacts/batch/edit', rows)).toMatchObject({
      status: 200,
      value: {
        contacts: { 2: { id } },
        statusCodes: [404, 400, 200],
        errors: [
          { code: 404, type: 'api' },
          { code: 400, type: null, details: { email: [expect.any(String)] } },
        ],
      },
    })
    const made = await call('POST', '/contacts/batch/new', [{ email: 'no' }])
    expect(made).toMatchObject({ status: 201, value: { contacts: [], statusCodes: [400] } })
    const put = await call('PUT', '/contacts/batch/edit', [{ id: 999, email: 'n@example.org' }])
    expect(put.value).toMatchObject({ statusCodes: [201] })
    const gone = await call('DELETE', `/contacts/batch/delete?ids=${id},999`)
    expect(gone).toMatchObject({ status: 200, value: { errors: { 1: { code: 404 } } } })
  })

  it('refuses a batch of 201 as a whole, with 500', async () => {
    const rows = Array.from({ length: 201 }, (_, n) => ({ email: `${n}@example.org` }))
    expect(await call('POST', '/contacts/batch/new', rows)).toMatchObject({
      status: 500,
      value: { errors: [{ message: expect.stringContaining('max of 200') }] },
    })
    expect(await site.contacts()).toEqual([])
  })

  it('keeps her own unsubscription against others, and lets a bounce be taken away', async () => {
    const id = await make({ email: 'a@example.org' })
    const dnc = (verb: string, more: object = {}) =>
      call('POST', `/contacts/${id}/dnc/email/${verb}`, more)
    await dnc('add', { reason: 1 })
    expect((await dnc('add', { reason: 3 })).status).toBe(200)
    expect(await site.blocks('a@example.org')).toEqual({ email: 1 })
    expect((await dnc('add', { reason: 0 })).status).toBe(400)
    expect((await dnc('remove')).value).toMatchObject({ recordFound: true })
    await dnc('add', { reason: 2 })
    await call('PATCH', `/contacts/${id}/edit`, { doNotContact: [{ channel: 'email', reason: 0 }] })
    expect(await site.blocks('a@example.org')).toEqual({})
  })

  it('takes countries by name only, and refuses who is open in a browser', async () => {
    const made = await call('POST', '/contacts/new', { email: 'a@example.org', country: 'DE' })
    expect(made).toMatchObject({
      status: 400,
      value: { errors: [{ details: { country: [expect.any(String)] } }] },
    })
    const id = await make({ email: 'a@example.org', country: 'Germany' })
    await site.turn({ open: [id] })
    expect(await call('PATCH', `/contacts/${id}/edit`, {})).toMatchObject({
      status: 409,
      value: { errors: [{ details: { checkedOutBy: expect.any(String) } }] },
    })
  })

  it('finds by columns in snake case and times in UTC without a zone', async () => {
    await site.mauticClock(1_777_000_000)
    await site.load([{ email: 'a@example.org' }])
    await site.mauticClock(1_777_000_010)
    await site.load([{ email: 'b@example.org' }, { anonymous: true }])
    const found = async (column: string, value: string) => {
      const where = `where[0][col]=${column}&where[0][expr]=gte&where[0][val]=${value}`
      const { value: told } = await call('GET', `/contacts?search=!is:anonymous&${where}`)
      return Object.keys(told['contacts'] as object)
    }
    expect(await found('date_added', '2026-04-24 03:06:50')).toEqual(['48'])
    expect(await found('date_added', '2026-04-24 03:06:40')).toEqual(['47', '48'])
    // Never edited: there is no date to compare.
    expect(await found('date_modified', '2026-04-24 03:06:40')).toEqual([])
    expect((await call('GET', '/contacts?orderBy=dateModified')).status).toBe(500)
  })

  it('adds to a segment whom it can, and says so of each', async () => {
    const id = await make({ email: 'a@example.org' })
    const { value } = await call('POST', '/segments/new', { name: 'Spring' })
    const segment = (value['list'] as { id: number }).id
    const added = await call('POST', `/segments/${segment}/contacts/add`, { ids: [id, 999] })
    expect(added).toMatchObject({
      status: 200,
      value: { details: { [id]: { success: true }, 999: { success: false } } },
    })
    expect((await call('GET', '/segments')).value).toMatchObject({ lists: { [segment]: {} } })
  })

  it('makes one company of two with one name, and ties contacts to it', async () => {
    const first = await call('POST', '/companies/new', { companyname: 'TSV' })
    const again = await call('POST', '/companies/new', { companyname: 'tsv' })
    expect([first.status, again.status]).toEqual([201, 200])
    const id = await make({ email: 'a@example.org' })
    const company = (first.value['company'] as { id: number }).id
    await call('POST', `/companies/${company}/contact/${id}/add`)
    expect(await site.contact('a@example.org')).toMatchObject({ company: String(company) })
  })

  it('signs webhooks over their bytes', async () => {
    const heard: string[] = []
    const receiver = createServer((request, response) => {
      request.on('data', (part: Buffer) => heard.push(part.toString()))
      request.on('end', () => {
        heard.push(String(request.headers['webhook-signature']))
        response.end('{}')
      })
    }).listen(0, '127.0.0.1')
    await once(receiver, 'listening')
    onTestFinished(() => void receiver.close())
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks/x`
    expect(await site.sendWebhook(url, { contact: 47, signedWith: 's' })).toBe(200)
    expect(heard[0]).toContain('"mautic.lead_channel_subscription_changed":[{"contact":{"id":47')
    expect(heard[1]).toMatch(/^[A-Za-z0-9+/]{43}=$/)
  })
})
