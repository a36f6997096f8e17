/**
 * Names as they are compared and searched: the one form in which José is Jose, Müller is Mueller and Muller, and O’Brien
 * is OBrien. Only for comparing; what is stored and shown stays as it was written. Pure.
 *
 * Names of persons alone: of a race, `2.5 km` must not become `25 km`.
 */
import type { Fields } from './record.ts'

/** Signs that stand inside a name and are left out as often as not: apostrophes, quotes and what is typed for them. */
const apostrophes = /['"`’‘‛“”„′ʹʻʼʽʾʿˈ]/g

/** Letters that are no base letter with a mark: Unicode does not take them apart. */
const latin: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'a',
  œ: 'o',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ı: 'i',
  ŀ: 'l',
  ŋ: 'n',
  ŧ: 't',
  þ: 'th',
  ĸ: 'k',
}
const latinLetters = new RegExp(`[${Object.keys(latin).join('')}]`, 'g')

/** Marks of the European scripts. Those of others are letters of their own: without them a name is another one. */
const marks = /[\u0300-\u036F]/g
const betweenWords = /[^\p{L}\p{M}\p{N}]+/gu

/** Letters that folding leaves as they are. */
const plain = /^[a-z]+$/
const umlauts = /[aou]e|aa/

/** Most names come again and again: those folded last are remembered. */
const remembered = new Map<string, string>()
const mostRemembered = 4_000

/**
 * The words of a name in lower case, one space between them: without accents, apostrophes, hyphens and points; ä, ö, ü
 * and å as a, o, u and a, and so the ae, oe, ue and aa they are written with elsewhere. Letters of other scripts stay.
 * A name of signs alone is those signs. Folding twice is folding once.
 */
export function foldName(name: string): string {
  const known = remembered.get(name)
  if (known !== undefined) return known
  const folded = fold(name.toLowerCase())
  if (remembered.size >= mostRemembered) remembered.clear()
  remembered.set(name, folded)
  return folded
}

function fold(small: string): string {
  if (plain.test(small)) return withoutUmlauts(small)
  const letters = small
    // Unicode takes it for a space with an accent.
    .replaceAll('´', '')
    .normalize('NFKD')
    .replace(apostrophes, '')
    .replace(marks, '')
    .toLowerCase()
    .replace(latinLetters, (letter) => latin[letter]!)
    .normalize('NFC')
    .replace(betweenWords, ' ')
    .trim()
  return letters === ''
    ? small.normalize('NFC').replace(/\s+/gu, ' ').trim()
    : withoutUmlauts(letters)
}

/** How ä, ö, ü and å are written where a keyboard or a system has none. */
function withoutUmlauts(letters: string): string {
  if (!umlauts.test(letters)) return letters
  return letters.replace(/([aou])e+/g, '$1').replace(/aa+/g, 'a')
}

/**
 * The names of a person as one text, last name first: what the index of persons holds. Equal for persons whose names
 * fold to the same, a missing first name counting as its own.
 */
export function foldedFullName(fields: Fields): string {
  const [last, first] = [fields['lastName'], fields['firstName']].map((name) =>
    typeof name === 'string' ? foldName(name) : '',
  )
  return `${last!}, ${first!}`
}
