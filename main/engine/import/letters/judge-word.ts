/** What speaks against a word that was decoded: marks no name has, letters of two scripts, capitals in the middle. Pure. */

export interface JudgedWord {
  /** Logarithm, 0 at best. */
  readonly penalty: number
  /** It holds what is never part of a word: the reading is wrong, or the word is damaged. */
  readonly broken: boolean
  /** Letters and marks beyond ASCII. */
  readonly strange: number
  /** Letters beyond ASCII in lower case with their neighbours. */
  readonly letters: readonly (readonly [letter: string, before: string, after: string])[]
}

const cyrillic = /\p{Script=Cyrillic}/u
const greek = /\p{Script=Greek}/u
const latin = /\p{Script=Latin}/u
const letter = /\p{L}/u
/** Letters by their Unicode class that are symbols to people: ª, º, µ, ƒ. */
const odd = /[ªºµƒ\u02b0-\u02ff]/
const capital = /\p{Lu}/u
const small = /\p{Ll}/u
const control = /[\p{Cc}\uFFFD\u00AD]/u

const impossible = 14

export function judgeWord(word: string): JudgedWord {
  const letters: (readonly [string, string, string])[] = []
  const chars = [...word]
  let penalty = 0
  let broken = false
  let strange = 0
  for (const [at, char] of chars.entries()) {
    if (char <= '\u007f') continue
    strange += 1
    const left = chars[at - 1] ?? ''
    const right = chars[at + 1] ?? ''
    if (isLetter(char)) {
      penalty += capitals(char, left, right)
      letters.push([lower(char), neighbour(left), neighbour(right)])
    } else {
      const cost = mark(char, left, right)
      penalty += cost
      broken ||= cost >= 7
    }
  }
  if ([cyrillic, latin, greek].filter((script) => script.test(word)).length > 1) {
    penalty += impossible
    broken = true
  }
  return { penalty, broken, strange, letters }
}

/** Asked of the same few characters over and over. */
const answered = new Map<string, boolean>()

function isLetter(char: string): boolean {
  let answer = answered.get(char)
  if (answer === undefined) {
    answer =
      letter.test(char) &&
      !odd.test(char) &&
      [latin, cyrillic, greek].some((script) => script.test(char))
    // Single-byte encodings have a few hundred characters.
    if (answered.size < 1000) answered.set(char, answer)
  }
  return answer
}

function neighbour(char: string): string {
  return isLetter(char) ? lower(char) : '^'
}

/** The Turkish capital İ has no single small letter. */
function lower(char: string): string {
  return char === 'İ' ? char : char.toLowerCase()
}

function capitals(char: string, left: string, right: string): number {
  if (capital.test(char)) return small.test(left) && !odd.test(left) ? 7 : 0
  if (char === 'ß') return 0
  if (capital.test(right)) return 4
  if (!letter.test(left)) return small.test(right) ? 1.2 : 0.6
  return 0
}

function mark(char: string, left: string, right: string): number {
  if (control.test(char)) return impossible
  const inside = letter.test(left) && letter.test(right)
  const beside = letter.test(left) || letter.test(right)
  if (char === '\u00a0') return inside && small.test(right) ? 10 : beside ? 3 : 1.5
  if (/[’´ʼ]/.test(char)) return inside ? 3.5 : 5
  if (/[–—]/.test(char)) return inside ? (small.test(right) ? 6.5 : 4) : beside ? 6 : 2.5
  if (/[‘“”„‚…•«»]/.test(char)) return inside ? 9 : beside ? 6 : 2.5
  if (/[€°§ºª№²³½¼¾®©™±·¿¡]/.test(char)) return inside ? 11 : 4.5
  return beside ? 11 : 7
}
