/** Which single-byte encoding the words of a file were written in. Pure. */
import chardet from 'chardet'
import { candidates, decodeWhole, type Candidate } from './encodings.ts'
import { judgeWord, type JudgedWord } from './judge-word.ts'
import { letterChance } from './letter-model.ts'
import { languages } from './name-samples.ts'

export interface Reading {
  readonly encoding: Candidate
  /** Logarithm: the higher the likelier. */
  readonly score: number
  /** The same for one letter on average: whether it is a language at all. */
  readonly perLetter: number
  /** Share of the words that hold what no word has. */
  readonly broken: number
  /** The words as this encoding reads them, in the order they came. */
  readonly words: readonly string[]
}

/** Rounds in which the languages of a file are learnt from its words. */
const rounds = 3

/**
 * Every candidate with its score, the likeliest first; of several that read every word alike only the most usual one.
 * @param words as bytes, one character each (`latin1`)
 */
export function judgeLetters(words: readonly string[]): readonly Reading[] {
  const bytes = words.map((word) => Buffer.from(word, 'latin1'))
  const seconded = secondOpinion(bytes)
  const distinct = new Map<string, Reading>()
  for (const encoding of candidates) {
    const decoded = bytes.map((word) => decodeWhole(word, encoding))
    const same = decoded.join('\n')
    if (distinct.has(same)) continue
    const judged = decoded.map(judgeWord)
    const penalty = judged.reduce((sum, word) => sum + word.penalty, 0)
    const strange = judged.reduce((sum, word) => sum + word.strange, 0)
    const likely = likelihood(judged) - penalty
    distinct.set(same, {
      encoding,
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
    65_536,
  )
  return new Map(
    chardet
      .analyse(sample)
      .map(({ name, confidence }) => [name.toLowerCase(), confidence / 100] as const),
  )
}

/** A word is of one language; which languages the file has is learnt from all of its words. */
function likelihood(words: readonly JudgedWord[]): number {
  const chances = words.map(({ letters }) =>
    languages.map((language) =>
      letters.reduce((sum, [letter, before, after]) => {
        return sum + Math.log(letterChance(language, letter, before, after))
      }, 0),
    ),
  )
  let shares = languages.map(() => 1 / languages.length)
  let total = 0
  for (let round = 0; round < rounds; round++) {
    total = 0
    const found = languages.map(() => 0.5)
    for (const chance of chances) {
      const best = Math.max(...chance)
      const parts = chance.map((value, at) => shares[at]! * Math.exp(value - best))
      const sum = parts.reduce((all, part) => all + part, 0)
      total += best + Math.log(sum)
      parts.forEach((part, at) => (found[at]! += part / sum))
    }
    const all = found.reduce((sum, part) => sum + part, 0)
    shares = found.map((part) => part / all)
  }
  return total
}
