/** Fields an event defines for its entrants, from the definition to the Desk, lists, exports, search and history. */
import { call } from '@orpc/server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { NewOwnField } from '../../main/contract/own-fields.ts'
import { exportRecords } from '../../main/engine/export/export-records.ts'
import { deskHandlers } from '../../main/engine/services/desk/desk-service.ts'
import { modelHandlers } from '../../main/engine/services/data/model-service.ts'
import { ownFieldHandlers } from '../../main/engine/services/data/own-fields-service.ts'
import { recordHandlers } from '../../main/engine/services/data/records-service.ts'
import { importFile } from '../../main/engine/import/import-file.ts'
import { bytesOf, importText } from '../support/demo-entrants.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

let test: TestCore
let desk: ReturnType<typeof deskHandlers>
let own: ReturnType<typeof ownFieldHandlers>
let records: ReturnType<typeof recordHandlers>
let eventId: string

beforeEach(async () => {
  test = await openTestCore({ who: 'Eva' })
  desk = deskHandlers(test.core)
  own = ownFieldHandlers(test.core)
  records = recordHandlers(test.core)
  await importText(test, 'bib,first_name,last_name\n7,Ana,Kip\n8,Bo,Lund\n')
  eventId = (await call(desk.events, undefined))[0]!.id
})
afterEach(() => test.close())

const add = (label: string, more: Partial<NewOwnField> = {}) =>
  call(own.add, { eventId, label, ...more })
const bus = () => add('Bus from', { kind: 'choice', choices: ['Ålesund', 'X-Ray'] })

async function idOf(query: string): Promise<string> {
  return (await call(desk.search, { query, eventId })).rows[0]!.id
}
async function ownOf(query: string) {
  return (await call(desk.entrant, { id: await idOf(query) })).own
}
async function exported(sensitive = false): Promise<string> {
  let text = ''
  for await (const piece of exportRecords(test.core, 'entrant', 'csv', { sensitive })) text += piece
  return text
}

describe('an own field', () => {
  it('is defined once and keeps its name when its label changes', async () => {
    const field = await bus()
    expect(field).toMatchObject({ name: 'own_bus_from', choices: ['Ålesund', 'X-Ray'] })
    await call(own.change, { eventId, name: field.name, label: 'Shuttle' })
    expect(await call(own.list, { eventId })).toMatchObject([
      { name: 'own_bus_from', label: 'Shuttle', kind: 'choice', onDesk: true, sensitive: false },
    ])
  })

  it.each([
    ['T-Shirt', 'Every entrant has this already: it is called Shirt.'],
    ['Giveaway', 'Every entrant has this already'],
    ['bus FROM', 'The event has a field bus FROM already.'],
    ['???', 'has no letter or number in it'],
  ])('is refused as %s', async (label, message) => {
    await bus()
    await expect(add(label)).rejects.toThrow(message)
  })

  it('takes what fits, in one form, and says what does not beside its name', async () => {
    await bus()
    await add('Weight', { kind: 'number' })
    await add('Vegan', { kind: 'yesNo' })
    const id = await idOf('Ana')
    const change = (values: Record<string, string | null>) => call(desk.change, { id, own: values })
    expect(
      await change({ own_bus_from: 'ålesund', own_weight: '61,50', own_vegan: 'ja' }),
    ).toMatchObject({
      outcome: 'ok',
      entrant: { own: { own_bus_from: 'Ålesund', own_weight: '61.5', own_vegan: 'yes' } },
    })
    expect(await change({ own_bus_from: 'Oslo', own_weight: 'heavy' })).toMatchObject({
      outcome: 'wrong',
      problem: {
        message: 'Bus from is not one of Ålesund, X-Ray; Weight is not a number.',
        fields: { own_weight: 'is not a number' },
      },
    })
    expect(await change({ own_hotel: 'Ritz' })).toMatchObject({ outcome: 'wrong' })
    await change({ own_vegan: null })
    expect(await ownOf('Ana')).toEqual({ own_bus_from: 'Ålesund', own_weight: '61.5' })
  })

  it('has a history of its own, also after its definition is gone', async () => {
    await bus()
    const id = await idOf('Ana')
    await call(desk.change, { id, own: { own_bus_from: 'Ålesund' } })
    await call(own.remove, { eventId, name: 'own_bus_from' })
    await call(desk.change, { id, notes: 'late' })
    const { entries } = await call(records.history, { id, entity: 'eventParticipant' })
    expect(entries.map(({ changes }) => changes).slice(0, 2)).toEqual([
      [{ field: 'notes', before: null, after: 'late' }],
      [{ field: 'own_bus_from', before: null, after: 'Ålesund' }],
    ])
    await bus()
    expect(await ownOf('Ana')).toEqual({ own_bus_from: 'Ålesund' })
  })

  it('is not in the history as a file once it is sensitive, also after its definition is gone', async () => {
    await add('Diet', { sensitive: true })
    const id = await idOf('Ana')
    await call(desk.change, { id, own: { ownSensitive_diet: 'Nuts' } })
    await call(own.remove, { eventId, name: 'ownSensitive_diet' })
    let text = ''
    for await (const piece of await call(records.exportHistory, {})) text += String(piece)
    expect(text).toContain('eventParticipant')
    expect(text).not.toContain('Nuts')
  })

  it('is searched by its words, unless it is sensitive or an answer', async () => {
    await bus()
    await add('Diet', { sensitive: true })
    await add('Vegan', { kind: 'yesNo' })
    await call(desk.change, {
      id: await idOf('Ana'),
      own: { own_bus_from: 'X-Ray', ownSensitive_diet: 'Peanuts', own_vegan: 'yes' },
    })
    const find = async (query: string) => (await call(desk.search, { query, eventId })).rows.length
    expect(await find('x-ray')).toBe(1)
    expect(await find('peanuts')).toBe(0)
    expect(await find('yes')).toBe(0)
    await add('Room', { kind: 'number' })
    await call(desk.change, { id: await idOf('Ana'), own: { own_room: '8' } })
    const { rows } = await call(desk.search, { query: '8', eventId })
    expect(rows.map(({ lastName }) => lastName)).toEqual(['Lund', 'Kip'])
    const where = { own_bus_from: 'X-Ray' }
    const page = await call(records.list, { entity: 'eventParticipant', where })
    expect(page.records).toMatchObject([{ own_bus_from: 'X-Ray' }])
  })

  it('fills from lists under its label, cell by cell, and changes only what differs', async () => {
    await bus()
    await add('Vegan', { kind: 'yesNo' })
    const list = 'bib,last_name,Bus From,Vegan,Stall\n7,Kip,alesund,x,9\n8,Lund,x-ray,maybe,9\n'
    const report = await importText(test, list)
    expect(report.bad).toMatchObject([
      { line: 2, column: 'Bus From', kept: true },
      { line: 3, column: 'Vegan', kept: true },
    ])
    expect(report.ignoredColumns).toEqual(['Stall'])
    expect(await ownOf('Ana')).toEqual({ own_vegan: 'yes' })
    expect(await ownOf('Bo')).toEqual({ own_bus_from: 'X-Ray' })
    const again = await importText(test, list)
    expect(again.updated).toMatchObject({ eventParticipant: 0, person: 0 })
  })

  it('is one of its event in a list of several: others are left out of their rows and named', async () => {
    const other = await call(records.set, { entity: 'event', fields: { name: 'Night Run' } })
    await bus()
    await add('Weight', { kind: 'number' })
    await add('Hotel')
    await add('Hotel', { eventId: other.id, kind: 'choice', choices: ['Ritz'] })
    const list = [
      'event,bib,last_name,Bus from,Weight,Hotel',
      'Spring Classic,7,Kip,X-Ray,"61,5",Savoy',
      'Night Run,1,Moss,X-Ray,,ritz',
      'Night Run,2,Nadal,,,Savoy',
      '',
    ].join('\n')
    const report = await importFile(test.core, () => bytesOf(list), {
      ...{ entity: 'entrant', map: {}, rehearse: false, fileName: 'list.csv', format: 'csv' },
    })
    expect(report.bad).toMatchObject([
      { line: 3, column: 'Bus from', kept: true },
      { line: 4, column: 'Hotel', kept: true },
    ])
    const all = await call(records.list, { entity: 'eventParticipant' })
    expect(all.records).toHaveLength(4)
    const own = { own_bus_from: 'X-Ray', own_weight: '61.5', own_hotel: 'Savoy' }
    expect(all.records.find(({ number }) => number === '7')).toMatchObject(own)
    expect(all.records.find(({ number }) => number === '1')).toMatchObject({ own_hotel: 'Ritz' })
    const where = { own_weight: '61,50' }
    const page = await call(records.list, { entity: 'eventParticipant', where })
    expect(page.records).toMatchObject([{ own_weight: '61.5' }])
    const single = await importText(test, `id,own_weight\n${all.records[0]!.id},"70,25"\n`, {
      entity: 'eventParticipant',
    })
    expect(single).toMatchObject({ bad: [], updated: { eventParticipant: 1 } })
  })

  it('has a column of its own in each export, also where another is called the same', async () => {
    await add('Diet')
    const second = await add('Food', { sensitive: true })
    await call(own.change, { eventId, name: second.name, label: 'Food list' })
    const other = await call(records.set, { entity: 'event', fields: { name: 'Night Run' } })
    await call(own.add, { eventId: other.id, label: 'diet', sensitive: true })
    const id = await idOf('Ana')
    await call(desk.change, { id, own: { own_diet: 'Nuts' } })
    let text = ''
    for await (const piece of exportRecords(test.core, 'entrant', 'json', { sensitive: true }))
      text += piece
    expect(JSON.parse(text)).toMatchObject({
      records: [{ own_diet: 'Nuts', ownSensitive_diet: null, 'Food list': null }, {}],
    })
  })

  it('is called something, also later', async () => {
    const { name } = await bus()
    await expect(call(own.change, { eventId, name, label: '???' })).rejects.toThrow(
      'has no letter or number in it',
    )
  })

  it('leaves in an export that comes back as it was; a sensitive one only when asked for', async () => {
    await bus()
    await add('Diet', { sensitive: true })
    const id = await idOf('Ana')
    await call(desk.change, {
      id,
      own: { own_bus_from: 'Ålesund', ownSensitive_diet: 'Nuts' },
    })
    expect(await exported()).not.toContain('Nuts')
    const text = await exported(true)
    expect(text.split('\n')[0]).toMatch(/,Bus from,Diet\r?$/)
    await call(desk.change, { id, own: { own_bus_from: null, ownSensitive_diet: null } })
    await importText(test, text)
    expect(await ownOf('Ana')).toEqual({ own_bus_from: 'Ålesund', ownSensitive_diet: 'Nuts' })
  })

  it('is a field of the model for forms, with the events that have it', async () => {
    await add('Vegan', { kind: 'yesNo' })
    const entities = await call(modelHandlers(test.core).entities, undefined)
    const { fields } = entities.find(({ name }) => name === 'eventParticipant')!
    expect(fields.at(-1)).toMatchObject({
      ...{ name: 'own_vegan', label: 'Vegan', kind: 'choice', choices: ['yes', 'no'] },
      events: [eventId],
    })
  })
})
