/** One audience: its members by the MD5 of their addresses, and what may become of them. */
import { createHash } from 'node:crypto'
import { plainKnobs, type AudienceKnobs } from './knobs.ts'
import { AudienceFault, invalid, notFound } from './problems.ts'

export type Given = Readonly<Record<string, unknown>>

export interface StoredMember {
  id: string
  email_address: string
  status: string
  merge_fields: Record<string, unknown>
  language: string
  /** ISO 8601 with offset, in whole seconds. */
  last_changed: string
  unsubscribe_reason?: string
  /** She unsubscribed herself, or bounced: nobody else can subscribe her. */
  compliance: boolean
  tags: Set<string>
  /** Set, and not seen yet. */
  lateTags: Map<string, boolean>
}

export const audienceId = 'a1b2c3d4e5'

/** What one call changes beside the fields that are named. */
interface How {
  readonly skipsChecks: boolean
}

const states = ['subscribed', 'unsubscribed', 'cleaned', 'pending', 'transactional']
export const hashOf = (email: string): string =>
  createHash('md5').update(email.toLowerCase()).digest('hex')

export class AudienceRecords {
  readonly members = new Map<string, StoredMember>()
  /** Deleted for good. */
  readonly forgotten = new Set<string>()
  knobs: AudienceKnobs = plainKnobs
  /** Seconds since 1970; null: the real clock. */
  clock: number | null = null

  now(): string {
    const seconds = this.clock ?? Math.floor(Date.now() / 1000)
    return `${new Date(seconds * 1000).toISOString().slice(0, 19)}+00:00`
  }

  /** The member behind a hash or an address. Throws where there is none. */
  known(key: string): StoredMember {
    const found = this.members.get(key.includes('@') ? hashOf(key) : key)
    if (!found) throw notFound()
    return found
  }

  /** PUT: makes or changes. */
  put(key: string, given: Given, how: How): StoredMember {
    const there = this.members.get(key)
    // Also of who is there already.
    for (const name of ['email_address', 'status_if_new']) {
      if (given[name] !== undefined) continue
      throw invalid('The resource submitted could not be validated.', {
        [name]: 'This value should not be blank.',
      })
    }
    if (!states.includes(String(given['status_if_new'])))
      throw invalid('The status is none of those a member can have.', {
        status_if_new: 'is unknown',
      })
    if (there && !(there.status === 'archived' && this.knobs.archivedIsNew)) {
      return this.change(there, given, how)
    }
    const email = String(given['email_address'])
    if (hashOf(email) !== key) throw invalid('The address does not belong to this member.')
    return this.add(email, { ...given, status: given['status'] ?? given['status_if_new'] }, how)
  }

  /** Somebody new. */
  add(email: string, given: Given, how: How): StoredMember {
    const id = hashOf(email)
    if (this.forgotten.has(id)) {
      throw new AudienceFault(
        400,
        'Forgotten Email Not Subscribed',
        `${email} was permanently deleted and cannot be re-imported. The contact must re-subscribe to get back on the list.`,
      )
    }
    if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) {
      throw invalid('Please provide a valid email address.', {
        email_address: 'is not an e-mail address',
      })
    }
    if (this.knobs.busy.includes(email)) {
      throw invalid(
        `${email} has signed up to a lot of lists very recently; we're not allowing more signups for now`,
      )
    }
    const status = String(given['status'])
    if (!states.includes(status))
      throw invalid('The status is none of those a member can have.', { status: 'is unknown' })
    const member: StoredMember = {
      id,
      email_address: email,
      status: this.asked(status),
      merge_fields: this.merged({}, given, how),
      language: String(given['language'] ?? ''),
      last_changed: this.now(),
      compliance: false,
      tags: new Set(),
      lateTags: new Map(),
    }
    this.members.set(id, member)
    return member
  }

  /** What PUT and PATCH say of one that is there; what they do not name stays. */
  change(member: StoredMember, given: Given, how: How): StoredMember {
    const email =
      given['email_address'] === undefined ? member.email_address : String(given['email_address'])
    const id = hashOf(email)
    if (id !== member.id && this.members.has(id)) {
      throw new AudienceFault(
        400,
        'Member Exists',
        `${email} is already a list member. Use PUT to insert or update list members.`,
      )
    }
    if (id !== member.id && this.forgotten.has(id)) throw invalid(`${email} cannot be used.`)
    const merge = this.merged(member.merge_fields, given, how)
    if (given['status'] !== undefined) this.setStatus(member, String(given['status']))
    this.members.delete(member.id)
    Object.assign(member, {
      id,
      email_address: email,
      merge_fields: merge,
      last_changed: this.now(),
    })
    if (given['language'] !== undefined) member.language = String(given['language'])
    this.members.set(id, member)
    return member
  }

  private setStatus(member: StoredMember, status: string): void {
    if (!states.includes(status))
      throw invalid('The status is none of those a member can have.', { status: 'is unknown' })
    if (this.knobs.deepFaults.includes(member.email_address)) {
      const detail = 'A deep internal error has occurred during the processing of your request.'
      throw new AudienceFault(500, 'Internal Server Error', detail)
    }
    if (status === 'subscribed' && member.compliance) {
      throw new AudienceFault(
        400,
        'Member In Compliance State',
        `${member.email_address} is already a list member in compliance state due to unsubscribe, bounce, or compliance review and cannot be subscribed.`,
      )
    }
    member.status = this.asked(status)
    if (status === 'unsubscribed') member.unsubscribe_reason = 'N/A (Unsubscribed by admin)'
  }

  private asked(status: string): string {
    return status === 'subscribed' && this.knobs.doubleOptIn ? 'pending' : status
  }

  private merged(before: Given, given: Given, { skipsChecks }: How): Record<string, unknown> {
    const { addressField, mergeFields } = this.knobs
    const said = (given['merge_fields'] ?? {}) as Given
    const odd = Object.entries(said).find(
      ([tag, value]) => value === null || (typeof value === 'object' && tag !== addressField),
    )
    if (odd)
      throw invalid('Data did not match any of the schemas described in anyOf.', {
        [odd[0]]: 'has the wrong type',
      })
    const known = Object.entries(said).filter(([tag]) => mergeFields.includes(tag))
    const merge = { ...before, ...Object.fromEntries(known) }
    const address = addressField === null ? '' : (merge[addressField] ?? '')
    const isWhole =
      address === '' || ['addr1', 'city', 'state', 'zip'].every((part) => (address as Given)[part])
    // Also where this call did not send it.
    if (!isWhole && !skipsChecks)
      throw invalid('Your merge fields were invalid.', {
        [addressField!]: 'Please enter a complete address',
      })
    return merge
  }

  /** Sets tags. Whatever cannot be understood is taken without a word. */
  tag(member: StoredMember, given: unknown): void {
    const tags = (given as { tags?: unknown } | null)?.tags
    for (const one of Array.isArray(tags) ? (tags as Given[]) : []) {
      if (typeof one['name'] === 'string')
        member.lateTags.set(one['name'], one['status'] !== 'inactive')
    }
    if (!this.knobs.lateTags) this.settle(member)
  }

  /** Tags that were set become seen. */
  settle(member: StoredMember): void {
    for (const [name, active] of member.lateTags) {
      if (active) member.tags.add(name)
      else member.tags.delete(name)
    }
    member.lateTags.clear()
  }

  archive(member: StoredMember): void {
    if (member.status === 'archived')
      throw new AudienceFault(405, 'Method Not Allowed', 'This contact is archived already.')
    Object.assign(member, { status: 'archived', last_changed: this.now() })
  }

  /** What a member does herself, with a link or a form. */
  herself(email: string, does: 'subscribe' | 'unsubscribe' | 'bounce'): void {
    const id = hashOf(email)
    if (does === 'subscribe' && !this.members.has(id))
      this.add(email, { status: 'subscribed' }, { skipsChecks: true })
    const member = this.known(id)
    member.compliance = does !== 'subscribe'
    member.status = { subscribe: 'subscribed', unsubscribe: 'unsubscribed', bounce: 'cleaned' }[
      does
    ]
    if (does === 'unsubscribe') member.unsubscribe_reason = 'No longer interested'
    else delete member.unsubscribe_reason
    member.last_changed = this.now()
  }

  forget(email: string): void {
    this.members.delete(hashOf(email))
    this.forgotten.add(hashOf(email))
  }
}
