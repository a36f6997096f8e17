/** What the adapter says to Planning Center call by call: a person, and what belongs to the person. */
import { describe, expect, it } from 'vitest'
import { errorOf } from '../conformance/subject.ts'
import { ida, useSite, type Known } from './bench.ts'

const at = useSite()
const { made, edited, done, send, requests } = at
const lund = { street: 'Torvet 1', city: 'Lund', country: 'SE' } as const

const belongings = async (type: 'Email' | 'PhoneNumber' | 'Address', lastName: string = 'Voss') =>
  (await at.server.belongings(lastName, type)).map(({ id, attributes }) => ({ id, ...attributes }))
const at404 = 'The resource you requested could not be found'

describe('what belongs to a person', () => {
  it('is made below the person, each by its own call, as the one that counts', async () => {
    await done(made({ ...ida, phone: '+4915112345678', ...lund }))
    expect(await requests()).toEqual([
      'POST /people/v2/people',
      'POST /people/v2/people/1/emails',
      'POST /people/v2/people/1/phone_numbers',
      'POST /people/v2/people/1/addresses',
    ])
    expect(await belongings('Email')).toMatchObject([{ address: ida.email, primary: true }])
    expect(await belongings('Address')).toMatchObject([
      { street_line_1: 'Torvet 1', city: 'Lund', country_code: 'SE', primary: true },
    ])
  })

  it('is changed under its own id, and nothing else with it', async () => {
    const before = { ...ida, phone: '+4915112345678' }
    const known = await done(made(before))
    await requests()
    await done(edited(known, { ...before, email: 'voss@example.org' }, before))
    expect(await requests()).toEqual(['PATCH /people/v2/emails/1'])
    expect(await belongings('Email')).toMatchObject([{ id: '1', address: 'voss@example.org' }])
  })

  it('is deleted where it is emptied, and made again where it is filled', async () => {
    const known = await done(made(ida))
    const emptied = await done(edited(known, { ...ida, email: null }, ida))
    expect(await belongings('Email')).toEqual([])
    await requests()
    await done(edited(emptied, ida, { ...ida, email: null }))
    expect(await belongings('Email')).toMatchObject([{ id: '2', address: ida.email }])
  })

  it('is made again where somebody deleted it there', async () => {
    const known = await done(made(ida))
    await at.server.remove('Email', '1')
    await done(edited(known, { ...ida, email: 'voss@example.org' }, ida))
    expect(await belongings('Email')).toMatchObject([{ id: '2', address: 'voss@example.org' }])
  })

  it('is told to be another one where one is deleted and there are more', async () => {
    const known = await done(made(ida))
    await at.server.add('Email', known.remoteId, { address: 'work@example.org' })
    const outcome = await send(edited(known, { ...ida, email: null }, ida))
    expect(outcome).toMatchObject({ status: 'done', kept: { email: 'work@example.org' } })
  })

  it('is nobody else’s: the id that was known of another person is not used', async () => {
    const known = await done(made(ida))
    const [other = ''] = await at.server.load([
      { last_name: 'Okafor', emails: [{ address: 'ben@example.org', primary: true }] },
    ])
    const moved: Known = { ...known, remoteId: other }
    const ben = { lastName: 'Okafor', email: 'new@example.org' }
    await done(edited(moved, ben, { ...ben, email: 'ben@example.org' }))
    expect(await belongings('Email')).toMatchObject([{ address: ida.email }])
    expect(await belongings('Email', 'Okafor')).toMatchObject([{ address: 'new@example.org' }])
  })

  it('is the first primary one of several', async () => {
    const [id = ''] = await at.server.load([
      {
        last_name: 'Voss',
        emails: [
          { address: 'old@example.org' },
          { address: 'one@example.org', primary: true },
          { address: 'two@example.org', primary: true },
        ],
      },
    ])
    const { records } = await at.walk()
    expect(records).toMatchObject([
      { remoteId: id, body: { email: { address: 'one@example.org' } } },
    ])
    const known = { remoteId: id, remoteVersion: records[0]!.version }
    const fields = { lastName: 'Voss', email: 'new@example.org' }
    await done(edited(known, fields, { ...fields, email: 'one@example.org' }))
    expect(
      (await belongings('Email')).map((one) => (one as { address?: unknown }).address),
    ).toEqual(['old@example.org', 'new@example.org', 'two@example.org'])
  })
})

describe('a call that fails', () => {
  it('keeps nothing back of the others, and tells what is missing', async () => {
    const outcome = await send(made({ ...ida, email: 'not-an-address', phone: '+4915112345678' }))
    expect(errorOf(outcome)).toMatchObject({
      code: 'rejected',
      message: 'emails: Address is invalid',
    })
    expect(outcome).toMatchObject({ reached: { remoteId: '1', without: ['email'] } })
    expect(await belongings('PhoneNumber')).toHaveLength(1)
  })

  it('ends the others where they would meet the same', async () => {
    await at.server.fault({
      match: { pathPattern: 'emails' },
      action: { kind: 'answer', status: 429, retryAfter: { seconds: 7 } },
    })
    const outcome = await send(made({ ...ida, phone: '+4915112345678', ...lund }))
    expect(errorOf(outcome)).toMatchObject({ code: 'rate-limited', retryAfterMs: 7_000 })
    expect(outcome).toMatchObject({ reached: { remoteId: '1' } })
    expect(await requests()).toEqual(['POST /people/v2/people', 'POST /people/v2/people/1/emails'])
  })

  it('whose answer was lost is not repeated: what is there is looked at', async () => {
    await at.server.fault({
      match: { pathPattern: 'emails' },
      action: { kind: 'cut-after-write' },
      times: 1,
    })
    const before = { ...ida, phone: '+4915112345678' }
    const outcome = await send(made(before))
    expect(errorOf(outcome)).toMatchObject({ code: 'offline', maybeSent: false })
    const { remoteId } = (outcome as { reached: Known }).reached
    await requests()
    await done(edited({ remoteId, remoteVersion: null }, before))
    expect(await requests()).toEqual([
      'GET /people/v2/people/1',
      'POST /people/v2/people/1/phone_numbers',
    ])
    expect(await belongings('Email')).toHaveLength(1)
  })

  it('for somebody who is not there any more says so', async () => {
    const known = await done(made(ida))
    await at.server.remove('Person', known.remoteId)
    for (const before of [undefined, { ...ida, email: null }]) {
      const outcome = await send(edited(known, ida, before))
      expect(errorOf(outcome)).toMatchObject({
        code: 'gone',
        message: expect.stringContaining(at404),
      })
      expect(outcome).not.toHaveProperty('reached')
    }
  })
})

describe('a person', () => {
  it('is told only what differs where nothing is known of it there', async () => {
    const known = await done(made({ ...ida, ...lund }))
    await at.server.edit('Address', '1', { location: 'Work', street_line_2: null })
    await requests()
    await done(edited(known, { ...ida, ...lund, firstName: 'Idun' }))
    expect(await requests()).toEqual(['GET /people/v2/people/1', 'PATCH /people/v2/people/1'])
  })

  it('stays inactive when it is changed here', async () => {
    const known = await done(made(ida))
    await at.server.edit('Person', known.remoteId, { status: 'inactive' })
    await done(edited(known, { ...ida, firstName: 'Idun' }))
    const { data } = await at.server.person('Voss')
    expect(data.attributes).toMatchObject({ first_name: 'Idun', status: 'inactive' })
  })

  it('becomes inactive where it is deleted here', async () => {
    await done({ ...edited(await done(made(ida)), {}), action: 'delete' })
    expect((await at.server.person('Voss')).data.attributes['status']).toBe('inactive')
  })

  it('whose creation was not answered is found by name, birth date and time, and not somebody else', async () => {
    await at.server.churchClock(1_700_000_000)
    await at.server.load([{ first_name: 'Ida', last_name: 'Voss' }])
    await at.server.churchClock(null)
    await at.server.load([{ first_name: 'Ida', last_name: 'Voss', birthdate: '1999-12-31' }])
    await at.server.fault({ action: { kind: 'cut-after-write' }, times: 1 })
    const change = made(ida)
    expect(errorOf(await send(change))).toMatchObject({ code: 'ambiguous' })
    const found = await at.bench.connection.find!('person', change, at.bench.signal)
    expect(found).toMatchObject([{ remoteId: '3', body: { email: { address: ida.email } } }])
  })
})

describe('a person, where a person chose that people are deleted', () => {
  const site = useSite({ deletePeople: true })

  it('is gone there with what belongs to the person', async () => {
    const known = await site.done(site.made(ida))
    await site.done({ ...site.edited(known, {}), action: 'delete' })
    expect(await site.server.people()).toEqual([])
  })
})
