/** Deleting a record that others need: refused with the holder, or all of it together. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EntityName } from '../../main/contract/words.ts'
import { applyChanges } from '../../main/engine/change-together.ts'
import type { Fields } from '../../main/engine/model/record.ts'
import { removeWithChildren } from '../../main/engine/services/data/remove-with-children.ts'
import { readAlong } from '../../main/engine/store/writer/along.ts'
import { readAudit } from '../../main/engine/store/writer/audit.ts'
import { checkStore } from '../../main/engine/store/check/integrity.ts'
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

async function add(entity: EntityName, fields: Fields): Promise<string> {
  const id = test.core.ports.ids.uuid()
  const [outcome] = await applyChanges(test.core, [{ action: 'create', entity, id, fields }])
  expect(outcome).toMatchObject({ status: 'created' })
  return id
}
async function read(entity: EntityName, id: string) {
  return (await readRecords(test.core.reader, entity, [id])).get(id)!
}
const isGone = async (entity: EntityName, id: string) => (await read(entity, id)).deletedOn !== null

/** An event with one race, one start group, and so many entrants in it with a tag each. */
async function raceDay(name: string, count: number) {
  const event = await add('event', { name })
  const race = await add('race', { event, name: 'Marathon' })
  const startGroup = await add('startGroup', { race, name: 'Wave 1' })
  const entrants: { entry: string; person: string; tag: string; place: string }[] = []
  for (let at = 1; at <= count; at++) {
    const person = await add('person', { firstName: 'Ana', lastName: `${name} ${at}` })
    const tag = await add('tag', { number: `${name}-${at}` })
    const entry = await add('eventParticipant', { event, person, number: String(at), tag })
    const place = await add('startGroupParticipant', { startGroup, eventParticipant: entry })
    entrants.push({ entry, person, tag, place })
  }
  return { event, race, startGroup, entrants, first: entrants[0]! }
}

describe('Deleting a record with its children', () => {
  it('takes the place in a start group along, children first, with a line of history each', async () => {
    const { first, startGroup } = await raceDay('Spring', 2)
    const [refused] = await applyChanges(test.core, [
      { action: 'delete', entity: 'eventParticipant', id: first.entry },
    ])
    expect(refused).toMatchObject({
      status: 'refused',
      problem: { code: 'taken', holder: { entity: 'startGroupParticipant', id: first.place } },
    })

    const along = await removeWithChildren(test.core, 'eventParticipant', first.entry)
    expect(along).toEqual([
      {
        entity: 'startGroupParticipant',
        action: 'deleted',
        field: null,
        count: 1,
        names: ['Ana Spring 1 in Wave 1'],
      },
    ])
    const [entry, place] = [
      await read('eventParticipant', first.entry),
      await read('startGroupParticipant', first.place),
    ]
    expect(place.deletedOn).toBeLessThan(entry.deletedOn!)
    expect(await isGone('person', first.person)).toBe(false)
    expect(await isGone('startGroup', startGroup)).toBe(false)
    const lines = (await readAudit(test.core.reader, { before: null, limit: 2 })).items
    expect(lines.map(({ action, recordId }) => [action, recordId])).toEqual([
      ['delete', first.entry],
      ['delete', first.place],
    ])
  })

  it('lets who can be without it stay, and lose only the reference', async () => {
    const { first } = await raceDay('Spring', 1)
    expect(await removeWithChildren(test.core, 'tag', first.tag)).toEqual([
      {
        entity: 'eventParticipant',
        action: 'cleared',
        field: 'tag',
        count: 1,
        names: ['Ana Spring 1 (1)'],
      },
    ])
    expect(await isGone('tag', first.tag)).toBe(true)
    expect((await read('eventParticipant', first.entry)).fields['tag']).toBeNull()
  })

  it('takes a whole event of several pages, and nothing of another one', async () => {
    const spring = await raceDay('Spring', 3)
    const autumn = await raceDay('Autumn', 1)
    const persons = Array.from({ length: 1203 }, () => test.core.ports.ids.uuid())
    const entries = persons.map(() => test.core.ports.ids.uuid())
    await applyChanges(
      test.core,
      persons.map((id, at) => ({
        action: 'create',
        entity: 'person',
        id,
        fields: { lastName: `R${at}` },
      })),
    )
    await applyChanges(
      test.core,
      entries.map((id, at) => ({
        action: 'create',
        entity: 'eventParticipant',
        id,
        fields: { event: spring.event, person: persons[at]! },
      })),
    )
    const planned = await readAlong(test.core.reader, 'event', spring.event)
    const along = await removeWithChildren(test.core, 'event', spring.event)
    expect(along).toEqual(planned)
    expect(Object.fromEntries(along.map(({ entity, count }) => [entity, count]))).toEqual({
      race: 1,
      startGroup: 1,
      eventParticipant: 1206,
      startGroupParticipant: 3,
    })
    expect(along.find(({ entity }) => entity === 'eventParticipant')!.names).toHaveLength(5)
    const left = await test.core.reader
      .selectFrom('event_participant')
      .select('id')
      .where('deletedOn', 'is', null)
      .execute()
    expect(left).toEqual([{ id: autumn.first.entry }])
    expect(await isGone('event', autumn.event)).toBe(false)
    expect(await isGone('person', spring.first.person)).toBe(false)
  })

  it('is refused as a whole, with nothing gone, when the record does not exist', async () => {
    const { first } = await raceDay('Spring', 1)
    await expect(removeWithChildren(test.core, 'person', first.entry)).rejects.toMatchObject({
      problem: { code: 'not-found' },
    })
    expect(await isGone('eventParticipant', first.entry)).toBe(false)
  })

  it('takes what hangs on the children of a person along too', async () => {
    const { first } = await raceDay('Spring', 1)
    const conversation = await add('conversation', { person: first.person, subject: 'Shirt' })
    const message = await add('message', { conversation, body: 'M, please' })
    const along = await removeWithChildren(test.core, 'person', first.person)
    expect(along.map(({ entity }) => entity).toSorted()).toEqual([
      'conversation',
      'eventParticipant',
      'message',
      'startGroupParticipant',
    ])
    expect(await isGone('message', message)).toBe(true)
  })
})
