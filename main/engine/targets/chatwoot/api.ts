/** Chatwoot's Application API: paths, the shapes of its answers, and what a refusal means. */
import { z } from 'zod'
import type { RemoteBody } from '../kit/adapter.ts'
import type { AnswerReader } from '../kit/answer-error.ts'
import type { ChoiceList } from '../kit/define-adapter.ts'
import type { HttpClient } from '../kit/http-client.ts'
import { SyncError } from '../kit/sync-error.ts'

/** Requests in flight, and started in a second: an address may send 3,000 a minute, and the agents of an office share one. */
export const mostInFlight = 4
export const perSecond = 40

/** An account during one call. */
export interface Site {
  readonly client: HttpClient
  /** Path of the account. */
  readonly account: string
  readonly signal: AbortSignal
}

const profile = z.looseObject({
  accounts: z.array(z.looseObject({ id: z.int(), name: z.string() })),
})

/** The accounts the token's owner works in. */
export const listAccounts: ChoiceList = async ({ client }, _search, signal) => {
  const { value } = await client.json(profile, { method: 'GET', path: '/api/v1/profile', signal })
  return value.accounts.map(({ id, name }) => ({
    value: String(id),
    label: name,
    detail: String(id),
  }))
}

/** Numbers stand where texts are described, and the other way round. */
const count = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)])

/** Seconds since 1970 UTC. */
const seconds = z.number().nullish().catch(null)
const text = z.string().nullish().catch(null)

export const contact = z.looseObject({
  id: z.int(),
  name: text,
  email: text,
  phone_number: text,
  identifier: text,
  created_at: seconds,
})
export type Contact = z.infer<typeof contact>

/** One contact, in each nesting there is: an answer to a new one has another than the description says. */
export const oneContact: z.ZodType<Contact> = z.union([
  z
    .looseObject({ payload: z.looseObject({ contact }) })
    .transform(({ payload }) => payload.contact),
  z
    .looseObject({ payload: z.tuple([contact]).rest(z.unknown()) })
    .transform(({ payload }) => payload[0]),
  z.looseObject({ payload: contact }).transform(({ payload }) => payload),
  contact,
])

/** A page of contacts; rows are read one by one, so that a bad one does not spoil the others. */
export const contactRows = z.looseObject({
  meta: z.looseObject({ count }),
  payload: z.array(z.unknown()),
})

export const message = z.looseObject({
  id: z.int(),
  content: text,
  /** 0 incoming, 1 outgoing, 2 activity, 3 template; in webhooks the words. */
  message_type: z.union([z.int(), z.string()]),
  private: z.boolean().nullish(),
  created_at: seconds,
  content_attributes: z.looseObject({ deleted: z.unknown() }).partial().nullish().catch(null),
  sender: z.looseObject({ name: text }).nullish().catch(null),
})
export type Message = z.infer<typeof message>

export const conversation = z.looseObject({
  id: z.int(),
  status: z.string(),
  meta: z.looseObject({ sender: z.looseObject({ id: z.int() }) }),
  additional_attributes: z.looseObject({ mail_subject: text }).nullish().catch(null),
  messages: z.array(z.unknown()).nullish().catch(null),
  last_non_activity_message: z.unknown().optional(),
  last_activity_at: seconds,
  timestamp: seconds,
})
export type Conversation = z.infer<typeof conversation>

const bareRows = z.looseObject({
  meta: z.looseObject({ all_count: count.optional() }),
  payload: z.array(z.unknown()),
})

/** A page of conversations: their list is nested once more than that of contacts, a filtered one may be. */
export const conversationRows: z.ZodType<z.infer<typeof bareRows>> = z.union([
  z.looseObject({ data: bareRows }).transform(({ data }) => data),
  bareRows,
])

export const messageRows = z.looseObject({ payload: z.array(z.unknown()) })

/** A condition of `/filter`, the only one. */
export const onlyWhere = (key: string, operator: string, value: string): RemoteBody => ({
  payload: [{ attribute_key: key, filter_operator: operator, values: [value] }],
})

/** What a contact was refused for: names of its attributes. */
export class RefusedAttributes {
  readonly names: readonly string[]

  constructor(names: readonly string[]) {
    this.names = names
  }
}

const invalid = z.looseObject({ message: z.string(), attributes: z.array(z.string()) })

/** A 422 about a record names its attributes; a 402 is about the whole account. */
export const reads: AnswerReader = ({ status, body }) => {
  if (status === 402) {
    const message = 'The plan of this Chatwoot account does not allow it, or was not paid.'
    return new SyncError('auth', message, { status })
  }
  if (status !== 422) return null
  const { data } = invalid.safeParse(body)
  if (!data) return null
  const cause = new RefusedAttributes(data.attributes)
  return new SyncError('rejected', data.message, { status, cause })
}
