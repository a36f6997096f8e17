/** Options of `import` that say how a file is to be read, where that is not what is recognised. */
import { InvalidArgumentError, Option, type Command } from 'commander'
import { dateOrders, type DateOrder } from '../../../contract/birth-date.ts'
import type { ReadingChoices } from '../../../contract/imports.ts'
import { wholeNumber } from './arguments.ts'

export interface ReadingOptions {
  readonly encoding?: string
  readonly headerLine?: number | 'none'
  readonly sheet?: string
  readonly separator?: string
  readonly dates?: DateOrder
  readonly value?: ColumnValues
}

/** Column → value of the file → our value. */
type ColumnValues = Readonly<Record<string, Readonly<Record<string, string>>>>

export function addReadingOptions(command: Command): Command {
  return command
    .option(
      '--encoding <name>',
      'letters of the file, as windows-1250 or utf-8; recognised when left out',
    )
    .option(
      '--header-line <line>',
      'line with the names of the columns, counted from 1; none when there is no such line',
      headerLineOption,
    )
    .option('--sheet <name>', 'sheet of a workbook')
    .option('--separator <character>', 'what stands between the cells of a CSV file, or tab')
    .addOption(
      new Option('--dates <order>', 'which part of a date comes first: day, month or year').choices(
        dateOrders,
      ),
    )
    .option(
      '--value <column:theirs=ours>',
      'what a value of the file means, empty for nothing: "Gender:D=female" (repeatable)',
      valueOption,
    )
}

/** What was asked for; undefined when nothing was. */
export function readingOf(options: ReadingOptions): ReadingChoices | undefined {
  const { encoding, headerLine, sheet, separator, dates, value: values } = options
  const all = { encoding, headerLine, sheet, separator, dates, values }
  const told = Object.entries(all).filter(([, value]) => value !== undefined)
  return told.length > 0 ? (Object.fromEntries(told) as ReadingChoices) : undefined
}

/** Collects `column:theirs=ours`; the first colon and the last equals sign part them. */
function valueOption(text: string, before: ColumnValues = {}): ColumnValues {
  const [colon, equals] = [text.indexOf(':'), text.lastIndexOf('=')]
  if (colon < 1 || equals < colon + 2)
    throw new InvalidArgumentError('Write it as column:theirs=ours, like Gender:D=female.')
  const column = text.slice(0, colon)
  const [theirs, ours] = [text.slice(colon + 1, equals), text.slice(equals + 1)]
  return { ...before, [column]: { ...before[column], [theirs]: ours } }
}

function headerLineOption(text: string): number | 'none' {
  if (text === 'none') return 'none'
  try {
    return wholeNumber(1, 1_000_000)(text)
  } catch {
    throw new InvalidArgumentError('Give the number of a line, counted from 1, or none.')
  }
}
