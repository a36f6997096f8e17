/**
 * Pages of one entity out of a server that answers all entities at once.
 *
 * One answer is kept as a snapshot, so that walking eleven entities asks once. Because the answer holds everything newer
 * than `since`, whatever the entity, every entity's next `since` may be taken from all of it.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { z } from 'zod'
import type { EntityName } from '../../../contract/words.ts'
import { isPossibleTime } from '../../model/possible-time.ts'
import type { ConnectContext, RemotePage, RemoteRecord, UnreadableRecord } from '../kit/adapter.ts'
import type { HttpClient } from '../kit/http-client.ts'
import { isSetBack } from '../kit/server-clock.ts'
import { isoFromStamp } from '../kit/stamp-text.ts'
import { readPulled } from '../kit/told-record.ts'
import { pulledRecords } from './api.ts'

/** Records in one page handed to the engine. */
export const pageSize = 500

/** How long after its timestamp a record may still turn up at the server, ms. */
const overlapMs = 2 * 60_000
/** How long other entities may use the same answer, ms. */
const keptMs = 30_000
/** Records read before the event loop gets a turn. */
const atOnce = 1_000

/** Where a walk stands: what was asked for, and the last record handed out of it. */
const position = z.object({
  since: z.string().nullable(),
  after: z.tuple([z.number(), z.string()]).nullable(),
})
type Position = z.infer<typeof position>

interface Item {
  readonly stamp: number
  readonly record: RemoteRecord
}

interface Listing {
  /** By timestamp, then id. */
  readonly items: readonly Item[]
  readonly unreadable: readonly UnreadableRecord[]
}

interface Snapshot {
  readonly since: string | null
  readonly listings: Promise<ReadonlyMap<EntityName, Listing>>
  /** What the next walk asks for. */
  readonly next: Promise<string | null>
  /** Entities whose walk started here: their next walk wants news. */
  readonly started: Set<EntityName>
}

interface Answer {
  readonly listings: ReadonlyMap<EntityName, Listing>
  readonly next: string | null
  /** Stamp of the server's clock, null where it does not tell. */
  readonly serverNow: number | null
}

const nothing: Listing = { items: [], unreadable: [] }

export class Pull {
  readonly #client: HttpClient
  readonly #context: ConnectContext
  readonly #defaultEntity: EntityName
  #snapshot: Snapshot | null = null
  #cancelExpiry: (() => void) | null = null

  constructor(client: HttpClient, context: ConnectContext, defaultEntity: EntityName) {
    this.#client = client
    this.#context = context
    this.#defaultEntity = defaultEntity
  }

  /** The next page of an entity after the cursor. */
  async page(entity: EntityName, cursor: string | null, signal: AbortSignal): Promise<RemotePage> {
    const from = readCursor(cursor)
    const snapshot = this.#snapshotFor(entity, from, signal)
    const listing = (await snapshot.listings).get(entity) ?? nothing
    const start = from.after === null ? 0 : firstAfter(listing.items, from.after)
    const end = pageEnd(listing.items, start)
    const last = listing.items[end - 1]
    const more = end < listing.items.length
    const to: Position =
      more && last
        ? { since: from.since, after: [last.stamp, last.record.remoteId] }
        : { since: await snapshot.next, after: null }
    return {
      records: listing.items.slice(start, end).map(({ record }) => record),
      unreadable: from.after === null ? listing.unreadable : [],
      cursor: to.since === null && to.after === null ? null : JSON.stringify(to),
      more,
      // A record that could not be read is not absent.
      complete: from.since === null && listing.unreadable.length === 0,
    }
  }

  /** Forgets the kept answer: after a push it is out of date. */
  forget(): void {
    this.#cancelExpiry?.()
    this.#cancelExpiry = null
    this.#snapshot = null
  }

  #snapshotFor(entity: EntityName, from: Position, signal: AbortSignal): Snapshot {
    const kept = this.#snapshot
    const usable = kept !== null && kept.since === from.since
    if (usable && kept.started.has(entity) === (from.after !== null)) {
      kept.started.add(entity)
      return kept
    }
    this.forget()
    const answer = this.#ask(from.since, signal)
    const snapshot: Snapshot = {
      since: from.since,
      listings: answer.then(({ listings }) => listings),
      next: answer.then(({ next }) => next),
      started: new Set([entity]),
    }
    // Each reader gets the failure; the promise nobody reads must not become an unhandled one.
    snapshot.next.catch(() => undefined)
    answer.catch(() => {
      if (this.#snapshot === snapshot) this.forget()
    })
    this.#snapshot = snapshot
    this.#cancelExpiry = this.#context.clock.timer(keptMs, () => this.forget())
    return snapshot
  }

  /**
   * Where the server's clock was set back behind what is asked for, everything: what changes there now counts as older
   * than that, and would never come.
   */
  async #ask(since: string | null, signal: AbortSignal): Promise<Answer> {
    const answer = await this.#read(since, signal)
    const { serverNow } = answer
    if (!isSetBack(since === null ? null : stampOf(since), serverNow)) return answer
    this.#context.log.info('the clock of the server was set back; everything is asked for once', {
      since,
    })
    return this.#read(null, signal)
  }

  async #read(since: string | null, signal: AbortSignal): Promise<Answer> {
    const query = since === null ? [] : ([['since', since]] as const)
    const request = { method: 'GET', path: '', query, missing: 'config', signal } as const
    const { value, headers } = await this.#client.json(pulledRecords, request)
    const listings = new Map<EntityName, { items: Item[]; unreadable: UnreadableRecord[] }>()
    const foreign = new Map<string, number>()
    const of = (entity: EntityName) => {
      const known = listings.get(entity) ?? { items: [], unreadable: [] }
      listings.set(entity, known)
      return known
    }
    const serverNow = stampOf(headers['date'])
    let newest: number | null = null
    for (const [at, raw] of value.entries()) {
      if (at % atOnce === atOnce - 1) await nextTurn()
      const read = readPulled(raw, this.#defaultEntity)
      if (read.kind === 'unreadable') of(read.entity).unreadable.push(read.what)
      else if (read.kind === 'foreign')
        foreign.set(read.entity, (foreign.get(read.entity) ?? 0) + 1)
      else {
        of(read.record.entity).items.push(read)
        const tells = isPossibleTime(read.stamp / 1000) && !isAhead(read.stamp, serverNow)
        if (tells && (newest === null || read.stamp > newest)) newest = read.stamp
      }
    }
    for (const [entity, count] of foreign) {
      this.#context.log.info('records of a kind Marshal does not keep were left out', {
        entity,
        count,
      })
    }
    for (const { items } of listings.values()) items.sort(byPlace)
    return { listings, next: later(since, nextSince(newest, serverNow)), serverNow }
  }
}

/**
 * What to ask for next. Records may turn up `overlapMs` after their timestamp, so nothing younger than that by the
 * server's own clock is ever skipped; one millisecond less, because the server answers strictly newer ones only and
 * several records may share the newest timestamp. Without a `Date` header the newest record stands in for the clock.
 */
function nextSince(newest: number | null, serverNow: number | null): string | null {
  if (newest === null) return null
  const settled = (serverNow ?? newest) - overlapMs * 1000
  return isoFromStamp(Math.min(newest - 1000, settled))
}

/** A client's clock that runs ahead must not carry the cursor past everybody else's changes. */
function isAhead(stamp: number, serverNow: number | null): boolean {
  return serverNow !== null && stamp > serverNow + overlapMs * 1000
}

/** A cursor goes back only with the server's clock. All values have the same form, so texts compare like times. */
function later(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b
  return a > b ? a : b
}

/** Stamp of an HTTP date, null where there is none. */
function stampOf(date: string | undefined): number | null {
  const ms = date === undefined ? Number.NaN : Date.parse(date)
  return Number.isNaN(ms) ? null : ms * 1000
}

/** A cursor nobody can read starts over: everything is seen again, nothing is missed. */
function readCursor(cursor: string | null): Position {
  const start: Position = { since: null, after: null }
  if (cursor === null) return start
  try {
    return position.parse(JSON.parse(cursor))
  } catch {
    return start
  }
}

function byPlace(a: Item, b: Item): number {
  return a.stamp - b.stamp || compare(a.record.remoteId, b.record.remoteId)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function firstAfter(items: readonly Item[], [stamp, id]: readonly [number, string]): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >> 1
    const item = items[middle] as Item
    const isAfter = item.stamp > stamp || (item.stamp === stamp && item.record.remoteId > id)
    if (isAfter) high = middle
    else low = middle + 1
  }
  return low
}

/** A page never ends between two states of one record with one timestamp: the cursor could not tell them apart. */
function pageEnd(items: readonly Item[], start: number): number {
  let end = Math.min(items.length, start + pageSize)
  while (
    end > start &&
    end < items.length &&
    byPlace(items[end] as Item, items[end - 1] as Item) === 0
  ) {
    end++
  }
  return end
}
