/** Lists of records in an order a person chose, and many records changed at once. */
import { call } from '@orpc/server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RecordView } from '../../main/contract/records.ts'
import type { EntityName } from '../../main/contract/words.ts'
import { applyChanges } from '../../main/engine/change-together.ts'
import type { Fields } from '../../main/engine/model/record.ts'
import { recordHandlers } from '../../main/engine/services/data/records-service.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

let test: TestCore
let records: ReturnType<typeof recordHandlers>
beforeEach(async () => {
  test = await openTestCore()
  records = recordHandlers(test.core)
})
afterEach(() => test.close())

async function add(entity: EntityName, fields: Fields): Promise<string> {
  const id = test.core.ports.ids.uuid()
  const [outcome] = await applyChanges(test.core, [{ action: 'create', entity, id, fields }])
  expect(outcome).toMatchObject({ status: 'created' })
  return id
}
async function listed(entity: EntityName, field: string, descending = false, limit = 100) {
  const found: unknown[] = []
  let after: string | null = null
  do {
    const page: { records: readonly RecordView[]; next: string | null } = await call(records.list, {
      entity,
      limit,
      after,
      sort: { field, descending },
    })
    found.push(...page.records.map((record) => record['city'] ?? record.display))
    after = page.next
  } while (after !== null)
  return found
}

describe('a list in the order of a field', () => {
  it('goes on over pages, with nothing last either way', async () => {
    for (const city of ['Lille', 'berlin', null, 'Aachen', 'Berlin'])
      await add('person', { lastName: 'Kip', city })
    expect(await listed('person', 'city', false, 2)).toEqual([
      'Aachen',
      'berlin',
      'Berlin',
      'Lille',
      'Kip',
    ])
    expect(await listed('person', 'city', true, 2)).toEqual([
      'Lille',
      'berlin',
      'Berlin',
      'Aachen',
      'Kip',
    ])
  })

  it('counts the numbers of tags, and knows people by their last name', async () => {
    for (const number of ['100', '9', '10']) await add('tag', { number })
    expect(await listed('tag', 'display')).toEqual(['9', '10', '100'])
    await add('person', { firstName: 'Zoe', lastName: 'Abel' })
    await add('person', { firstName: 'Ana', lastName: 'Zand' })
    await add('person', { firstName: 'Élise', lastName: 'Éluard' })
    await add('person', { firstName: 'Bo', lastName: 'fry' })
    expect(await listed('person', 'display')).toEqual([
      'Zoe Abel',
      'Élise Éluard',
      'Bo fry',
      'Ana Zand',
    ])
  })

  it('is refused for a field that is not there', async () => {
    await expect(listed('person', 'nonsense')).rejects.toThrow('cannot be sorted by nonsense')
  })
})

describe('many records changed at once', () => {
  const city = async (id: string) => (await call(records.get, { entity: 'person', id }))['city']

  it('is all or nothing, and is taken back where nobody changed them meanwhile', async () => {
    const [one, two] = [
      await add('person', { lastName: 'One', city: 'Lille' }),
      await add('person', { lastName: 'Two' }),
    ]
    const changes = [one, two].map((id) => ({ id, fields: { city: 'Berlin' } }))
    const done = await call(records.setMany, { entity: 'person', changes })
    expect(done).toMatchObject({ count: 2, left: 0 })
    await applyChanges(test.core, [
      { action: 'update', entity: 'person', id: two, fields: { city: 'Paris' } },
    ])
    const back = await call(records.setMany, { entity: 'person', changes: done.undo })
    expect(back).toMatchObject({ count: 1, left: 1 })
    expect([await city(one), await city(two)]).toEqual(['Lille', 'Paris'])
  })

  it('is taken back where a field had never been set, and not where the record is deleted', async () => {
    const [one, two] = [
      await add('person', { lastName: 'One' }),
      await add('person', { lastName: 'Two' }),
    ]
    const changes = [one, two].map((id) => ({ id, fields: { city: null, gender: 'female' } }))
    const done = await call(records.setMany, { entity: 'person', changes })
    await applyChanges(test.core, [{ action: 'delete', entity: 'person', id: two }])
    const back = await call(records.setMany, { entity: 'person', changes: done.undo })
    expect(back).toMatchObject({ count: 1, left: 1 })
    const { gender } = await call(records.get, { entity: 'person', id: one })
    expect(gender).toBeNull()
  })

  it('changes none where one is refused', async () => {
    const [one, two] = [
      await add('person', { lastName: 'One' }),
      await add('person', { lastName: 'Two' }),
    ]
    await expect(
      call(records.setMany, {
        entity: 'person',
        changes: [
          { id: one, fields: { city: 'Berlin' } },
          { id: two, fields: { email: 'no address' } },
        ],
      }),
    ).rejects.toHaveProperty('problem.code', 'invalid')
    expect(await city(one)).toBeNull()
  })
})
