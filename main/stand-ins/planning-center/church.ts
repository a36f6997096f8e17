/** What a church keeps at Planning Center: people, and what belongs to each, as records of their own. */
import { PlanningCenterFault } from './fault.ts'
import { plainKnobs, type PlanningCenterKnobs } from './knobs.ts'

export type VertexType = 'Person' | 'Email' | 'PhoneNumber' | 'Address' | 'Campus' | 'PersonMerger'

/** Names of the collections. */
export const typeNames: Readonly<Record<VertexType, string>> = {
  Person: 'people',
  Email: 'emails',
  PhoneNumber: 'phone_numbers',
  Address: 'addresses',
  Campus: 'campuses',
  PersonMerger: 'person_mergers',
}

export type Attributes = Readonly<Record<string, unknown>>

export interface Vertex {
  readonly type: VertexType
  /** Counted for each type: an e-mail and a person may have the same one. */
  readonly id: string
  attributes: Attributes
  /** Whose it is, null for what belongs to nobody. */
  person: string | null
  /** Of a person. */
  campus: string | null
  readonly createdAt: number
  /** Seconds since 1970 UTC, as everything here. */
  updatedAt: number
}

/** What can be set; everything else is refused. */
const assignable: Readonly<Record<VertexType, readonly string[]>> = {
  Person: [
    ...['first_name', 'last_name', 'given_name', 'middle_name', 'nickname', 'gender', 'birthdate'],
    ...['anniversary', 'child', 'grade', 'graduation_year', 'medical_notes', 'membership'],
    ...['status', 'inactivated_at', 'remote_id', 'primary_campus_id'],
  ],
  Email: ['address', 'location', 'primary'],
  PhoneNumber: ['number', 'carrier', 'location', 'primary'],
  Address: [
    ...['street_line_1', 'street_line_2', 'city', 'state', 'zip', 'country_code'],
    ...['location', 'primary'],
  ],
  Campus: [
    ...['name', 'contact_email_address', 'phone_number', 'country', 'street', 'city', 'state'],
    ...['zip', 'description', 'website', 'time_zone'],
  ],
  PersonMerger: [],
}

const blank: Readonly<Partial<Record<VertexType, Attributes>>> = {
  Person: {
    ...{ first_name: null, last_name: null, given_name: null, middle_name: null, nickname: null },
    ...{ gender: null, birthdate: null, medical_notes: null, membership: null, child: false },
    ...{ status: 'active', inactivated_at: null, remote_id: null },
  },
  Email: { address: null, location: null, primary: false, blocked: false },
  PhoneNumber: { number: null, carrier: null, location: null, primary: false },
  Address: {
    ...{ street_line_1: null, street_line_2: null, city: null, state: null, zip: null },
    ...{ country_code: null, location: null, primary: false },
  },
  Campus: { name: null, contact_email_address: null, phone_number: null, country: null },
}

export class Church {
  knobs: PlanningCenterKnobs = plainKnobs
  /** Null: the real time. */
  clock: number | null = null
  readonly records = new Map<VertexType, Map<string, Vertex>>()

  all(type: VertexType): Map<string, Vertex> {
    const known = this.records.get(type) ?? new Map<string, Vertex>()
    this.records.set(type, known)
    return known
  }

  /** What belongs to a person, by the name of its collection. */
  childrenOf(collection: string, person: string): readonly Vertex[] {
    const type = (Object.keys(typeNames) as VertexType[]).find(
      (one) => typeNames[one] === collection,
    )
    if (type !== 'Email' && type !== 'PhoneNumber' && type !== 'Address') return []
    return [...this.all(type).values()].filter((one) => one.person === person)
  }

  /** Nothing is compared with what is there: the same twice is two. */
  add(type: VertexType, given: Attributes, person: string | null = null): Vertex {
    const now = this.#now()
    const one: Vertex = {
      ...{ type, person, campus: null, createdAt: now, updatedAt: now },
      id: String(this.#next(type)),
      attributes: blank[type] ?? {},
    }
    this.#assign(one, given)
    this.all(type).set(one.id, one)
    if (person !== null) this.touch(person)
    return one
  }

  edit(one: Vertex, given: Attributes): void {
    this.#assign(one, given)
    // Who looks for changes does not hear of this one.
    const isSilent = Object.keys(given).every((name) => name === 'medical_notes')
    if (!isSilent) one.updatedAt = this.#now()
    if (one.person !== null) this.touch(one.person)
  }

  remove(one: Vertex): void {
    this.all(one.type).delete(one.id)
    if (one.person !== null) this.touch(one.person)
    if (one.type !== 'Person') return
    for (const name of ['emails', 'phone_numbers', 'addresses'])
      for (const child of this.childrenOf(name, one.id)) this.all(child.type).delete(child.id)
  }

  /** Makes two people one: what belongs to the second goes to the first. */
  merge(keep: string, remove: string): void {
    for (const name of ['emails', 'phone_numbers', 'addresses'])
      for (const child of this.childrenOf(name, remove)) child.person = keep
    this.all('Person').delete(remove)
    this.touch(keep)
    const merger = this.add('PersonMerger', {})
    merger.attributes = { person_to_keep_id: keep, person_to_remove_id: remove }
  }

  touch(person: string): void {
    const one = this.all('Person').get(person)
    if (one && this.knobs.childrenTouch) one.updatedAt = this.#now()
  }

  #assign(one: Vertex, given: Attributes): void {
    for (const name of Object.keys(given)) {
      if (!assignable[one.type].includes(name))
        throw invalid(`${name} cannot be assigned`, 'Forbidden Attribute')
    }
    const { primary_campus_id: campus, ...plain } = given
    const next = { ...one.attributes, ...plain }
    check(one.type, next)
    if (campus !== undefined) {
      const id = campus === null ? null : String(campus as string)
      if (id !== null && !this.all('Campus').has(id)) throw invalid('Primary campus must exist')
      one.campus = id
    }
    if (given['status'] !== undefined) {
      const isInactive = given['status'] === 'inactive'
      Object.assign(next, {
        status: isInactive ? 'inactive' : 'active',
        inactivated_at: isInactive ? new Date(this.#now() * 1000).toISOString() : null,
      })
    }
    one.attributes = next
  }

  readonly #last = new Map<VertexType, number>()

  #next(type: VertexType): number {
    const next = (this.#last.get(type) ?? 0) + 1
    this.#last.set(type, next)
    return next
  }

  #now(): number {
    return this.clock ?? Math.floor(Date.now() / 1000)
  }
}

const invalid = (detail: string, title?: string) =>
  new PlanningCenterFault(422, detail, title === undefined ? {} : { title })

function check(type: VertexType, next: Attributes): void {
  const text = (name: string) => {
    const value = next[name] ?? null
    return typeof value === 'string' ? value.trim() : ''
  }
  if (type === 'Person') {
    if (text('last_name') === '') throw invalid("Last name can't be blank")
    const born = next['birthdate'] ?? null
    if (born !== null && !/^\d{4}-\d\d-\d\d$/.test(text('birthdate')))
      throw invalid('Birthdate is not a date')
    const remote = next['remote_id'] ?? null
    if (remote !== null && !Number.isInteger(remote)) throw invalid('Remote is not a number')
  }
  if (type === 'Email' && !/^[^\s@]+@[^\s@]+$/.test(text('address')))
    throw invalid('Address is invalid')
  if (type === 'PhoneNumber' && !/\d{3}/.test(text('number'))) throw invalid('Number is invalid')
  if (type === 'Address') {
    const code = next['country_code'] ?? null
    if (code !== null && !/^[A-Z]{2}$/.test(text('country_code')))
      throw invalid('Country code is not included in the list')
  }
  if (type === 'Campus' && text('name') === '') throw invalid("Name can't be blank")
}
