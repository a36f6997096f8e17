import { describe, expect, it } from 'vitest'
import type { RosterRow } from '../../main/contract/roster.ts'
import {
  labelFormats,
  labelNames,
  labelPlace,
  labelsPerSheet,
  listPapers,
  papers,
} from '../../renderer/pages/print/paper/formats.ts'
import { labelLines, labelMargin, lineStep } from '../../renderer/pages/print/paper/label-lines.ts'
import {
  columnHeadHeight,
  headHeight,
  lineHeights,
  linesPerSheet,
  listColumns,
  listMargin,
} from '../../renderer/pages/print/paper/list-layout.ts'
import {
  countLabelSheets,
  countListSheets,
  labelSheets,
  listSheets,
} from '../../renderer/pages/print/paper/sheets.ts'
import { fitSize, textWidth } from '../../renderer/pages/print/paper/text-fit.ts'

function rowsOf(...groups: readonly number[]): readonly RosterRow[] {
  return groups.flatMap((count, group) =>
    Array.from({ length: count }, (_, at) => ({
      id: `${group}-${at}`,
      ...{ bib: `${at}`, firstName: null, lastName: null, status: 'registered' as const },
      ...{ tag: null, raceId: 'r', race: 'Race', values: {} },
      startGroupId: `g${group}`,
      startGroup: `Wave ${group}`,
    })),
  )
}
const partsOf = (...groups: readonly number[]) =>
  groups.map((entrants) => ({
    ...{ raceId: null, race: null, startGroupId: null, startGroup: null, entrants },
  }))

describe('the sheets of a list', () => {
  it.each([[[1]], [[3]], [[4]], [[7, 3]], [[3, 3, 1]], [[]]])(
    'of parts of %j have everybody once, each part beginning anew, and as many as was said',
    (groups) => {
      const rows = rowsOf(...groups)
      const sheets = listSheets(rows, 3, true)
      expect(sheets.flatMap((sheet) => sheet.rows)).toEqual(rows)
      for (const { rows: own, part } of sheets) {
        expect(own.length).toBeLessThanOrEqual(3)
        expect(new Set(own.map(({ startGroup }) => startGroup))).toEqual(new Set([part.startGroup]))
      }
      expect(sheets).toHaveLength(countListSheets(partsOf(...groups), 3))
    },
  )

  it('are numbered within their part', () => {
    expect(listSheets(rowsOf(7, 4), 3, true).map(({ number }) => number)).toEqual([1, 2, 3, 1, 2])
  })

  it('go on over start groups where everybody is in one list', () => {
    const sheets = listSheets(rowsOf(2, 2), 3, false)
    expect(sheets.map(({ rows, part }) => [rows.length, part.startGroup])).toEqual([
      [3, null],
      [1, null],
    ])
  })

  it.each(listPapers)('fit on %s, lines and columns', (paper) => {
    const { width, height } = papers[paper]
    for (const kind of ['startList', 'checkIn'] as const) {
      const lines = linesPerSheet(kind, paper)
      const used = 2 * listMargin + headHeight + columnHeadHeight + lines * lineHeights[kind]
      expect(used).toBeLessThanOrEqual(height)
      expect(used).toBeGreaterThan(height - lineHeights[kind])
      const columns = listColumns(kind, paper, {
        places: ['race', 'startGroup'],
        fields: kind === 'checkIn' ? ['a', 'b'] : ['a', 'b', 'c', 'd'],
      })
      const sum = columns.reduce((all, column) => all + column.width, 0)
      expect(sum).toBeCloseTo(width - 2 * listMargin)
      for (const column of columns) expect(column.width).toBeGreaterThan(10)
    }
  })
})

describe('the sheets of labels', () => {
  it.each(labelNames)('of %s fill the paper evenly, and no label leaves it', (name) => {
    const format = labelFormats[name]
    const { width, height } = papers[format.paper]
    const last = labelPlace(format, labelsPerSheet(format) - 1)
    expect(width - (last.left + format.width)).toBeCloseTo(format.left, 1)
    expect(height - (last.top + format.height)).toBeCloseTo(format.top, 1)
    expect(format.across).toBeGreaterThanOrEqual(format.width)
    expect(format.down).toBeGreaterThanOrEqual(format.height)
  })

  it('go along the rows', () => {
    const { left, top } = labelPlace(labelFormats.l7160, 4)
    expect([left, top]).toEqual([7.21 + 66.04, 15.15 + 38.1])
  })

  it.each([
    [1, 5],
    [4, 5],
    [6, 1],
    [6, 6],
    [9, 0],
    [0, 13],
  ])('begin at label %i of a sheet that was begun, with %i labels', (start, count) => {
    const rows = rowsOf(count)
    const sheets = labelSheets(rows, 6, start)
    expect(sheets.flatMap(({ places }) => places).filter(Boolean)).toEqual(rows)
    expect(sheets).toHaveLength(countLabelSheets(count, 6, start))
    const first = sheets[0]?.places.findIndex(Boolean)
    if (count > 0) expect(first).toBe(Math.min(Math.max(start, 1), 6) - 1)
    for (const { places } of sheets) expect(places.length).toBeLessThanOrEqual(6)
  })
})

describe('what stands on a label', () => {
  const long = 'Wilhelmina Featherstonehaugh-Abernathy de la Concepción'
  const texts = [
    { bib: '12', name: 'Bo Lund', places: 'Marathon · Wave 1', fields: [] },
    {
      bib: 'RELAY-100234',
      name: long,
      places: `${long} · ${long}`,
      fields: [`Club: ${long}`, 'Shirt: XL', `Bus from: ${long}`],
    },
    { bib: null, name: null, places: null, fields: [] },
  ]
  it.each(labelNames)('is on %s in full, the bib largest', (name) => {
    const format = labelFormats[name]
    for (const withCode of [true, false])
      for (const text of texts) {
        const lines = labelLines(format, text, withCode)
        const height = lines.reduce((sum, { size, rows }) => sum + size * rows * lineStep, 0)
        expect(height).toBeLessThanOrEqual(format.height - 2 * labelMargin + 0.001)
        const sizes = lines.map(({ size }) => size)
        expect(Math.max(0, ...sizes)).toBe(sizes[0] ?? 0)
        // Smaller than 1.3 mm nobody reads.
        for (const size of sizes) expect(size).toBeGreaterThan(1.3)
      }
  })

  it('is as large as there is room', () => {
    const limits = { most: 10, least: 2 }
    expect(fitSize('7', 100, limits)).toBe(10)
    expect(fitSize('W'.repeat(500), 100, limits)).toBe(2)
    const size = fitSize('Ana Schmidt', 30, limits)
    expect(textWidth('Ana Schmidt', size)).toBeCloseTo(30)
  })
})
