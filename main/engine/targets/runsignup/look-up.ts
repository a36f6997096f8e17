/** Looking for registrations a lost answer may have made. */
import type { ConnectContext, OutgoingChange, RemoteBody, RemoteRecord } from '../kit/adapter.ts'
import { same } from '../kit/same-content.ts'
import { WalkLimit } from '../kit/walk-limit.ts'
import type { Editions } from './editions.ts'
import { nextAfter } from './pull.ts'
import { eventOf } from './push.ts'
import { registrationRecord, type Registration } from './rows.ts'
import type { Configured } from './settings.ts'
import type { Site } from './site.ts'

/** How long an interrupted run may use the same list for all its lost creations, ms. */
const keptMs = 15_000

type Names = ReadonlyMap<string, readonly Registration[]>

/**
 * The list of imported registrations of the event that gets what is made here, by name. All of them and not the newest:
 * the time a change was made here is this computer's and may be anything, and a second registration costs more than the
 * few requests a whole list needs.
 */
export class LookUp {
  readonly #site: Site
  readonly #configured: Configured
  readonly #editions: Editions
  readonly #context: ConnectContext
  /** By number of the event. */
  readonly #lists = new Map<number, Promise<Names>>()
  #cancelExpiry: (() => void) | null = null

  constructor(site: Site, configured: Configured, editions: Editions, context: ConnectContext) {
    this.#site = site
    this.#configured = configured
    this.#editions = editions
    this.#context = context
  }

  /** Registrations of somebody with this name and birth date, or without one, with this e-mail address. */
  async find(
    change: OutgoingChange,
    signal: AbortSignal,
  ): Promise<readonly RemoteRecord[] | 'undecidable'> {
    const sent = change.body['user']
    const name = nameOf(sent)
    if (name === null) return 'undecidable'
    const eventId = eventOf(change) ?? (await this.#editions.forNew(signal))
    const list = this.#lists.get(eventId) ?? this.#read(eventId, signal)
    this.#lists.set(eventId, list)
    const namesakes = (await list).get(name) ?? []
    return namesakes
      .filter(({ row }) => isSamePerson(row.user, sent))
      .map((one) => registrationRecord(one, this.#configured.raceId))
  }

  /** Forgets the lists: after a write they are out of date. */
  forget(): void {
    this.#cancelExpiry?.()
    this.#cancelExpiry = null
    this.#lists.clear()
  }

  #read(eventId: number, signal: AbortSignal): Promise<Names> {
    this.#cancelExpiry ??= this.#context.clock.timer(keptMs, () => this.forget())
    const list = this.#walk([eventId], signal)
    list.catch(() => this.forget())
    return list
  }

  async #walk(events: readonly number[], signal: AbortSignal): Promise<Names> {
    const size = this.#configured.pageSize
    const names = new Map<string, Registration[]>()
    const limit = new WalkLimit('The list of registrations', this.#context.clock)
    for (let after: number | null = 0; after !== null;) {
      const page = await this.#site.registrations({ events, after, since: null, size }, signal)
      for (const one of page.rows) {
        // What entrants registered themselves was not made here.
        const name = one.row.imported === 'F' ? null : nameOf(one.row.user)
        if (name === null) continue
        const known = names.get(name)
        if (known) known.push(one)
        else names.set(name, [one])
      }
      after = nextAfter(page.numbers, after, size)
      const endless = after === null ? null : limit.goesOn(page.rows.length)
      if (endless) throw endless
    }
    return names
  }
}

function nameOf(user: unknown): string | null {
  if (typeof user !== 'object' || user === null) return null
  const { first_name: first, last_name: last } = user as RemoteBody
  const words = [first, last].map((part) => folded(part))
  return words.every((word) => word === '') ? null : words.join('\n')
}

function folded(value: unknown): string {
  return typeof value === 'string' ? value.normalize('NFC').trim().toLowerCase() : ''
}

function isSamePerson(theirs: RemoteBody, sent: unknown): boolean {
  const ours = sent as RemoteBody
  if (!same(theirs['dob'], ours['dob'])) return false
  const isDated = !same(ours['dob'], null)
  return isDated || folded(theirs['email']) === folded(ours['email'])
}
