/** Persons here who may be one: found by a start list, merged or told apart by a person, and never asked about again. */
import { call } from '@orpc/server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DoubleView } from '../../main/contract/doubles.ts'
import type { EntityName } from '../../main/contract/words.ts'
import { applyChanges } from '../../main/engine/change-together.ts'
import { doubleHandlers } from '../../main/engine/services/data/doubles-service.ts'
import { checkStore } from '../../main/engine/store/check/integrity.ts'
import { listRecords } from '../../main/engine/store/sql/records.ts'
import { importText } from '../support/demo-entrants.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

let test: TestCore
let doubles: ReturnType<typeof doubleHandlers>
beforeEach(async () => {
  test = await openTestCore({ who: 'Eva' })
  doubles = doubleHandlers(test.core)
})
afterEach(async () => {
  const checked = await checkStore(test.core.reader, test.database)
  await test.close()
  expect(checked.problems).toEqual([])
})

const list = async () => (await call(doubles.list, { limit: 50 })).doubles
async function only(): Promise<DoubleView> {
  const found = await list()
  expect(found).toHaveLength(1)
  return found[0]!
}
async function all(entity: EntityName) {
  const options = { after: 0, limit: 1000, deleted: false, where: {} }
  return (await listRecords(test.core.reader, entity, options)).records
}
const names = async () =>
  (await all('person')).map(({ fields }) => `${fields['firstName']} ${fields['lastName']}`).sort()
const named = ({ sides }: DoubleView, firstName: string) =>
  sides.find(({ fields }) => fields['firstName'] === firstName)!

const spring = 'bib,first_name,last_name,date_of_birth,email\n'
const autumn = { event: 'Autumn Run', fileName: 'autumn.csv' }
const jana = '1,Jana,Kip,1990-01-02,kip@example.org\n'
const jan = '2,Jan,Kip,1990-01-02,kip@example.org\n'

describe('a pair that may be one person', () => {
  beforeEach(async () => {
    await importText(test, spring + jana)
    await importText(test, spring + jan, autumn)
  })

  it('is listed with what speaks for it and where it was found, once', async () => {
    expect(await only()).toMatchObject({
      name: 'letters',
      shared: ['dateOfBirth', 'email'],
      differs: [],
      source: 'autumn.csv',
    })
    expect(named(await only(), 'Jan').entries).toEqual([{ event: 'Autumn Run', bib: '2' }])
    await importText(test, spring + jan, autumn)
    await only()
  })

  it('becomes one: entries and consents move, what is empty is filled, the other is gone', async () => {
    const double = await only()
    const [kept, gone] = [named(double, 'Jana'), named(double, 'Jan')]
    const consent = { channel: 'email', topic: 'news' }
    const out = { status: 'optedOut', source: 'letter', changedOn: '2026-05-01T10:00:00Z' }
    const create = { action: 'create', entity: 'contactPreference' } as const
    await applyChanges(test.core, [
      { action: 'update', entity: 'person', id: gone.id, fields: { city: 'Bonn' } },
      { ...create, id: 'a', fields: { ...consent, person: kept.id, status: 'optedIn' } },
      { ...create, id: 'b', fields: { ...consent, person: gone.id, ...out } },
    ])
    expect(await call(doubles.merge, { id: double.id, keep: kept.id })).toEqual({ count: 1 })
    expect(await names()).toEqual(['Jana Kip'])
    const [person] = await all('person')
    expect(person?.fields).toMatchObject({ city: 'Bonn', email: 'kip@example.org' })
    const entries = await all('eventParticipant')
    expect(entries.map(({ fields }) => [fields['number'], fields['person']])).toEqual([
      ['1', kept.id],
      ['2', kept.id],
    ])
    expect(await all('contactPreference')).toMatchObject([
      { id: 'a', fields: { person: kept.id, ...out } },
    ])
    expect(await list()).toEqual([])
  })

  it('is not asked about again once they are different people', async () => {
    const { id } = await only()
    await call(doubles.different, { id })
    expect(await list()).toEqual([])
    await importText(test, spring + jan, autumn)
    await importText(test, spring + jana)
    expect(await list()).toEqual([])
    expect(await names()).toEqual(['Jan Kip', 'Jana Kip'])
    await expect(call(doubles.different, { id })).rejects.toThrow('any more')
  })

  it('is left as it is where both are entered in one event, and it is said with what bibs', async () => {
    const double = await only()
    const { id: person } = named(double, 'Jan')
    const [event] = (await all('event')).filter(({ fields }) => fields['name'] === 'Spring Classic')
    await applyChanges(test.core, [
      {
        action: 'create',
        entity: 'eventParticipant',
        id: 'second',
        fields: { event: event!.id, person, number: '9' },
      },
    ])
    const merged = call(doubles.merge, { id: double.id, keep: named(double, 'Jana').id })
    await expect(merged).rejects.toThrow(
      'Both are entered in Spring Classic, with bib 1 and with bib 9.',
    )
    expect(await names()).toEqual(['Jan Kip', 'Jana Kip'])
    await only()
  })

  it('cannot be one while their birth dates differ', async () => {
    const double = await only()
    const { id } = named(double, 'Jan')
    const fields = { dateOfBirth: '1991-01-02' }
    await applyChanges(test.core, [{ action: 'update', entity: 'person', id, fields }])
    expect(await only()).toMatchObject({ differs: ['dateOfBirth'] })
    const merged = call(doubles.merge, { id: double.id, keep: id })
    await expect(merged).rejects.toThrow('the date of birth of the two differ')
  })
})

it('whoever may be a third one is asked about with the person who stays', async () => {
  await importText(test, spring + jana)
  await importText(test, spring + jan, autumn)
  await importText(test, `${spring}3,Janna,Kip,1990-01-02,kip@example.org\n`, {
    event: 'Winter Run',
  })
  const pairs = await list()
  expect(pairs).toHaveLength(2)
  const [first] = pairs
  const kept = named(first!, 'Jana')
  await call(doubles.merge, { id: first!.id, keep: kept.id })
  const left = await list()
  expect(left.every(({ sides }) => sides.some(({ id }) => id === kept.id))).toBe(true)
  expect(left).toHaveLength(1)
})

it('a rehearsal notes nothing', async () => {
  await importText(test, spring + jana)
  const report = await importText(test, spring + jan, { ...autumn, rehearse: true })
  expect(report.possible).toHaveLength(1)
  expect(await list()).toEqual([])
})
