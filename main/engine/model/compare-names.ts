/** How much two names of persons are alike. Pure. */
import { distance } from 'fastest-levenshtein'
import type { NameLikeness } from '../../contract/reasons.ts'
import { foldName } from './folded-name.ts'
import type { Fields } from './record.ts'

interface Names {
  readonly first: readonly string[]
  readonly last: readonly string[]
}

/** Compares the first and last names of two persons; a person without any name is like nobody. */
export function compareNames(a: Fields, b: Fields): NameLikeness {
  if (isSameSpelling(a, b)) return 'same'
  const [one, two] = [namesOf(a), namesOf(b)]
  const [first, last] = [one.first.join(''), one.last.join('')]
  const [otherFirst, otherLast] = [two.first.join(''), two.last.join('')]
  if (first + last === '' || otherFirst + otherLast === '') return 'other'
  if (first + last === otherFirst + otherLast) return 'same'
  if (first === '' || otherFirst === '') return last === otherLast ? 'noFirstName' : 'other'
  if (first === otherLast && last === otherFirst) return 'swapped'
  if (last === otherLast && isInitial(first, otherFirst)) return 'initial'
  const [sameFirst, sameLast] = [first === otherFirst, last === otherLast]
  if (sameLast && isPart(one.first, two.first)) return 'shortened'
  if (sameFirst && isPart(one.last, two.last)) return 'shortened'
  if (isSlip(first, otherFirst) && isSlip(last, otherLast)) {
    if (distance(first, otherFirst) + distance(last, otherLast) <= mostLetters) return 'letters'
  }
  return sameFirst && first.length > 1 ? 'surname' : 'other'
}

/** Names that are written alike need not be taken apart. */
function isSameSpelling(a: Fields, b: Fields): boolean {
  const last = a['lastName']
  if (typeof last !== 'string' || last !== b['lastName']) return false
  return (a['firstName'] ?? null) === (b['firstName'] ?? null) && foldName(last) !== ''
}

const mostLetters = 2

/** One letter, two from eight letters on; names of two letters are other names with any letter changed. */
function isSlip(one: string, other: string): boolean {
  if (one === other) return true
  const length = Math.min(one.length, other.length)
  return distance(one, other) <= (length >= 8 ? mostLetters : length >= 3 ? 1 : 0)
}

function isInitial(one: string, other: string): boolean {
  return Math.min(one.length, other.length) === 1 && one[0] === other[0]
}

function isPart(one: readonly string[], other: readonly string[]): boolean {
  const [few, many] = one.length <= other.length ? [one, other] : [other, one]
  return few.length > 0 && few.every((part) => many.includes(part))
}

function namesOf(fields: Fields): Names {
  return { first: partsOf(fields['firstName']), last: partsOf(fields['lastName']) }
}

function partsOf(name: Fields[string] | undefined): readonly string[] {
  return typeof name === 'string' ? foldName(name).split(' ').filter(Boolean) : []
}
