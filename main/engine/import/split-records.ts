/**
 * Cuts CSV text into records, one per row, without reading their cells. A quote that is never closed costs the row it
 * stands in, not the rest of the file.
 */
import type { RowReason } from '../../contract/row-reasons.ts'

/** The text of one row, or why there is none. `line` is where it begins in the file, counted from 1. */
export type RecordText =
  | { readonly line: number; readonly text: string }
  | { readonly line: number; readonly reason: RowReason }

export interface RecordSplitter {
  /** Takes the next piece of text; answers the records it completes. */
  push(text: string): readonly RecordText[]
  /** The records that are left. */
  end(): readonly RecordText[]
}

/** Longest row, in characters: a note has at most 10,000. */
const longestRecord = 20_000
const neverClosed: RowReason = { code: 'open-quote' }
const tooLong: RowReason = { code: 'row-too-long', most: longestRecord }

/** @param firstLine number of the file's line the text starts with */
export function recordSplitter(delimiter: string, firstLine = 1): RecordSplitter {
  let rest = ''
  let line = firstLine

  function take(last: boolean): readonly RecordText[] {
    const records: RecordText[] = []
    let at = 0
    while (at < rest.length) {
      const end = endOfRecord(rest, at, delimiter)
      const complete = end.next >= 0 || (last && !end.open)
      if (!complete && !last && !end.broken && rest.length - at <= longestRecord) break
      if (complete && (end.next < 0 ? rest.length : end.next) - at <= longestRecord) {
        records.push({
          line,
          text: withoutReturn(rest.slice(at, end.next < 0 ? undefined : end.next - 1)),
        })
        at = end.next < 0 ? rest.length : end.next
        line += end.lines
        continue
      }
      // The row is lost, but the line after the one it starts in may be a good one.
      const lineEnd = rest.indexOf('\n', at)
      if (lineEnd < 0 && !last) {
        // One endless line: forget its beginning, keep looking for its end.
        rest = rest.slice(0, at) + rest.slice(-longestRecord)
        break
      }
      records.push({ line, reason: end.open ? neverClosed : tooLong })
      at = lineEnd < 0 ? rest.length : lineEnd + 1
      line += 1
    }
    rest = rest.slice(at)
    return records
  }

  return {
    push(text) {
      rest += text
      return take(false)
    },
    end: () => take(true),
  }
}

interface RecordEnd {
  /** Where the next record starts; below 0 when this one does not end in the text. */
  readonly next: number
  /** A quote is open where the text, or the longest row, ends. */
  readonly open: boolean
  /** What closes the quote on a later line is the opening quote of another row. */
  readonly broken: boolean
  readonly lines: number
}

/** Finds the first line break from `start` that is not between quotes. */
function endOfRecord(text: string, start: number, delimiter: string): RecordEnd {
  const limit = Math.min(text.length, start + longestRecord + 1)
  let lineEnd = text.indexOf('\n', start)
  let quote = text.indexOf('"', start)
  let open = false
  let lines = 1
  while (quote >= 0 && quote < limit && (open || lineEnd < 0 || quote < lineEnd)) {
    if (!open) {
      open = startsCell(text, start, quote, delimiter)
      quote = text.indexOf('"', quote + 1)
    } else if (text[quote + 1] === '"') {
      quote = text.indexOf('"', quote + 2)
    } else {
      if (lineEnd >= 0 && lineEnd < quote && !endsCell(text, quote, delimiter)) {
        return { next: -1, open, broken: true, lines }
      }
      open = false
      while (lineEnd >= 0 && lineEnd < quote) {
        lineEnd = text.indexOf('\n', lineEnd + 1)
        lines += 1
      }
      quote = text.indexOf('"', quote + 1)
    }
  }
  const next = open || lineEnd < 0 ? -1 : lineEnd + 1
  return { next, open, broken: false, lines }
}

function startsCell(text: string, start: number, quote: number, delimiter: string): boolean {
  let at = quote - 1
  while (at >= start && text[at] === ' ') at -= 1
  return at < start || text[at] === delimiter || text[at] === '\n'
}

function endsCell(text: string, quote: number, delimiter: string): boolean {
  const next = text[quote + 1]
  return next === undefined || next === delimiter || next === '\n' || next === '\r' || next === ' '
}

function withoutReturn(text: string): string {
  return text.endsWith('\r') ? text.slice(0, -1) : text
}
