/** Words and letters for gender in the languages of lists. What a letter means, its neighbours in the column tell. Pure. */
import type { GenderLetter, LetterReason } from '../../contract/guess-reasons.ts'
import { guessInWords } from '../../contract/guess-words-en.ts'
import type { ImportGuess } from '../../contract/imports.ts'
import { plainHeader } from './header-words.ts'

type Gender = GenderLetter['gender']

/** Words that mean one thing wherever they stand. */
const words = new Map<string, Gender>(
  Object.entries({
    male: `male man men mens boy boys mr mister m m\u00E4nnlich maennlich mann m\u00E4nner maenner herr herren junge jungen knabe
      homme hommes masculin monsieur gar\u00E7on masc hombre hombres masculino var\u00F3n chico ni\u00F1o maschio maschile uomo uomini
      signore mannelijk heer heren jongen jongens herrar pojke pojkar manlig menn herre gutt gutter hannkj\u00F8nn mand
      m\u00E6nd dreng drenge hankj\u00F8n m\u0119\u017Cczyzna m\u0119\u017Cczy\u017Ani m\u0119ski m\u0119\u017Cczyzni ch\u0142opiec pan mu\u017E mu\u017Ei mu\u017Esk\u00FD chlapec
      \u043C \u043C\u0443\u0436\u0447\u0438\u043D\u0430 \u043C\u0443\u0436 \u043C\u0443\u0436\u0441\u043A\u043E\u0439`,
    female: `female woman women womens girl girls mrs ms miss f w weiblich frau frauen dame damen m\u00E4dchen maedchen
      femme femmes f\u00E9minin fem madame mme mlle mademoiselle fille mujer mujeres femenino femenina chica ni\u00F1a
      femmina femminile donna donne signora vrouw vrouwen vrouwelijk mevrouw mevr dames meisje meisjes kvinna kvinnor
      kvinnlig dam damer flicka flickor kvinne kvinner jente jenter hunnkj\u00F8nn kvinde kvinder pige piger hunk\u00F8n
      kobieta kobiety \u017Ce\u0144ski dziewczyna dziewczynka pani \u017Eena \u017Eeny \u017Eensk\u00FD \u017Eensk\u00E1 d\u00EDvka dievka
      \u0436 \u0436\u0435\u043D\u0449\u0438\u043D\u0430 \u0436\u0435\u043D \u0436\u0435\u043D\u0441\u043A\u0438\u0439`,
    other: `other x o nb enby nonbinary non-binary nonbin diverse divers div inter intersex genderqueer genderfluid
      agender thirdgender nichtbin\u00E4r nonbinaire nobinario otro otra altro autre anders andere anderes ickebin\u00E4r
      annat annen annet andet inny inna jin\u00E9 jin\u00E1`,
    unknown: `unknown u na notspecified unspecified notstated notgiven notdisclosed undisclosed prefernottosay
      prefernottoanswer prefernottodisclose prefernot rathernotsay decline declinetoanswer declined unbekannt
      keineangabe ka inconnu nonpr\u00E9cis\u00E9 desconocido prefierenodecirlo prefieronodecirlo sconosciuto onbekend
      wilniet zegikliever ok\u00E4nd ok\u00E4nt uppgiftsaknas villikkesi ukjent ukendt nieznana nezn\u00E1m\u00E9 nezadano`,
  } as const satisfies Record<Gender, string>).flatMap(([gender, list]) =>
    list
      .trim()
      .split(/\s+/)
      .map((word) => [plainHeader(word), gender as Gender] as const),
  ),
)

/** What a letter or word means, and why where its column says so. */
type Meaning = readonly [Gender, LetterReason | null]

/** A letter whose meaning hangs on the others in its column; null where it may mean two things. */
type Rule = (column: ReadonlySet<string>) => Meaning | null

const isWoman = (column: ReadonlySet<string>) => column.has('f') || column.has('w')
const beside = (letter: string): LetterReason => ({ code: 'beside', letter })
const womenApart: LetterReason = { code: 'women-apart' }
const bothApart: LetterReason = { code: 'both-apart' }

/** Tried only for letters; `words` says the rest. */
const letters = new Map<string, Rule>(
  Object.entries({
    // Dam and dame beside herr, uomo and donna; divers where men and women have letters of their own.
    d: (column) => {
      if (column.has('h') && !isWoman(column)) return ['female', beside('H')]
      if (column.has('u') && !isWoman(column) && !column.has('m')) return ['female', beside('U')]
      return isWoman(column) ? ['other', womenApart] : null
    },
    h: () => ['male', { code: 'h-word' }],
    // Hombre and mujer: the only language in which M is a woman.
    m: (column) => {
      if (column.has('h') && !column.has('d') && !isWoman(column)) return ['female', beside('H')]
      if (column.has('h') && !isWoman(column)) return null
      if (column.has('j') && !column.has('g') && !isWoman(column)) return null
      return ['male', null]
    },
    k: (column) => (column.has('m') && !isWoman(column) ? ['female', beside('M')] : null),
    v: (column) => (column.has('m') && !isWoman(column) ? ['female', beside('M')] : null),
    z: (column) => (column.has('m') && !isWoman(column) ? ['female', beside('M')] : null),
    n: (column) => (isWoman(column) ? ['other', bothApart] : null),
    u: (column) =>
      column.has('d') && !column.has('m') && !isWoman(column)
        ? ['male', beside('D')]
        : ['unknown', null],
    g: (column) =>
      column.has('j') ? ['male', beside('J')] : column.has('b') ? ['female', beside('B')] : null,
    j: (column) => (column.has('g') ? ['female', beside('G')] : null),
    b: (column) => (column.has('g') ? ['male', beside('G')] : null),
  } satisfies Record<string, Rule>),
)

export interface GenderColumn {
  /** What a cell of the column means; null for one that nobody can tell. */
  read(cell: string): Gender | null
  readonly guesses: readonly ImportGuess[]
}

/**
 * How the words of a column are read.
 * @param values the different values of the column
 */
export function genderColumn(header: string, values: Iterable<string>): GenderColumn {
  const all = [...values]
  const column = new Set(all.map(plainHeader))
  // A word says as much as its letter.
  for (const word of [...column]) {
    if (word.length < 2) continue
    if (words.get(word) === 'female') column.add('f')
    if (words.get(word) === 'male') column.add('m')
  }
  const told = all.flatMap((value): GenderLetter[] => {
    const [gender, because] = meaningOf(value, column)
    return gender !== null && because !== null ? [{ letter: value.trim(), gender, because }] : []
  })
  const known = new Map(all.map((value) => [value, meaningOf(value, column)[0]]))
  return {
    read(cell) {
      const found = known.get(cell)
      return found === undefined ? meaningOf(cell, column)[0] : found
    },
    guesses:
      told.length === 0
        ? []
        : [guessInWords({ code: 'gender-letters', column: header, letters: told })],
  }
}

function meaningOf(
  cell: string,
  column: ReadonlySet<string>,
): readonly [Gender | null, LetterReason | null] {
  const plain = plainHeader(cell)
  if (plain === '') return ['unknown', null]
  const rule = letters.get(plain)
  if (rule) return rule(column) ?? [null, null]
  return [words.get(plain) ?? null, null]
}

/** Whether letters for men and for women are there already: then no other value changes what any of them means. */
export function areSettled(values: Iterable<string>): boolean {
  const column = new Set([...values].map(plainHeader))
  return column.has('m') && isWoman(column)
}

/** What a word for gender means where nothing is known of its column; null for one nobody knows. */
export function genderOf(text: string): Gender | null {
  return meaningOf(text, new Set([plainHeader(text)]))[0]
}

/** Whether all values are letters or words for gender, so that the column can be nothing else. */
export function areGenders(values: Iterable<string>): boolean {
  const all = [...values]
  if (all.length === 0 || all.length > 6) return false
  const { read } = genderColumn('', all)
  const genders = new Set(all.map(read))
  return !genders.has(null) && genders.has('male') && genders.has('female')
}
