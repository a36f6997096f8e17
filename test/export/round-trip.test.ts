import { read } from '@e965/xlsx'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FieldValue } from '../../main/contract/records.ts'
import type { EntityName } from '../../main/contract/words.ts'
import { applyChanges } from '../../main/engine/change-together.ts'
import {
  exportFile,
  exportRecords,
  exportWorkbook,
} from '../../main/engine/export/export-records.ts'
import { entities, entitiesInOrder } from '../../main/engine/model/entities.ts'
import type { FieldDefinition } from '../../main/engine/model/field.ts'
import { canonicaliser, contentHash } from '../../main/engine/model/record.ts'
import { listRecords } from '../../main/engine/store/sql/records.ts'
import { importText } from '../support/demo-entrants.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

let from: TestCore
let to: TestCore
beforeEach(async () => {
  from = await openTestCore()
  to = await openTestCore()
})
afterEach(async () => {
  await from.close()
  await to.close()
})

async function exported(
  { core }: TestCore,
  entity: EntityName | 'entrant',
  format: 'csv' | 'json',
  sensitive = false,
): Promise<string> {
  let text = ''
  for await (const piece of exportRecords(core, entity, format, { sensitive })) text += piece
  return text
}

async function exportedWorkbook(
  { core }: TestCore,
  entity: EntityName | 'entrant',
  format: 'xlsx' | 'ods',
  sensitive = false,
): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of exportWorkbook(core, entity, format, { sensitive })) pieces.push(piece)
  return Buffer.concat(pieces)
}

async function hashes({ core }: TestCore, entity: EntityName): Promise<Record<string, string>> {
  const canonical = canonicaliser(entity)
  const options = { after: 0, limit: 1000, deleted: false, where: {} }
  const { records } = await listRecords(core.reader, entity, options)
  return Object.fromEntries(records.map(({ id, fields }) => [id, contentHash(canonical(fields))]))
}

/** Anything a person could have typed into a field, hostile things first. */
function valueFor(field: FieldDefinition): fc.Arbitrary<FieldValue> {
  const hostile = fc.constantFrom(
    '=1+1',
    "'=x",
    '+49',
    '-5',
    '@x',
    '"',
    'a,b',
    'a;b',
    '007',
    'ÄÖ é',
    '＝x',
    "''",
    'null',
  )
  const free = fc.oneof(hostile, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 15 }))
  switch (field.kind) {
    case 'note':
      return fc.oneof(
        free,
        fc.tuple(free, free).map((lines) => lines.join('\r\n')),
      )
    case 'integer':
      return fc.integer({ min: field.min ?? -1000, max: field.max ?? 1_000_000 })
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true, min: field.min ?? -1e9 })
    case 'boolean':
      return fc.boolean()
    case 'choice':
      return fc.constantFrom(...field.choices!)
    case 'date':
      return fc
        .date({ min: new Date('1900-01-01'), max: new Date('2026-01-01'), noInvalidDate: true })
        .map((date) => date.toISOString().slice(0, 10))
    case 'instant':
      return fc
        .date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
        .map((date) => date.toISOString())
    case 'email':
      return fc.emailAddress()
    case 'phone':
      return fc.constantFrom('+49', '+49 30 901820', '-5 12 34', '007')
    case 'url':
      return fc.constantFrom('https://example.org/?a=1,2', 'example.org')
    case 'country':
      return fc.constantFrom('de', 'PRT')
    default:
      return free
  }
}

describe('an export that goes into another Marshal', () => {
  it.each(['csv', 'json', 'xlsx', 'ods'] as const)(
    'has the same content hashes there (%s)',
    { timeout: 60_000 },
    async (format) => {
      const plain = entitiesInOrder.filter(({ fields }) =>
        fields.every(({ refersTo, required }) => !refersTo || !required),
      )
      for (const { name, fields } of plain) {
        const shape = Object.fromEntries(
          fields
            .filter(({ refersTo }) => !refersTo)
            .map((field) => [
              field.name,
              field.required ? valueFor(field) : fc.option(valueFor(field)),
            ]),
        )
        const samples = fc.sample(fc.record(shape), { numRuns: 60, seed: 42 })
        await applyChanges(
          from.core,
          samples.map((sample) => ({
            action: 'create' as const,
            entity: name,
            id: from.core.ports.ids.uuid(),
            fields: sample,
          })),
        )
        const before = await hashes(from, name)
        expect(Object.keys(before).length, name).toBeGreaterThan(20)
        const content =
          format === 'xlsx' || format === 'ods'
            ? await exportedWorkbook(from, name, format, true)
            : await exported(from, name, format, true)
        const report = await importText(to, content, {
          entity: name,
          fileName: `x.${format}`,
        })
        expect(report.bad, name).toEqual([])
        expect(await hashes(to, name), name).toEqual(before)
      }
    },
  )

  it('carries every kind of record of an event, references included', async () => {
    await importText(
      from,
      'bib,first_name,last_name,gender,age,club,race,start_group,tag,notes\n' +
        '007,Ana,Kip,F,29,Harriers,10 km,Wave 1,T-1,"=cmd()\n-2 lines"\n8,Bo,Lund,M,,Harriers,10 km,Wave 2,T-2,+1\n',
    )
    for (const { name } of entitiesInOrder) {
      const report = await importText(to, await exported(from, name, 'csv'), { entity: name })
      expect(report.bad).toEqual([])
      expect(await hashes(to, name)).toEqual(await hashes(from, name))
    }
  })

  it('as a start list changes nothing where it came from, and makes the same entrants elsewhere', async () => {
    await importText(
      from,
      'bib,first_name,last_name,date_of_birth,email,club,race,start_group,tag,category,status,notes\n' +
        '7,Ana,Kip,1990-01-02,a@x.org,Harriers,10 km,Wave 1,T-1,W30,checkedIn,"=1, \'x"\n,Bo,Lund,,,,,,,,,\n',
    )
    const text = await exported(from, 'entrant', 'csv')
    expect(await importText(from, text, { event: undefined })).toMatchObject({
      unchanged: 2,
      bad: [],
    })
    await importText(to, text, { event: undefined })
    expect(await exported(to, 'entrant', 'csv')).toBe(text)
    expect(await exported(to, 'entrant', 'json')).toBe(await exported(from, 'entrant', 'json'))
  })
})

describe('an export', () => {
  it('as CSV begins with the mark that makes spreadsheet programs read it as UTF-8', async () => {
    expect(
      Buffer.from(await exported(from, 'race', 'csv'))
        .subarray(0, 3)
        .toString('hex'),
    ).toBe('efbbbf')
  })

  it.each(['xlsx', 'ods'] as const)(
    'as %s keeps codes as text, runs no formula, and goes back in as it came out',
    async (format) => {
      await importText(
        from,
        'bib,first_name,last_name,tag,notes\n0012,Łukasz,Świętoń,058E10,"=1+1"\n1-2,Bea,<Two> & Co,491701234567890123,"a  b\nc"\n',
      )
      const bytes = await exportedWorkbook(from, 'entrant', format)
      const { Sheets } = read(bytes, { cellFormula: true })
      const cells = Object.values(Sheets['entrant'] ?? {}) as {
        t?: string
        v?: unknown
        f?: string
      }[]
      for (const text of ['0012', '058E10', '1-2', '491701234567890123', '=1+1'])
        expect(cells).toContainEqual(expect.objectContaining({ t: 's', v: text }))
      expect(cells.filter(({ f }) => f !== undefined)).toEqual([])

      await importText(to, bytes, { event: undefined, fileName: `list.${format}` })
      expect(await exported(to, 'entrant', 'json')).toBe(await exported(from, 'entrant', 'json'))
      expect(await importText(from, bytes, { event: undefined })).toMatchObject({
        unchanged: 2,
        bad: [],
      })
    },
  )

  it('as a workbook comes in pieces, page by page', async () => {
    const rows = Array.from({ length: 2001 }, (_, at) => `Club ${at} of the ${at * 7919}th run`)
    await importText(from, `name\n${rows.join('\n')}\n`, { entity: 'organisation' })
    let largest = 0
    let pieces = 0
    for await (const piece of exportFile(from.core, 'organisation', 'xlsx')) {
      largest = Math.max(largest, piece.length)
      pieces += 1
    }
    expect(pieces).toBeGreaterThan(12)
    expect(largest).toBeLessThan(64 * 1024)
  })

  it('leaves sensitive fields out unless asked', async () => {
    const sensitive = { lastName: 'Kip', identityNumber: 'ID-1', medicalConditions: 'Asthma' }
    await applyChanges(from.core, [
      { action: 'create', entity: 'person', id: from.core.ports.ids.uuid(), fields: sensitive },
    ])
    for (const format of ['csv', 'json'] as const) {
      const text = await exported(from, 'person', format)
      expect(text).not.toMatch(/ID-1|Asthma|identityNumber|medicalConditions/)
      expect(await exported(from, 'person', format, true)).toMatch(/ID-1/)
    }
    expect(await exported(from, 'entrant', 'csv')).not.toMatch(/identity|medical|emergency/i)
  })

  it('of nothing is a header, or an empty list', async () => {
    expect(await exported(from, 'race', 'csv')).toBe(
      '\uFEFFid,event,name,startTime,distanceMeters,maxEntries,status\n',
    )
    expect(JSON.parse(await exported(from, 'race', 'json'))).toEqual({
      entity: 'race',
      records: [],
    })
  })

  it('goes on over pages and leaves deleted records out', async () => {
    const rows = Array.from({ length: 1001 }, (_, at) => `Club ${at}`)
    await importText(from, `name\n${rows.join('\n')}\n`, { entity: 'organisation' })
    const first = Object.keys(await hashes(from, 'organisation'))[0]!
    await applyChanges(from.core, [{ action: 'delete', entity: 'organisation', id: first }])
    const { records } = JSON.parse(await exported(from, 'organisation', 'json')) as {
      records: unknown[]
    }
    expect(records.length).toBe(1000)
    expect((await exported(from, 'organisation', 'csv')).trim().split('\n').length).toBe(1001)
  })

  it('names every field of an entity', async () => {
    const [header] = (await exported(from, 'person', 'csv', true)).slice(1).split('\n')
    expect(header!.split(',')).toEqual(['id', ...entities.person.fields.map(({ name }) => name)])
  })
})
