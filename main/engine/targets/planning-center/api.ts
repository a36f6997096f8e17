/**
 * Planning Center's People API, version 2025-03-20: paths, shapes of JSON:API, and what headers and refusals say. No
 * status of a change is documented, so any 2xx is one that was taken.
 */
import { z } from 'zod'
import type { AnswerReader } from '../kit/answer-error.ts'
import type { HttpClient } from '../kit/http-client.ts'
import { SyncError } from '../kit/sync-error.ts'

/** Where it is unless an address is typed. */
export const usualAddress = 'https://api.planningcenteronline.com'

/** Shapes differ between versions (an address had one `street` once), so one is asked for. */
export const headers = { 'x-pco-api-version': '2025-03-20' } as const

/** Requests in flight. Only their number in a time is limited. */
export const mostInFlight = 4

/** Collections below `/people/v2`. */
export const paths = {
  people: '/people/v2/people',
  campuses: '/people/v2/campuses',
  mergers: '/people/v2/person_mergers',
  emails: '/people/v2/emails',
  phone_numbers: '/people/v2/phone_numbers',
  addresses: '/people/v2/addresses',
} as const

/** Who calls: a connection, and when to stop. */
export interface Site {
  readonly client: HttpClient
  readonly signal: AbortSignal
}

const id = z.union([z.string().min(1), z.int().transform(String)])
const pointer = z.looseObject({
  data: z
    .union([z.looseObject({ id, type: z.string() }), z.array(z.unknown()), z.null()])
    .optional(),
})

/** A record of any kind. */
export const vertex = z.looseObject({
  type: z.string(),
  id,
  attributes: z.record(z.string(), z.unknown()).default({}),
  relationships: z.record(z.string(), z.unknown()).default({}),
})
export type Vertex = z.infer<typeof vertex>

/** One record, and what came along. */
export const single = z.looseObject({
  data: vertex,
  included: z.array(z.unknown()).default([]),
})

/** A page. Rows may be anything: they are read one by one, so that a bad one does not spoil the others. */
export const collection = z.looseObject({
  data: z.array(z.unknown()),
  included: z.array(z.unknown()).default([]),
  links: z.looseObject({ next: z.string().nullish() }).default({}),
  meta: z
    .looseObject({
      total_count: z.int().optional(),
      next: z.looseObject({ offset: z.int() }).nullish(),
    })
    .default({}),
})

/** The id a relationship leads to, null where it leads nowhere or is not told. */
export function related({ relationships }: Vertex, name: string): string | null {
  const { data } = pointer.safeParse(relationships[name]).data ?? {}
  return data && !Array.isArray(data) ? data.id : null
}

const refusal = z.looseObject({ errors: z.array(z.looseObject({ code: z.unknown() })).min(1) })

/** Its version is refused for all alike. */
export const reads: AnswerReader = ({ status, body }) => {
  if (status !== 400) return null
  const [told] = refusal.safeParse(body).data?.errors ?? []
  if (told?.code !== 'unsupported_version_error') return null
  const message = `Planning Center no longer has the version ${headers['x-pco-api-version']} of its interface. A newer Marshal is needed.`
  return new SyncError('config', message, { status })
}

/**
 * How long to rest before the limit is reached: it is for the user, so other programs use it up too. When the period began
 * is not told; a whole one is long enough. Milliseconds, null to go on.
 */
export function paces(told: Readonly<Record<string, string>>): number | null {
  const [limit, period, count] = ['limit', 'period', 'count'].map((name) =>
    Number.parseInt(told[`x-pco-api-request-rate-${name}`] ?? '', 10),
  ) as [number, number, number]
  // Whoever is in flight counts as well, and is not counted yet.
  return count + mostInFlight >= limit && limit > mostInFlight ? period * 1000 : null
}
