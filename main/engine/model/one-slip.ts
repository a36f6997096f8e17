/**
 * Words that differ by one slip of the fingers: a letter too many, a letter too few, another letter, or two neighbours
 * that changed places. Pure.
 */

/** From this many letters on a slip is forgiven: of three letters every name is one slip away from many. */
export const shortestSlip = 4

/**
 * The word itself and what is left of it without one of its letters. Two words that are one slip apart have one of these
 * in common, so a slip is found by equality and nothing has to be read through.
 */
export function slipsOf(word: string): readonly string[] {
  const letters = [...word]
  return [
    ...new Set([
      word,
      ...letters.map((_, at) => [...letters.slice(0, at), ...letters.slice(at + 1)].join('')),
    ]),
  ]
}

/** Whether one slip makes the one word of the other. Equal words are none apart. */
export function isOneSlip(one: string, other: string): boolean {
  const [short, long] = [[...one], [...other]].toSorted((a, b) => a.length - b.length) as [
    string[],
    string[],
  ]
  if (one === other || long.length - short.length > 1) return false
  let from = 0
  while (from < short.length && short[from] === long[from]) from += 1
  const rest = (letters: readonly string[], at: number) => letters.slice(at).join('')
  if (short.length < long.length) return rest(short, from) === rest(long, from + 1)
  if (rest(short, from + 1) === rest(long, from + 1)) return true
  return (
    short[from] === long[from + 1] &&
    short[from + 1] === long[from] &&
    rest(short, from + 2) === rest(long, from + 2)
  )
}
