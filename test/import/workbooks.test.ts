import { deflateRawSync } from 'node:zlib'
import { utils, write, type BookType, type WorkBook, type WorkSheet } from '@e965/xlsx'
import { describe, expect, it } from 'vitest'
import type { ReadingChoices } from '../../main/contract/imports.ts'
import { openTable } from '../../main/engine/import/table.ts'
import { bytesOf, importText } from '../support/demo-entrants.ts'
import { openTestCore } from '../support/test-core.ts'

const clock = {
  timer: (delayMs: number, callback: () => void) => {
    const timeout = setTimeout(callback, delayMs)
    return () => clearTimeout(timeout)
  },
}

async function read(bytes: Uint8Array, reading?: ReadingChoices, own = clock) {
  const table = await openTable(() => bytesOf(bytes), { format: 'csv', reading, clock: own })
  const rows: unknown[][] = []
  const bad: unknown[] = []
  let columns: readonly string[] = []
  try {
    for await (const page of table.pages(2)) {
      columns = page.columns
      rows.push(...page.rows.map(({ cells }) => [...cells]))
      bad.push(...page.bad)
    }
    return { columns, rows, bad, guesses: table.guesses }
  } finally {
    await table.close()
  }
}

const sheet = (rows: readonly (readonly unknown[])[]): WorkSheet =>
  utils.aoa_to_sheet(rows.map((row) => [...row]))

function book(
  sheets: Readonly<Record<string, WorkSheet>>,
  bookType: BookType = 'xlsx',
  about: WorkBook['Workbook'] = {},
): Buffer {
  const workbook = utils.book_new()
  for (const [name, one] of Object.entries(sheets)) utils.book_append_sheet(workbook, one, name)
  workbook.Workbook = about
  return write(workbook, { type: 'buffer', bookType, compression: true }) as Buffer
}

/** An archive of one part that says it unpacks to `unpacked` bytes. */
function archive(name: string, content: Buffer, unpacked = content.length): Buffer {
  const packed = deflateRawSync(content)
  const local = Buffer.alloc(30)
  local.writeUInt32LE(0x04034b50)
  local.writeUInt16LE(8, 8)
  local.writeUInt32LE(packed.length, 18)
  local.writeUInt32LE(unpacked, 22)
  local.writeUInt16LE(name.length, 26)
  const entry = Buffer.alloc(46)
  entry.writeUInt32LE(0x02014b50)
  entry.writeUInt16LE(8, 10)
  entry.writeUInt32LE(packed.length, 20)
  entry.writeUInt32LE(unpacked, 24)
  entry.writeUInt16LE(name.length, 28)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50)
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(46 + name.length, 12)
  end.writeUInt32LE(30 + name.length + packed.length, 16)
  return Buffer.concat([local, Buffer.from(name), packed, entry, Buffer.from(name), end])
}

const list = [
  ['bib', 'first_name', 'last_name', 'date_of_birth', 'tag'],
  ['0007', 'Ada', 'One', '1990-04-01', '058E10'],
  ['0012', 'Łukasz', 'Świętoń', '1991-12-24', '491701234567'],
]

describe('reading a workbook', () => {
  it.each(['xlsx', 'ods', 'xlsb'] as const)('takes text as it stands in %s', async (type) => {
    const { columns, rows, guesses } = await read(book({ Starters: sheet(list) }, type))
    expect(columns).toEqual(list[0])
    expect(rows).toEqual(list.slice(1))
    expect(guesses).toEqual([])
  })

  it('reads dates as days, numbers with all their digits, and zeros that the format shows', async () => {
    const starters = sheet([
      ['bib', 'born', 'phone', 'chip', 'start', 'fee', 'paid', 'time'],
      [7, 32_964, 491_701_234_567, 1e18, 0.3125, 0.1 + 0.2, true, 1.5],
      [12, 33_000.5, 1, 2, 0.5, 30, false, 0.25],
    ])
    const formats = { A2: '0000', A3: '"A"000', B2: 'dd.mm.yyyy', B3: 'm/d/yy h:mm', E2: 'h:mm' }
    for (const [at, format] of Object.entries({
      ...formats,
      E3: 'h:mm',
      H2: '[h]:mm',
      H3: '[h]:mm',
    }))
      starters[at].z = format
    const { rows } = await read(book({ starters }))
    expect(rows).toEqual([
      [
        '0007',
        '1990-04-01',
        '491701234567',
        '1000000000000000000',
        '07:30:00',
        '0.3',
        'TRUE',
        '36:00',
      ],
      ['A012', '1990-05-07 12:00:00', '1', '2', '12:00:00', '30', 'FALSE', '6:00'],
    ])
  })

  it('gives a bib that became a day of the year as it is shown, not as a date', async () => {
    const starters = sheet([
      ['bib', 'last_name'],
      [46_024, 'One'],
    ])
    starters['A2'].z = 'd-mmm'
    expect((await read(book({ starters }))).rows).toEqual([['2-Jan', 'One']])
  })

  it('counts days from 1904 where the workbook does', async () => {
    const starters = sheet([
      ['bib', 'born'],
      [1, 31_502],
    ])
    starters['B2'].z = 'yyyy-mm-dd'
    const bytes = book({ starters }, 'xlsx', { WBProps: { date1904: true } })
    expect((await read(bytes)).rows).toEqual([['1', '1990-04-01']])
  })

  it('chooses the sheet that looks like a list, names the others, and takes another choice', async () => {
    const sheets = {
      Cover: sheet([['Spring Run'], ['call the timing people'], ['a'], ['b'], ['c'], ['d'], ['e']]),
      Starters: sheet([['Spring Run 2026'], [], ...list]),
      Old: sheet([...list, ['1', 'Old', 'List'], ['2', 'Old', 'Two']]),
    }
    const bytes = book(sheets, 'xlsx', { Sheets: [{}, {}, { Hidden: 1 }] })
    const { rows, guesses } = await read(bytes)
    expect(rows).toEqual(list.slice(1))
    expect(guesses).toMatchObject([
      { what: 'sheet', value: 'Starters', why: expect.stringContaining('"Old" (hidden, 5 rows)') },
      { what: 'header line', value: '3' },
    ])
    expect((await read(bytes, { sheet: 'old' })).rows.length).toBe(4)
    await expect(read(bytes, { sheet: 'Nix' })).rejects.toThrow('no sheet "Nix"')
  })

  it('repeats what is merged over several rows, leaves a title alone, and finds the header by number', async () => {
    const starters = sheet([
      ['Title', null, null],
      ['Xa', 'Xb', 'Xc'],
      ['Reds', 'Ada', 'One'],
      [null, 'Bea', 'Two'],
    ])
    starters['!merges'] = [
      { s: { r: 0, c: 0 }, e: { r: 0, c: 2 } },
      { s: { r: 2, c: 0 }, e: { r: 3, c: 0 } },
    ]
    const { columns, rows } = await read(book({ starters }), { headerLine: 2 })
    expect(columns).toEqual(['Xa', 'Xb', 'Xc'])
    expect(rows).toEqual([
      ['Reds', 'Ada', 'One'],
      ['Reds', 'Bea', 'Two'],
    ])
  })

  it('leaves out a formula without a value, and says so', async () => {
    const starters = sheet(list)
    starters['B2'] = { t: 'e', v: 0x2a, w: '#N/A' }
    const { rows, bad } = await read(book({ starters }))
    expect(rows[0]).toEqual(['0007', '', 'One', '1990-04-01', '058E10'])
    expect(bad).toMatchObject([{ line: 2, column: 'first_name', value: '#N/A', kept: true }])
  })

  it('has no header to lose: a workbook that begins with a runner keeps him', async () => {
    const { columns, rows } = await read(book({ s: sheet(list.slice(1)) }))
    expect(columns[0]).toBe('column 1')
    expect(rows).toEqual(list.slice(1))
  })

  it.each([
    ['an old workbook', book({ s: sheet(list) }, 'biff8'), 'before 2007'],
    [
      'a password',
      Buffer.concat([
        Buffer.from('d0cf11e0a1b11ae1', 'hex'),
        Buffer.from('EncryptedPackage', 'utf16le'),
      ]),
      'protected with a password',
    ],
    ['an archive', archive('list.csv', Buffer.from('a,b')), 'archive (ZIP)'],
    ['a document of Numbers', archive('Index/Document.iwa', Buffer.from('x')), 'Apple Numbers'],
    ['a text document', archive('word/document.xml', Buffer.from('x')), 'another document'],
    ['half a file', book({ s: sheet(list) }).subarray(0, 900), 'damaged'],
    [
      'an archive that lies about its size',
      archive('xl/workbook.xml', Buffer.alloc(5_000_000), 100),
      'damaged',
    ],
    [
      'an archive that unpacks to a mountain',
      archive('xl/workbook.xml', Buffer.from('x'), 1_000_000_000),
      'more than a start list',
    ],
    ['an empty workbook', book({ s: sheet([]) }), 'is empty'],
  ])('refuses %s with what to do', async (_, bytes, words) => {
    await expect(read(bytes)).rejects.toThrow(words)
  })

  it('gives up on one that takes too long, and ends its thread', async () => {
    const hasty = {
      timer: (_: number, callback: () => void) => {
        queueMicrotask(callback)
        return () => {}
      },
    }
    await expect(read(book({ s: sheet(list) }), {}, hasty)).rejects.toThrow('took too long')
  })
})

describe('importing a workbook', () => {
  it('is the same as importing its list, and changes nothing the second time', async () => {
    const test = await openTestCore({ clock: { ...clock, now: () => Date.UTC(2026, 4, 3) } })
    const bytes = book({ Starters: sheet(list) })
    const report = await importText(test, bytes, { fileName: 'list.xlsx' })
    expect(report).toMatchObject({ rows: 2, bad: [], created: { person: 2, tag: 2 } })
    const again = await importText(test, bytes, { fileName: 'list.xlsx' })
    expect(again).toMatchObject({ rows: 2, bad: [], unchanged: 2, created: { person: 0 } })
    await test.close()
  })
})
