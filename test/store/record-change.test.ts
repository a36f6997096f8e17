import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EntityName } from '../../main/contract/words.ts'
import { applyChanges } from '../../main/engine/change-together.ts'
import type { Fields } from '../../main/engine/model/record.ts'
import { readAudit } from '../../main/engine/store/writer/audit.ts'
import { checkStore } from '../../main/engine/store/check/integrity.ts'
import type { Change, ChangeOutcome } from '../../main/engine/store/writer/record-change.ts'
import { readRecords } from '../../main/engine/store/sql/records.ts'
import { writeScope } from '../../main/engine/store/links/scope.ts'
import { insertTarget } from '../../main/engine/store/runs/targets.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

const newest = { before: null, limit: 10 } as const
let test: TestCore
beforeEach(async () => {
  test = await openTestCore({ who: 'Eva' })
})
afterEach(async () => {
  expect(await checkStore(test.core.reader, test.database)).toEqual({ ok: true, problems: [] })
  await test.close()
})

function create(entity: EntityName, fields: Fields, id = test.core.ports.ids.uuid()) {
  return { action: 'create', entity, id, fields } as const
}

const update = (entity: EntityName, id: string, fields: Fields) =>
  ({ action: 'update', entity, id, fields }) as const

const remove = (entity: EntityName, id: string) => ({ action: 'delete', entity, id }) as const

async function change(...changes: Change[]): Promise<readonly ChangeOutcome[]> {
  return applyChanges(test.core, changes)
}

async function add(entity: EntityName, fields: Fields): Promise<string> {
  const made = create(entity, fields)
  const [outcome] = await change(made)
  expect(outcome).toMatchObject({ status: 'created' })
  return made.id
}

async function stampOf(entity: EntityName, id: string): Promise<number> {
  return (await readRecords(test.core.reader, entity, [id])).get(id)!.modifiedOn
}

describe('stamps', () => {
  it('strictly increase, within a millisecond, across a clock that jumps back and after a restart', async () => {
    const stamps: number[] = []
    const addOne = async (to: TestCore) => {
      const id = to.core.ports.ids.uuid()
      await applyChanges(to.core, [create('organisation', { name: id }, id)])
      stamps.push((await readRecords(to.core.reader, 'organisation', [id])).get(id)!.modifiedOn)
    }
    await addOne(test)
    await addOne(test)
    test.clock.jumpTo(Date.UTC(1999, 0, 1))
    await addOne(test)
    test.clock.jumpTo(Date.UTC(2031, 0, 1))
    await addOne(test)
    await test.database.close()
    const again = await openTestCore({ dataDir: test.dataDir })
    await addOne(again)
    await again.close()
    expect(stamps.toSorted((a, b) => a - b)).toEqual(stamps)
    expect(new Set(stamps).size).toBe(stamps.length)
    expect(stamps[3]).toBe(Date.UTC(2031, 0, 1) * 1000)
    test = await openTestCore()
  })

  it('are one for each record of a page', async () => {
    const page = Array.from({ length: 50 }, (_, at) =>
      create('organisation', { name: `Club ${at}` }),
    )
    const outcomes = await change(...page)
    const stamps = outcomes.map((outcome) => ('record' in outcome ? outcome.record.modifiedOn : 0))
    expect(new Set(stamps).size).toBe(50)
  })
})

describe('history', () => {
  it('holds what was before and after, who, and the stamp of the record', async () => {
    const id = await add('person', { firstName: 'Ana', lastName: 'Kip', email: ' ANA@X.org ' })
    await change(update('person', id, { firstName: 'Anna', city: 'Bonn' }))
    const stamp = await stampOf('person', id)
    await change(remove('person', id))
    const { items } = await readAudit(test.core.reader, { ...newest, recordId: id })
    expect(items).toMatchObject([
      { action: 'delete', changes: null, who: 'Eva', origin: 'operator', source: null },
      { action: 'update', stamp, changes: { firstName: ['Ana', 'Anna'], city: [null, 'Bonn'] } },
      { action: 'create', changes: { firstName: 'Ana', lastName: 'Kip', email: 'ana@x.org' } },
    ])
    expect(Object.keys(items[2]!.changes!)).toEqual(['firstName', 'lastName', 'email'])
  })

  it('says nothing of a change that changes nothing', async () => {
    const id = await add('person', { lastName: 'Kip', email: 'a@x.org' })
    const before = await stampOf('person', id)
    const outcomes = await change(update('person', id, { email: 'A@X.ORG', firstName: '  ' }))
    expect(outcomes).toEqual([{ status: 'unchanged', id }])
    expect(await stampOf('person', id)).toBe(before)
    const { items } = await readAudit(test.core.reader, { ...newest, recordId: id })
    expect(items.length).toBe(1)
  })
})

describe('deleting', () => {
  it('leaves a tombstone that keeps its fields and no longer holds its bib', async () => {
    const { event, person } = await eventAndPerson()
    const entry = await add('eventParticipant', { event, person, number: '7' })
    await change(remove('eventParticipant', entry))
    const gone = (await readRecords(test.core.reader, 'eventParticipant', [entry])).get(entry)!
    expect(gone.deletedOn).toBe(gone.modifiedOn)
    expect(gone.fields['number']).toBe('7')
    await add('eventParticipant', { event, person, number: '7' })
  })

  it('is refused while something refers to the record, unless that goes too', async () => {
    const { event, person } = await eventAndPerson()
    const entry = await add('eventParticipant', { event, person, number: '7' })
    const [refused] = await change(remove('person', person))
    expect(refused).toMatchObject({
      status: 'refused',
      problem: {
        code: 'taken',
        holder: { entity: 'eventParticipant', id: entry, display: 'Ana Kip (7)' },
      },
    })
    const both = await change(remove('person', person), remove('eventParticipant', entry))
    expect(both.map(({ status }) => status)).toEqual(['deleted', 'deleted'])
  })

  it('cannot be undone by an edit, and twice is once', async () => {
    const id = await add('organisation', { name: 'Harriers' })
    await change(remove('organisation', id))
    expect(await change(update('organisation', id, { name: 'x' }))).toMatchObject([
      { status: 'refused', problem: { code: 'not-found' } },
    ])
    expect(await change(remove('organisation', id))).toMatchObject([{ status: 'unchanged' }])
  })
})

describe('what may be there only once', () => {
  it('names who has the bib, in the database and within one page', async () => {
    const { event, person } = await eventAndPerson()
    await add('eventParticipant', { event, person, number: '007' })
    const other = await add('person', { firstName: 'Bo', lastName: 'Lund' })
    const outcomes = await change(
      create('eventParticipant', { event, person: other, number: '007' }),
      create('eventParticipant', { event, person: other, number: '7' }),
      create('eventParticipant', { event, person: other, number: '7' }),
    )
    expect(outcomes).toMatchObject([
      {
        status: 'refused',
        problem: { code: 'taken', message: 'Bib 007 is taken by Ana Kip (007).' },
      },
      { status: 'created' },
      { status: 'refused', problem: { code: 'taken', fields: { number: expect.any(String) } } },
    ])
  })

  it('lets two entrants swap bibs only one after the other', async () => {
    const { event, person } = await eventAndPerson()
    const a = await add('eventParticipant', { event, person, number: '1' })
    const b = await add('eventParticipant', { event, person, number: '2' })
    const [first] = await change(update('eventParticipant', a, { number: '2' }))
    expect(first).toMatchObject({ status: 'refused' })
    await change(update('eventParticipant', a, { number: null }))
    expect(await change(update('eventParticipant', b, { number: '1' }))).toMatchObject([
      { status: 'updated' },
    ])
  })

  it('frees the tag of an entrant who withdraws, and refuses to bring them back with it', async () => {
    const { event, person } = await eventAndPerson()
    const tag = await add('tag', { number: 'T-1' })
    const a = await add('eventParticipant', { event, person, number: '1', tag })
    const b = await add('eventParticipant', { event, person, number: '2' })
    expect(await change(update('eventParticipant', b, { tag }))).toMatchObject([
      { status: 'refused', problem: { message: 'Tag is taken by Ana Kip (1).' } },
    ])
    await change(update('eventParticipant', a, { status: 'withdrawn' }))
    await change(update('eventParticipant', b, { tag }))
    expect(await change(update('eventParticipant', a, { status: 'registered' }))).toMatchObject([
      { status: 'refused', problem: { code: 'taken', holder: { id: b } } },
    ])
  })
})

describe('a page of changes', () => {
  it('needs no order: parents are written first', async () => {
    const event = create('event', { name: 'Spring' })
    const race = create('race', { name: '10 km', event: event.id })
    const outcomes = await change(race, event)
    expect(outcomes.map(({ status }) => status)).toEqual(['created', 'created'])
  })

  it('keeps the good ones; a child of a refused parent is refused too', async () => {
    const bad = create('person', { firstName: 'Nameless' })
    const event = create('event', { name: 'Spring' })
    const child = create('eventParticipant', { event: event.id, person: bad.id })
    const good = create('person', { lastName: 'Kip' })
    expect(await change(bad, event, child, good)).toMatchObject([
      { status: 'refused', problem: { code: 'invalid', fields: { lastName: 'is missing' } } },
      { status: 'created' },
      {
        status: 'refused',
        problem: { fields: { person: expect.stringContaining('no person has the id') } },
      },
      { status: 'created' },
    ])
  })

  it('names every value that does not fit, and unknown fields', async () => {
    const [outcome] = await change(
      create('person', { lastName: 'Kip', dateOfBirth: '31.12.', gender: 'blue', shoe: 4 }),
    )
    expect(outcome).toMatchObject({
      status: 'refused',
      problem: {
        fields: {
          dateOfBirth: expect.any(String),
          gender: expect.any(String),
          shoe: expect.any(String),
        },
      },
    })
  })

  it('refuses a birth date after today, wherever today has begun already', async () => {
    const born = (dateOfBirth: string) => create('person', { lastName: 'Kip', dateOfBirth })
    const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)
    const now = test.clock.now()
    expect(await change(born(day(now)), born(day(now + 2 * 86_400_000)))).toMatchObject([
      { status: 'created' },
      {
        status: 'refused',
        problem: { fields: { dateOfBirth: expect.stringContaining('future') } },
      },
    ])
  })

  it('leaves a value alone that older rules took, and refuses to write it anew', async () => {
    const id = await add('person', { lastName: 'Kip' })
    await test.core.db.updateTable('person').set({ phone: 'Wave A' }).where('id', '=', id).execute()
    const [moved] = await change(update('person', id, { country: 'DE', phone: 'Wave A' }))
    expect(moved).toMatchObject({ status: 'updated', record: { fields: { phone: 'Wave A' } } })
    const [typed] = await change(update('person', id, { phone: 'Wave B' }))
    expect(typed).toMatchObject({
      status: 'refused',
      problem: { fields: { phone: expect.stringContaining('not a phone number') } },
    })
  })

  it('tells window and scheduler which entities changed, once', async () => {
    await change(create('person', { lastName: 'Kip' }), create('event', { name: 'Spring' }))
    expect(test.events).toEqual([{ type: 'data', entities: ['person', 'event'] }])
    expect(test.changes).toEqual([['person', 'event']])
    await change(create('person', {}))
    expect(test.events.length).toBe(1)
  })
})

describe('due marks', () => {
  it('make a new record due for every target with its entity in scope', async () => {
    const timing = await addTarget('timing', ['person'])
    await addTarget('mail', ['organisation'])
    const person = await add('person', { lastName: 'Kip' })
    expect(await syncRecords(person)).toMatchObject([
      {
        targetId: timing,
        state: 'linked',
        entitySyncedOn: -1,
        entityModifiedOn: await stampOf('person', person),
      },
    ])
  })

  it('follow each change and each tombstone', async () => {
    await addTarget('timing', ['person'])
    const person = await add('person', { lastName: 'Kip' })
    await settle(person)
    await change(update('person', person, { firstName: 'Ana' }))
    expect(await syncRecords(person)).toMatchObject([
      { entityModifiedOn: await stampOf('person', person), recordDeleted: 0, bucket: 'pending' },
    ])
    await change(remove('person', person))
    expect(await syncRecords(person)).toMatchObject([{ recordDeleted: 1, bucket: 'pending' }])
  })

  it('wake a failed record when a person changes it', async () => {
    const target = await addTarget('timing', ['person'])
    const person = await add('person', { lastName: 'Kip' })
    await test.core.db
      .updateTable('sync_record')
      .set({ state: 'failed', errorCode: 'rejected', errorMessage: 'no', attempts: 3 })
      .where('recordId', '=', person)
      .execute()
    expect(await counterOf(target, 'failed')).toBe(1)
    await change(update('person', person, { firstName: 'Ana' }))
    expect(await syncRecords(person)).toMatchObject([
      { state: 'linked', errorCode: null, errorMessage: null, attempts: 0, bucket: 'pending' },
    ])
    expect([await counterOf(target, 'failed'), await counterOf(target, 'pending')]).toEqual([0, 1])
  })

  it('spare the target a change came from', async () => {
    const timing = await addTarget('timing', ['person'])
    const mail = await addTarget('mail', ['person'])
    const person = await add('person', { lastName: 'Kip' })
    await settle(person)
    await applyChanges(test.core, [update('person', person, { firstName: 'Ana' })], {
      origin: 'target',
      source: 'timing',
      exceptTarget: timing,
    })
    const due = (await syncRecords(person)).filter(({ bucket }) => bucket === 'pending')
    expect(due.map(({ targetId }) => targetId)).toEqual([mail])
    // What the sync engine does next for the target itself.
    await settle(person, true)
  })
})

async function eventAndPerson() {
  return {
    event: await add('event', { name: 'Spring' }),
    person: await add('person', { firstName: 'Ana', lastName: 'Kip' }),
  }
}

async function addTarget(name: string, scope: readonly EntityName[]): Promise<number> {
  return test.core.db.transaction().execute(async (trx) => {
    const id = await insertTarget(
      trx,
      {
        name,
        adapter: 'mock-sync-server',
        url: '',
        auth: 'none',
        settings: {},
        mode: 'mirror',
        direction: 'outbound',
        conflicts: 'master-wins',
        remoteDeletion: 'unlink',
        entities: scope,
        filter: null,
        mapping: [],
        owners: {},
        sensitive: [],
        schedule: { delta: null, reconcile: null },
        allowInsecure: false,
      } as Parameters<typeof insertTarget>[1],
      1,
    )
    await writeScope(
      trx,
      id,
      scope.map((entity) => ({
        entity,
        outbound: true,
        inbound: false,
        firstState: 'linked' as const,
      })),
    )
    return id
  })
}

function syncRecords(recordId: string) {
  return test.core.reader
    .selectFrom('sync_record')
    .selectAll()
    .where('recordId', '=', recordId)
    .orderBy('targetId')
    .execute()
}

/** As if every target had confirmed the record; `mirror` also copies the stamp a spared target has not seen. */
async function settle(recordId: string, mirror = false): Promise<void> {
  const stamp = await stampOf('person', recordId)
  await test.core.db
    .updateTable('sync_record')
    .set({ entitySyncedOn: stamp, ...(mirror ? { entityModifiedOn: stamp } : {}) })
    .where('recordId', '=', recordId)
    .execute()
}

async function counterOf(targetId: number, name: string): Promise<number> {
  const row = await test.core.reader
    .selectFrom('counter')
    .select('value')
    .where('targetId', '=', targetId)
    .where('name', '=', name)
    .executeTakeFirstOrThrow()
  return row.value
}
