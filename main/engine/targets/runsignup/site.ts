/** RunSignup's calls, one method each: errors found, shapes checked, rows read. */
import type { z } from 'zod'
import type { UnreadableRecord } from '../kit/adapter.ts'
import type { Effect } from '../kit/answer-error.ts'
import type { Query } from '../kit/base-url.ts'
import type { ClientRequest, HttpClient } from '../kit/http-client.ts'
import {
  byRegistration,
  everywhere,
  parameters,
  participantsAnswer,
  paths,
  raceAnswer,
  writeAnswer,
  type SiteRace,
} from './api.ts'
import { inTurns, readRemoval, readRow, type Registration, type Removal } from './rows.ts'
import type { Configured } from './settings.ts'

/** Which rows of a list are asked for. */
export interface RowQuery {
  readonly events: readonly number[]
  /** Registrations with a higher number. */
  readonly after: number
  /** Changed at this second or later, seconds since 1970; null for all. */
  readonly since: number | null
  /** Rows asked for. */
  readonly size: number
}

/** A page of a list, its rows in the order of their numbers. */
export interface RowPage<Row> {
  readonly rows: readonly Row[]
  readonly unreadable: readonly UnreadableRecord[]
  /** Registration numbers of each event of the answer, in the order they came. */
  readonly numbers: readonly (readonly number[])[]
  /** The server's clock, seconds since 1970, null where it does not tell. */
  readonly serverTime: number | null
}

/** What became of a write, as it was answered. */
export interface WriteAnswer {
  readonly entries: readonly unknown[]
  readonly serverTime: number | null
}

interface SiteAnswer<T> {
  readonly value: T
  readonly serverTime: number | null
}

export class Site {
  readonly #client: HttpClient
  readonly #configured: Configured

  constructor(client: HttpClient, configured: Configured) {
    this.#client = client
    this.#configured = configured
  }

  /** The race with all its events. */
  async race(signal: AbortSignal): Promise<SiteRace> {
    const path = paths.race(this.#configured.raceId)
    return (await this.#call(raceAnswer, { method: 'GET', path, signal })).value.race
  }

  /** Registrations that are there. */
  async registrations(query: RowQuery, signal: AbortSignal): Promise<RowPage<Registration>> {
    return this.#rows(paths.participants(this.#configured.raceId), query, signal, readRow)
  }

  /** Registrations that are not there any more. */
  async removals(query: RowQuery, signal: AbortSignal): Promise<RowPage<Removal>> {
    return this.#rows(paths.removed(this.#configured.raceId), query, signal, readRemoval)
  }

  /** Adds or edits participants of one event; `create` adds, and refuses who is there already unless namesakes are allowed. */
  async write(
    eventId: number,
    participants: readonly unknown[],
    effect: Extract<Effect, 'create' | 'repeatable'>,
    signal: AbortSignal,
  ): Promise<WriteAnswer> {
    return this.#post(
      paths.participants(this.#configured.raceId),
      {
        event_id: String(eventId),
        restrict_potential_dup: effect === 'create' && !this.#configured.allowNamesakes ? 'T' : 'F',
        clear_null_corrals: 'F',
        request: JSON.stringify({ participants }),
      },
      effect,
      signal,
    )
  }

  /** Deletes registrations; answers those the server lists as removed. */
  async remove(ids: readonly number[], signal: AbortSignal): Promise<WriteAnswer> {
    const { raceId, allowNonImports } = this.#configured
    return this.#post(
      paths.deletion(raceId),
      {
        race_id: raceId,
        allow_non_imports: allowNonImports ? 'T' : 'F',
        request: JSON.stringify({ registrations: ids.map((id) => ({ registration_id: id })) }),
      },
      'repeatable',
      signal,
    )
  }

  async #post(
    path: string,
    form: Readonly<Record<string, string>>,
    effect: Effect,
    signal: AbortSignal,
  ): Promise<WriteAnswer> {
    const whole = { ...form, request_format: 'json' }
    const request = { method: 'POST', path, form: whole, effect, signal } as const
    const { value, serverTime } = await this.#call(writeAnswer, request)
    return { entries: value.participants, serverTime }
  }

  async #rows<Row extends Registration | Removal>(
    path: string,
    { events, after, since, size }: RowQuery,
    signal: AbortSignal,
    read: (raw: unknown, eventId: number) => Row | UnreadableRecord,
  ): Promise<RowPage<Row>> {
    const query: Query = [
      [parameters.events, events.join(',')],
      [parameters.after, after],
      [parameters.size, size],
      [parameters.sort, byRegistration],
      ...(since === null ? [] : [[parameters.since, since] as const]),
    ]
    const answer = await this.#call(participantsAnswer, { method: 'GET', path, query, signal })
    const rows = new Map<number, Row>()
    const unread: UnreadableRecord[] = []
    const numbers: (readonly number[])[] = []
    for (const { event, participants } of answer.value) {
      // Present rows lie beside the event, removed ones inside it; the other list is empty or missing.
      const raw = participants?.length ? participants : (event.participants ?? [])
      const found = await inTurns(raw, (one) => {
        const row = read(one, event.event_id)
        if ('error' in row) unread.push(row)
        else rows.set(row.row.registration_id, row)
        return 'error' in row ? numberIn(row.remoteId) : [row.row.registration_id]
      })
      numbers.push(found.flat())
    }
    return {
      rows: [...rows.values()].toSorted((a, b) => a.row.registration_id - b.row.registration_id),
      unreadable: unread,
      numbers,
      serverTime: answer.serverTime,
    }
  }

  /** A sign-in that ran out is renewed, also where the answer says so with HTTP 200. */
  #call<T>(schema: z.ZodType<T>, request: ClientRequest): Promise<SiteAnswer<T>> {
    return this.#client.renewing((headers) => this.#callOnce(schema, { ...request, headers }))
  }

  async #callOnce<T>(schema: z.ZodType<T>, request: ClientRequest): Promise<SiteAnswer<T>> {
    const { value, headers } = await this.#client.json(schema, {
      ...request,
      query: [...everywhere, ...(request.query ?? [])],
      // One address for all registrations: what is missing there is the race.
      missing: 'config',
    })
    const date = Date.parse(headers['date'] ?? '')
    return { value, serverTime: Number.isNaN(date) ? null : Math.floor(date / 1000) }
  }
}

function numberIn(text: string | null): readonly number[] {
  return text !== null && /^\d{1,15}$/.test(text) ? [Number(text)] : []
}
