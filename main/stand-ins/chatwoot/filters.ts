/** The grammar of `/filter`: conditions that are joined from left to right. */
import type { Contact, Given } from './contacts.ts'
import type { Conversation } from './conversations.ts'
import { refused } from './problems.ts'

type Reader<One> = (one: One) => unknown

/** A date is compared by its day. */
const day = (seconds: number | null): string | null =>
  seconds === null ? null : new Date(seconds * 1000).toISOString().slice(0, 10)

const contactKeys: Readonly<Record<string, Reader<Contact>>> = {
  name: ({ name }) => name,
  email: ({ email }) => email,
  phone_number: ({ phone_number: phone }) => phone,
  identifier: ({ identifier }) => identifier,
  city: (one) => one.additional_attributes['city'],
  country_code: (one) => one.additional_attributes['country_code'],
  created_at: ({ createdAt }) => day(Math.floor(createdAt / 1000)),
  last_activity_at: ({ lastActivityAt: at }) => day(at),
}

const conversationKeys: Readonly<Record<string, Reader<Conversation>>> = {
  status: ({ status }) => status,
  display_id: ({ id }) => String(id),
  created_at: ({ created_at: at }) => day(at),
  last_activity_at: ({ last_activity_at: at }) => day(at),
}

const dates = ['created_at', 'last_activity_at']

/** Contacts that fit. A custom attribute is a key once it was defined. */
export function filteredContacts(
  all: readonly Contact[],
  body: Given,
  defined: readonly string[],
): readonly Contact[] {
  const own = defined.map(
    (name) => [name, ({ custom_attributes: own }: Contact) => own[name]] as const,
  )
  return filtered(all, body, { ...Object.fromEntries(own), ...contactKeys })
}

export const filteredConversations = (all: readonly Conversation[], body: Given) =>
  filtered(all, body, conversationKeys)

function filtered<One>(
  all: readonly One[],
  { payload }: Given,
  keys: Readonly<Record<string, Reader<One>>>,
): readonly One[] {
  if (!Array.isArray(payload) || payload.length === 0) throw refused(422, 'Invalid query')
  const conditions = payload.map((given: Given, at) => {
    const { attribute_key: key, query_operator: joins = null } = given
    const read = Object.hasOwn(keys, String(key)) ? keys[String(key)] : undefined
    if (!read) throw refused(422, `Invalid attribute key - [${String(key)}]`)
    const isLast = at === payload.length - 1
    if (isLast ? joins !== null : !/^(and|or)$/i.test(String(joins)))
      throw refused(422, 'Query operator must be either "AND" or "OR".')
    return { fits: fitting(String(key), given, read), isOr: /^or$/i.test(String(joins)) }
  })
  return all.filter((one) => {
    // AND binds closer than OR.
    let [whole, group] = [false, true]
    for (const { fits, isOr } of conditions) {
      group &&= fits(one)
      if (isOr) [whole, group] = [whole || group, true]
    }
    return whole || group
  })
}

function fitting<One>(
  key: string,
  { filter_operator: operator, values }: Given,
  read: Reader<One>,
) {
  if (!Array.isArray(values) || values.length === 0)
    throw refused(422, `Invalid value. The values provided for ${key} are invalid`)
  const fold = (value: unknown) => String((value ?? '') as string).toLowerCase()
  const wanted = values.map(fold)
  const has = (one: One) => wanted.includes(fold(read(one)))
  const bad = () => refused(422, `Invalid operator. The allowed operators for ${key} differ`)
  if (dates.includes(key)) {
    if (!/^\d{4}-\d\d-\d\d$/.test(wanted[0]!)) throw refused(422, 'Invalid value')
    const compare = (one: One) => {
      const there = read(one)
      return there === null
        ? null
        : fold(there) > wanted[0]!
          ? 1
          : fold(there) < wanted[0]!
            ? -1
            : 0
    }
    if (operator === 'is_greater_than') return (one: One) => compare(one) === 1
    if (operator === 'is_less_than') return (one: One) => compare(one) === -1
    throw bad()
  }
  switch (operator) {
    case 'equal_to':
      return has
    case 'not_equal_to':
      return (one: One) => !has(one)
    case 'contains':
      return (one: One) => wanted.some((part) => fold(read(one)).includes(part))
    case 'does_not_contain':
      return (one: One) => !wanted.some((part) => fold(read(one)).includes(part))
    default:
      throw bad()
  }
}
