/** Registrations by number: what was just written, and where one is whose event is not known. */
import type { Editions } from './editions.ts'
import { nextAfter } from './pull.ts'
import type { Registration } from './rows.ts'
import type { Configured } from './settings.ts'
import type { Site } from './site.ts'

/** The clock behind `Date` and that of the database may differ by this much, seconds. */
const clockMargin = 60
/** So many are asked for one by one; more by walking through the list. */
const fewEnough = 4

type Registrations = ReadonlyMap<number, Registration>

export class ReadBack {
  readonly #site: Site
  readonly #configured: Configured
  readonly #editions: Editions

  constructor(site: Site, configured: Configured, editions: Editions) {
    this.#site = site
    this.#configured = configured
    this.#editions = editions
  }

  /**
   * Registrations that were just written, by number. First all that changed since then; what is not among them was not
   * changed by the write, and is looked for by its number. Throws `SyncError`.
   * @param since server time of the write, seconds since 1970, null where it was not told.
   */
  async read(
    events: readonly number[],
    ids: readonly number[],
    since: number | null,
    signal: AbortSignal,
  ): Promise<Registrations> {
    const found = new Map<number, Registration>()
    const missing = new Set(ids)
    if (missing.size > 0 && since !== null) {
      const window = { events, since: since - clockMargin, size: this.#configured.pageSize }
      const last = Math.max(...ids)
      // From the lowest number on: while thousands are written, all written before them changed lately as well.
      let after: number | null = Math.min(...ids) - 1
      // One page, or what a busy minute brings; who changed a whole race meanwhile is read by number.
      for (let page = 0; page < 3 && after !== null && after < last && missing.size > 0; page++) {
        after = await this.#collect({ ...window, after }, found, missing, signal)
      }
    }
    await this.#byNumber(events, found, missing, signal)
    return found
  }

  /**
   * Registrations by number, in all events that are kept in step and those given; what is gone is left out. Throws
   * `SyncError`.
   */
  async locate(
    ids: readonly number[],
    signal: AbortSignal,
    also: readonly number[] = [],
  ): Promise<Registrations> {
    const found = new Map<number, Registration>()
    if (ids.length === 0) return found
    const events = [...new Set([...(await this.#editions.all(signal)), ...also])]
    await this.#byNumber(events, found, new Set(ids), signal)
    return found
  }

  async #byNumber(
    events: readonly number[],
    found: Map<number, Registration>,
    missing: Set<number>,
    signal: AbortSignal,
  ): Promise<void> {
    while (missing.size > 0) {
      const next = Math.min(...missing)
      const size = missing.size <= fewEnough ? 1 : this.#configured.pageSize
      const query = { events, after: next - 1, since: null, size }
      const after = await this.#collect(query, found, missing, signal)
      const seen = after ?? Infinity
      // With one row for each event the lowest of them tells how far was looked.
      for (const id of [...missing]) if (id <= Math.max(seen, next)) missing.delete(id)
    }
  }

  /** Reads a page into `found`; answers the number to go on after, null at the end. */
  async #collect(
    query: Parameters<Site['registrations']>[0],
    found: Map<number, Registration>,
    missing: Set<number>,
    signal: AbortSignal,
  ): Promise<number | null> {
    const page = await this.#site.registrations(query, signal)
    for (const one of page.rows) {
      const { registration_id: id } = one.row
      if (missing.delete(id)) found.set(id, one)
    }
    return nextAfter(page.numbers, query.after, query.size)
  }
}
