import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { itemSplitter } from '../../main/engine/import/json-items.ts'
import { recordSplitter } from '../../main/engine/import/split-records.ts'
import { openTable, type FileFormat } from '../../main/engine/import/table.ts'
import type { RawPage } from '../../main/engine/import/raw-page.ts'
import { csvCell } from '../../main/engine/export/export-records.ts'
import { bytesOf } from '../support/demo-entrants.ts'

const noTimer = { timer: () => () => {} }

async function pages(
  format: FileFormat,
  content: string | Uint8Array,
  pieceBytes?: number,
): Promise<RawPage> {
  const all: RawPage = { columns: [], rows: [], bad: [] }
  const table = await openTable(() => bytesOf(content, pieceBytes), { format, clock: noTimer })
  for await (const page of table.pages()) {
    Object.assign(all, {
      columns: page.columns,
      rows: [...all.rows, ...page.rows],
      bad: [...all.bad, ...page.bad],
    })
  }
  return all
}

const csv = (content: string | Uint8Array, pieceBytes?: number) => pages('csv', content, pieceBytes)
const json = (content: string, pieceBytes?: number) => pages('json', content, pieceBytes)
const cells = (page: RawPage) => page.rows.map((row) => row.cells)

describe('reading CSV', () => {
  it.each([
    ['commas', 'a,b\n1,2\n'],
    ['semicolons', 'a;b\r\n1;2\r\n'],
    ['tabs', 'a\tb\n1\t2'],
    ['bars', 'a|b\n1|2\n'],
    ['a separator line of Excel', 'sep=;\r\na;b\r\n1;2\r\n'],
    ['line ends of the old Macintosh', 'a,b\r1,2\r'],
    ['a byte order mark', '\uFEFFa,b\n1,2\n'],
    ['blank and half-blank lines', '\n\na,b\n\n1,2\n,\n   \n'],
    ['spaces after the separator', 'a, b\n1, "2"\n'],
  ])('takes %s', async (_, content) => {
    const page = await csv(content)
    expect(page.columns).toEqual(['a', 'b'])
    expect(cells(page)).toEqual([['1', '2']])
    expect(page.bad).toEqual([])
  })

  it('knows the separator of the header even when a quoted name holds another', async () => {
    expect((await csv('"Name, first";Age\nAna;3\n')).columns).toEqual(['Name, first', 'Age'])
  })

  it('keeps leading zeros and line breaks inside quotes, and counts lines as an editor does', async () => {
    const page = await csv('bib,notes\n007,"two\r\nlines"\n8,"a ""quoted"" word"\n9,x\n')
    expect(page.rows).toEqual([
      { line: 2, cells: ['007', 'two\r\nlines'] },
      { line: 4, cells: ['8', 'a "quoted" word'] },
      { line: 5, cells: ['9', 'x'] },
    ])
  })

  it.each([
    ['Latin-1', Buffer.from('name\nMüller\n', 'latin1')],
    ['UTF-8', Buffer.from('name\nMüller\n')],
    ['UTF-16 with a mark', Buffer.from('\uFEFFname\nMüller\n', 'utf16le')],
    ['UTF-16 without', Buffer.from('name\nMüller\n', 'utf16le')],
    ['UTF-16, big end first', Buffer.from('\uFEFFname\nMüller\n', 'utf16le').swap16()],
  ])('reads %s', async (_, content) => {
    expect(cells(await csv(content))).toEqual([['Müller']])
  })

  it('finds out about Latin-1 even when the first such letter comes late', async () => {
    const rows = Array.from({ length: 30_000 }, (_, at) => `${at},Smith`).join('\n')
    const page = await csv(Buffer.from(`bib,name\n${rows}\n30000,Müller\n`, 'latin1'))
    expect(page.rows.at(-1)?.cells).toEqual(['30000', 'Müller'])
  })

  it('lists a row with broken letters and keeps the others', async () => {
    const content = Buffer.concat([
      Buffer.from('name\nMüller\nJosé\n'),
      Buffer.from([0xff, 0x41, 0x0a]),
      Buffer.from('Ana\n'),
    ])
    const page = await csv(content)
    expect(cells(page)).toEqual([['Müller'], ['José'], ['Ana']])
    expect(page.bad).toMatchObject([{ line: 4, reason: expect.stringContaining('UTF-8') }])
  })

  it.each([
    [
      'never closed',
      'a,b\n1,"open\n2,x\n3,y\n',
      [2],
      [
        ['2', 'x'],
        ['3', 'y'],
      ],
    ],
    [
      'closed by the next row',
      'a,b\n1,"open\n2,"x"\n3,y\n',
      [2],
      [
        ['2', 'x'],
        ['3', 'y'],
      ],
    ],
    ['never closed in the last row', 'a,b\n1,x\n2,"open', [3], [['1', 'x']]],
  ])('loses only the row whose quote is %s', async (_, content, bad, good) => {
    const page = await csv(content)
    expect(page.bad.map(({ line }) => line)).toEqual(bad)
    expect(cells(page)).toEqual(good)
  })

  it('takes a row with too few cells as blank at its end, and lists one with too many', async () => {
    const page = await csv('a,b\n1\n1,2,3\n1,2,,\n')
    expect(page.bad).toMatchObject([
      {
        line: 3,
        column: null,
        reason: 'The row has 3 cells, the header has 2.',
        fix: 'Put a cell that holds the separator in quotes, or give every column a name.',
      },
    ])
    expect(cells(page)).toEqual([
      ['1', ''],
      ['1', '2'],
    ])
  })

  it('survives a line without end', async () => {
    const page = await csv(`a,b\n1,2\n${'x'.repeat(500_000)}\n3,4\n`)
    expect(cells(page)).toEqual([
      ['1', '2'],
      ['3', '4'],
    ])
    expect(page.bad).toMatchObject([{ line: 3, reason: expect.stringContaining('longer than') }])
  })

  it('has no rows when there is only a header', async () => {
    expect(await csv('a,b')).toEqual({ columns: ['a', 'b'], rows: [], bad: [] })
  })

  it.each([
    ['an empty file', '', 'empty'],
    ['a file of blanks', ' \n \n', 'empty'],
    ['JSON', '[{"a":1}]', 'JSON'],
    ['a web page', '<!DOCTYPE html><html>', 'web page'],
    ['a workbook', 'PK\u0003\u0004xxxx', 'workbook'],
    ['a compressed file', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]), 'compressed'],
    ['something binary', Buffer.from([1, 0, 0, 2, 0, 7, 0, 0, 1, 9]), 'not a text file'],
  ])('refuses %s', async (_, content, words) => {
    await expect(csv(content)).rejects.toThrow(words)
  })

  it('reads back whatever is written, however the pieces fall', async () => {
    const cell = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.constantFrom('=1+1', "'=x", '"', '""', 'a,b', 'a\nb', '\t', '@x', '＝1', ' lead', "''"),
    )
    const clean = (text: string) => text.replace(/[\r\uFEFF\uFFFD]/g, '').trim()
    const table = fc.array(fc.tuple(cell.map(clean), cell.map(clean)), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(table, fc.integer({ min: 1, max: 40 }), async (rows, pieceBytes) => {
        const quoted = (text: string) => `"${csvCell(text).replaceAll('"', '""')}"`
        const text = ['"a","b"', ...rows.map((row) => row.map(quoted).join(','))].join('\n')
        const page = await csv(text, pieceBytes)
        expect(page.bad).toEqual([])
        expect(cells(page)).toEqual(rows.filter((row) => row.some((value) => value !== '')))
      }),
      { numRuns: 200 },
    )
  })
})

describe('cutting text into records', () => {
  it('does not depend on where the pieces end', () => {
    const text = fc.array(fc.constantFrom('a', '"', '""', ',', '\n', '\r\n', ' ', '"b\nc"'), {
      maxLength: 30,
    })
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 5 }), (parts, size) => {
        const whole = parts.join('')
        const once = recordSplitter(',')
        const expected = [...once.push(whole), ...once.end()]
        const often = recordSplitter(',')
        const found = piecesOf(whole, size).flatMap((piece) => often.push(piece))
        expect([...found, ...often.end()]).toEqual(expected)
      }),
      { numRuns: 500 },
    )
  })

  it('finds the list of records in JSON wherever the pieces end', () => {
    const text =
      '{"x":{"records":[1]},"note":"records","y":["z"],"records":[{"a":"]\\""}, {"b":[1,2]}],"end":1}'
    for (const size of [1, 2, 3, 7, 1000]) {
      const splitter = itemSplitter()
      const items = piecesOf(text, size).flatMap((piece) => splitter.push(piece))
      expect(items.map((item) => 'text' in item && item.text)).toEqual([
        '{"a":"]\\""}',
        '{"b":[1,2]}',
      ])
      expect([splitter.found, splitter.end()]).toEqual([true, []])
    }
  })
})

function piecesOf(text: string, size: number): string[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
    text.slice(at * size, (at + 1) * size),
  )
}

describe('reading JSON', () => {
  it.each([
    ['a list', '[{"a":1,"b":"x"}]'],
    ['our own export', '{"entity":"x","records":[\n{"a":1,"b":"x"}\n]}'],
    ['a mark in front', '\uFEFF [ {"a" : 1 , "b":"x"} ] '],
  ])('takes %s', async (_, content) => {
    const page = await json(content)
    expect(page).toMatchObject({ columns: ['a', 'b'], rows: [{ cells: [1, 'x'] }], bad: [] })
  })

  it('reads the same however the pieces fall', async () => {
    const item = fc.record({
      a: fc.string({ unit: 'grapheme' }),
      b: fc.oneof(fc.integer(), fc.boolean()),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(item),
        fc.boolean(),
        fc.integer({ min: 1, max: 30 }),
        async (items, wrapped, size) => {
          const list = JSON.stringify(items)
          const page = await json(wrapped ? `{"entity":"e","records":${list}}` : list, size)
          expect(page.bad).toEqual([])
          expect(cells(page)).toEqual(items.map(({ a, b }) => [a, b]))
        },
      ),
      { numRuns: 200 },
    )
  })

  it('lists what is no record and keeps the others', async () => {
    const page = await json('[{"a":1},\n5,\n{"a":{"b":1}},\n{oops},\n{"a":2}]')
    expect(cells(page)).toEqual([[1], [2]])
    expect(page.bad.map(({ line }) => line)).toEqual([2, 3, 4])
  })

  it('takes columns that turn up later', async () => {
    const page = await json('[{"a":1},{"b":2}]')
    expect(page.columns).toEqual(['a', 'b'])
    expect(cells(page)).toEqual([[1], [null, 2]])
  })

  it('says when the list is cut off', async () => {
    const page = await json('[{"a":1},\n{"a":')
    expect(cells(page)).toEqual([[1]])
    expect(page.bad).toMatchObject([
      { line: 2, reason: expect.stringContaining('ends in the middle') },
    ])
  })

  it.each([
    ['', 'empty'],
    ['{"a":1}', 'no list'],
    ['hello', 'neither'],
    ['5', 'neither'],
  ])('refuses %j', async (content, words) => {
    await expect(json(content)).rejects.toThrow(words)
  })
})
