/** Contacts as Chatwoot keeps them: what is refused, what is merged, what replaces what was there. */
import type { ChatwootKnobs } from './knobs.ts'
import { invalid, notFound, refused } from './problems.ts'

export type Given = Readonly<Record<string, unknown>>

export interface Contact {
  readonly id: number
  name: string
  email: string | null
  phone_number: string | null
  identifier: string | null
  blocked: boolean
  additional_attributes: Record<string, unknown>
  custom_attributes: Record<string, unknown>
  labels: readonly string[]
  /** Milliseconds since 1970 UTC; the database is more exact than the answers, which tell seconds. */
  readonly createdAt: number
  lastActivityAt: number | null
  /** She has the page of the chat open. */
  online: boolean
}

const longest = 255

/** What is looked up whenever a contact is written. */
const unique = ['email', 'identifier', 'phone_number'] as const

export class Contacts {
  readonly all = new Map<number, Contact>()
  readonly #now: () => number
  readonly #knobs: () => ChatwootKnobs
  /** Ids by attribute and value: a look through everybody would be slow with a whole start list. */
  readonly #holders = new Map<string, Set<number>>()
  #lastId = 100

  constructor(now: () => number, knobs: () => ChatwootKnobs) {
    this.#now = now
    this.#knobs = knobs
  }

  known(id: unknown): Contact {
    const found = this.all.get(Number(id))
    if (!found) throw notFound()
    return found
  }

  add(given: Given): Contact {
    const one: Contact = {
      id: ++this.#lastId,
      ...{ name: '', email: null, phone_number: null, identifier: null, blocked: false },
      ...{ additional_attributes: {}, custom_attributes: {}, labels: [] },
      ...{ createdAt: this.#now(), lastActivityAt: null, online: false },
    }
    this.#write(one, given)
    this.all.set(one.id, one)
    this.#note(one)
    return one
  }

  edit(one: Contact, given: Given): Contact {
    // Nothing of it is kept where any of it is refused.
    const draft = { ...one }
    this.#write(draft, given)
    this.#forget(one)
    Object.assign(one, draft)
    this.#note(one)
    return one
  }

  remove(id: unknown): void {
    const one = this.known(id)
    if (one.online) throw invalid([['base', 'cannot be deleted while the contact is online']])
    this.#forget(one)
    this.all.delete(one.id)
  }

  /** The base keeps what it has and gets what it lacks; the other one is gone. */
  merge(baseId: unknown, otherId: unknown): Contact {
    const [base, other] = [this.known(baseId), this.known(otherId)]
    if (base.id === other.id) return base
    this.#forget(other)
    this.all.delete(other.id)
    this.#forget(base)
    base.email ??= other.email
    base.phone_number ||= other.phone_number
    base.identifier ||= other.identifier
    base.name ||= other.name
    base.additional_attributes = { ...other.additional_attributes, ...base.additional_attributes }
    base.custom_attributes = { ...other.custom_attributes, ...base.custom_attributes }
    this.#note(base)
    return base
  }

  /** Who is listed, filtered and counted: who can be reached, or has an id of somebody's own. */
  resolved(): readonly Contact[] {
    const { onlyLeads } = this.#knobs()
    return [...this.all.values()].filter(
      ({ email, phone_number: phone, identifier }) =>
        Boolean(email) || Boolean(phone) || (!onlyLeads && Boolean(identifier)),
    )
  }

  /** Attributes are merged with what is there; everything else that is said replaces it. */
  #write(one: Contact, given: Given): void {
    const text = (value: unknown) => (value === null ? null : String(value as string))
    const said = (name: string) => Object.hasOwn(given, name)
    if (said('name')) one.name = text(given['name']) ?? ''
    if (said('email')) one.email = text(given['email'])?.trim().toLowerCase() || null
    if (said('phone_number')) one.phone_number = text(given['phone_number'])
    if (said('identifier')) one.identifier = text(given['identifier'])
    if (said('blocked')) one.blocked = given['blocked'] === true
    for (const name of ['additional_attributes', 'custom_attributes'] as const) {
      const value = given[name] ?? {}
      if (typeof value !== 'object') throw refused(422, `${name} is no object`)
      one[name] = { ...one[name], ...(value as Given) }
    }
    this.#check(one)
  }

  /** Checked with each change, also of what was not changed. */
  #check(one: Contact): void {
    const { email, phone_number: phone, identifier, name } = one
    const has = (name: (typeof unique)[number]) =>
      [...(this.#holders.get(`${name} ${one[name]}`) ?? [])].some((id) => id !== one.id)
    const faults: [string, string][] = []
    if (email && !/^[^@\s]+@[^@\s]+$/.test(email)) faults.push(['email', 'Invalid email'])
    if (email && has('email')) faults.push(['email', taken])
    if (identifier && has('identifier')) faults.push(['identifier', taken])
    if (phone && !/^\+[1-9]\d{1,14}$/.test(phone))
      faults.push(['phone_number', 'should be in e164 format'])
    const isLookedUp = !(this.#knobs().phoneRace && !this.all.has(one.id))
    if (phone && isLookedUp && has('phone_number')) faults.push(['phone_number', taken])
    if (name.length > longest)
      faults.push(['name', `is too long (maximum is ${longest} characters)`])
    if (faults.length > 0) throw invalid(faults)
  }

  #note(one: Contact): void {
    for (const name of unique) {
      const key = `${name} ${one[name]}`
      this.#holders.set(key, (this.#holders.get(key) ?? new Set()).add(one.id))
    }
  }

  #forget(one: Contact): void {
    for (const name of unique) this.#holders.get(`${name} ${one[name]}`)?.delete(one.id)
  }
}

const taken = 'has already been taken'
