/** Marshal with a system of mailings as its target `timing`, and what its flow tests do and ask there. */
import { expect } from 'vitest'
import type { RecordView } from '../../main/contract/records.ts'
import type { EntityName } from '../../main/contract/words.ts'
import type { StandInProcess } from './stand-in-process.ts'
import { startTestEngine, type Fields, type TestEngine } from './test-engine.ts'
import { secretsFor, type TestTarget } from './test-target.ts'

export interface MailingOffice<Server extends StandInProcess> extends TestEngine<Server> {
  /** Runs until nothing more is sent, and looks that further runs send nothing. */
  rest(): Promise<void>
  all(entity: EntityName): Promise<readonly RecordView[]>
  /** Status of somebody's consent here, null where there is none. */
  consent(person: RecordView, channel?: string): Promise<unknown>
  /** Records a consent to the newsletter by e-mail. */
  yes(person: RecordView, fields?: Fields): Promise<RecordView>
}

interface OfficeOptions {
  /** Beside those that sign in. */
  readonly secrets?: Readonly<Record<string, string>>
  readonly config?: Readonly<Record<string, unknown>>
  /** Paths that are only read, though they are not asked with GET. */
  readonly reads?: RegExp
}

/** Starts an engine whose target is a fresh stand-in. */
export async function mailingOffice<Server extends StandInProcess>(
  target: TestTarget<Server>,
  { secrets = {}, config = {}, reads }: OfficeOptions = {},
): Promise<MailingOffice<Server>> {
  const kept = await secretsFor(target)
  for (const [key, value] of Object.entries(secrets)) await kept.set('timing', key, value)
  const marshal = await startTestEngine({ target, secrets: kept, config })
  const all = async (entity: EntityName) =>
    (await marshal.client.records.list({ entity, limit: 1000 })).records
  const writes = async () =>
    (await marshal.server.log()).filter(
      ({ method, path }) => method !== 'GET' && !reads?.test(path),
    ).length
  return Object.assign(marshal, {
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
    async consent(person: RecordView, channel = 'email') {
      const own = (await all('contactPreference')).filter(
        (one) => one['person'] === person.id && one['channel'] === channel,
      )
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
  at: Pick<TestEngine, 'set'>,
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
