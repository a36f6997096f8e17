/** An office with a Mailchimp audience: what the flow tests do there. */
import { expect } from 'vitest'
import type { RecordView } from '../../../main/contract/records.ts'
import type { EntityName } from '../../../main/contract/words.ts'
import { startTestEngine, type Fields, type TestEngine } from '../../support/test-engine.ts'
import { secretsFor } from '../../support/test-target.ts'
import { audienceId, type MailchimpStandIn } from './stand-in.ts'
import { mailchimpTarget } from './target.ts'

export interface Office extends TestEngine<MailchimpStandIn> {
  readonly list: MailchimpStandIn
  /** Runs until nothing more is sent, and looks that a further run sends nothing. */
  rest(): Promise<void>
  all(entity: EntityName): Promise<readonly RecordView[]>
  /** Status of somebody's consent here, null where there is none. */
  consent(person: RecordView): Promise<unknown>
  yes(person: RecordView, fields?: Fields): Promise<RecordView>
}

/** Starts an engine whose target `timing` is a fresh audience. */
export async function office(
  settings: Readonly<Record<string, unknown>> = {},
  secrets: Readonly<Record<string, string>> = {},
  config: Readonly<Record<string, unknown>> = {},
): Promise<Office> {
  const kept = await secretsFor(mailchimpTarget)
  for (const [key, value] of Object.entries(secrets)) await kept.set('timing', key, value)
  const marshal = await startTestEngine({
    target: mailchimpTarget,
    secrets: kept,
    config: { settings: { audience: audienceId, ...settings }, ...config },
  })
  const list = marshal.server
  const all = async (entity: EntityName) =>
    (await marshal.client.records.list({ entity, limit: 1000 })).records
  const writes = async () => (await list.log()).filter(({ method }) => method !== 'GET').length
  return Object.assign(marshal, {
    list,
    all,
    async rest() {
      for (let run = 0; run < 4; run++) {
        const { outbound } = await marshal.sync()
        if (outbound.created + outbound.updated + outbound.deleted === 0) break
      }
      expect(await marshal.status()).toMatchObject({
        ...{ pending: 0, held: 0, failed: 0, conflicts: 0, unmatched: 0 },
      })
      const before = await writes()
      await marshal.sync()
      await marshal.sync({ kind: 'reconcile' })
      expect(await writes(), 'writes of runs with nothing to do').toBe(before)
    },
    async consent(person: RecordView) {
      const own = (await all('contactPreference')).filter((one) => one['person'] === person.id)
      expect(own.length).toBeLessThanOrEqual(1)
      return own[0]?.['status'] ?? null
    },
    yes: (person: RecordView, fields: Fields = {}) =>
      marshal.set('contactPreference', {
        ...{ person: person.id, channel: 'email', topic: 'newsletter', status: 'optedIn' },
        ...fields,
      }),
  })
}

export const ida = { firstName: 'Ida', lastName: 'Voss', email: 'ida@example.org' }
export const ben = { firstName: 'Ben', lastName: 'Okafor', email: 'ben@example.org' }

/** An entry with a place in a start group of a race. */
export async function enter(
  at: Office,
  person: RecordView,
  [event, race, group]: readonly [string, string, string] = ['Spring', 'Ten', 'Elite'],
) {
  const spring = await at.set('event', { name: event })
  const ten = await at.set('race', { event: spring.id, name: race })
  const elite = await at.set('startGroup', { race: ten.id, name: group })
  const entry = await at.set('eventParticipant', { event: spring.id, person: person.id })
  const place = { startGroup: elite.id, eventParticipant: entry.id }
  return { spring, ten, elite, entry, place: await at.set('startGroupParticipant', place) }
}
