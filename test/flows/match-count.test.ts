/** The number of records that fit a filter, told before anything is saved. */
import { describe, expect, it } from 'vitest'
import { startTestEngine } from '../support/test-engine.ts'
import { startListOf } from '../support/race-day.ts'
import { tagserverTarget } from '../targets/tagserver/target.ts'

describe('counting what fits a filter', () => {
  it('counts the live records of each kind the filter is about', async () => {
    const marshal = await startTestEngine({ target: tagserverTarget })
    await marshal.importEntrants(startListOf(1_203))
    const { client } = marshal
    const { records } = await client.records.list({ entity: 'person', limit: 1 })
    await client.records.remove({ entity: 'person', id: records[0]!.id, withChildren: true })
    const filter = {
      and: [
        { in: ['Runner12', { var: 'person.firstName' }] },
        { '==': [{ var: 'eventParticipant.number' }, '5'] },
      ],
    }
    expect(await client.targets.matching({ filter })).toEqual([
      // Runner12, Runner120 … Runner129, Runner1200 … Runner1203
      { entity: 'person', matching: 15, all: 1_202 },
      { entity: 'eventParticipant', matching: 1, all: 1_202 },
    ])
  })

  it('says in words why a filter cannot be used', async () => {
    const { client } = await startTestEngine({ target: tagserverTarget })
    const problem = await client.targets
      .matching({ filter: { resembles: [{ var: 'person.city' }, 'Bonn'] } })
      .catch(({ data }: { data: unknown }) => data)
    expect(problem).toMatchObject({
      ...{ code: 'wrong-use', fields: { filter: expect.stringContaining('not an operator') } },
    })
  })
})
