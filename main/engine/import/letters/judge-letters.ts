/** Which single-byte encoding the words of a file were written in. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import chardet from 'chardet'
import { candidates, decodeWhole, type Candidate } from './encodings.ts'
import { judgeWord, type JudgedWord } from './judge-word.ts'
import { letterChances } from './letter-model.ts'
import { languages } from './name-samples.ts'

export interface Reading {
  readonly encoding: Candidate
  /** Encodings that read every word alike, this one among them. */
  readonly alike: readonly Candidate[]
  /** Logarithm: the higher the likelier. */
  readonly score: number
  /** The same for one letter on average: whether it is a language at all. */
  readonly perLetter: number
  /** Share of the words that hold what no word has. */
  readonly broken: number
  /** The words as this encoding reads them, in the order they came. */
  readonly words: readonly string[]
}

/** Bytes the statistics are made of. */
const opinionBytes = 4096
/** Words of the first look, after which most encodings are out of the question. */
const firstLook = 40
/** So much unlikelier than the best, as a logarithm, after the first look. */
const hopeless = 30
/** Rounds in which the languages of a file are learnt from its words. */
const rounds = 3

/**
 * Every candidate with its score, the likeliest first; of several that read every word alike only the most usual one.
 * @param words as bytes, one character each (`latin1`)
 */
export async function judgeLetters(words: readonly string[]): Promise<readonly Reading[]> {
  const bytes = words.map((word) => Buffer.from(word, 'latin1'))
  const seconded = secondOpinion(bytes)
  const every = Math.max(1, Math.floor(bytes.length / firstLook))
  const some = bytes.filter((_, at) => at % every === 0)
  const first = await readings(candidates, some, seconded)
  if (every === 1) return first
  const hopeful = first.filter(({ score }) => first[0]!.score - score < hopeless)
  return readings(
    candidates.filter((one) => hopeful.some(({ alike }) => alike.includes(one))),
    bytes,
    seconded,
  )
}

async function readings(
  encodings: readonly Candidate[],
  bytes: readonly Buffer[],
  seconded: ReadonlyMap<string, number>,
): Promise<readonly Reading[]> {
  const distinct = new Map<string, Reading & { readonly alike: Candidate[] }>()
  for (const encoding of encodings) {
    // Each takes a few milliseconds; the desk does not wait for all of them.
    await nextTurn()
    const decoded = bytes.map((word) => decodeWhole(word, encoding))
    const text = decoded.join('\n')
    const same = distinct.get(text)
    if (same !== undefined) {
      same.alike.push(encoding)
      continue
    }
    const judged = decoded.map(judgeWord)
    const penalty = judged.reduce((sum, word) => sum + word.penalty, 0)
    const strange = judged.reduce((sum, word) => sum + word.strange, 0)
    const likely = likelihood(judged) - penalty
    distinct.set(text, {
      encoding,
      alike: [encoding],
      score: likely - encoding.rarity + (seconded.get(encoding.codec) ?? 0),
      perLetter: likely / Math.max(1, strange),
      broken: judged.filter(({ broken }) => broken).length / Math.max(1, judged.length),
      words: decoded,
    })
  }
  return [...distinct.values()].toSorted((a, b) => b.score - a.score)
}

/** What the statistics of whole texts say: it decides where the letters leave it open. */
function secondOpinion(words: readonly Buffer[]): ReadonlyMap<string, number> {
  const sample = Buffer.concat(words.flatMap((word) => [word, Buffer.from(' ')])).subarray(
    0,
    opinionBytes,
  )
  return new Map(
    chardet
      .analyse(sample)
      .map(({ name, confidence }) => [name.toLowerCase(), confidence / 100] as const),
  )
}

const wide = /^(?:shift_jis|gb18030|big5|euc-jp|euc-kr)$/i

/** Encodings of East Asia that the bytes may be in, the likeliest first. */
export function wideOpinions(start: Buffer): readonly string[] {
  return chardet
    .analyse(start.subarray(0, opinionBytes))
    .flatMap(({ name }) => (wide.test(name) ? [name] : []))
}

/** A word is of one language; which languages the file has is learnt from all of its words. */
function likelihood(words: readonly JudgedWord[]): number {
  const chances = words.map(({ letters }) => {
    const sums = new Float64Array(languages.length)
    for (const [letter, before, after] of letters) {
      const own = letterChances(letter, before, after)
      for (let at = 0; at < sums.length; at++) sums[at]! += own[at]!
    }
    return sums
  })
  let shares = new Float64Array(languages.length).fill(1 / languages.length)
  let total = 0
  for (let round = 0; round < rounds; round++) {
    total = 0
    const found = new Float64Array(languages.length).fill(0.5)
    for (const chance of chances) {
      const best = Math.max(...chance)
      const parts = chance.map((value, at) => shares[at]! * Math.exp(value - best))
      const sum = parts.reduce((all, part) => all + part, 0)
      total += best + Math.log(sum)
      for (const [at, part] of parts.entries()) found[at]! += part / sum
    }
    const all = found.reduce((sum, part) => sum + part, 0)
    shares = found.map((part) => part / all)
  }
  return total
}
