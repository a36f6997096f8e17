/** How one CSV file is written: what separates its cells. Pure. */
import { ProblemError } from '../../contract/problem.ts'
import { recordSplitter } from './split-records.ts'

/** The usual ones, then those a file has only when nothing else explains it. */
const usual = [',', ';', '\t', '|'] as const
const others = ['^', '~', '#', '!', '*', '$', '%', '§', '¦', '\u001f'] as const

/** Records looked at. */
const looked = 100

/** What a person may write for a character that cannot be typed or seen. */
const spoken: Readonly<Record<string, string>> = {
  tab: '\t',
  '\\t': '\t',
  comma: ',',
  semicolon: ';',
  pipe: '|',
  bar: '|',
  caret: '^',
  tilde: '~',
}

/** The separator a person asks for, by itself or by name. Throws `ProblemError` (`wrong-use`). */
export function askedSeparator(asked: string): string {
  const separator = spoken[asked.toLowerCase()] ?? asked
  if (separator.length === 1 && !/["\r\n\p{L}\p{N}]/u.test(separator)) return separator
  throw new ProblemError({
    code: 'wrong-use',
    message: `"${asked}" cannot separate cells.`,
    fix: 'Give one character that is no letter, digit or quote, as ; or ^; or the word tab.',
  })
}

/**
 * The separator of a text: the one that cuts most of its lines into the same number of cells. Quotes are respected, over
 * line ends too. A comma when there is none.
 */
export function detectSeparator(start: string): string {
  let best: string = ','
  let most = 0
  for (const separator of [...usual, ...others]) {
    if (!start.includes(separator)) continue
    const score = evenness(start, separator) * (others.includes(separator as never) ? 0.6 : 1)
    if (score > most) {
      best = separator
      most = score
    }
  }
  return best
}

/** Excel's own first line, `sep=;`, which is no header. */
export function separatorLine(line: string): string | null {
  return /^sep=(.)\s*$/i.exec(line)?.[1] ?? null
}

/** Between 0 and about 2: how alike the lines are when cut so, a little more when there are many cells. */
function evenness(start: string, separator: string): number {
  const splitter = recordSplitter(separator)
  const whole = splitter.push(start)
  const records = (whole.length > 0 ? whole : splitter.end()).slice(0, looked)
  const widths = records.flatMap((record) =>
    'text' in record && record.text.trim() !== '' ? [countCells(record.text, separator)] : [],
  )
  // Quotes that do not fit together speak against it.
  const broken = records.length - records.filter((record) => 'text' in record).length
  const counts = new Map<number, number>()
  for (const width of widths) if (width > 1) counts.set(width, (counts.get(width) ?? 0) + 1)
  let width = 1
  let count = 0
  for (const [one, times] of counts) {
    if (times > count || (times === count && one > width)) [width, count] = [one, times]
  }
  if (width === 1) return 0
  const shorter = widths.filter((one) => one > 1 && one < width).length
  const even = (count + shorter * 0.4) / (widths.length + broken)
  // "Lovelace, Ada; Kiel": a comma before a space belongs to a text.
  const spaced = start.split(`${separator} `).length / start.split(separator).length
  return even * (1 + Math.log2(width) / 10) * (spaced > 0.5 ? 0.9 : 1)
}

function countCells(text: string, separator: string): number {
  let cells = 1
  let open = false
  // A quote opens only at the beginning of a cell; a doubled one closes and opens again.
  let mayOpen = true
  for (const char of text) {
    if (char === '"') {
      if (open || mayOpen) open = !open
    } else if (!open && char === separator) {
      cells += 1
      mayOpen = true
    } else if (!open && char !== ' ') mayOpen = false
  }
  return cells
}
