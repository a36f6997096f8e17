import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EntityName } from '../../main/contract/words.ts'
import { exportRecords } from '../../main/engine/export/export-records.ts'
import { readAudit } from '../../main/engine/store/writer/audit.ts'
import { listRecords } from '../../main/engine/store/sql/records.ts'
import { importText } from '../support/demo-entrants.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

/** One person as lists have them: always with the same facts, in one race or two. */
const runner = fc.record({
  first: fc.constantFrom('Ana', 'Anna', 'Jan', 'Jana', 'Kip'),
  last: fc.constantFrom('Kip', 'Müller', 'Ana'),
  born: fc.constantFrom('1990-01-01', '2001-04-05', ''),
  email: fc.constantFrom('kip@mail.example', ''),
  bibs: fc.constantFrom('none', 'one', 'each' as const),
  races: fc.constantFrom(['Sat 5K'], ['2.5 km'], ['25 km', '2.5 km']),
})
type Runner = (typeof runner extends fc.Arbitrary<infer Value> ? Value : never) & { id?: number }

/** No two are the same by the rule, and nobody has so little that two races of theirs look like two people. */
const runners = fc
  .uniqueArray(runner, {
    maxLength: 7,
    minLength: 1,
    selector: ({ first, last }) => `${first} ${last}`,
  })
  .map((all) => all.filter((one) => one.races.length === 1 || one.born !== '' || one.email !== ''))

function rowsOf(all: readonly Runner[]): readonly string[] {
  return all.flatMap(({ first, last, born, email, bibs, races }, person) =>
    races.map((race, at) => {
      const bib = bibs === 'none' ? '' : String(100 + person * 10 + (bibs === 'each' ? at : 0))
      return [bib, first, last, born, email, race].join(',')
    }),
  )
}
const list = (rows: readonly string[]) =>
  `bib,first_name,last_name,date_of_birth,email,race\n${rows.join('\n')}\n`

let test: TestCore
let events = 0
beforeAll(async () => {
  test = await openTestCore()
})
afterAll(() => test.close())

/** Everybody in an event with their bibs and races, whatever the ids and the order. */
async function people(eventName: string, of: TestCore = test): Promise<readonly string[]> {
  const all = async (entity: EntityName, where: Record<string, string> = {}) => {
    const options = { after: 0, limit: 10_000, deleted: false, where }
    const { records } = await listRecords(of.core.reader, entity, options)
    return new Map(records.map(({ id, fields }) => [id, fields]))
  }
  const [[event]] = [[...(await all('event', { name: eventName })).keys()]]
  const entries = await all('eventParticipant', { event: event! })
  const [persons, groups, races] = [await all('person'), await all('startGroup'), await all('race')]
  const places = [...(await all('startGroupParticipant')).values()]
  return [...new Set([...entries.values()].map(({ person }) => person))]
    .map((id) => {
      const { firstName, lastName, dateOfBirth, email } = persons.get(String(id))!
      const own = [...entries].filter(([, { person }]) => person === id)
      const worn = own.map(([entry, { number }]) => {
        const group = places.filter(({ eventParticipant }) => eventParticipant === entry)
        const names = group.map(({ startGroup }) => {
          const race = groups.get(String(startGroup))!['race']
          return String(races.get(String(race))!['name'])
        })
        return `${String(number)}: ${names.sort().join(', ')}`
      })
      return JSON.stringify([firstName, lastName, dateOfBirth, email, worn.sort()])
    })
    .sort()
}

const newEvent = () => `Run ${(events += 1)}`

/** Who is in a new event after some lists. */
async function after(...files: readonly string[]): Promise<readonly string[]> {
  const event = newEvent()
  for (const file of files) expect((await importText(test, file, { event })).bad).toEqual([])
  return people(event)
}

describe('the same people come of one list', () => {
  it('in any order, in one file or two, once or twice', async () => {
    await fc.assert(
      fc.asyncProperty(runners, fc.nat(), fc.nat(), async (all, seed, cut) => {
        const rows = rowsOf(all)
        const whole = await after(list(rows))
        const turned = rows.toSorted((a, b) => turn(a, seed) - turn(b, seed))
        expect(await after(list(turned), list(rows))).toEqual(whole)
        const at = cut % (rows.length + 1)
        expect(await after(list(turned.slice(0, at)), list(turned.slice(at)))).toEqual(whole)
      }),
      { numRuns: 8 },
    )
  })

  it('exported and imported', async () => {
    const event = newEvent()
    const rows = rowsOf(fc.sample(runners, { numRuns: 1, seed: 7 })[0]!)
    await importText(test, list(rows), { event })
    let text = ''
    for await (const piece of exportRecords(test.core, 'entrant', 'csv')) text += piece
    const before = await people(event)
    const report = await importText(test, text, { event: undefined })
    expect(report).toMatchObject({ bad: [], unchanged: report.rows })
    expect(await people(event)).toEqual(before)
    const elsewhere = await openTestCore()
    try {
      await importText(elsewhere, text, { event: undefined })
      expect(await people(event, elsewhere)).toEqual(before)
    } finally {
      await elsewhere.close()
    }
  })
})

/** A number that has nothing to do with the order of the rows, and is the same each time. */
function turn(text: string, seed: number): number {
  let value = seed >>> 0
  for (const letter of text) value = Math.imul(value ^ letter.charCodeAt(0), 2_654_435_761) >>> 0
  return value
}

describe('any sequence of lists', () => {
  const row = fc
    .record({
      bib: fc.constantFrom('1', '2', '3', ''),
      first: fc.constantFrom('Ana', 'Anna', 'A', 'Jan', 'Kip', ''),
      last: fc.constantFrom('Kip', 'Lund', 'Ana'),
      gender: fc.constantFrom('F', 'M', ''),
      born: fc.constantFrom('1990-01-01', '2001-04-05', ''),
      email: fc.constantFrom('kip@mail.example', 'n/a', ''),
      race: fc.constantFrom('Sat 5K', 'Sun Half', ''),
    })
    .map((one) => Object.values(one).join(','))
  const files = fc.array(fc.array(row, { minLength: 1, maxLength: 4 }), {
    minLength: 2,
    maxLength: 5,
  })

  it('turns nobody into somebody else, and takes no place away', async () => {
    await fc.assert(
      fc.asyncProperty(files, async (sequence) => {
        const event = newEvent()
        for (const rows of sequence) {
          const header = 'bib,first_name,last_name,gender,date_of_birth,email,race'
          await importText(test, `${header}\n${rows.join('\n')}\n`, { event })
        }
      }),
      { numRuns: 25 },
    )
    const filter = { before: null, limit: 100_000 }
    for (const { entity, action, changes } of (await readAudit(test.core.reader, filter)).items) {
      if (entity === 'startGroupParticipant') expect(action).toBe('create')
      if (action !== 'update' || changes === null) continue
      if (entity === 'eventParticipant') expect(changes).not.toHaveProperty('person')
      if (entity !== 'person') continue
      const before = (name: string) =>
        (changes[name] as readonly [string | null, string | null] | undefined)?.[0] ?? null
      for (const fact of ['dateOfBirth', 'gender']) expect(before(fact)).toBe(null)
      const isNamedFirst = 'firstName' in changes && before('firstName') === null
      if ('dateOfBirth' in changes && !isNamedFirst) {
        expect(changes).not.toHaveProperty('firstName')
        expect(changes).not.toHaveProperty('lastName')
      }
    }
  })
})
