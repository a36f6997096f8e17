/**
 * The race and its events. A race at RunSignup is used again every year, so its events belong to editions; ours is one
 * event, so only one edition can be kept in step with it.
 */
import { contentHash } from '../../model/record.ts'
import type { RemoteBody, RemotePage, RemoteRecord } from '../kit/adapter.ts'
import { SyncError } from '../kit/sync-error.ts'
import { siteZone, type SiteEvent, type SiteRace } from './api.ts'
import type { Configured } from './settings.ts'
import { isZone, momentOf, wallTimeOf } from './site-time.ts'
import type { Site } from './site.ts'

type Listed = 'event' | 'race'

export class Editions {
  readonly #site: Site
  readonly #configured: Configured
  /** The last answer, and the entities that were told of it: the next one to ask wants news. */
  #kept: { readonly race: Promise<SiteRace>; readonly told: Set<Listed> } | null = null

  constructor(site: Site, configured: Configured) {
    this.#site = site
    this.#configured = configured
  }

  /**
   * Numbers of the events to keep in step where the settings name none: all of a race with one edition. Throws
   * `SyncError` `config` naming the editions of a race with several: which one is meant must not change by itself when
   * somebody opens next year's.
   */
  async ids(signal: AbortSignal): Promise<readonly number[]> {
    const race = await this.#site.race(signal)
    if (editionsOf(race.events).length <= 1) return idsOf(race.events)
    throw new SyncError(
      'config',
      `The race has several editions. Name the events of one in the settings (eventIds): ${eventList(race.events)}.`,
    )
  }

  /** Numbers of the events in the settings, else of all events of the race. */
  async all(signal: AbortSignal): Promise<readonly number[]> {
    const { eventIds } = this.#configured
    return eventIds.length > 0 ? eventIds : idsOf((await this.#site.race(signal)).events)
  }

  /** Number of the event that gets registrations made here. Throws `SyncError` `rejected` where it is not clear. */
  async forNew(signal: AbortSignal): Promise<number> {
    const { newEventId, eventIds } = this.#configured
    if (newEventId !== '') return Number(newEventId)
    const [only, ...others] = eventIds
    if (only !== undefined && others.length === 0) return only
    const { events } = await this.#site.race(signal)
    const possible = events.filter(
      ({ event_id: id }) => eventIds.length === 0 || eventIds.includes(id),
    )
    const [first, ...rest] = possible
    if (first && rest.length === 0) return first.event_id
    throw new SyncError(
      'rejected',
      first
        ? `RunSignup has several events. Say in the settings (newEventId) which of them gets registrations made here: ${eventList(possible)}.`
        : 'The race has no events at RunSignup; a registration needs one.',
    )
  }

  /** The race as our event, or its events as our races: a complete listing. */
  async page(entity: Listed, signal: AbortSignal): Promise<RemotePage> {
    const race = await this.#shared(entity, signal)
    const { events, isWhole } = this.#inStep(race)
    const records =
      entity === 'event'
        ? [this.#eventRecord(race, events)]
        : events.map((event) => this.#raceRecord(race, event))
    return { records, unreadable: [], cursor: null, more: false, complete: isWhole }
  }

  /** One request serves both entities. */
  #shared(entity: Listed, signal: AbortSignal): Promise<SiteRace> {
    if (this.#kept === null || this.#kept.told.has(entity)) {
      const kept = { race: this.#site.race(signal), told: new Set<Listed>() }
      kept.race.catch(() => {
        if (this.#kept === kept) this.#kept = null
      })
      this.#kept = kept
    }
    this.#kept.told.add(entity)
    return this.#kept.race
  }

  /** The events to keep in step; where the settings leave it open, the edition of the race's next date. */
  #inStep(race: SiteRace): { readonly events: readonly SiteEvent[]; readonly isWhole: boolean } {
    const { eventIds } = this.#configured
    if (eventIds.length > 0) {
      return {
        events: race.events.filter(({ event_id: id }) => eventIds.includes(id)),
        isWhole: true,
      }
    }
    const editions = editionsOf(race.events)
    const day = dayOf(race.next_date)
    const next = editions.find((events) => events.some((one) => dayOf(one.start_time) === day))
    return { events: next ?? editions.at(-1) ?? [], isWhole: editions.length <= 1 }
  }

  #eventRecord(race: SiteRace, events: readonly SiteEvent[]): RemoteRecord {
    const { race_id: raceId, name, url, address } = race
    const times = events.map(({ start_time, end_time }) => ({ start_time, end_time }))
    return record('event', raceId, {
      race_id: raceId,
      name,
      url: url ?? null,
      address: address ?? null,
      timezone: this.#zone(race),
      events: times,
    })
  }

  #raceRecord(race: SiteRace, event: SiteEvent): RemoteRecord {
    // Prices and periods change all the time and are none of our business.
    const { event_id, name, start_time, end_time, distance } = event
    return record('race', event_id, {
      race_id: race.race_id,
      timezone: this.#zone(race),
      event_id,
      name: name ?? null,
      start_time: start_time ?? null,
      end_time: end_time ?? null,
      distance: distance ?? null,
    })
  }

  #zone({ timezone }: SiteRace): string | null {
    if (isZone(timezone)) return timezone
    return this.#configured.timeZone === '' ? null : this.#configured.timeZone
  }
}

function record(entity: Listed, id: number, body: RemoteBody): RemoteRecord {
  return {
    entity,
    remoteId: String(id),
    version: contentHash(JSON.stringify(body)).slice(0, 32),
    modifiedOn: null,
    deleted: false,
    body,
  }
}

/** Events by edition, the oldest first. Events that belong to none are one edition together. */
function editionsOf(events: readonly SiteEvent[]): readonly (readonly SiteEvent[])[] {
  const editions = Map.groupBy(events, ({ race_event_days_id: days }) => days ?? 0)
  const start = (list: readonly SiteEvent[]) =>
    Math.max(...list.map(({ start_time: time }) => momentOf(time, siteZone) ?? 0))
  return [...editions.values()].toSorted((a, b) => start(a) - start(b))
}

function idsOf(events: readonly SiteEvent[]): readonly number[] {
  return events.map(({ event_id: id }) => id).toSorted((a, b) => a - b)
}

/** `2026-05-03: 10 km (88001), Half (88002); 2025-…`, the newest edition first. */
function eventList(events: readonly SiteEvent[]): string {
  return editionsOf(events)
    .toReversed()
    .slice(0, 5)
    .map((edition) => {
      const names = edition.map(({ name, event_id: id }) => `${name ?? 'unnamed'} (${id})`)
      return `${dayOf(edition[0]?.start_time) ?? 'undated'}: ${names.join(', ')}`
    })
    .join('; ')
}

/** The day of a wall time, whatever its zone. */
function dayOf(time: string | null | undefined): string | null {
  const moment = momentOf(time, 'UTC')
  return moment === null ? null : wallTimeOf(moment, 'UTC').slice(0, 10)
}
