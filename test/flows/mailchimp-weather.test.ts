/** A mailing list in bad weather: in the end it has everybody once, as here, and nothing is sent any more. */
import { expect, it } from 'vitest'
import type { FaultRule } from '../../main/stand-ins/kit/fault-rule.ts'
import { office } from '../targets/mailchimp/office.ts'

const page = { headers: { 'content-type': 'text/html' }, body: '<h1>Access Denied</h1>' }

const weather: readonly FaultRule[] = [
  { every: 61, action: { kind: 'answer', status: 429 } },
  { every: 71, action: { kind: 'answer', status: 403, ...page } },
  { every: 83, action: { kind: 'answer', status: 503, ...page } },
  { every: 17, action: { kind: 'answer', status: 500 } },
  { every: 13, match: { method: 'PUT' }, action: { kind: 'cut-after-write' } },
  { every: 11, match: { method: 'POST' }, action: { kind: 'cut-after-write' } },
  { every: 7, match: { method: 'PATCH' }, action: { kind: 'cut-after-write' } },
  { every: 19, action: { kind: 'cut-before' } },
]

it('everybody is there once and as here, whatever became of requests and answers', async () => {
  const at = await office()
  const event = await at.set('event', { name: 'Spring' })
  const addressOf = (n: number) => `p${n % 8 === 0 ? n + 1 : n}@example.org`
  const people = []
  for (let n = 0; n < 30; n++) {
    const person = await at.set('person', {
      ...{ firstName: `P${n}`, lastName: 'X', email: addressOf(n) },
    })
    people.push(person)
    await at.set('eventParticipant', { event: event.id, person: person.id })
    if (n % 2 === 0) await at.yes(person)
  }
  for (const rule of weather) await at.list.fault(rule)
  const settle = () =>
    at.passTime(async () => {
      await at.sync()
      const { pending, state } = await at.status()
      expect(state, 'a key is not wrong because a gate is closed').not.toBe('paused')
      return pending === 0
    })
  await settle()
  // Addresses move on by one, and two leave.
  for (const [n, person] of people.slice(1, 8).entries())
    await at.set('person', { email: addressOf(n + 2) }, person.id)
  for (const person of people.slice(-2))
    await at.client.records.remove({ entity: 'person', id: person.id, withChildren: true })
  await settle()
  await at.list.clearFaults()
  await at.rest()

  const here = await at.all('person')
  const speakers = new Map(here.toReversed().map((one) => [String(one['email']), one]))
  const members = await at.list.members()
  expect(members.map((one) => one.email_address).toSorted()).toEqual(
    [...speakers.keys()].toSorted(),
  )
  // Nobody but those who left was archived.
  expect(await at.list.everybody()).toHaveLength(members.length + 2)
  for (const { email_address: email, merge_fields: merge, tags } of members) {
    const family = here.filter((one) => one['email'] === email)
    expect(
      family.map((one) => one['firstName']),
      email,
    ).toContain(merge['FNAME'])
    expect(tags, email).toEqual(['Spring'])
  }
})
