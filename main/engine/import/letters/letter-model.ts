/**
 * How likely a letter is between its neighbours, language by language. Only letters beyond ASCII are judged: the others
 * are the same in every encoding. Pure; made once, when the first file that is not UTF-8 is read.
 */
import { languages, nameSamples } from './name-samples.ts'

/** Neighbourhood → letter → its share there, language by language; the last one is all languages together. */
type Model = ReadonlyMap<string, ReadonlyMap<string, Float64Array>>

/** Weight of each kind of neighbourhood; the rest is for letters of the language wherever they stand. */
const weights = [0.3, 0.2, 0.2, 0.15, 0.15] as const
/** A name may hold a letter of another language: René lives everywhere. */
const borrowed = 0.03
/** The chance of a letter that no language has there. */
const foreign = 1e-5
/** Neighbourhoods seen once or twice prove little. */
const unsure = 1.5

let model: Model | null = null
/** Letters with their neighbours come again and again, in every list. */
const known = new Map<string, Float64Array>()
const mostKnown = 20_000

/**
 * Logarithms of the chance of a letter, in lower case, among those beyond ASCII: one per language of `languages`.
 * @param before the letter on its left in lower case, `^` where the word begins
 * @param after the letter on its right, `^` where the word ends
 */
export function letterChances(letter: string, before: string, after: string): Float64Array {
  const key = before + letter + after
  const found = known.get(key)
  if (found !== undefined) return found
  if (known.size >= mostKnown) known.clear()
  model ??= learn()
  const sums = new Float64Array(languages.length + 1)
  for (const place of places(before, after)) {
    const shares = model.get(place)?.get(letter)
    if (shares !== undefined) for (let at = 0; at < sums.length; at++) sums[at]! += shares[at]!
  }
  const anywhere = foreign + borrowed * sums[languages.length]!
  const chances = new Float64Array(languages.length)
  for (let at = 0; at < chances.length; at++) chances[at] = Math.log(anywhere + sums[at]!)
  known.set(key, chances)
  return chances
}

function places(before: string, after: string): readonly string[] {
  return [
    `${before}_${after}`,
    `${before}_`,
    `_${after}`,
    `${kindOf(before)}_${kindOf(after)}`,
    '_',
  ]
}

const vowels = new Set(
  'aeiouyáéíóúýàèìòùâêîôûäëïöüæøåãõœąęěůőűăıаеёиоуыэюяіїєāēīūėųįαεηιουωάέήίόύώ',
)

function kindOf(letter: string): string {
  if (letter === '^') return '^'
  return vowels.has(letter) ? 'V' : 'K'
}

function learn(): Model {
  const shares = new Map<string, Map<string, Float64Array>>()
  const totals = new Map<string, Float64Array>()
  const all = languages.length
  for (const [at, language] of languages.entries()) {
    for (const word of nameSamples[language].split(/\s+/)) {
      const letters = [...word.replaceAll('-', '^')]
      for (const [position, letter] of letters.entries()) {
        if (letter <= '\u007f') continue
        const around = places(letters[position - 1] ?? '^', letters[position + 1] ?? '^')
        for (const [kind, place] of around.entries()) {
          const here = inserted(shares, place, () => new Map<string, Float64Array>())
          const counts = inserted(here, letter, () => new Float64Array(all + 1))
          const total = inserted(totals, place, () => new Float64Array(all + 1))
          for (const one of [at, all]) {
            counts[one]! += weights[kind]!
            total[one]! += 1
          }
        }
      }
    }
  }
  for (const [place, letters] of shares) {
    const total = totals.get(place)!
    for (const counts of letters.values())
      for (const at of counts.keys()) counts[at]! /= total[at]! + unsure
  }
  return shares
}

function inserted<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}
