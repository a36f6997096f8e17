import { seededRandom } from './seeded-random.ts'

/** Somebody nobody is. */
export interface InventedPerson {
  readonly firstName: string
  readonly lastName: string
  readonly gender: 'female' | 'male'
  /** `YYYY-MM-DD` */
  readonly dateOfBirth: string
  readonly email: string
  /** Four digits, the leading zeros with it. */
  readonly bib: string
}

const firstNames = {
  female: ['Ana', 'Dolores', 'Émilie', 'Grace', 'Hiroko', 'Zoë'],
  male: ['Björn', 'Chidi', 'Faisal', 'Ivan', 'José', 'Søren'],
} as const
const lastNames = ['Almeida', "O'Brien", 'Müller', 'Nkosi', 'Sato', 'van der Merwe', 'Zhang']

/** Twenty-four persons, or as many as wanted, the same for the same seed. No two share a bib or an e-mail address. */
export function inventedPeople(seed: number, count = 24): readonly InventedPerson[] {
  const next = seededRandom(seed)
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(next() * choices.length)] as T
  const two = (number: number): string => String(number).padStart(2, '0')
  return Array.from({ length: count }, (_, index) => {
    const gender = pick(['female', 'male'] as const)
    const year = 1950 + Math.floor(next() * 55)
    return {
      firstName: pick(firstNames[gender]),
      lastName: pick(lastNames),
      gender,
      dateOfBirth: `${year}-${two(1 + Math.floor(next() * 12))}-${two(1 + Math.floor(next() * 28))}`,
      email: `runner${index + 1}.${Math.floor(next() * 10_000)}@example.org`,
      bib: String(index + 1).padStart(4, '0'),
    }
  })
}
