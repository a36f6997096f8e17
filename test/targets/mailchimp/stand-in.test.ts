/** The Mailchimp stand-in has the oddities of the real interface, also those the adapter steers clear of. */
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { audienceId, hashOf, startMailchimp, type MailchimpStandIn } from './stand-in.ts'

let list: MailchimpStandIn
beforeAll(async () => {
  list = await startMailchimp({ key: 'k' })
})
beforeEach(() => list.reset())
afterAll(() => list.stop())

const basic = `Basic ${Buffer.from('anybody:k').toString('base64')}`

async function call(method: string, path: string, body?: unknown, authorization = basic) {
  const answer = await fetch(`${list.url}/3.0/lists/${audienceId}${path}`, {
    method,
    headers: { authorization },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  const value = text === '' ? null : (JSON.parse(text) as Record<string, unknown>)
  return { status: answer.status, type: answer.headers.get('content-type'), value }
}

const ida = 'ida@example.org'
const place = `/members/${hashOf(ida)}`
const put = (more: object = {}) =>
  call('PUT', place, { email_address: ida, status_if_new: 'subscribed', ...more })

describe('Mailchimp stand-in', () => {
  it('takes any name with the key, or the key alone, and no other', async () => {
    expect((await call('GET', '', undefined, 'Bearer k')).status).toBe(200)
    expect(await call('GET', '')).toMatchObject({ status: 200, value: { id: audienceId } })
    expect(await call('GET', '', undefined, 'Bearer x')).toMatchObject({
      status: 401,
      type: expect.stringContaining('application/problem+json'),
      value: { title: 'API Key Invalid' },
    })
  })

  it('answers 200 to PUT both ways, and wants the hash of the address', async () => {
    expect((await put()).status).toBe(200)
    expect(await put({ status_if_new: 'unsubscribed' })).toMatchObject({
      status: 200,
      value: { id: hashOf(ida), status: 'subscribed' },
    })
    expect((await call('GET', `/members/${encodeURIComponent('Ida@Example.org')}`)).status).toBe(
      200,
    )
    const other = { email_address: 'ben@example.org', status_if_new: 'subscribed' }
    expect((await call('PUT', `/members/${'0'.repeat(32)}`, other)).status).toBe(400)
  })

  it('wants address and first state in every PUT, also of who is there', async () => {
    await put()
    expect((await call('PUT', place, { status_if_new: 'subscribed' })).status).toBe(400)
    expect((await call('PUT', place, { email_address: ida })).status).toBe(400)
    expect((await put({ status_if_new: 'archived' })).status).toBe(400)
  })

  it('undoes an unsubscription for whoever says a status, but not for her who did it herself', async () => {
    await put()
    await call('PATCH', place, { status: 'unsubscribed' })
    expect((await put({ status: 'subscribed' })).value).toMatchObject({ status: 'subscribed' })
    await list.herself(ida, 'unsubscribe')
    expect(await put({ status: 'subscribed' })).toMatchObject({
      status: 400,
      value: { title: 'Member In Compliance State', type: expect.any(String) },
    })
    expect((await put({ merge_fields: { FNAME: 'Ida' } })).value).toMatchObject({
      status: 'unsubscribed',
    })
    await list.turn({ bareProblems: true })
    expect((await put({ status: 'subscribed' })).value).not.toHaveProperty('type')
    expect((await put({ status: 'pending' })).value).toMatchObject({ status: 'pending' })
  })

  it('knows nobody who was deleted for good, and takes her back in no state', async () => {
    await put()
    await list.forget(ida)
    expect((await call('GET', place)).status).toBe(404)
    for (const status of ['subscribed', 'pending'])
      expect(await put({ status_if_new: status })).toMatchObject({
        status: 400,
        value: { title: 'Forgotten Email Not Subscribed' },
      })
  })

  it('refuses nulls, and half an address also where it was there before', async () => {
    expect(await put({ merge_fields: { FNAME: null } })).toMatchObject({
      status: 400,
      value: { detail: expect.stringContaining('did not match any of the schemas') },
    })
    await list.load([{ email_address: ida, merge_fields: { ADDRESS: { addr1: 'Main St' } } }])
    expect(await put()).toMatchObject({
      status: 400,
      value: { errors: [{ field: 'ADDRESS', message: 'Please enter a complete address' }] },
    })
  })

  it('sets tags by a call of their own that takes anything, and shows fifty of them', async () => {
    await put({ tags: ['ignored'] })
    for (const nonsense of [{}, { tag: 'x' }, { tags: 'x' }, { tags: [{ title: 'x' }] }])
      expect((await call('POST', `${place}/tags`, nonsense)).status).toBe(204)
    expect((await list.member(ida)).tags).toEqual([])
    const tags = Array.from({ length: 60 }, (_, n) => ({ name: `t${n}`, status: 'active' }))
    await call('POST', `${place}/tags`, { tags })
    const { value } = await call('GET', place)
    expect(value).toMatchObject({ tags_count: 60 })
    expect(value?.['tags']).toHaveLength(50)
    expect((await call('GET', `${place}/tags?count=100`)).value?.['tags']).toHaveLength(60)
    await list.amend(ida, { status: 'pending' })
    expect((await call('GET', place)).value?.['tags']).toEqual([])
  })

  it('lists who changed after a time, ten unless told otherwise, and nobody who was archived', async () => {
    await list.audienceClock(1_777_000_000)
    await list.load(Array.from({ length: 12 }, (_, n) => ({ email_address: `${n}@example.org` })))
    await list.archive('0@example.org')
    const { value } = await call('GET', '/members')
    expect(value).toMatchObject({ total_items: 11 })
    expect(value?.['members']).toHaveLength(10)
    expect((await call('GET', '/members?status=archived')).value).toMatchObject({ total_items: 1 })
    const since = (time: string) =>
      call('GET', `/members?since_last_changed=${encodeURIComponent(time)}&fields=total_items`)
    expect((await since('2026-04-24T03:06:39+00:00')).value).toEqual({ total_items: 11 })
    expect((await since('2026-04-24T03:06:40+00:00')).value).toEqual({ total_items: 0 })
    expect((await call('GET', '/members?count=1001')).status).toBe(400)
    expect((await call('DELETE', `/members/${hashOf('0@example.org')}`)).status).toBe(405)
  })

  it('subscribes many at once with 200, whatever becomes of each, and not 501', async () => {
    await list.load([{ email_address: ida }])
    const members = [ida, 'new@example.org', 'NEW@example.org', 'nonsense'].map(
      (email_address) => ({
        email_address,
        status: 'subscribed',
      }),
    )
    expect(await call('POST', '', { members })).toMatchObject({
      status: 200,
      value: {
        total_created: 1,
        error_count: 3,
        errors: [
          { error_code: 'ERROR_CONTACT_EXISTS' },
          { error_code: 'ERROR_GENERIC' },
          { error_code: 'ERROR_GENERIC' },
        ],
      },
    })
    const many = Array.from({ length: 501 }, (_, n) => ({ email_address: `${n}@example.org` }))
    expect((await call('POST', '', { members: many })).status).toBe(400)
  })

  it('lets people unsubscribe themselves without a key', async () => {
    await put()
    const answer = await fetch(`${list.url}/unsubscribe?email=${ida}`)
    expect(answer.status).toBe(200)
    expect(await put({ status: 'subscribed' })).toMatchObject({ status: 400 })
    expect((await fetch(`${list.url}/unsubscribe?email=nobody@example.org`)).status).toBe(404)
  })

  it('has a gate in front of it that answers web pages', async () => {
    await list.turn({ gateEvery: 2 })
    const answers = []
    for (let n = 0; n < 4; n++) answers.push(await fetch(`${list.url}/3.0/ping`))
    const closed = answers.filter(({ status }) => status === 403)
    expect(closed.map(({ headers }) => headers.get('content-type'))).toEqual([
      ...['text/html', 'text/html'],
    ])
  })

  it('refuses the eleventh request at a time', async () => {
    await list.latency(600)
    const answers = await Promise.all(Array.from({ length: 12 }, () => call('GET', '')))
    const statuses = answers.map(({ status }) => status)
    expect(statuses).toContain(429)
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(10)
  })

  it('looks in where webhooks go, and sends them as a form', async () => {
    const heard: string[] = []
    const receiver = createServer((request, response) => {
      let text = ''
      request.on('data', (part: Buffer) => (text += part.toString()))
      request.on('end', () => {
        heard.push(`${request.method} ${request.headers['content-type'] ?? ''} ${text}`)
        response.end('{}')
      })
    }).listen(0, '127.0.0.1')
    await once(receiver, 'listening')
    onTestFinished(() => void receiver.close())
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks/list?secret=s`
    expect(await list.looksIn(url)).toBe(true)
    expect(await list.sendWebhook(url, { type: 'unsubscribe', email: 'a+b@example.org' })).toBe(200)
    expect(heard[1]).toMatch(/^POST application\/x-www-form-urlencoded type=unsubscribe&fired_at=/)
    expect(heard[1]).toContain('data%5Bemail%5D=a%2Bb%40example.org')
  })
})
