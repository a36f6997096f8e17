/** Options of `import` that say how a file is to be read, where that is not what is recognised. */
import { InvalidArgumentError, type Command } from 'commander'
import type { ReadingChoices } from '../../../contract/imports.ts'
import { wholeNumber } from './arguments.ts'

export interface ReadingOptions {
  readonly encoding?: string
  readonly headerLine?: number | 'none'
  readonly sheet?: string
  readonly separator?: string
}

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
}

/** What was asked for; undefined when nothing was. */
export function readingOf(options: ReadingOptions): ReadingChoices | undefined {
  const { encoding, headerLine, sheet, separator } = options
  const told = Object.entries({ encoding, headerLine, sheet, separator }).filter(
    ([, value]) => value !== undefined,
  )
  return told.length > 0 ? (Object.fromEntries(told) as ReadingChoices) : undefined
}

function headerLineOption(text: string): number | 'none' {
  if (text === 'none') return 'none'
  try {
    return wholeNumber(1, 1_000_000)(text)
  } catch {
    throw new InvalidArgumentError('Give the number of a line, counted from 1, or none.')
  }
}
