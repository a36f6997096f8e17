/**
 * How likely a letter is between its neighbours, language by language. Only letters beyond ASCII are judged: the others
 * are the same in every encoding. Pure; made once, when the first file that is not UTF-8 is read.
 */
import { languages, nameSamples, type Language } from './name-samples.ts'

interface Counts {
  /** Neighbourhood → letter → how often. */
  readonly seen: Map<string, Map<string, number>>
  readonly totals: Map<string, number>
}

let models: ReadonlyMap<Language, Counts> | null = null

/** Weight of each kind of neighbourhood; the rest is for letters of the language wherever they stand. */
const weights = [0.3, 0.2, 0.2, 0.15, 0.15] as const
/** What a letter that a language does not have costs: names of guests stand in every list. */
const foreign = 2e-5
const unsure = 1.5

/**
 * Probability of the letter, in lower case, among those beyond ASCII.
 * @param before the letter on its left in lower case, `^` where the word begins
 * @param after the letter on its right, `^` where the word ends
 */
export function letterChance(
  language: Language,
  letter: string,
  before: string,
  after: string,
): number {
  models ??= new Map(languages.map((name) => [name, count(nameSamples[name])]))
  const { seen, totals } = models.get(language)!
  let chance = foreign
  for (const [at, place] of places(before, after).entries()) {
    const found = seen.get(place)?.get(letter) ?? 0
    if (found > 0) chance += (weights[at]! * found) / (totals.get(place)! + unsure)
  }
  return chance
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

const vowels = /^[aeiouyáéíóúýàèìòùâêîôûäëïöüæøåãõœąęěůőűăıаеёиоуыэюяіїєāēīūėųįαεηιουωάέήίόύώ]$/

function kindOf(letter: string): string {
  if (letter === '^') return '^'
  return vowels.test(letter) ? 'V' : 'K'
}

function count(words: string): Counts {
  const counts: Counts = { seen: new Map(), totals: new Map() }
  for (const word of words.split(/\s+/)) {
    const letters = [...word.replaceAll('-', '^')]
    for (const [at, letter] of letters.entries()) {
      if (letter <= '\u007f') continue
      for (const place of places(letters[at - 1] ?? '^', letters[at + 1] ?? '^')) {
        const found = counts.seen.get(place) ?? new Map<string, number>()
        counts.seen.set(place, found)
        found.set(letter, (found.get(letter) ?? 0) + 1)
        counts.totals.set(place, (counts.totals.get(place) ?? 0) + 1)
      }
    }
  }
  return counts
}
