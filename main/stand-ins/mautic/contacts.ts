/** Contacts as Mautic keeps them: what becomes of one that is made, edited, matched or merged. */
import { isCountry } from './countries.ts'
import { plainKnobs, type MauticKnobs } from './knobs.ts'
import { invalid, MauticFault, notFound } from './problems.ts'

export type Given = Readonly<Record<string, unknown>>

/** Why somebody must not be written to: unsubscribed, bounced, set by hand. */
export interface Block {
  id: number
  channel: string
  reason: number
  comments: string
}

/** A contact or a company. */
export interface Stored {
  readonly id: number
  fields: Record<string, string>
  /** Milliseconds since 1970 UTC. */
  dateAdded: number
  dateModified: number | null
  tags: Set<string>
  blocks: Block[]
  /** Ids of companies. */
  companies: Set<number>
  anonymous: boolean
}

export const contactAliases = [
  'firstname',
  'lastname',
  'email',
  'mobile',
  'phone',
  'address1',
  'city',
  'zipcode',
  'country',
  'birthday',
  'locale_code',
] as const
export const companyAliases = [
  'companyname',
  'companyemail',
  'companyphone',
  'companycountry',
] as const

export class Records {
  readonly contacts = new Map<number, Stored>()
  readonly companies = new Map<number, Stored>()
  /** Segments by id, with the contacts in them. */
  readonly segments = new Map<number, { name: string; members: Set<number> }>()
  knobs: MauticKnobs = plainKnobs
  /** Seconds since 1970; null: the real clock. */
  clock: number | null = null
  readonly #totals = new Map<string, { readonly total: number; readonly until: number }>()
  #lastId = 46

  /** Milliseconds since 1970 UTC, in whole seconds. */
  now(): number {
    return (this.clock ?? Math.floor(Date.now() / 1000)) * 1000
  }

  /** A total is counted every five seconds at most: who was made since is not in it. */
  lateTotal(path: string, total: number): number {
    const known = this.#totals.get(path)
    if (known && known.until > Date.now()) return known.total
    this.#totals.set(path, { total, until: Date.now() + 5_000 })
    return total
  }

  nextId(): number {
    return ++this.#lastId
  }

  known(all: ReadonlyMap<number, Stored>, id: unknown): Stored {
    const found = all.get(Number(id))
    if (!found) throw notFound()
    return found
  }

  /** POST: makes one, or edits the first that has the same value in a unique field. */
  add(given: Given): { readonly one: Stored; readonly isNew: boolean } {
    const cleaned = this.#checked(given, contactAliases)
    const there = this.#matching(cleaned)
    if (there) return { one: this.edit(there, given), isNew: false }
    const one = this.#fresh()
    this.contacts.set(one.id, one)
    this.#write(one, { ...given }, contactAliases)
    return { one, isNew: true }
  }

  /** PATCH and PUT; with the address of another contact the two become one, and the other is gone. */
  edit(one: Stored, given: Given, replaces = false): Stored {
    if (this.knobs.open.includes(one.id)) {
      throw new MauticFault(409, 'The contact is being edited by another user.', {
        details: { checkedOut: new Date(this.now()).toISOString(), checkedOutBy: 'Sales User' },
      })
    }
    const cleaned = this.#checked(given, contactAliases)
    const other = [...this.contacts.values()].find(
      (each) => each.id !== one.id && this.#isSame(each, cleaned),
    )
    this.#write(one, given, contactAliases, replaces)
    if (other) {
      for (const tag of other.tags) one.tags.add(tag)
      for (const alias of contactAliases) one.fields[alias] ||= other.fields[alias] ?? ''
      for (const block of other.blocks)
        if (!one.blocks.some(({ channel }) => channel === block.channel)) one.blocks.push(block)
      this.contacts.delete(other.id)
    }
    this.#touch(one)
    return one
  }

  remove(all: Map<number, Stored>, id: unknown): Stored {
    const one = this.known(all, id)
    all.delete(one.id)
    return one
  }

  /** POST of a company: one with the same name is edited. */
  addCompany(given: Given): { readonly one: Stored; readonly isNew: boolean } {
    const { companyname: name } = this.#checked(given, companyAliases)
    if (!name) throw invalid({ companyname: 'A company name is required.' })
    const there = [...this.companies.values()].find(
      ({ fields }) => fields['companyname']?.toLowerCase() === name.toLowerCase(),
    )
    if (there) return { one: this.editCompany(there, given), isNew: false }
    const one = this.#fresh()
    this.companies.set(one.id, one)
    this.#write(one, given, companyAliases)
    return { one, isNew: true }
  }

  editCompany(one: Stored, given: Given, replaces = false): Stored {
    this.#write(one, given, companyAliases, replaces)
    this.#touch(one)
    return one
  }

  /** What she does herself behind the link of a mail, and what a bounce does. Not every release notes the change. */
  block(one: Stored, channel: string, reason: number, comments = ''): void {
    const there = one.blocks.find((block) => block.channel === channel)
    // Who unsubscribed herself stays so, whatever others set.
    if (there && (there.reason === 1 || there.reason === reason)) return
    one.blocks = one.blocks.filter((block) => block !== there)
    one.blocks.push({ id: this.nextId(), channel, reason, comments })
    this.#touch(one)
  }

  unblock(one: Stored, channel: string): boolean {
    const before = one.blocks.length
    one.blocks = one.blocks.filter((block) => block.channel !== channel)
    if (one.blocks.length === before) return false
    this.#touch(one)
    return true
  }

  #fresh(): Stored {
    const now = this.now()
    return {
      id: this.nextId(),
      fields: {},
      dateAdded: now,
      dateModified: this.knobs.modified === 'on-edit' ? null : now,
      tags: new Set(),
      blocks: [],
      companies: new Set(),
      anonymous: false,
    }
  }

  #touch(one: Stored): void {
    if (this.knobs.modified !== 'stuck') one.dateModified = this.now()
  }

  #matching(cleaned: Readonly<Record<string, string>>): Stored | undefined {
    return [...this.contacts.values()].find((one) => this.#isSame(one, cleaned))
  }

  #isSame({ fields }: Stored, cleaned: Readonly<Record<string, string>>): boolean {
    return this.knobs.unique.some((alias) => {
      const value = cleaned[alias] ?? ''
      return value !== '' && fields[alias]?.toLowerCase() === value.toLowerCase()
    })
  }

  #checked(given: Given, aliases: readonly string[]): Readonly<Record<string, string>> {
    const cleaned = Object.fromEntries(
      aliases.flatMap((alias) => {
        const value = given[alias]
        return value === undefined || value === null ? [] : [[alias, clean(value)] as const]
      }),
    )
    for (const [alias, value] of Object.entries(cleaned)) {
      if (alias.endsWith('email') && value !== '' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value))
        throw invalid({ [alias]: 'This value is not a valid email address.' })
      if (alias.endsWith('country') && value !== '' && !isCountry(value))
        throw invalid({ [alias]: 'The selected choice is invalid.' })
      if (value.length > 191) throw invalid({ [alias]: 'This value is too long.' })
    }
    return cleaned
  }

  #write(one: Stored, given: Given, aliases: readonly string[], replaces = false): void {
    const cleaned = this.#checked(given, aliases)
    const clears = given['overwriteWithBlank'] === true || replaces
    const before = replaces ? {} : one.fields
    const said = Object.entries(cleaned).filter(([, value]) => value !== '' || clears)
    one.fields = { ...before, ...Object.fromEntries(said) }
    for (const tag of Array.isArray(given['tags']) ? (given['tags'] as unknown[]) : []) {
      const name = clean(tag)
      if (name.startsWith('-')) one.tags.delete(name.slice(1))
      else if (name !== '') one.tags.add(name)
    }
    for (const row of Object.values((given['doNotContact'] ?? []) as Record<string, Given>)) {
      const channel = String(row['channel'])
      if (Number(row['reason']) === 0) this.unblock(one, channel)
      else this.block(one, channel, Number(row['reason'] ?? 3), String(row['comments'] ?? ''))
    }
  }
}

/** Tags of HTML are taken out, and white space at both ends. */
function clean(value: unknown): string {
  return String(value as string)
    .replace(/<[^>]*>/g, '')
    .trim()
}
