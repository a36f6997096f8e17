/**
 * What changed at RunSignup: registrations with their persons and chips, then those that were removed, page by page.
 *
 * A walk looks at one window, "changed since", through both lists by registration number. The next window starts at the
 * newest change seen, but not after the server's own time when the walk began: a registration changed behind the walk's
 * back would be lost otherwise. From both an overlap is taken off. Rows come twice, then; their versions tell.
 */
import { z } from 'zod'
import { isPossibleTime } from '../../model/possible-time.ts'
import type { RemotePage } from '../kit/adapter.ts'
import { isSetBack } from '../kit/server-clock.ts'
import { SyncError } from '../kit/sync-error.ts'
import type { Editions } from './editions.ts'
import { recordsOf, removalRecords, type Registration, type Removal } from './rows.ts'
import type { Configured } from './settings.ts'
import type { RowPage, RowQuery, Site } from './site.ts'

/** Where a walk stands. Times in seconds since 1970, all of them RunSignup's. */
const position = z.object({
  /** Their events the walk looks at. */
  events: z.array(z.int()),
  /** Start of the window, null for everything. */
  since: z.int().nullable(),
  list: z.enum(['present', 'removed', 'done']),
  /** Registration number up to which the list was read. */
  after: z.int(),
  newest: z.int().nullable(),
  /** The server's time when the walk began. */
  began: z.int().nullable(),
  /** No row of the walk was unreadable. */
  whole: z.boolean(),
})
type Position = z.infer<typeof position>

/** A walk over everything, of events yet to be said. */
const beginning = {
  since: null,
  list: 'present',
  after: 0,
  newest: null,
  began: null,
  whole: true,
} as const

export class Pull {
  readonly #site: Site
  readonly #configured: Configured
  readonly #editions: Editions

  constructor(site: Site, configured: Configured, editions: Editions) {
    this.#site = site
    this.#configured = configured
    this.#editions = editions
  }

  /** The next page after the cursor. The last page of those present also brings the first of those removed. */
  async page(cursor: string | null, signal: AbortSignal): Promise<RemotePage> {
    let at = await this.#start(cursor, signal)
    if (at.events.length === 0) return pageOf({ records: [], unreadable: [] }, at, at.since)
    const rows: Registration[] = []
    const unreadable: RemotePage['unreadable'][number][] = []
    if (at.list === 'present') {
      let page = await this.#site.registrations(this.#query(at), signal)
      if (isSetBack(at.since, page.serverTime)) {
        at = { ...at, ...beginning }
        page = await this.#site.registrations(this.#query(at), signal)
      }
      rows.push(...page.rows)
      unreadable.push(...page.unreadable)
      at = this.#after(at, page, newestOf(page.rows.map(({ row }) => row.last_modified)))
      if (at.list === 'present') return this.#answer(at, rows, [], unreadable)
    }
    const page = await this.#site.removals(this.#query(at), signal)
    unreadable.push(...page.unreadable)
    at = this.#after(at, page, newestOf(page.rows.map((removal) => removal.at)))
    return this.#answer(at, rows, page.rows, unreadable)
  }

  async #start(cursor: string | null, signal: AbortSignal): Promise<Position> {
    const known = readCursor(cursor)
    const { eventIds } = this.#configured
    if (eventIds.length === 0) {
      return known ?? { events: [...(await this.#editions.ids(signal))], ...beginning }
    }
    // Other events than before: what happened there until now was never looked at.
    const isSame = known !== null && known.events.join() === eventIds.join()
    return isSame ? known : { events: [...eventIds], ...beginning }
  }

  #query({ events, after, since }: Position): RowQuery {
    return { events, after, since, size: this.#configured.pageSize }
  }

  /** Where the walk stands after a page: further on in its list, or at the beginning of the next. */
  #after<Row>(at: Position, page: RowPage<Row>, newest: number | null): Position {
    const next = nextAfter(page.numbers, at.after, this.#configured.pageSize)
    const following = at.list === 'present' ? 'removed' : 'done'
    return {
      ...at,
      list: next === null ? following : at.list,
      after: next ?? 0,
      newest: newestOf([at.newest, newest]),
      began: at.began ?? page.serverTime ?? newest,
      whole: at.whole && page.unreadable.length === 0,
    }
  }

  async #answer(
    at: Position,
    rows: readonly Registration[],
    removals: readonly Removal[],
    unreadable: RemotePage['unreadable'],
  ): Promise<RemotePage> {
    const removed = new Map(removals.map((one) => [one.row.registration_id, one]))
    // In both lists: removed between the two requests, or brought back since. The later one tells.
    const present = rows.filter(({ row }) => {
      const gone = removed.get(row.registration_id)
      if (!gone) return true
      const isBack = (row.last_modified ?? 0) > (gone.at ?? Infinity)
      if (isBack) removed.delete(row.registration_id)
      return isBack
    })
    const records = [
      ...(await recordsOf(present, this.#configured.raceId)),
      ...[...removed.values()].flatMap(removalRecords),
    ]
    return at.list === 'done'
      ? pageOf({ records, unreadable }, at, this.#nextSince(at))
      : pageOf({ records, unreadable }, at, null, true)
  }

  #nextSince({ since, newest, began }: Position): number | null {
    if (newest === null) return since
    const settled = Math.min(newest, began ?? newest) - this.#configured.overlapSeconds
    return Math.max(since ?? 0, settled)
  }
}

function pageOf(
  { records, unreadable }: Pick<RemotePage, 'records' | 'unreadable'>,
  at: Position,
  since: number | null,
  more = false,
): RemotePage {
  const next = more ? at : since === null ? null : { ...at, ...beginning, since }
  return {
    records,
    unreadable,
    cursor: next === null ? null : JSON.stringify(next),
    more,
    complete: at.since === null && at.whole,
  }
}

/**
 * The registration number to go on after, null when the list is at its end. Whether a page is counted over all events or
 * for each does not matter: where one event's rows alone fill it, the walk goes on behind the last of those, and what
 * it sees twice of other events does no harm.
 * Throws `SyncError` `bad-response` when the answer shows that the server ignores number or order: going on would lose
 * rows or never end.
 */
export function nextAfter(
  numbers: readonly (readonly number[])[],
  after: number,
  size: number,
): number | null {
  const all = numbers.flat()
  if (all.some((number) => number <= after)) {
    throw new SyncError(
      'bad-response',
      `RunSignup answered registrations up to ${after} once more, although later ones were asked for.`,
    )
  }
  const next = furthest(numbers, all, size)
  const disordered = numbers.some((list) =>
    list.some((number, at) => at > 0 && number < (list[at - 1] ?? 0)),
  )
  if (next !== null && disordered) {
    throw new SyncError('bad-response', 'RunSignup answered registrations out of their order.')
  }
  return next
}

function furthest(
  numbers: readonly (readonly number[])[],
  all: readonly number[],
  size: number,
): number | null {
  const last = (lists: readonly (readonly number[])[]) =>
    lists.length === 0 ? null : Math.min(...lists.map((list) => list.at(-1) ?? 0))
  // More than was asked for: the page is counted for each event.
  if (all.length > size) return last(numbers.filter((list) => list.length >= size))
  if (all.length === size) return all.reduce((a, b) => Math.max(a, b))
  // The server may cap pages lower than it was asked, at any number, so a shorter page is not the last: an empty one is.
  // A cap for each event cuts the longest lists.
  const longest = numbers.reduce((most, list) => Math.max(most, list.length), 0)
  return last(numbers.filter((list) => list.length > 0 && list.length === longest))
}

function newestOf(times: readonly (number | null | undefined)[]): number | null {
  let newest: number | null = null
  for (const time of times) {
    if (typeof time !== 'number' || !isPossibleTime(time * 1000)) continue
    if (newest === null || time > newest) newest = time
  }
  return newest
}

/** A cursor nobody can read starts over: everything is seen again, nothing is missed. */
function readCursor(cursor: string | null): Position | null {
  if (cursor === null) return null
  try {
    return position.parse(JSON.parse(cursor))
  } catch {
    return null
  }
}
