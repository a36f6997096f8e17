/** What the stand-in keeps: one race, its events, users and their registrations, in memory. */

export interface SiteUser {
  user_id: number
  first_name: string | null
  middle_name: string | null
  last_name: string | null
  email: string | null
  address: Record<string, string | null>
  dob: string | null
  gender: string | null
  phone: string | null
  /** Has a RunSignup account of their own. */
  account: boolean
}

export interface SiteRegistration {
  registration_id: number
  event_id: number
  user: SiteUser
  bib_num: number | null
  chip_num: string | null
  giveaway: string | null
  imported: boolean
  /** Seconds since 1970. */
  registered: number
  modified: number
  removed: { reason: string; at: number; newId: number | null } | null
}

export interface SiteRaceContent {
  race_id: number
  name: string
  timezone?: string
  next_date: string
  url: string
  address: Record<string, string>
  events: Record<string, unknown>[]
}

/** A registration as a test describes it; the rest is made up. */
export interface NewRegistration {
  readonly eventId?: number
  /** An existing user. */
  readonly userId?: number
  readonly user?: Partial<Omit<SiteUser, 'user_id' | 'account'>>
  readonly account?: boolean
  readonly bib_num?: number | null
  readonly chip_num?: string | null
  readonly giveaway?: string | null
  /** Default: false, registered by the entrant. */
  readonly imported?: boolean
}

export type RegistrationPatch = Partial<
  Pick<SiteRegistration, 'bib_num' | 'chip_num' | 'giveaway'>
> & { readonly user?: Partial<Omit<SiteUser, 'user_id'>> }

export const raceId = 4711
export const eventId = 88_001

const firstRegistration = 2_645_001
const firstUser = 123_001

export function springClassic(): SiteRaceContent {
  return {
    race_id: raceId,
    name: 'Spring Classic',
    timezone: 'America/Denver',
    next_date: '05/03/2026',
    url: 'https://runsignup.com/Race/CO/Boulder/SpringClassic',
    address: {
      street: '300 Mill St.',
      city: 'Boulder',
      state: 'CO',
      zipcode: '80302',
      country_code: 'US',
    },
    events: [
      siteEvent(eventId, {
        name: '10K',
        start: '5/3/2026 08:00',
        end: '5/3/2026 10:30',
        distance: '10K',
      }),
      siteEvent(eventId + 1, {
        name: 'Half Marathon',
        start: '5/3/2026 07:30',
        end: '5/3/2026 11:00',
        distance: '13.1 Miles',
      }),
    ],
  }
}

interface EventFacts {
  readonly name: string
  /** As they write times: `5/3/2026 08:00`. */
  readonly start: string
  readonly end: string
  readonly distance: string
  /** Their `race_event_days_id`. */
  readonly edition?: number
}

/** One of their events. */
export function siteEvent(
  id: number,
  { name, start, end, distance, edition = 5_001 }: EventFacts,
): Record<string, unknown> {
  return {
    event_id: id,
    race_event_days_id: edition,
    name,
    details: null,
    start_time: start,
    end_time: end,
    event_type: 'running_race',
    distance,
    volunteer: 'F',
    registration_periods: [{ registration_opens: '1/1/2026 00:00', race_fee: '$55.00' }],
  }
}

export class SiteRecords {
  race = springClassic()
  readonly users = new Map<number, SiteUser>()
  /** By number, lowest first: numbers only grow. */
  readonly registrations = new Map<number, SiteRegistration>()
  /** Seconds since 1970; null: the real time. */
  clock: number | null = null
  #nextRegistration = firstRegistration
  #nextUser = firstUser

  now(): number {
    return this.clock ?? Math.floor(Date.now() / 1000)
  }

  add(given: NewRegistration): SiteRegistration {
    const known = given.userId === undefined ? undefined : this.users.get(given.userId)
    const user = known ?? this.#newUser(given.account ?? false)
    const { address, ...plain } = given.user ?? {}
    Object.assign(user, plain)
    Object.assign(user.address, address)
    const now = this.now()
    const registration: SiteRegistration = {
      registration_id: this.#nextRegistration++,
      event_id: given.eventId ?? eventId,
      user,
      bib_num: given.bib_num ?? null,
      chip_num: given.chip_num ?? null,
      giveaway: given.giveaway ?? null,
      imported: given.imported ?? false,
      registered: now,
      modified: now,
      removed: null,
    }
    this.registrations.set(registration.registration_id, registration)
    return registration
  }

  /** Changes a registration as somebody at the site would. */
  edit(id: number, patch: RegistrationPatch): void {
    const registration = this.get(id)
    const { user, ...own } = patch
    Object.assign(registration, own)
    if (user) {
      const { address, ...plain } = user
      Object.assign(registration.user, plain)
      Object.assign(registration.user.address, address)
    }
    registration.modified = this.now()
  }

  /** Takes a registration off the list of those present. */
  remove(id: number, reason: string, newId: number | null = null): void {
    const registration = this.get(id)
    registration.removed = { reason, at: this.now(), newId }
    registration.modified = this.now()
  }

  /** Moves somebody to another event: a new registration, the old one removed. */
  transfer(id: number, toEvent: number): SiteRegistration {
    const old = this.get(id)
    const { bib_num, chip_num, giveaway, imported, user } = old
    const moved = this.add({
      eventId: toEvent,
      userId: user.user_id,
      bib_num,
      chip_num,
      giveaway,
      imported,
    })
    this.remove(id, 'transferred', moved.registration_id)
    return moved
  }

  get(id: number): SiteRegistration {
    const found = this.registrations.get(id)
    if (!found) throw new Error(`There is no registration ${id}.`)
    return found
  }

  #newUser(account: boolean): SiteUser {
    const user: SiteUser = {
      user_id: this.#nextUser++,
      first_name: null,
      middle_name: null,
      last_name: null,
      email: null,
      address: { street: null, city: null, state: null, zipcode: null, country_code: null },
      dob: null,
      gender: null,
      phone: null,
      account,
    }
    this.users.set(user.user_id, user)
    return user
  }
}
