import { call } from '@orpc/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EntityName } from '../../main/contract/words.ts'
import { recordHandlers } from '../../main/engine/services/data/records-service.ts'
import { importText } from '../support/demo-entrants.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

let test: TestCore
let records: ReturnType<typeof recordHandlers>

beforeAll(async () => {
  test = await openTestCore({ who: 'Eva @ Desk 1' })
  records = recordHandlers(test.core)
  await importText(
    test,
    `bib,first_name,last_name,club,start_group,tag
7,Ana,Kip,Hill Harriers,Wave 1,T-1
8,Cleo,Anand,Hill Harriers,Wave 1,T-3
`,
  )
})
afterAll(() => test.close())

describe('a list of records', () => {
  it('names what its reference fields point to', async () => {
    const page = await call(records.list, { entity: 'eventParticipant' })
    const [first] = page.records
    expect(['event', 'person', 'tag'].map((field) => page.names[String(first![field])])).toEqual([
      'Spring Classic',
      'Ana Kip',
      'T-1',
    ])
  })

  it.each<[EntityName, string]>([
    ['organisation', 'hill'],
    ['organisation', 'HILL HARR'],
    ['startGroup', 'wave 1'],
    ['tag', 't-3'],
  ])('of kind %s finds "%s" whatever the capitals', async (entity, query) => {
    const page = await call(records.list, { entity, query })
    expect(page.records).toHaveLength(1)
  })
})

describe('a history', () => {
  it('names the records a reference field pointed to before and after', async () => {
    const { records: entries } = await call(records.list, { entity: 'eventParticipant' })
    const tag = await call(records.set, { entity: 'tag', fields: { number: 'T-9' } })
    const before = String(entries[0]!['tag'])
    const id = entries[0]!.id
    await call(records.set, { entity: 'eventParticipant', id, fields: { tag: tag.id } })
    const history = await call(records.history, { id, limit: 1 })
    expect(history.entries[0]!.changes).toEqual([{ field: 'tag', before, after: tag.id }])
    expect(history.names).toEqual({ [before]: 'T-1', [tag.id]: 'T-9' })
  })
})
