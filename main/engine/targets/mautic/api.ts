/** Mautic's classic interface below `/api`, as 5, 6 and 7 have it: paths, shapes, and what a refusal means. */
import { z } from 'zod'
import type { AnswerReader } from '../kit/answer-error.ts'
import type { ClientRequest, HttpClient } from '../kit/http-client.ts'
import { SyncError } from '../kit/sync-error.ts'

/** Requests in flight. Mautic sets no limit; it is PHP on somebody's own machine. */
export const mostInFlight = 4

/** Where access tokens come from, beside the interface. */
export const tokenPath = '/oauth/v2/token'

/** Its name of a collection: also the member of each answer. */
export type Collection = 'contacts' | 'companies'

/** Of each collection, the name one record has in an answer of its own. */
export const singular = { contacts: 'contact', companies: 'company' } as const

/** Who calls: a connection, and when to stop. */
export interface Site {
  readonly client: HttpClient
  readonly signal: AbortSignal
}

/** Ids are numbers in some releases and texts in others. */
const id = z.union([z.int().positive().transform(String), z.string().regex(/^[1-9]\d{0,15}$/)])

/** A contact or a company. */
export const thing = z.looseObject({
  id,
  dateAdded: z.string().nullish(),
  dateModified: z.string().nullish(),
})
export type Thing = z.infer<typeof thing>

/** PHP writes a list as an object by index as soon as it has holes, and an empty object as a list. */
export const keyed = z
  .union([z.array(z.unknown()), z.record(z.string(), z.unknown())])
  .transform((all) => new Map(Object.entries(all)))

/** A page: `total` is late and of any type, so nobody counts by it. */
export const pageOf = (collection: string) => z.looseObject({ [collection]: keyed })

/** What is wrong with one row, in both of its forms. */
export const fault = z.looseObject({
  code: z.coerce.number().catch(0),
  message: z.string().catch(''),
  details: z.unknown().optional(),
})

/** The words of a refusal with those about its fields. */
export function wordsOf({ message, details }: z.infer<typeof fault>): string {
  const fields =
    typeof details === 'object' && details !== null && !Array.isArray(details)
      ? Object.entries(details as Record<string, unknown>).flatMap(([field, told]) => {
          const words = (Array.isArray(told) ? told : [told]).filter(
            (one) => typeof one === 'string',
          )
          return words.length > 0 ? [`${field}: ${words.join(' ')}`] : []
        })
      : []
  const main = message.trim() || 'Mautic refused it.'
  return fields.length > 0 ? `${main} ${fields.join('; ')}` : main
}

/** How long somebody may have a record open in a browser, ms. */
const lockedMs = 10 * 60_000

/** The error of one row, or of a call about one record. */
export function refusedRow(told: z.infer<typeof fault>): SyncError {
  const { code } = told
  const words = wordsOf(told)
  const facts = { status: code }
  if (code === 404) return new SyncError('gone', words, facts)
  if (code === 409 && isLock(told)) return locked(words)
  if (code === 429) return new SyncError('rate-limited', words, facts)
  if (code >= 500) return new SyncError('server', words, facts)
  return code === 403
    ? new SyncError(
        'rejected',
        `${words} The role of the user may not do this to this record.`,
        facts,
      )
    : new SyncError('rejected', words, facts)
}

const locked = (words: string) =>
  new SyncError('server', `Somebody has it open in Mautic: ${words}`, {
    status: 409,
    retryAfterMs: lockedMs,
  })

const isLock = ({ details }: z.infer<typeof fault>): boolean =>
  typeof details === 'object' &&
  details !== null &&
  ('checkedOut' in details || 'checkedOutBy' in details)

const refusal = z.looseObject({ errors: z.array(fault).min(1) })

const apiOff =
  'Check that the API is on in Mautic (Configuration, API Settings), basic authentication too where you use it, and that the role of the user has access to the API and to contacts.'

/** A 500 for too many rows is no trouble of the server; a lock passes; a 403 has two reasons. */
export const reads: AnswerReader = ({ status, body }) => {
  if (status < 400) return null
  const [told] = refusal.safeParse(body).data?.errors ?? []
  if (!told) return null
  if (status === 500 && isOverLimit(told.message)) return 'rejected'
  if (status === 409 && isLock(told)) return locked(wordsOf(told))
  if (status === 403) return new SyncError('auth', `${wordsOf(told)} ${apiOff}`, { status })
  const isAboutFields = status === 400 || status === 422
  return isAboutFields ? new SyncError('rejected', wordsOf(told), { status }) : null
}

const isOverLimit = (message: string): boolean => /\bmax(imum)? of \d+|batch limit/i.test(message)

/** A request for the whole collection, whose address is the same for every record. */
export const ofAll = (
  site: Site,
  request: Omit<ClientRequest, 'signal' | 'missing'>,
): ClientRequest => ({ ...request, missing: 'config', signal: site.signal })
