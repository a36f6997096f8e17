/** Bytes of a file as text: looked through once for its letters, then decoded as often as it is read. */
import { Buffer } from 'node:buffer'
import type { ImportGuess } from '../../contract/imports.ts'
import { ProblemError } from '../../contract/problem.ts'
import { WordCollector } from './letters/collect-words.ts'
import { streamDecoder, type Encoding } from './letters/encodings.ts'
import { decideLetters, wideEncoding } from './letters/survey-letters.ts'

/** Bytes kept of the beginning: enough for a title, a header and some rows. */
const startBytes = 64 * 1024
/** Pieces are at most this long, so that no step over one blocks the event loop. */
const pieceBytes = 64 * 1024

export interface TextSurvey {
  readonly encoding: Encoding
  /** Words are put right that went through two encodings. */
  readonly mend: boolean
  /** The text of the first bytes, without a byte order mark; a letter at its end may be cut. */
  readonly start: string
  /** Nothing follows `start`. */
  readonly complete: boolean
  readonly guesses: readonly ImportGuess[]
}

/**
 * Looks through the whole file: which letters it has shows where they are, and that may be late. Memory is a sample.
 * Throws `ProblemError` (`wrong-use`) for a file that is not text, and when its letters cannot be told.
 */
export async function surveyText(
  source: AsyncIterable<Uint8Array>,
  asked?: string,
): Promise<TextSurvey> {
  const words = new WordCollector()
  let start = Buffer.alloc(0)
  let bytes = 0
  let wide: Encoding | null | undefined
  for await (const chunk of source) {
    bytes += chunk.length
    if (start.length < startBytes) {
      start = Buffer.concat([start, chunk.subarray(0, startBytes - start.length)])
    }
    if (start.length >= 4096) wide ??= checkStart(start, asked)
    // UTF-16 needs no look at its words.
    if (wide) continue
    for (let at = 0; at < chunk.length; at += pieceBytes)
      words.push(chunk.subarray(at, at + pieceBytes))
  }
  checkStart(start, asked)
  const letters = await decideLetters(start, words.end(), asked)
  const text = streamDecoder(letters.encoding)(start, true)
  return {
    ...letters,
    start: text.startsWith('\uFEFF') ? text.slice(1) : text,
    complete: bytes <= start.length,
  }
}

/** The text of a file in pieces of at most 64 K characters. Bytes that fit no letter become U+FFFD. */
export async function* decodeText(
  source: AsyncIterable<Uint8Array>,
  encoding: Encoding,
): AsyncGenerator<string> {
  const decode = streamDecoder(encoding)
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += pieceBytes) {
      yield decode(chunk.subarray(at, at + pieceBytes), false)
    }
  }
  yield decode(Buffer.alloc(0), true)
}

function checkStart(start: Buffer, asked: string | undefined): Encoding | null {
  refuseOtherFiles(start)
  const wide = wideEncoding(start)
  if (wide === null && asked === undefined && start.subarray(0, 4096).includes(0))
    throw notText('It holds bytes that no text has.')
  return wide
}

function refuseOtherFiles(sample: Buffer): void {
  const start = sample.subarray(0, 8).toString('latin1')
  if (start.startsWith('\u001f\u008b')) throw notText('It is compressed.', 'Unpack it first.')
  if (start.startsWith('%PDF'))
    throw notText('It is a PDF document.', 'Ask for the list as a table: CSV, XLSX or ODS.')
  if (start.startsWith('{\\rtf')) throw notText('It is a text document.', 'Save its table as CSV.')
  if (start.startsWith('SQLite f'))
    throw notText('It is a database.', 'Use restore for a Marshal backup.')
}

function notText(why: string, fix = 'Choose a CSV, XLSX, ODS or JSON file.'): ProblemError {
  return new ProblemError({ code: 'wrong-use', message: `This is not a text file. ${why}`, fix })
}
