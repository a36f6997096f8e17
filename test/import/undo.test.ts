import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EntityName } from '../../main/contract/words.ts'
import { applyChanges } from '../../main/engine/change-together.ts'
import { undoImport } from '../../main/engine/import/undo-import.ts'
import { readImports } from '../../main/engine/store/imports/import-runs.ts'
import { checkStore } from '../../main/engine/store/check/integrity.ts'
import { listRecords } from '../../main/engine/store/sql/records.ts'
import { importText } from '../support/demo-entrants.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

let test: TestCore
beforeEach(async () => {
  test = await openTestCore()
})
afterEach(async () => {
  expect(await checkStore(test.core.reader, test.database)).toEqual({ ok: true, problems: [] })
  await test.close()
})

const all = async (entity: EntityName) => {
  const options = { after: 0, limit: 5_000, deleted: false, where: {} }
  return (await listRecords(test.core.reader, entity, options)).records
}
const find = async (entity: EntityName, field: string, value: string) =>
  (await all(entity)).find(({ fields }) => fields[field] === value)!
const set = (entity: EntityName, id: string, fields: Record<string, string | null>) =>
  applyChanges(test.core, [{ action: 'update', entity, id, fields }])
/** Everything live, without the stamps that any change moves on. */
const contents = async () => {
  const kinds = ['organisation', 'person', 'event', 'race', 'startGroup', 'tag'] as const
  const parts = [...kinds, 'eventParticipant', 'startGroupParticipant'] as const
  return Promise.all(
    parts.map(async (kind) =>
      (await all(kind)).map(({ id, fields }) => JSON.stringify([id, fields])).toSorted(),
    ),
  )
}

const before = `bib,first_name,last_name,email,race,start_group,club,tag
1,Ana,Kip,ana@example.org,Marathon,Wave 1,Harriers,T-1
2,Bo,Lund,bo@example.org,Marathon,Wave 1,Harriers,T-2
`
const later = (count: number) =>
  [
    'bib,first_name,last_name,email,race,start_group,club,tag',
    '1,Ana,Kip,ana@example.com,Marathon,Wave 2,Striders,T-9',
    ...Array.from(
      { length: count },
      (_, at) => `${at + 10},R${at},Own,r${at}@example.org,Half,Half ${at % 3},Striders,C-${at}`,
    ),
  ].join('\n') + '\n'

describe('taking an import back', () => {
  it('leaves everything as it was, over many pages', async () => {
    await importText(test, before)
    const was = await contents()
    const { importId, totals } = await importText(test, later(400), { fileName: 'late.csv' })
    expect(totals).toMatchObject({ new: 400, moved: 1 })
    const report = await undoImport(test.core, importId!)
    expect(report).toMatchObject({
      deleted: { person: 400, eventParticipant: 400, startGroupParticipant: 400, race: 1 },
      restored: { person: 1, eventParticipant: 1 },
      kept: [],
      keptTotal: 0,
    })
    expect(await contents()).toEqual(was)
  })

  it('keeps and names what was edited since, and what that refers to', async () => {
    await importText(test, before)
    const { importId } = await importText(test, later(20), { fileName: 'late.csv' })
    const ana = await find('person', 'lastName', 'Kip')
    await set('person', ana.id, { email: 'ana@example.net' })
    const checkedIn = await find('eventParticipant', 'number', '12')
    await set('eventParticipant', checkedIn.id, { status: 'checkedIn' })

    const report = await undoImport(test.core, importId!)
    expect((await find('person', 'lastName', 'Kip')).fields).toMatchObject({
      email: 'ana@example.net',
    })
    expect((await all('eventParticipant')).map(({ fields }) => fields['number'])).toEqual([
      '1',
      '2',
      '12',
    ])
    const told = report.kept.map(({ entity, display, field, why }) => [entity, display, field, why])
    expect(told).toEqual(
      expect.arrayContaining([
        ['person', 'Ana Kip', 'email', 'edited'],
        ['eventParticipant', expect.stringContaining('12'), null, 'edited'],
        ['person', 'R2 Own', null, 'used'],
        ['tag', 'C-2', null, 'used'],
      ]),
    )
    expect(report.kept.find(({ field }) => field === 'email')).toMatchObject({
      who: 'Desk 1',
      message: 'E-mail of Ana Kip was changed since by Desk 1, and stays.',
    })
    // Her club is as before although her address stays; nothing else of hers was touched.
    const club = (await find('organisation', 'name', 'Harriers')).id
    expect((await find('person', 'lastName', 'Kip')).fields['organisation']).toBe(club)
    expect(await find('tag', 'number', 'C-2')).toMatchObject({ fields: { status: 'inUse' } })
  })

  it('gives tags back to who had them, and says who has them meanwhile', async () => {
    await importText(test, before)
    const { importId } = await importText(test, later(3))
    expect((await find('tag', 'number', 'T-1')).fields['status']).toBe('stock')
    const oldTag = await find('tag', 'number', 'T-1')
    const bo = await find('eventParticipant', 'number', '2')
    await set('tag', oldTag.id, { status: 'inUse' })
    await set('eventParticipant', bo.id, { tag: oldTag.id })
    const report = await undoImport(test.core, importId!)
    expect(report.kept).toMatchObject([
      { entity: 'eventParticipant', why: 'taken', holder: expect.stringContaining('Bo Lund') },
      { entity: 'tag', display: 'T-9', why: 'used' },
    ])
    const worn = (await all('eventParticipant')).map(({ fields }) => fields['tag'])
    expect(worn).toContain(oldTag.id)
    for (const tag of await all('tag'))
      if (worn.includes(tag.id)) expect(tag.fields['status']).toBe('inUse')
  })

  it('swaps bibs back that a file swapped', async () => {
    await importText(test, before)
    const [one, two] = await all('eventParticipant')
    const { importId } = await importText(test, later(200))
    // As an import that swaps would: both in one go, under its number.
    const number = (await readImports(test.core.reader, { before: null, limit: 1 }))[0]!.number
    await applyChanges(
      test.core,
      [
        { action: 'update', entity: 'eventParticipant', id: one!.id, fields: { number: '2' } },
        { action: 'update', entity: 'eventParticipant', id: two!.id, fields: { number: '1' } },
      ],
      { origin: 'import', source: 'late.csv', importNo: number },
    )
    await test.core.db
      .updateTable('import_run')
      .set({
        lastStamp: (
          await test.core.reader.selectFrom('clock').selectAll().executeTakeFirstOrThrow()
        ).last,
      })
      .where('rowNo', '=', number)
      .execute()
    const report = await undoImport(test.core, importId!)
    expect(report.keptTotal).toBe(0)
    expect((await all('eventParticipant')).map(({ fields }) => fields['number'])).toEqual([
      '1',
      '2',
    ])
  })

  it('does not count what another import changed that was taken back too', async () => {
    const first = await importText(test, before)
    const second = await importText(test, later(1))
    expect((await undoImport(test.core, second.importId!)).keptTotal).toBe(0)
    expect((await undoImport(test.core, first.importId!)).keptTotal).toBe(0)
    expect(await all('person')).toEqual([])
  })

  it('can be stopped and goes on, and is done once', async () => {
    await importText(test, before)
    const was = await contents()
    const { importId } = await importText(test, later(300), { fileName: 'late.csv' })
    const stop = new AbortController()
    const stopped = undoImport(
      test.core,
      importId!,
      () => stop.abort(new Error('enough')),
      stop.signal,
    )
    await expect(stopped).rejects.toThrow('enough')
    const between = (await all('eventParticipant')).length
    expect(between).toBeLessThan(302)
    expect(between).toBeGreaterThan(2)
    const report = await undoImport(test.core, importId!)
    expect(report.deleted).toMatchObject({ person: 300, eventParticipant: 300 })
    expect(await contents()).toEqual(was)
    await expect(undoImport(test.core, importId!)).rejects.toThrow(
      /^The import of late\.csv was taken back already, by Desk 1 on /,
    )
  })

  it('is in the history as what it is', async () => {
    const { importId } = await importText(test, before, { fileName: 'late.csv' })
    await undoImport(test.core, importId!)
    const trail = await test.core.reader.selectFrom('audit').selectAll().execute()
    const numbers = new Set(trail.map(({ action, importNo }) => `${action} ${importNo}`))
    expect(numbers).toEqual(
      new Set(['create 1', 'update -1', 'delete -1'].filter((one) => numbers.has(one))),
    )
    expect(numbers).toContain('delete -1')
    expect(trail.every(({ source }) => source === 'late.csv')).toBe(true)
  })

  it('has nothing to take back of a rehearsal or a file that changed nothing', async () => {
    await importText(test, before)
    expect((await importText(test, before)).importId).toBeNull()
    expect((await importText(test, later(3), { rehearse: true })).importId).toBeNull()
    expect(await readImports(test.core.reader, { before: null, limit: 10 })).toHaveLength(1)
    await expect(undoImport(test.core, 'nobody')).rejects.toThrow(/There is no import nobody/)
  })
})
