import { seededRandom } from '../kit/seeded-random.ts'
import type { MockSyncRecord } from './record.ts'

const firstNames = ['Ana', 'Björn', 'Chidi', 'Dolores', 'Émilie', 'Faisal', 'Grace', 'Hiroko']
const lastNames = ['Almeida', "O'Brien", 'Müller', 'Nkosi', 'Sato', 'van der Merwe', 'Zhang']
const personCount = 24
const sharing = 5

/**
 * What `marshal mock-server --seed N` starts with: one organisation, one event and 24 persons, the
 * same for the same seed. Five neighbours share a timestamp, as records of one bulk insert do.
 */
export function generateRecords(seed: number): readonly MockSyncRecord[] {
  const next = seededRandom(seed)
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(next() * choices.length)] as T
  const digits = (count: number): string =>
    Array.from({ length: count }, () => Math.floor(next() * 10)).join('')
  const hex = (count: number): string =>
    Array.from({ length: count }, () => Math.floor(next() * 16).toString(16)).join('')
  const guid = (): string => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`
  const start = Date.UTC(2026, 0, 1)
  const at = (position: number): string =>
    new Date(start + Math.floor(position / sharing) * 1000).toISOString()

  const persons = Array.from({ length: personCount }, (_, index): MockSyncRecord => {
    const firstName = pick(firstNames)
    const year = 1950 + Math.floor(next() * 55)
    return {
      id: guid(),
      entity: 'person',
      timestamp: at(index + 2),
      firstName,
      lastName: pick(lastNames),
      gender: pick(['female', 'male', 'unknown']),
      dateOfBirth: `${year}-0${1 + Math.floor(next() * 9)}-1${Math.floor(next() * 10)}`,
      email: `runner${index}.${digits(4)}@example.org`,
    }
  })
  return [
    { id: guid(), entity: 'organisation', timestamp: at(0), name: `Running club ${digits(3)}` },
    {
      id: guid(),
      entity: 'event',
      timestamp: at(1),
      name: `Test run ${digits(3)}`,
      city: 'Cape Town',
      timezone: 'Africa/Johannesburg',
      startDateTime: '2026-05-03T05:00:00.000Z',
    },
    ...persons,
  ]
}
