import { json, problem } from './problem.ts'
import type { CoreAnswer, StandInCore } from './stand-in-core.ts'

/** A record as it is kept. */
export type PlainRecord = Readonly<Record<string, unknown>> & { readonly id: string }

/** A call that is signed in. */
export interface PlainCall {
  readonly method: string
  /** Parts of the path: `['entries', 'e1']`. */
  readonly path: readonly string[]
  readonly query: URLSearchParams
  /** The JSON that was sent, an empty object where nothing was. */
  readonly body: Readonly<Record<string, unknown>>
}

/** What a plain system is. */
export interface PlainSystem {
  /** The key a caller has to send, and the header it is in, in lower case. */
  readonly key: string
  readonly header: string
  /** What is there at the start. */
  readonly content: readonly PlainRecord[]
  /** Answers a call; may change the records, which are in the order they came. */
  answer(records: Map<string, PlainRecord>, call: PlainCall): CoreAnswer
}

/**
 * A system of one collection: an API key in a header, JSON, problem+json. Its commands: `dump` all records, `load` some,
 * `key` that is accepted from now on.
 */
export function plainCore({ key, header, content, answer }: PlainSystem): StandInCore {
  const begin = () => new Map(content.map((record) => [record.id, record]))
  let accepted = key
  let records = begin()
  return {
    collectionOf: (target) => target.split(/[/?]/)[1] ?? '',
    answer({ method, target, headers, body }) {
      if (headers[header] !== accepted) return problem(401, 'This key is not known.')
      const { pathname, searchParams: query } = new URL(target, 'http://stand-in')
      const path = pathname.split('/').slice(1).map(decodeURIComponent)
      const sent = parsed(body)
      return sent === null
        ? problem(400, 'The body is no JSON object.')
        : answer(records, { method, path, query, body: sent })
    },
    inFlight: null,
    reset: () => {
      accepted = key
      records = begin()
    },
    commands: {
      dump: () => [...records.values()],
      load: (more: readonly PlainRecord[]) => more.forEach((one) => records.set(one.id, one)),
      key: (now: string) => {
        accepted = now
      },
    },
  }
}

/** A page of records, counted from 1, and how many there are. */
export function numberedPageOf(
  records: ReadonlyMap<string, PlainRecord>,
  page: number,
  size: number,
): { readonly rows: readonly PlainRecord[]; readonly total: number } {
  const rows = [...records.values()].slice((page - 1) * size, page * size)
  return { rows, total: records.size }
}

/** Deletes a record: 204, or 404 for one that is not there. */
export function deleted(records: Map<string, PlainRecord>, id: string): CoreAnswer {
  return records.delete(id) ? { status: 204, headers: {}, body: '' } : notThere
}

/** The answer for a record that is not there. */
export const notThere = problem(404, 'There is no such record.')

/** One record, or 404. */
export function shown(records: ReadonlyMap<string, PlainRecord>, id: string): CoreAnswer {
  const record = records.get(id)
  return record ? json(200, record) : notThere
}

function parsed(body: string): PlainCall['body'] | null {
  if (body === '') return {}
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as PlainCall['body'])
      : null
  } catch {
    return null
  }
}
