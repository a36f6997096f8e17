/** Small events and start lists for tests that only need some. */
import type { RecordView } from '../../main/contract/records.ts'
import type { TestEngine } from './test-engine.ts'

export interface RaceDay {
  readonly event: RecordView
  readonly race: RecordView
  readonly startGroup: RecordView
}

type Setter = Pick<TestEngine, 'set'>

/** "Spring Classic" with one race and one start group. */
export async function raceDay({ set }: Setter): Promise<RaceDay> {
  const event = await set('event', { name: 'Spring Classic', timezone: 'Europe/Berlin' })
  const race = await set('race', { event: event.id, name: 'Marathon', distanceMeters: 42_195 })
  const startGroup = await set('startGroup', { race: race.id, name: 'Wave 1', seq: 1 })
  return { event, race, startGroup }
}

export interface Entrant {
  readonly person: RecordView
  readonly participant: RecordView
  readonly place: RecordView
}

export interface NewEntrant {
  readonly bib: string
  readonly firstName: string
  /** Id of the tag, null for none. */
  readonly tag?: string | null
}

/** A person with an entry and a place in the start group. */
export async function addEntrant(
  { set }: Setter,
  { event, startGroup }: RaceDay,
  { bib, firstName, tag = null }: NewEntrant,
): Promise<Entrant> {
  const person = await set('person', {
    firstName,
    lastName: 'Silva',
    email: `${firstName.toLowerCase()}.${bib}@example.org`,
  })
  const participant = await set('eventParticipant', {
    event: event.id,
    person: person.id,
    number: bib,
    tag,
  })
  const place = await set('startGroupParticipant', {
    startGroup: startGroup.id,
    eventParticipant: participant.id,
  })
  return { person, participant, place }
}

/** A start list of so many entrants in two waves, each with e-mail and tag. Bibs from 1. */
export function startListOf(entrants: number, from = 1): string {
  const rows = Array.from({ length: entrants }, (_, at) => {
    const bib = from + at
    const wave = 1 + (bib % 2)
    return `${bib},Runner${bib},Silva,F,1990-01-20,runner${bib}@example.org,Marathon,Wave ${wave},T-${bib}`
  })
  const head = 'bib,first_name,last_name,gender,date_of_birth,email,race,start_group,tag'
  return [head, ...rows].join('\n') + '\n'
}
