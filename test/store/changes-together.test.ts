/** Changes that are made in one call and have to do with each other. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EntityName } from '../../main/contract/words.ts'
import { applyChanges } from '../../main/engine/change-together.ts'
import type { Fields } from '../../main/engine/model/record.ts'
import { readAudit } from '../../main/engine/store/writer/audit.ts'
import { checkStore } from '../../main/engine/store/check/integrity.ts'
import type { Change } from '../../main/engine/store/writer/record-change.ts'
import { readRecords } from '../../main/engine/store/sql/records.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

let test: TestCore
beforeEach(async () => {
  test = await openTestCore()
})
afterEach(async () => {
  expect(await checkStore(test.core.reader, test.database)).toEqual({ ok: true, problems: [] })
  await test.close()
})

const create = (entity: EntityName, fields: Fields) =>
  ({ action: 'create', entity, id: test.core.ports.ids.uuid(), fields }) as const
const update = (entity: EntityName, id: string, fields: Fields) =>
  ({ action: 'update', entity, id, fields }) as const
const remove = (entity: EntityName, id: string) => ({ action: 'delete', entity, id }) as const

async function statusesOf(...changes: readonly Change[]): Promise<readonly string[]> {
  return (await applyChanges(test.core, changes)).map(({ status }) => status)
}

async function add(entity: EntityName, fields: Fields): Promise<string> {
  const made = create(entity, fields)
  expect(await statusesOf(made)).toEqual(['created'])
  return made.id
}

async function fieldsOf(entity: EntityName, id: string): Promise<Fields> {
  return (await readRecords(test.core.reader, entity, [id])).get(id)!.fields
}

/** An event with entrants who have the bibs 1, 2, … and a tag each. */
async function entrants(count: number) {
  const event = await add('event', { name: 'Spring' })
  const ids: string[] = []
  const tags: string[] = []
  for (let bib = 1; bib <= count; bib++) {
    const person = await add('person', { lastName: `Runner ${bib}` })
    const tag = await add('tag', { number: `T-${bib}` })
    tags.push(tag)
    ids.push(await add('eventParticipant', { event, person, number: String(bib), tag }))
  }
  const bibs = async () =>
    Promise.all(ids.map(async (id) => (await fieldsOf('eventParticipant', id))['number']))
  return { event, ids, tags, bibs }
}

describe('what changes hands within one call', () => {
  it('may be swapped, bib and tag alike', async () => {
    const { ids, tags, bibs } = await entrants(2)
    const [a, b] = ids as [string, string]
    expect(
      await statusesOf(
        update('eventParticipant', a, { number: '2', tag: tags[1]! }),
        update('eventParticipant', b, { number: '1', tag: tags[0]! }),
      ),
    ).toEqual(['updated', 'updated'])
    expect(await bibs()).toEqual(['2', '1'])
    expect((await fieldsOf('eventParticipant', a))['tag']).toBe(tags[1])
  })

  it('may move on from one to the next, whatever the order', async () => {
    const { ids, bibs } = await entrants(3)
    const moves = ids.map((id, at) => update('eventParticipant', id, { number: String(at + 2) }))
    expect(await statusesOf(...moves)).toEqual(['updated', 'updated', 'updated'])
    expect(await bibs()).toEqual(['2', '3', '4'])
  })

  it('may be taken from who withdraws or is deleted', async () => {
    const { ids, tags, bibs } = await entrants(3)
    const [a, b, c] = ids as [string, string, string]
    expect(
      await statusesOf(
        update('eventParticipant', a, { number: '2', tag: tags[2]! }),
        remove('eventParticipant', b),
        update('eventParticipant', c, { status: 'withdrawn' }),
      ),
    ).toEqual(['updated', 'deleted', 'updated'])
    expect((await bibs())[0]).toBe('2')
  })

  it('stays where it is when one of those who swap may not', async () => {
    const { ids, tags, bibs } = await entrants(3)
    const [a, b] = ids as [string, string]
    expect(
      await statusesOf(
        update('eventParticipant', a, { number: '2' }),
        update('eventParticipant', b, { number: '1', tag: tags[2]! }),
      ),
    ).toEqual(['refused', 'refused'])
    expect(await bibs()).toEqual(['1', '2', '3'])
  })
})

describe('parents and children in one call', () => {
  it('refuses the children of a refused parent of the same kind, down the line', async () => {
    const a = create('organisation', { name: 'A', parent: 'nobody' })
    const b = create('organisation', { name: 'B', parent: a.id })
    const c = create('organisation', { name: 'C', parent: b.id })
    expect(await statusesOf(c, b, a)).toEqual(['refused', 'refused', 'refused'])
  })

  it('does not delete what another change refers to from now on', async () => {
    const event = await add('event', { name: 'Spring' })
    expect(
      await statusesOf(remove('event', event), create('race', { event, name: '10 km' })),
    ).toEqual(['refused', 'created'])
  })

  it('does not delete a parent whose child has to stay', async () => {
    const { event, ids } = await entrants(1)
    const race = await add('race', { event, name: '10 km' })
    const startGroup = await add('startGroup', { race, name: 'A' })
    await add('startGroupParticipant', { startGroup, eventParticipant: ids[0]! })
    const { person } = await fieldsOf('eventParticipant', ids[0]!)
    expect(
      await statusesOf(remove('person', person as string), remove('eventParticipant', ids[0]!)),
    ).toEqual(['refused', 'refused'])
  })

  it('deletes clubs that refer to each other together', async () => {
    const parent = await add('organisation', { name: 'Union' })
    const child = await add('organisation', { name: 'Club', parent })
    expect(await statusesOf(remove('organisation', parent), remove('organisation', child))).toEqual(
      ['deleted', 'deleted'],
    )
  })
})

describe('several changes of one record in one call', () => {
  it('are made one after the other, and none is lost', async () => {
    const club = create('organisation', { name: 'Harriers' })
    expect(
      await statusesOf(
        club,
        update('organisation', club.id, { email: 'mail@example.org' }),
        update('organisation', club.id, { kind: 'club' }),
      ),
    ).toEqual(['created', 'updated', 'updated'])
    expect(await fieldsOf('organisation', club.id)).toMatchObject({
      email: 'mail@example.org',
      kind: 'club',
    })
    const { items: history } = await readAudit(test.core.reader, {
      recordId: club.id,
      before: null,
      limit: 10,
    })
    expect(history.map(({ changes }) => changes)).toEqual([
      { kind: [null, 'club'] },
      { email: [null, 'mail@example.org'] },
      { name: 'Harriers' },
    ])
  })
})
