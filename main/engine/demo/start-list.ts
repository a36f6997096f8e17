/** The start list of the demonstration: as large as a real marathon, the same on every computer, nobody in it exists. */
import { namePools, type NamePool } from './start-list-names.ts'

/** Entrants of the demonstration event. */
export const demoEntrants = 32_000

export const demoEventName = 'Harbour City Marathon'

const columns = [
  'bib',
  'first_name',
  'last_name',
  'gender',
  'date_of_birth',
  'email',
  'city',
  'country',
  'club',
  'race',
  'start_group',
  'tag',
  'category',
  'status',
] as const

const clubs = [
  'Harbour Harriers',
  'Lauffreunde Süd',
  'Nine O’Clock Runners',
  'Club Atlético Río',
  'Les Foulées du Quai',
  'Old Mill Striders',
]

const waves = ['Wave 1', 'Wave 2', 'Wave 3', 'Wave 4', 'Wave 5', 'Wave 6']

/** The start list as CSV text, piece by piece of about a thousand rows. */
export function* startListCsv(entrants: number = demoEntrants): Generator<string> {
  const random = seeded(20_260)
  const known = new Set<string>()
  let piece = `${columns.join(',')}\n`
  for (let number = 0; number < entrants; number += 1) {
    piece += `${row(number, entrants, random, known).map(cell).join(',')}\n`
    if (number % 1000 === 999) {
      yield piece
      piece = ''
    }
  }
  if (piece !== '') yield piece
}

function row(
  number: number,
  entrants: number,
  random: () => number,
  known: Set<string>,
): readonly string[] {
  const pool = weighted(namePools, random)
  const female = random() < 0.44
  const given = female ? pool.female : pool.male
  // Second given names and double family names make few words into many people.
  const firstName = random() < 0.45 ? twice(given, ' ', random) : pick(given, random)
  const lastName = random() < 0.2 ? twice(pool.family, '-', random) : pick(pool.family, random)
  const born = ownBirthDate(`${firstName} ${lastName}`, known, random)
  const half = random() < 0.35
  const wave = waves[Math.min(waves.length - 1, Math.floor((number / entrants) * waves.length))]
  const bib = String(number + 1).padStart(5, '0')
  return [
    bib,
    firstName,
    lastName,
    female ? 'female' : 'male',
    born,
    // Some have none, as in every real list.
    random() < 0.97 ? `entrant.${bib}@example.org` : '',
    pick(pool.cities, random),
    pool.country,
    random() < 0.3 ? pick(clubs, random) : '',
    half ? 'Half marathon' : 'Marathon',
    wave ?? '',
    // The first wave has its tags already; the others get theirs at the desk.
    wave === waves[0] ? `T${bib}` : '',
    category(born, female),
    'registered',
  ]
}

/** Age class on race day, by decade as from 30. */
function category(born: string, female: boolean): string {
  const age = 2026 - Number(born.slice(0, 4))
  const sex = female ? 'W' : 'M'
  return age < 30 ? sex : `${sex}${Math.floor(age / 10) * 10}`
}

/** Two entrants of one name and one birth date would be taken for one person. */
function ownBirthDate(name: string, known: Set<string>, random: () => number): string {
  for (;;) {
    const born = birthDate(random)
    const key = `${name} ${born}`
    if (known.has(key)) continue
    known.add(key)
    return born
  }
}

function birthDate(random: () => number): string {
  // Two draws make ages around the middle likelier than the ends.
  const age = 18 + Math.floor((random() + random()) * 32)
  const day = new Date(Date.UTC(2026 - age, 0, 1 + Math.floor(random() * 365)))
  return day.toISOString().slice(0, 10)
}

function weighted(pools: readonly NamePool[], random: () => number): NamePool {
  let left = random() * pools.reduce((sum, { weight }) => sum + weight, 0)
  for (const pool of pools) {
    left -= pool.weight
    if (left < 0) return pool
  }
  return pools[0]!
}

function pick(list: readonly string[], random: () => number): string {
  return list[Math.floor(random() * list.length)] ?? ''
}

function twice(list: readonly string[], between: string, random: () => number): string {
  const [one, other] = [pick(list, random), pick(list, random)]
  return one === other ? one : one + between + other
}

function cell(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** The mulberry32 generator: small, fast, and the same everywhere. Uniform in [0, 1). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
