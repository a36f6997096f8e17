/** First and last name out of one cell. Pure. */

/** Which name comes first where no comma and no capitals tell. */
export type NameOrder = 'first-last' | 'last-first'

export interface PartedName {
  readonly first: string | null
  readonly last: string
}

/** Words that belong to the last name behind them, in any spelling. */
const particles = new Set(
  `van von vom der den dem des zu zum zur ter ten te 't d' du dos das della delle dello degli dalla del dela bin ibn al-
  af op de auf`.split(/\s+/),
)
/** The same, only in small letters: with a capital they are as often a name of their own. */
const smallParticles = new Set('la le les el al da di do lo y e i san santa st'.split(' '))
const suffixes = /^(?:jr|sr|ii|iii|iv|junior|senior|phd|md)\.?$/i
const titles = /^(?:mr|mrs|ms|miss|dr|prof|herr|frau|dipl|ing|mag|m|mme|mlle)\.?$/i

const isParticle = (word: string) => particles.has(word.toLowerCase()) || smallParticles.has(word)

/** Two letters or more, all of them capitals. */
const isCapitals = (word: string) => /^(?:Mc|Mac)?(?=.*\p{Lu}.*\p{Lu})[^\p{Ll}.]+$/u.test(word)

/**
 * Parts a whole name: at a comma, else by a last name in capitals, else in the order the column has. Particles stay
 * with the last name; a single word is a last name. Null when there is no name.
 */
export function partName(text: string, order: NameOrder): PartedName | null {
  const whole = text.replace(/\s+/gu, ' ').trim()
  if (whole === '') return null
  const [before = '', ...behind] = whole.split(/\s*,\s*/)
  const rest = behind.filter((part) => part !== '')
  if (rest.length > 0 && before !== '') {
    const suffix = rest.filter((part) => suffixes.test(part))
    const first = rest.filter((part) => !suffixes.test(part))
    // "John Smith, Jr." has its comma before the suffix alone.
    if (first.length > 0) {
      return { first: first.join(' '), last: [before, ...suffix].join(' ') }
    }
    const parted = partWords(before.split(' '), order)
    return { first: parted.first, last: [parted.last, ...suffix].join(' ') }
  }
  return partWords(before.split(' '), order)
}

function partWords(given: readonly string[], order: NameOrder): PartedName {
  const words = given.length > 2 && titles.test(given[0]!) ? given.slice(1) : given
  if (words.length === 1) return { first: null, last: words[0]! }
  const capitals = words.map(isCapitals)
  if (capitals.includes(true) && words.some((word, at) => !capitals[at] && !isParticle(word))) {
    const parted = partCapitals(words, capitals)
    if (parted !== null) return parted
  }
  // A list that puts the first name first does not begin with "van".
  const begins = isParticle(words[0]!) && words[0] === words[0]!.toLowerCase()
  return order === 'last-first' || begins ? lastBefore(words) : lastBehind(words)
}

/** The run of capitals at one end is the last name, with the particles beside it. */
function partCapitals(words: readonly string[], capitals: readonly boolean[]): PartedName | null {
  const belongs = (at: number) => capitals[at] === true || isParticle(words[at]!)
  let start = 0
  while (start < words.length && belongs(start)) start += 1
  if (capitals.slice(0, start).includes(true) && start < words.length) {
    return { first: words.slice(start).join(' '), last: words.slice(0, start).join(' ') }
  }
  let end = words.length
  while (end > 0 && belongs(end - 1)) end -= 1
  if (capitals.slice(end).includes(true) && end > 0) {
    return { first: words.slice(0, end).join(' '), last: words.slice(end).join(' ') }
  }
  return null
}

function lastBehind(words: readonly string[]): PartedName {
  let end = words.length
  while (end > 2 && suffixes.test(words[end - 1]!)) end -= 1
  const particle = words.findIndex((word, at) => at > 0 && at < end - 1 && isParticle(word))
  const from = particle > 0 ? particle : end - 1
  return { first: words.slice(0, from).join(' '), last: words.slice(from).join(' ') }
}

function lastBefore(words: readonly string[]): PartedName {
  let end = 0
  while (end < words.length - 2 && isParticle(words[end]!)) end += 1
  end += 1
  // "García y López Ana", "Silva dos Santos Rui".
  while (end < words.length - 2 && isParticle(words[end]!)) end += 2
  const last = words.slice(0, end).join(' ')
  return { first: words.slice(end).join(' ') || null, last }
}
