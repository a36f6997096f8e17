/** The rows of a sheet as text, each cell as a person sees it. Pure. */
import { SSF, type CellObject, type WorkSheet } from '@e965/xlsx'
import type { SheetLine } from './workbook-messages.ts'

/** Rows that hold anything, in order. A value of merged cells stands in every row it spans. */
export function sheetLines(sheet: WorkSheet, date1904: boolean): readonly SheetLine[] {
  const rows = (sheet['!data'] ?? []) as readonly (
    readonly (CellObject | undefined)[] | undefined
  )[]
  const lines: SheetLine[] = []
  const below = spans(sheet)
  for (const [row, found] of rows.entries()) {
    const own = found ?? []
    const cells: string[] = []
    const faults: number[] = []
    const width = Math.max(own.length, ...[...(below.get(row)?.keys() ?? [])].map((at) => at + 1))
    for (let at = 0; at < width; at++) {
      const cell = own[at] ?? rows[below.get(row)?.get(at) ?? -1]?.[at]
      cells.push(cell === undefined ? '' : cellText(cell, date1904))
      if (cell?.t === 'e') faults.push(at)
    }
    const filled = cells.findLastIndex((cell) => cell.trim() !== '') + 1
    if (filled === 0) continue
    lines.push({
      line: row + 1,
      cells: cells.slice(0, filled),
      ...(faults.length > 0 ? { faults } : {}),
    })
  }
  return lines
}

/** Row → column → the row above whose value stands there too. Cells merged to the side are a title, not data. */
function spans(sheet: WorkSheet): ReadonlyMap<number, ReadonlyMap<number, number>> {
  const below = new Map<number, Map<number, number>>()
  for (const { s, e } of sheet['!merges'] ?? []) {
    const last = Math.min(e.r, (sheet['!data']?.length ?? 0) - 1)
    for (let row = s.r + 1; row <= last; row++) {
      const places = below.get(row) ?? new Map<number, number>()
      below.set(row, places.set(s.c, s.r))
    }
  }
  return below
}

/**
 * A day as YYYY-MM-DD, a number with all its digits and no exponent, zeros in front where the format shows them, a
 * fault of a formula as it is shown (`#N/A`).
 */
export function cellText(cell: CellObject, date1904: boolean): string {
  if (cell.v === undefined || cell.v === null) return cell.t === 'e' ? (cell.w ?? '#?') : ''
  if (cell.t === 'b') return cell.v === true ? 'TRUE' : 'FALSE'
  if (cell.t === 'e') return cell.w ?? '#?'
  if (cell.t === 'd' && cell.v instanceof Date) return cell.v.toISOString().slice(0, 10)
  if (cell.t !== 'n' || typeof cell.v !== 'number') return String(cell.v)
  const format = String(cell.z ?? 'General')
  const shown = cell.w?.trim() ?? ''
  if (SSF.is_date(format)) {
    // A day without a year is what a program made of 1-2: shown so, it can be told from a date.
    const yearless = !/y/i.test(format) && /d/i.test(format) && /m/i.test(format)
    return yearless && shown !== '' ? shown : dateText(cell.v, format, cell.w, date1904)
  }
  // OpenDocument keeps what is shown beside the number, and its format elsewhere.
  if (/^0\d+$/.test(shown) && Number(shown) === cell.v) return shown
  if (isMask(format) && shown !== '') return shown
  return plainNumber(cell.v)
}

function dateText(
  value: number,
  format: string,
  shown: string | undefined,
  date1904: boolean,
): string {
  // Hours that go on beyond a day: how long something took, no time of day.
  if (/\[h+\]|\[m+\]|\[s+\]/i.test(format)) return shown ?? plainNumber(value)
  const parts = SSF.parse_date_code(value, { date1904 }) as {
    y: number
    m: number
    d: number
    H: number
    M: number
    S: number
  } | null
  if (parts === null) return plainNumber(value)
  const two = (part: number) => String(Math.floor(part)).padStart(2, '0')
  const time = `${two(parts.H)}:${two(parts.M)}:${two(parts.S)}`
  if (value < 1) return time
  const day = `${String(parts.y).padStart(4, '0')}-${two(parts.m)}-${two(parts.d)}`
  return Number.isInteger(value) ? day : `${day} ${time}`
}

/** A format that says how many digits a code has, as `00000` or `"A"000`: what it shows is the value. */
function isMask(format: string): boolean {
  const bare = format
    .split(';')[0]!
    .replace(/"[^"]*"|\\./g, ' ')
    .replace(/\[[^\]]*\]|[_*]./g, '')
  return /^[0#? -]+$/.test(bare) && (/00/.test(bare) || /["\\]/.test(format))
}

/** Excel keeps fifteen digits; what follows is noise of the binary form. */
function plainNumber(value: number): string {
  const rounded = Number(value.toPrecision(15))
  const text = String(rounded)
  if (!/e/i.test(text)) return text
  if (Number.isInteger(rounded)) return BigInt(rounded).toString()
  return rounded.toFixed(20).replace(/\.?0+$/, '')
}
