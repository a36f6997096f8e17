/** The two lists of registrations as RunSignup answers them: their oddities are kept. */
import type { SiteKnobs } from './knobs.ts'
import { SiteFault } from './site-answers.ts'
import type { SiteRecords, SiteRegistration } from './site-records.ts'

const largestPage = 2_500
const usualPage = 50

/** Sweden writes a time as RunSignup does: `2021-09-07 15:15:00`. */
const easternTime = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'America/New_York',
  dateStyle: 'short',
  timeStyle: 'medium',
})

/** The answer to `/participants` (present) or `/removed-participants`. Throws `SiteFault`. */
export function listRegistrations(
  site: SiteRecords,
  knobs: SiteKnobs,
  query: URLSearchParams,
  removed: boolean,
): unknown {
  const events = eventsAsked(site, query)
  const size = Math.min(
    number(query, 'results_per_page', usualPage),
    largestPage,
    knobs.silentCap ?? Infinity,
  )
  const skipped = (number(query, 'page', 1) - 1) * size
  const after = knobs.ignoresKeyset ? 0 : number(query, 'after_registration_id', 0)
  const since = number(query, 'modified_after_timestamp', 0)
  const isWanted = (one: SiteRegistration) =>
    (one.removed !== null) === removed &&
    one.registration_id > after &&
    one.modified >= since &&
    events.includes(one.event_id)
  const found = [...site.registrations.values()].filter(isWanted)
  if (/desc$/i.test(query.get('sort') ?? '')) found.reverse()
  const paged = (rows: readonly SiteRegistration[]) => rows.slice(skipped, skipped + size)
  const page =
    knobs.pageOver === 'answer'
      ? paged(found)
      : events.flatMap((event) => paged(found.filter((one) => one.event_id === event)))
  const withX = query.get('supports_nb') === 'T'
  const elements = events.map((event) => {
    const rows = page.filter((one) => one.event_id === event)
    if (removed) return { event: { event_id: event, participants: rows.map(removedRow) } }
    // The list inside the event is always empty, an acknowledged mistake; an event without entrants has no other.
    const empty = { event: { event_id: event, participants: [] } }
    return rows.length === 0
      ? empty
      : { ...empty, participants: rows.map((one) => presentRow(one, withX)) }
  })
  return knobs.bareElement && elements.length === 1 ? elements[0] : elements
}

function eventsAsked(site: SiteRecords, query: URLSearchParams): readonly number[] {
  const asked = (query.get('event_id') ?? '').split(',').filter((part) => part !== '')
  if (asked.length === 0) throw new SiteFault(3, 'The event_id parameter is required.')
  const known = new Set(site.race.events.map((event) => event['event_id']))
  for (const id of asked)
    if (!known.has(Number(id))) throw new SiteFault(223, `Invalid event ID ${id}.`)
  return asked.map(Number)
}

function number(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name)
  if (text === null) return otherwise
  if (!/^\d+$/.test(text)) throw new SiteFault(3, `Invalid ${name} parameter.`)
  return Number(text)
}

function presentRow(one: SiteRegistration, withX: boolean): unknown {
  return {
    user: userOf(one, withX),
    registration_id: one.registration_id,
    event_id: one.event_id,
    rsu_transaction_id: 263_659,
    transaction_id: 'ay_852631042119552C_0',
    bib_num: one.bib_num,
    chip_num: one.chip_num,
    age: 35,
    registration_date: americanTime(one.registered),
    team_id: null,
    team_name: null,
    last_modified: one.modified,
    imported: one.imported ? 'T' : 'F',
    race_fee: '$55.00',
    amount_paid: '$57.75',
    giveaway: one.giveaway,
  }
}

function removedRow(one: SiteRegistration): unknown {
  const at = one.removed?.at ?? one.modified
  return {
    user: userOf(one, true),
    registration_id: one.registration_id,
    age: 51,
    registration_date: easternTime.format(one.registered * 1000),
    last_modified: easternTime.format(at * 1000),
    last_modified_ts: at,
    imported: one.imported ? 'T' : 'F',
    race_fee: '$55.00',
    amount_paid: '$57.75',
    removed_reason: one.removed?.reason,
    new_registration_id: one.removed?.newId ?? null,
  }
}

function userOf({ user }: SiteRegistration, withX: boolean): unknown {
  const { account: _, gender, ...rest } = user
  return { ...rest, gender: gender === 'X' && !withX ? null : gender, profile_image_url: null }
}

/** `9/7/2021 15:15` */
function americanTime(seconds: number): string {
  const [date = '', time = ''] = easternTime.format(seconds * 1000).split(' ')
  const [year, month, day] = date.split('-')
  return `${Number(month)}/${Number(day)}/${year} ${time.slice(0, 5)}`
}
