/**
 * Whether two descriptions are of one person: the one rule for start lists, targets, the desk and merging. Pure.
 *
 * A bib is not a person, nor is an e-mail address, a phone or a club: families, coaches and agencies share them.
 *
 * 1. **Contradiction**: two known birth dates that differ, two known genders that differ, ages that cannot both be true.
 *    That is somebody else, whatever else fits. Unknown is not known.
 * 2. **Same**: the same full name, however it is spelled, and the same birth date, e-mail, phone or bib in the event.
 * 3. **Same** too: a similar name (`compareNames`), the same birth date and the same bib. In place of the birth date an
 *    e-mail does for a new surname beside the same first name, as long as nothing new is said of the birth date; and a list
 *    without first names means who wears the bib.
 * 4. **Possible**, for a person to decide: the same full name and nothing more, or a similar name with the birth date or
 *    the e-mail (twins Jan and Jana share both), or a slip of the pen beside the same bib.
 * 5. Everything else is somebody else.
 *
 * What people type to fill a field (`n/a`, `none`, `x@x`) is no address and no number.
 */
import type { Contradiction, Likeness, SharedFact } from '../../contract/reasons.ts'
import type { FieldValue } from '../../contract/records.ts'
import { likenessText } from '../../contract/words-en.ts'
import type { NameLikeness } from '../../contract/reasons.ts'
import { compareNames } from './compare-names.ts'
import type { Fields } from './record.ts'

export interface Judgement extends Likeness {
  readonly verdict: 'same' | 'possible' | 'other'
}

export interface Circumstances {
  /** Both have this bib in one event. */
  readonly sameBib: boolean
  /** YYYY-MM-DD to which an `age` belongs, null where nobody knows it. */
  readonly raceDay?: string | null
  /** Years by which an age and a birth date may disagree: one, more where the day is a guess. */
  readonly ageSlack?: number
}

/**
 * Compares two persons by what is known of each, in normal form: names, `gender`, `dateOfBirth`, `email`, `phone`, and
 * `age` (on race day) where an entry tells it. Does not depend on which is which.
 */
export function judge(a: Fields, b: Fields, circumstances: Circumstances): Judgement {
  const { sameBib } = circumstances
  const name = compareNames(a, b)
  const shared = (['dateOfBirth', 'email', 'phone'] as const).filter((fact) => isEqual(fact, a, b))
  const facts: readonly SharedFact[] = sameBib ? [...shared, 'bib'] : shared
  const differs = contradictions(a, b, circumstances)
  const verdict = differs.length > 0 ? 'other' : verdictOf(name, facts, a, b)
  return { verdict, name, shared: facts, differs }
}

function verdictOf(
  name: NameLikeness,
  shared: readonly SharedFact[],
  a: Fields,
  b: Fields,
): Judgement['verdict'] {
  const has = (fact: SharedFact) => shared.includes(fact)
  if (name === 'other') return 'other'
  if (name === 'same') return shared.length > 0 ? 'same' : 'possible'
  if (has('bib')) {
    if (has('dateOfBirth') || name === 'noFirstName') return 'same'
    if (name === 'surname') {
      const isNews = (known(a['dateOfBirth']) ?? known(b['dateOfBirth'])) !== null
      return has('email') ? (isNews ? 'possible' : 'same') : 'other'
    }
    return 'possible'
  }
  return has('dateOfBirth') || has('email') ? 'possible' : 'other'
}

function isEqual(fact: 'dateOfBirth' | 'email' | 'phone', a: Fields, b: Fields): boolean {
  if (fact === 'phone') return isSamePhone(a['phone'], b['phone'])
  if (fact === 'email') return addressOf(a['email']) !== null && sameAddress(a, b)
  return known(a[fact]) !== null && a[fact] === b[fact]
}

const sameAddress = (a: Fields, b: Fields) => addressOf(a['email']) === addressOf(b['email'])

/** Local parts that people type because a form insists. */
const fillers =
  /^(n\.?a|none|no-?e?-?mail|no-?reply|donotreply|nobody|unknown|e-?mail|null|x+|0+|-+|\.+)$/

/** An e-mail address that says something of who has it, null for none and for what stands in its place. */
export function addressOf(value: FieldValue | undefined): string | null {
  if (typeof value !== 'string') return null
  const [local, domain, ...more] = value.trim().toLowerCase().split('@')
  if (!local || !domain || more.length > 0 || !domain.includes('.')) return null
  return fillers.test(local) ? null : `${local}@${domain}`
}

const fewestDigits = 6
/** With so many equal digits at the end two numbers are one, written with the country and without. */
const endDigits = 8

function isSamePhone(a: FieldValue | undefined, b: FieldValue | undefined): boolean {
  const [one, other] = [digitsOf(a), digitsOf(b)]
  if (one === null || other === null) return false
  if (one === other) return true
  const [short, long] = one.length < other.length ? [one, other] : [other, one]
  return short.length >= endDigits && long.endsWith(short)
}

function digitsOf(value: FieldValue | undefined): string | null {
  if (typeof value !== 'string') return null
  const digits = value.replace(/\D/g, '').replace(/^0+/, '')
  return digits.length < fewestDigits || /^(\d)\1*$/.test(digits) ? null : digits
}

function contradictions(
  a: Fields,
  b: Fields,
  { raceDay = null, ageSlack = yearPasses }: Circumstances,
): readonly Contradiction[] {
  const found: Contradiction[] = []
  const [bornA, bornB] = [known(a['dateOfBirth']), known(b['dateOfBirth'])]
  if (bornA !== null && bornB !== null && bornA !== bornB) found.push('dateOfBirth')
  const [genderA, genderB] = [known(a['gender']), known(b['gender'])]
  if (genderA !== null && genderB !== null && genderA !== genderB) found.push('gender')
  const fits = (one: Fields, other: Fields) => canBeOfAge(one, other, raceDay, ageSlack)
  if (!fits(a, b) || !fits(b, a)) found.push('age')
  return found
}

/** Known values of a field: `unknown` as a gender says nothing. */
function known(value: FieldValue | undefined): FieldValue {
  return value === undefined || value === '' || value === 'unknown' ? null : value
}

/** A birthday lies between two lists, or between a list and the race. */
const yearPasses = 1

function canBeOfAge(a: Fields, b: Fields, raceDay: string | null, slack: number): boolean {
  const age = a['age']
  if (typeof age !== 'number') return true
  if (typeof b['age'] === 'number') return Math.abs(age - b['age']) <= yearPasses
  const born = b['dateOfBirth']
  if (typeof born !== 'string' || raceDay === null) return true
  return Math.abs(age - ageOn(born, raceDay)) <= slack
}

/** Age in whole years on a day, both as YYYY-MM-DD. */
export function ageOn(born: string, day: string): number {
  const years = Number(day.slice(0, 4)) - Number(born.slice(0, 4))
  return day.slice(5) < born.slice(5) ? years - 1 : years
}

/** What two persons share and where they differ, as it crosses the border. */
export function likenessOf({ name, shared, differs }: Judgement): Likeness {
  return { name, shared, differs }
}

/** The same in English. */
export const whyOf = (judgement: Judgement): string => likenessText(judgement)
