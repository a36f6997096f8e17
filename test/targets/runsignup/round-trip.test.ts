/** The same content has the same hash wherever it has been: through RunSignup and back, and however RunSignup writes it. */
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { normaliseFields, type Fields } from '../../../main/engine/model/record.ts'
import { noParts } from '../../../main/engine/targets/kit/resource.ts'
import type { EntityBinding, RemoteBody } from '../../../main/engine/targets/kit/adapter.ts'
import { clearedBirthDate } from '../../../main/engine/targets/runsignup/api.ts'
import { raceId, startRunSignup, type RunSignupStandIn } from './stand-in.ts'
import { untidyRecord } from '../../support/untidy-records.ts'
import { keptOf } from '../conformance/subject.ts'
import { doneOf, openSite, type SiteBench } from './bench.ts'
import { contentSent, contentThere } from '../conformance/sample-records.ts'

let server: RunSignupStandIn
let bench: SiteBench
beforeAll(async () => {
  server = await startRunSignup()
})
beforeEach(async () => {
  await server.reset()
  bench = await openSite(server)
  await server.turn({ restrictsDuplicates: false })
})
afterEach(() => bench.close())
afterAll(() => server.stop())

/** RunSignup wants a name; everything else may be missing, and American numbers must be among the phones. */
const whole = (binding: EntityBinding): fc.Arbitrary<Fields> =>
  fc
    .tuple(untidyRecord(binding), fc.constantFrom(null, '(415) 555-0123', '+1 415 555 0123'))
    .map(([some, phone]) => {
      const given = binding.entity === 'person' && phone ? { ...some, phone, country: 'US' } : some
      const { fields } = normaliseFields(binding.entity, given)
      if (binding.entity !== 'person') return fields
      return {
        ...fields,
        firstName: fields['firstName'] ?? 'Ana',
        lastName: fields['lastName'] ?? 'Sá',
      }
    })

/** References travel as remote ids and are tested by themselves. */
const ownFields = ({ event: _, person: __, tag: ___, ...own }: Fields): Fields => own

const batches = { numRuns: 12 }

describe('through RunSignup and back', () => {
  it('a new registration and its person', async () => {
    const registration = bench.binding('eventParticipant')
    const person = bench.binding('person')
    const entrants = fc.array(fc.tuple(whole(registration), whole(person)), {
      minLength: 1,
      maxLength: 20,
    })
    await fc.assert(
      fc.asyncProperty(entrants, async (list) => {
        const outcomes = await bench.send(
          'eventParticipant',
          list.map(([own, who], n) =>
            bench.entrant(who, ownFields(own), n % 2 === 0 ? {} : { tag: `T${n}` }),
          ),
        )
        const { records } = await bench.walk()
        list.forEach(([own, who], n) => {
          const done = doneOf(outcomes[n])
          const made = done.made?.['person']
          const there = records.find(
            (one) => one.entity === 'eventParticipant' && one.remoteId === done.remoteId,
          )
          const refs = {
            event: String(raceId),
            person: made?.remoteId ?? '',
            ...(n % 2 === 0 ? {} : { tag: `T${n}` }),
          }
          expect(done.kept).toEqual({})
          expect(contentThere(registration, there?.body ?? {})).toBe(
            contentSent(registration, ownFields(own), refs),
          )
          const user = records.find(
            (one) => one.entity === 'person' && one.remoteId === made?.remoteId,
          )
          expect(contentThere(person, user?.body ?? {})).toBe(contentSent(person, who, {}))
          expect(done.remoteVersion).toBe(there?.version)
          expect(made?.remoteVersion).toBe(user?.version)
        })
      }),
      batches,
    )
  })

  it('an edited person', async () => {
    const binding = bench.binding('person')
    await server.load(Array.from({ length: 20 }, (_, n) => ({ user: { last_name: `No ${n}` } })))
    const people = fc.array(whole(binding), { minLength: 20, maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(people, async (list) => {
        const before = (await bench.walk()).of('person')
        const outcomes = await bench.send(
          'person',
          list.map((who, n) => bench.edit('person', before[n]!, who)),
        )
        const after = (await bench.walk()).of('person')
        list.forEach((who, n) => {
          const there = after.find(({ remoteId }) => remoteId === before[n]!.remoteId)
          expect(contentThere(binding, there?.body ?? {})).toBe(
            contentSent(binding, { ...who, ...keptOf(outcomes[n]) }, {}),
          )
        })
      }),
      batches,
    )
  })

  it('a tag', async () => {
    await server.load([{ chip_num: '  007-A ' }])
    const [tag] = (await bench.walk()).of('tag')
    const binding = bench.binding('tag')
    const content = contentSent(binding, { number: '007-A' }, {})
    expect(contentThere(binding, tag?.body ?? {})).toBe(content)
    expect(contentThere(binding, binding.toRemote({ number: '007-A' }, {}, noParts))).toBe(content)
  })
})

describe('however RunSignup writes it', () => {
  const same = (entity: 'person' | 'eventParticipant' | 'event' | 'race', bodies: RemoteBody[]) => {
    const binding = bench.binding(entity)
    expect(new Set(bodies.map((body) => contentThere(binding, body))).size).toBe(1)
  }

  it('a person is the same', () => {
    const plain = { first_name: 'Ana', last_name: 'Sá', email: 'ana@example.org' }
    same('person', [
      { ...plain, phone: '415-555-0123', dob: '1990-01-02', gender: 'F' },
      { ...plain, phone: '(415) 555 0123', dob: '1990-1-2', gender: 'f', address: null },
      { ...plain, phone: '14155550123', dob: '1/2/1990', gender: 'F', address: {} },
      {
        ...plain,
        email: ' Ana@Example.ORG ',
        last_name: 'Sa\u0301 ',
        middle_name: 'Rita',
        phone: '+1 (415) 555-0123',
        dob: '01/02/1990',
        gender: 'F',
        address: { street: '', city: null },
      },
    ])
    same('person', [
      { ...plain, dob: null, gender: null, phone: null },
      { ...plain, dob: clearedBirthDate, gender: '', phone: '' },
      { ...plain, dob: '0000-00-00' },
    ])
  })

  it('a registration is the same', () => {
    const plain = { race_id: raceId, user: { user_id: 5 } }
    same('eventParticipant', [
      { ...plain, bib_num: 42, chip_num: '7', giveaway: null },
      { ...plain, race_id: String(raceId), bib_num: '42', chip_num: 7, giveaway: '' },
      { ...plain, user: { user_id: '5' }, bib_num: 42, chip_num: ' 7 ' },
    ])
  })

  it('a race is the same', () => {
    const plain = { race_id: raceId, event_id: 1, name: '10K', timezone: 'America/Denver' }
    same('race', [
      { ...plain, start_time: '5/3/2026 08:00', distance: '10K' },
      { ...plain, start_time: '05/03/2026 8:00', distance: '10 km' },
      { ...plain, start_time: '2026-05-03 08:00:00', distance: '10 Kilometers' },
    ])
    same('event', [
      { ...plain, events: [{ start_time: '5/3/2026 08:00', end_time: '5/3/2026 10:00' }] },
      {
        ...plain,
        events: [
          { start_time: '05/03/2026 09:00', end_time: '' },
          { start_time: '5/3/2026 8:00', end_time: '5/3/2026 10:00' },
        ],
      },
    ])
  })
})
