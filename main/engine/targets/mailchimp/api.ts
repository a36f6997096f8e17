/** Mailchimp's answers: shapes, and what a refusal means. */
import { z } from 'zod'
import { claimsJson, type AnswerReader } from '../kit/answer-error.ts'
import type { ChoiceList } from '../kit/define-adapter.ts'
import type { HttpClient } from '../kit/http-client.ts'
import { SyncError } from '../kit/sync-error.ts'

/** Requests in flight. Mailchimp refuses the eleventh of all programs together. */
export const mostInFlight = 8

/** The audience behind a connection. */
export interface Audience {
  readonly client: HttpClient
  /** Path of its members. */
  readonly members: string
  /** Members to a page. */
  readonly size: number
}

export const listed = z.looseObject({ id: z.string() })

const audiences = z.looseObject({
  lists: z.array(z.looseObject({ id: z.string(), name: z.string() })),
})

/** The audiences of the account. */
export const listAudiences: ChoiceList = async ({ client }, _search, signal) => {
  const query = [
    ['fields', 'lists.id,lists.name'],
    ['count', 1000],
  ] as const
  const { value } = await client.json(audiences, { method: 'GET', path: '/lists', query, signal })
  return value.lists.map(({ id, name }) => ({ value: id, label: name, detail: id }))
}

/** The kind of a merge field: where a field of ours can stand. */
type MergeType = 'text' | 'phone' | 'birthday' | 'address'

const mergeFields = z.looseObject({
  merge_fields: z.array(z.looseObject({ tag: z.string(), name: z.string(), type: z.string() })),
})

/** The merge fields of the audience that have one of these types, by their tags. */
export function listMergeFields(
  ...types: readonly MergeType[]
): ChoiceList<{ readonly audience: string }> {
  return async ({ client, settings }, _search, signal) => {
    const path = `/lists/${audienceIn(settings)}/merge-fields`
    const query = [
      ['fields', 'merge_fields.tag,merge_fields.name,merge_fields.type'],
      ['count', 1000],
    ] as const
    const request = { method: 'GET', path, query, missing: 'config', signal } as const
    const { merge_fields: all } = (await client.json(mergeFields, request)).value
    return all
      .filter(({ type }) => (types as readonly string[]).includes(type))
      .map(({ tag, name }) => ({ value: tag, label: name, detail: tag }))
  }
}

/** Id of the audience the settings name. Throws `SyncError` `config` while they name none. */
export function audienceIn(settings: { readonly audience: string }): string {
  const audience = settings.audience.trim()
  if (audience !== '') return audience
  throw new SyncError('config', 'Give the id of the Mailchimp audience in the settings.')
}

export const member = z.looseObject({
  id: z.string(),
  email_address: z.string(),
  status: z.string(),
  last_changed: z.string().optional(),
})
export type Member = z.infer<typeof member>

export const memberPage = z.looseObject({ members: z.array(z.unknown()), total_items: z.int() })

/** `title` tells what a 400 is about; `type` may be missing, and everything may be in any case. */
const problem = z.looseObject({ title: z.string().default(''), detail: z.string().default('') })

const onlyHerself =
  'Only the person can subscribe again, with a form of the audience or a mail that asks. Set the consent here to withdrawn until then.'

/** How long an address rests that Mailchimp has seen too often, ms. */
const restMs = 3_600_000

/**
 * A 403 or 503 that is no JSON comes from the gate in front of Mailchimp, which throttles; the key is as good as before.
 */
export const reads: AnswerReader = ({ status, headers, body }) => {
  if ([403, 429, 503].includes(status) && !claimsJson({ headers })) return 'rate-limited'
  const { title = '', detail = '' } = problem.safeParse(body).data ?? {}
  // Seen for persons who are to be subscribed again. Nothing is wrong with Mailchimp, so nobody else waits for it.
  if (status === 500 && /deep internal error/i.test(detail))
    return new SyncError('rejected', `${detail} ${onlyHerself}`, { status })
  if (status !== 400) return null
  if (/^member in compliance state$/i.test(title.trim())) {
    const why = 'it unsubscribed, it bounced, or it is under review'
    return new SyncError(
      'rejected',
      `Mailchimp does not let this address be subscribed: ${why}. ${onlyHerself}`,
      { status },
    )
  }
  if (/^forgotten email not subscribed$/i.test(title.trim())) {
    const why = 'it was deleted there for good'
    return new SyncError(
      'rejected',
      `Mailchimp does not take this address back: ${why}. ${onlyHerself}`,
      { status },
    )
  }
  return /signed up to a lot of lists/i.test(detail)
    ? new SyncError('server', detail, { status, retryAfterMs: restMs })
    : null
}
