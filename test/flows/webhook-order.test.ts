import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OutgoingWebhook } from '../../main/stand-ins/mock-sync-server/webhook-sender.ts'
import { at } from '../targets/mock-sync-server/at-mock-sync.ts'
import { startHooked, type Hooked } from '../targets/mock-sync-server/at-webhooks.ts'

/** What happened at the target, in its order: every state of each record, the last one is what is true. */
function story(tag: string, seconds: number) {
  const id = (name: string) => `${name}-${tag}`
  const time = (n: number) => at(seconds + n)
  const person = { entity: 'person', id: id('p') }
  const event = { entity: 'event', id: id('e') }
  const entry = { entity: 'eventParticipant', id: id('ep'), event: id('e'), person: id('p') }
  const left = { entity: 'person', id: id('q'), lastName: `Gone ${tag}` }
  const states = [
    { ...event, timestamp: time(1), name: `Run ${tag}` },
    { ...person, timestamp: time(2), firstName: 'Ana', lastName: tag },
    { ...entry, timestamp: time(3), number: '1' },
    { ...person, timestamp: time(4), firstName: 'Anna', lastName: tag, city: 'Porto' },
    { ...left, timestamp: time(5) },
    { ...entry, timestamp: time(6), number: '2' },
    { ...person, timestamp: time(7), firstName: 'Anna', lastName: tag, city: 'Lisboa' },
    { ...left, timestamp: time(8), deleted: true as const },
  ]
  const full = states.map((body, n): OutgoingWebhook => ({ body, deliveryId: `${tag}-${n}` }))
  const partial = [person, event, left].map(({ entity, id: remoteId }, n): OutgoingWebhook => ({
    body: { entity, id: remoteId },
    deliveryId: `${tag}-named-${n}`,
  }))
  return { states, webhooks: [...full, ...partial, full[3]!, full[0]!] }
}

const whatIsHere = async ({ client }: Hooked, tag: string) => {
  const list = async (entity: 'person' | 'event' | 'eventParticipant') =>
    (await client.records.list({ entity, limit: 1000 })).records.flatMap((record) =>
      record.targets['timing']?.remoteId?.endsWith(`-${tag}`) ? [record] : [],
    )
  const [persons, events, entries] = [
    await list('person'),
    await list('event'),
    await list('eventParticipant'),
  ]
  return {
    persons: persons.map(({ firstName, lastName, city }) => [firstName, lastName, city]),
    events: events.map(({ name }) => name),
    entries: entries.map(({ number, person, event }) => [
      number,
      person === persons[0]?.id,
      event === events[0]?.id,
    ]),
  }
}

describe('webhooks that come twice, late, or in any order', () => {
  it.each([
    ['of changes of long ago', -5_000],
    ['of changes of just now', -20],
  ])('lead to the same, whenever runs come between: %s', async (_what, seconds) => {
    const marshal = await startHooked({ config: { remoteDeletion: 'delete' } })
    let count = 0
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...Array(13).keys()], { minLength: 13 }),
        fc.array(fc.boolean(), { minLength: 13, maxLength: 13 }),
        async (order, pauses) => {
          const tag = `t${seconds}x${++count}`
          const { states, webhooks } = story(tag, seconds)
          await marshal.server.put(states)
          for (const [n, which] of order.entries()) {
            expect(await marshal.hear(webhooks[which]!)).toEqual([200])
            if (pauses[n]) await marshal.processStaged()
          }
          await marshal.rest()
          expect(await whatIsHere(marshal, tag)).toEqual({
            persons: [['Anna', tag, 'Lisboa']],
            events: [`Run ${tag}`],
            entries: [['2', true, true]],
          })
        },
      ),
      { numRuns: 10 },
    )
    expect(await marshal.server.submissions()).toEqual([])
    expect(await marshal.status()).toMatchObject({ pending: 0, failed: 0, conflicts: 0 })
  })
})
