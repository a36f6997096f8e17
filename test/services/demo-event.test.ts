/** The demo event: there with one question, gone as a whole, and never at a target. */
import { call } from '@orpc/server'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { EntityName } from '../../main/contract/words.ts'
import { applyChanges } from '../../main/engine/change-together.ts'
import { demoHandlers, refuseBesideDemo } from '../../main/engine/services/data/demo-service.ts'
import { checkStore } from '../../main/engine/store/check/integrity.ts'
import { readDemoEvent } from '../../main/engine/store/imports/demo-event.ts'
import { insertTarget, type TargetSettings } from '../../main/engine/store/runs/targets.ts'
import { listRecords } from '../../main/engine/store/sql/records.ts'
import { importText } from '../support/demo-entrants.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

const someTarget: TargetSettings = {
  name: 'timing',
  adapter: 'scripted',
  url: 'http://127.0.0.1',
  auth: 'none',
  settings: {},
  mode: 'mirror',
  direction: 'inbound',
  conflicts: 'master-wins',
  remoteDeletion: 'delete',
  entities: ['person'],
  filter: null,
  mapping: [],
  owners: {},
  sensitive: [],
  schedule: { delta: null, reconcile: null },
  allowInsecure: false,
}

let test: TestCore
let demo: ReturnType<typeof demoHandlers>
beforeEach(async () => {
  test = await openTestCore()
  demo = demoHandlers(test.core)
})
afterEach(async () => {
  const checked = await checkStore(test.core.reader, test.database)
  await test.close()
  expect(checked.problems).toEqual([])
})

async function all(entity: EntityName) {
  const options = { after: 0, limit: 1000, deleted: false, where: {} }
  return (await listRecords(test.core.reader, entity, options)).records
}
const kinds = ['event', 'person', 'eventParticipant', 'startGroup', 'tag', 'organisation'] as const
const counts = async () =>
  Object.fromEntries(
    await Promise.all(kinds.map(async (kind) => [kind, (await all(kind)).length] as const)),
  )

it('brings an event with entrants, clubs and tags, and takes all of it away again; who was entered in it by hand stays', async () => {
  expect(await call(demo.get, undefined)).toEqual({ event: null, offered: true })
  const added = await call(demo.add, undefined)
  expect(added).toMatchObject({ event: { name: 'Harbour City Marathon' }, offered: false })
  expect(await counts()).toMatchObject({ event: 1, person: 300, eventParticipant: 300 })

  const [entry] = await all('eventParticipant')
  const walkUp = test.core.ports.ids.uuid()
  const outcomes = await applyChanges(test.core, [
    {
      action: 'update',
      entity: 'eventParticipant',
      id: entry!.id,
      fields: { status: 'checkedIn' },
    },
    { action: 'create', entity: 'person', id: walkUp, fields: { lastName: 'Walk-up' } },
    {
      action: 'create',
      entity: 'eventParticipant',
      id: test.core.ports.ids.uuid(),
      fields: { event: added.event!.id, person: walkUp, number: '9999' },
    },
  ])
  expect(outcomes.map(({ status }) => status)).toEqual(['updated', 'created', 'created'])
  expect((await call(demo.get, undefined)).event).toMatchObject({ others: 1 })

  expect(await call(demo.remove, undefined)).toEqual({ event: null, offered: true })
  const left = { event: 0, person: 1, eventParticipant: 0, startGroup: 0, tag: 0, organisation: 0 }
  expect(await counts()).toEqual(left)
  expect((await all('person')).map(({ id }) => id)).toEqual([walkUp])
})

it('leaves a person who was here before, and their club of the demo', async () => {
  const before = test.core.ports.ids.uuid()
  await applyChanges(test.core, [
    { action: 'create', entity: 'person', id: before, fields: { lastName: 'Kip' } },
  ])
  const { event } = await call(demo.add, undefined)
  const [club] = await all('organisation')
  const entry = { event: event!.id, person: before, number: '9998' }
  const id = test.core.ports.ids.uuid()
  const outcomes = await applyChanges(test.core, [
    { action: 'update', entity: 'person', id: before, fields: { organisation: club!.id } },
    { action: 'create', entity: 'eventParticipant', id, fields: entry },
  ])
  expect(outcomes.map(({ status }) => status)).toEqual(['updated', 'created'])
  await call(demo.remove, undefined)
  expect(await counts()).toMatchObject({ person: 1, eventParticipant: 0, organisation: 1 })
})

it('is known as the demo from its first record on: what cuts it off leaves no invented people unmarked', async () => {
  let seen: unknown = null
  const stop = test.core.live.on(() => {
    seen ??= readDemoEvent(test.core.db)
  })
  await call(demo.add, undefined)
  stop()
  expect(await seen).toMatchObject({ importNo: 1 })
})

it('does not come where a target was added meanwhile', async () => {
  const { longWork } = test.core
  const run: typeof longWork.run = async (work, signal) => {
    await test.core.db.transaction().execute((trx) => insertTarget(trx, someTarget, 1))
    return longWork.run(work, signal)
  }
  const late = demoHandlers({ ...test.core, longWork: { ...longWork, run } })
  await expect(call(late.add, undefined)).rejects.toThrow('no target')
  expect(Object.values(await counts())).toEqual(kinds.map(() => 0))
})

it('leaves whom a real list entered meanwhile', async () => {
  await call(demo.add, undefined)
  const [person] = await all('person')
  const { firstName, lastName, dateOfBirth } = person!.fields
  await importText(
    test,
    `bib,first_name,last_name,date_of_birth\n7,"${String(firstName)}","${String(lastName)}",${String(dateOfBirth)}\n`,
    { event: 'Spring Run', fileName: 'spring.csv' },
  )
  await call(demo.remove, undefined)
  expect(await counts()).toMatchObject({ event: 1, person: 1, eventParticipant: 1 })
  expect((await all('person')).map(({ id }) => id)).toEqual([person!.id])
})

it('is offered to an empty Marshal only, and keeps targets away while it is here', async () => {
  await call(demo.add, undefined)
  await expect(refuseBesideDemo(test.core.db)).rejects.toThrow('must not travel')
  await call(demo.remove, undefined)
  await refuseBesideDemo(test.core.db)
  await importText(test, 'bib,first_name,last_name\n1,Ana,Kip\n', {
    event: 'Spring Run',
    fileName: 'spring.csv',
  })
  expect(await call(demo.get, undefined)).toEqual({ event: null, offered: false })
  await expect(call(demo.add, undefined)).rejects.toThrow('no other event')
})
