/** Looks through a whole file once: in which encoding its letters are, and what is to be said about that. */
import { guessInWords } from '../../../contract/guess-words-en.ts'
import type { ImportGuess } from '../../../contract/imports.ts'
import { ProblemError } from '../../../contract/problem.ts'
import { isUtf8 } from 'node:buffer'
import type { FileWords } from './collect-words.ts'
import { findDoubleEncoding } from './double-encoding.ts'
import {
  decodeWhole,
  encodingNames,
  findEncoding,
  utf16be,
  utf16le,
  utf8,
  type Encoding,
} from './encodings.ts'
import { judgeLetters, wideOpinions, type Reading } from './judge-letters.ts'

export interface Letters {
  readonly encoding: Encoding
  /** Words are put right that went through two encodings. */
  readonly mend: boolean
  readonly guesses: readonly ImportGuess[]
}

/** Bytes looked at for the marks of UTF-16. */
const sampleBytes = 4096
/** More words than this share with marks no word has: the reading is wrong. */
const mostBroken = 0.2
/** A letter this unlikely on average, as a logarithm, is of no language that is known here. */
const leastLikely = -7
/** Two readings nearer than this, as a logarithm, are both to be told. */
const near = 4
const shownNames = 3

/**
 * @param start the first bytes of the file
 * @param collected what all of its bytes are
 * @param asked the encoding a person chose
 * Throws `ProblemError` (`wrong-use`) when no encoding makes words of it, with a look at names in the likeliest.
 */
export async function decideLetters(
  start: Buffer,
  collected: FileWords,
  asked?: string,
): Promise<Letters> {
  const told = asked === undefined ? null : findEncoding(asked)
  if (told === null && asked !== undefined) throw unknownEncoding(asked)
  if (told !== null) return { encoding: told, mend: false, guesses: [] }
  const wide = wideEncoding(start)
  if (wide !== null) return { encoding: wide, mend: false, guesses: [] }
  if (collected.ascii) return { encoding: utf8, mend: false, guesses: [] }
  if (collected.utf8 || isMostlyUtf8(collected.words)) return decideUtf8(collected.words)
  return decideSingleByte(collected.words, start)
}

/** UTF-16 by its mark, or by the zeros beside ASCII; null for anything else. */
export function wideEncoding(start: Buffer): Encoding | null {
  if (start[0] === 0xff && start[1] === 0xfe) return utf16le
  if (start[0] === 0xfe && start[1] === 0xff) return utf16be
  let little = 0
  let big = 0
  const looked = Math.min(start.length, sampleBytes) & ~1
  for (let at = 0; at < looked; at += 2) {
    if (start[at + 1] === 0 && start[at]! > 0) little += 1
    if (start[at] === 0 && start[at + 1]! > 0) big += 1
  }
  // Every text has separators and line ends, whatever its script.
  const least = Math.max(2, looked / 50)
  if (little >= least && big <= little / 10) return utf16le
  if (big >= least && little <= big / 10) return utf16be
  return null
}

function isMostlyUtf8(words: readonly string[]): boolean {
  const whole = words.filter((word) => isUtf8(Buffer.from(word, 'latin1'))).length
  return whole > words.length - whole
}

function decideUtf8(words: readonly string[]): Letters {
  const decoded = words.map((word) => decodeWhole(Buffer.from(word, 'latin1'), utf8))
  const { mended, torn } = findDoubleEncoding(decoded)
  if (mended.length + torn.length === 0) return { encoding: utf8, mend: false, guesses: [] }
  if (torn.length > mended.length && torn.length > words.length * mostBroken) {
    throw new ProblemError({
      code: 'wrong-use',
      message: `The letters of this file were saved wrongly before: its names read ${list(torn)}, and what they were cannot be told.`,
      fix: 'Export the list again from where it comes from, as UTF-8 or XLSX; or take the names as they stand with --encoding UTF-8.',
    })
  }
  // Single rows with such marks are refused one by one.
  if (mended.length === 0) return { encoding: utf8, mend: true, guesses: [] }
  const examples = mended.slice(0, shownNames).map(([from, to]) => ({ from, to }))
  return {
    encoding: utf8,
    mend: true,
    guesses: [guessInWords({ code: 'saved-twice', examples })],
  }
}

async function decideSingleByte(words: readonly string[], start: Buffer): Promise<Letters> {
  const readings = await judgeLetters(words)
  const [best, ...others] = readings
  if (best === undefined || best.broken > mostBroken || best.perLetter < leastLikely)
    throw noReading(readings, otherReadings(start))
  const rival = others.find(({ score, broken }) => best.score - score < near && broken === 0)
  const shown = showing(best, rival)
  const told = { encoding: best.encoding.name, words: shown.map((at) => best.words[at]!) }
  const guess =
    rival === undefined
      ? guessInWords({ code: 'letters', ...told })
      : guessInWords({
          code: 'letters-doubtful',
          ...told,
          rival: rival.encoding.name,
          rivalWords: shown.map((at) => rival.words[at]!),
        })
  return { encoding: best.encoding, mend: false, guesses: [guess] }
}

/** Places of a few telling words: such that differ between the readings, else long ones. */
function showing(best: Reading, rival: Reading | undefined): readonly number[] {
  const places = best.words.map((_, at) => at)
  const differing = rival ? places.filter((at) => best.words[at] !== rival.words[at]) : []
  return (differing.length > 0 ? differing : places)
    .toSorted((a, b) => best.words[b]!.length - best.words[a]!.length)
    .slice(0, shownNames)
}

interface Look {
  readonly encoding: Encoding
  readonly words: readonly string[]
}

/** Scripts with more letters than a byte has numbers: never guessed, but shown. */
function otherReadings(start: Buffer): readonly Look[] {
  return wideOpinions(start).flatMap((name) => {
    const encoding = findEncoding(name)
    const text = encoding === null ? '' : decodeWhole(start, encoding)
    // The last letter may be cut.
    const words = text.slice(0, -1).match(/[^\p{ASCII}]+/gu) ?? []
    if (encoding === null || words.length === 0 || text.slice(0, -1).includes('\uFFFD')) return []
    return [{ encoding, words }]
  })
}

function noReading(readings: readonly Reading[], others: readonly Look[]): ProblemError {
  const looks = [...others, ...readings]
    .slice(0, shownNames)
    .map(({ encoding, words }) => `--encoding "${encoding.name}" reads ${list(words)}`)
  return new ProblemError({
    code: 'wrong-use',
    message: 'The letters of this file cannot be told: in no encoding are all of its words words.',
    fix: `Choose the encoding in which the names are right: ${looks.join('; ')}. Or save the file as UTF-8.`,
  })
}

function unknownEncoding(asked: string): ProblemError {
  return new ProblemError({
    code: 'wrong-use',
    message: `There is no encoding ${asked}.`,
    fix: `Choose one of ${encodingNames.join(', ')}.`,
  })
}

function list(words: readonly string[]): string {
  return words
    .slice(0, shownNames)
    .map((word) => `"${word}"`)
    .join(', ')
}
