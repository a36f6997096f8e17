import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ImportEntity, ReadingChoices } from '../../main/contract/imports.ts'
import { previewFile } from '../../main/engine/import/preview-file.ts'
import { bytesOf } from '../support/demo-entrants.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

let test: TestCore
beforeEach(async () => {
  test = await openTestCore()
})
afterEach(() => test.close())

const preview = (
  text: string,
  more: { reading?: ReadingChoices; event?: string; entity?: ImportEntity } = {},
) =>
  previewFile(() => bytesOf(text), {
    format: 'csv',
    entity: 'entrant',
    map: {},
    clock: test.core.ports.clock,
    ...more,
  })

const list = `Nr;Nachname;Vorname;Sex;DOB;Status;Event;Jahrgang
1;One;Ada;D;03/04/1990;Limbo;Spring;1990
2;Two;Bea;M;05/06/1991;active;Spring;1991
`

describe('a look at a list', () => {
  it('says per column which field it fills and why', async () => {
    const { mapping, reasons } = await preview(list, { event: 'Spring' })
    expect(mapping).toMatchObject({ Nachname: 'last_name', Event: null, Jahrgang: null })
    expect(reasons['Nachname']).toContain('Last name')
    expect(reasons['Event']).toContain('event')
    expect(reasons['Jahrgang']).toContain('year')
    expect(reasons['Status']).toBeNull()
  })

  it('asks what a file leaves open, and again once it was said', async () => {
    const { questions } = await preview(list)
    expect(questions).toEqual([
      {
        column: 'Sex',
        field: 'gender',
        kind: 'values',
        values: ['D'],
        options: ['unknown', 'male', 'female', 'other'],
      },
      {
        column: 'DOB',
        field: 'date_of_birth',
        kind: 'dates',
        values: ['03/04/1990'],
        options: ['dmy', 'mdy', 'ymd'],
      },
      expect.objectContaining({ column: 'Status', values: ['Limbo'] }),
    ])
    const reading = {
      dates: 'dmy',
      values: { Sex: { D: 'female' }, Status: { limbo: '' } },
    } as const
    expect((await preview(list, { reading })).questions).toEqual(questions)
  })

  it('asks nothing where the file tells', async () => {
    const text = 'bib,last_name,gender,dob\n1,One,D,13/04/1990\n2,Two,H,03/04/1990\n'
    expect((await preview(text)).questions).toEqual([])
  })
})
