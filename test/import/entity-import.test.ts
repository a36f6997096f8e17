import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EntityName } from '../../main/contract/words.ts'
import { applyChanges } from '../../main/engine/change-together.ts'
import { listRecords } from '../../main/engine/store/sql/records.ts'
import { importText } from '../support/demo-entrants.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

let test: TestCore
beforeEach(async () => {
  test = await openTestCore()
})
afterEach(() => test.close())

async function all(entity: EntityName) {
  const options = { after: 0, limit: 1000, deleted: false, where: {} }
  return (await listRecords(test.core.reader, entity, options)).records
}

const importOne = (entity: EntityName, text: string, fileName?: string) =>
  importText(test, text, { entity, ...(fileName ? { fileName } : {}) })

describe('importing one kind of record', () => {
  it('takes the names or labels of its fields', async () => {
    const report = await importOne(
      'person',
      'First name,lastName,E-mail,shoe\nAna,Kip,A@X.org,38\n',
    )
    expect(report).toMatchObject({ created: { person: 1 }, ignoredColumns: ['shoe'], bad: [] })
    expect((await all('person'))[0]!.fields).toMatchObject({ firstName: 'Ana', email: 'a@x.org' })
  })

  it('changes the record with the same natural key instead of making a second one', async () => {
    await importOne('organisation', 'name,country\nHarriers,gbr\n')
    const report = await importOne(
      'organisation',
      'name,country,kind\nHarriers,,club\nRovers,,club\n',
    )
    expect(report).toMatchObject({ created: { organisation: 1 }, updated: { organisation: 1 } })
    expect((await all('organisation'))[0]!.fields).toMatchObject({ country: 'GB', kind: 'club' })
    expect(await importOne('organisation', 'name\nHarriers\nRovers\n')).toMatchObject({
      unchanged: 2,
    })
  })

  it('keeps brothers and sisters with one e-mail address apart', async () => {
    await importOne('person', 'firstName,lastName,email\nAna,Kip,kip@x.org\n')
    const report = await importOne(
      'person',
      'firstName,lastName,email\nEva,Kip,kip@x.org\nANA,Kip,kip@x.org\n',
    )
    expect(report).toMatchObject({ created: { person: 1 }, updated: { person: 1 } })
  })

  it('changes the record an id names, or makes it with that id', async () => {
    await importOne('person', 'lastName\nKip\n')
    const [kip] = await all('person')
    const fresh = '01890000-0000-7000-8000-000000000001'
    const report = await importOne('person', `id,lastName\n${kip!.id},Kip-Moe\n${fresh},New\n`)
    expect(report).toMatchObject({ created: { person: 1 }, updated: { person: 1 } })
    expect((await all('person')).map(({ id, fields }) => [id, fields['lastName']])).toEqual([
      [kip!.id, 'Kip-Moe'],
      [fresh, 'New'],
    ])
  })

  it('finds organisations, events and tags by name', async () => {
    await importOne('organisation', 'name\nHarriers\nTwins\n')
    const twin = test.core.ports.ids.uuid()
    await applyChanges(test.core, [
      { action: 'create', entity: 'organisation', id: twin, fields: { name: 'Twins' } },
    ])
    const report = await importOne(
      'person',
      'lastName,Club\nKip,Harriers\nLund,Nobody\nMoe,Twins\n',
    )
    expect(report.bad).toMatchObject([
      { line: 3, column: 'Club', reason: 'Club: there is no organisation Nobody.' },
      { line: 4, column: 'Club', reason: 'Club: there is more than one organisation Twins.' },
    ])
    const [harriers] = await all('organisation')
    expect((await all('person'))[0]!.fields['organisation']).toBe(harriers!.id)
  })

  it('lists bad rows and imports the others', async () => {
    await importOne('tag', 'number\nT-0\n')
    const [tag] = await all('tag')
    await applyChanges(test.core, [{ action: 'delete', entity: 'tag', id: tag!.id }])
    const report = await importOne(
      'tag',
      `id,number,status\n${tag!.id},T-0,stock\n12,T-1,stock\n,T-2,melted\n,,stock\n,T-3,in use\n,T-3,lost\n`,
    )
    expect(report.bad).toMatchObject([
      { line: 2, column: 'id', reason: 'Tag T-0 was deleted.' },
      { line: 3, column: 'id', reason: "Id is not one of Marshal's: 12." },
      {
        line: 4,
        column: 'status',
        value: 'melted',
        reason: 'Status is not one of stock, issued, inUse, lost, broken.',
        fix: expect.any(String),
        kept: true,
      },
      { line: 5, column: 'number', reason: 'Number is missing.' },
      { line: 7, column: 'number', reason: expect.stringContaining('T-3') },
    ])
    expect((await all('tag')).map(({ fields }) => fields['number'])).toEqual(['T-2', 'T-3'])
  })

  it('says which record a row twice in the file is', async () => {
    await importOne('organisation', 'name\nHarriers\n')
    const report = await importOne('organisation', 'name,kind\nHarriers,club\nHarriers,firm\n')
    expect(report.bad).toMatchObject([
      { line: 3, column: null, reason: 'The same record is on line 2 already.' },
    ])
  })

  it('rehearses without writing', async () => {
    const report = await importText(test, 'name\nHarriers\n', {
      entity: 'organisation',
      rehearse: true,
    })
    expect(report.created).toEqual({ organisation: 1 })
    expect(await all('organisation')).toEqual([])
  })
})
