/** The calls of the interface, by method and path. */
import type { CoreAnswer } from '../kit/stand-in-core.ts'
import {
  audienceId,
  hashOf,
  type AudienceRecords,
  type Given,
  type StoredMember,
} from './audience.ts'
import { AudienceFault, invalid, json, notFound } from './problems.ts'

/** Tags that are told with a member; there may be more. */
const tagsTold = 50
/** Rows one call subscribes at most. */
const mostSubscribed = 500

export interface Call {
  readonly method: string
  /** Below the version. */
  readonly path: string
  readonly query: URLSearchParams
  readonly body: unknown
}

/** Answers a call that is signed in. Throws `AudienceFault`. */
export function answerTo(
  records: AudienceRecords,
  { method, path, query, body }: Call,
): CoreAnswer {
  if (path === '/ping') return json(200, { health_status: "Everything's Chimpy!" })
  const own = { id: audienceId, name: 'Runners', stats: { member_count: records.members.size } }
  if (`${method} ${path}` === 'GET /lists') {
    return json(200, fieldsOf({ lists: paged([own], query), total_items: 1, _links: [] }, query))
  }
  const [, lists, list, what, key, more] = path.split('/')
  if (lists !== 'lists' || list !== audienceId) throw notFound()
  const given = (body ?? {}) as Given
  const how = { skipsChecks: query.get('skip_merge_validation') === 'true' }
  const known = () => records.known(decodeURIComponent(key ?? ''))
  const place = [what, key === undefined ? undefined : 'one', more].filter(Boolean).join(' ')
  switch (`${method} ${place}`) {
    case 'GET ':
      return json(200, fieldsOf(own, query))
    case 'POST ':
      return json(200, subscribed(records, given, how))
    case 'GET merge-fields': {
      const all = mergeFields(records.knobs)
      const answer = {
        merge_fields: paged(all, query),
        list_id: audienceId,
        total_items: all.length,
      }
      return json(200, fieldsOf(answer, query))
    }
    case 'GET members':
      return json(200, memberList(records, query))
    case 'GET members one':
      return json(200, fieldsOf(shown(known()), query))
    case 'PUT members one':
      return json(200, shown(records.put(key!, given, how)))
    case 'PATCH members one':
      return json(200, shown(records.change(known(), given, how)))
    case 'DELETE members one':
      records.archive(known())
      return json(204, undefined)
    case 'POST members one tags':
      records.tag(known(), body)
      return json(204, undefined)
    case 'GET members one tags': {
      const tags = [...known().tags].map((name) => ({ name }))
      return json(200, { tags: paged(tags, query), total_items: tags.length })
    }
    default:
      throw notFound()
  }
}

const mergeNames: Readonly<Record<string, { readonly name: string; readonly type: string }>> = {
  FNAME: { name: 'First Name', type: 'text' },
  LNAME: { name: 'Last Name', type: 'text' },
  PHONE: { name: 'Phone Number', type: 'phone' },
  BIRTHDAY: { name: 'Birthday', type: 'birthday' },
}

/** The merge fields of the audience; the address of a member is none of them. */
function mergeFields({ mergeFields: tags, addressField }: AudienceRecords['knobs']): Given[] {
  return tags.map((tag, at) => ({
    ...{ merge_id: at + 1, tag, required: false, default_value: '', public: false },
    ...(tag === addressField
      ? { name: 'Address', type: 'address' }
      : (mergeNames[tag] ?? { name: tag, type: 'text' })),
    list_id: audienceId,
    _links: [],
  }))
}

/** As a member is read. */
export function shown({ compliance: _, lateTags: __, tags, ...member }: StoredMember): Given {
  // Who has not said yes yet is told without her tags.
  const told = member.status === 'pending' ? [] : [...tags]
  return {
    ...member,
    contact_id: `c${member.id.slice(0, 10)}`,
    web_id: Number.parseInt(member.id.slice(0, 7), 16),
    unique_email_id: member.id.slice(0, 10),
    list_id: audienceId,
    tags: told.slice(0, tagsTold).map((name, id) => ({ id, name })),
    tags_count: told.length,
    _links: [],
  }
}

function memberList(records: AudienceRecords, query: URLSearchParams): Given {
  const status = query.get('status')
  const since = query.get('since_last_changed')
  if (since !== null && Number.isNaN(Date.parse(since))) throw invalid('The time is not ISO 8601.')
  const found = [...records.members.values()].filter(
    (one) =>
      (status === null ? one.status !== 'archived' : one.status === status) &&
      // After the time, not at it.
      (since === null || Date.parse(one.last_changed) > Date.parse(since)),
  )
  const by =
    query.get('sort_field') === 'last_changed' ? (one: StoredMember) => one.last_changed : () => ''
  const sorted = found.toSorted((a, b) => (by(a) < by(b) ? -1 : by(a) > by(b) ? 1 : 0))
  if (query.get('sort_dir') === 'DESC') sorted.reverse()
  const answer = {
    members: paged(sorted, query).map(shown),
    list_id: audienceId,
    total_items: found.length,
    _links: [],
  }
  return fieldsOf(answer, query)
}

function paged<T>(all: readonly T[], query: URLSearchParams): readonly T[] {
  const count = Number(query.get('count') ?? 10)
  const offset = Number(query.get('offset') ?? 0)
  if (!(count >= 0 && count <= 1000)) throw invalid('count must be 1000 or less.')
  return all.slice(offset, offset + count)
}

/** POST to the audience itself: 200 even when every row fails. */
function subscribed(
  records: AudienceRecords,
  given: Given,
  how: { readonly skipsChecks: boolean },
): Given {
  const rows = (given['members'] ?? []) as readonly Given[]
  if (rows.length > mostSubscribed)
    throw invalid(`At most ${mostSubscribed} members may be sent at once.`)
  const [made, changed, errors]: [Given[], Given[], Given[]] = [[], [], []]
  const seen = new Set<string>()
  for (const row of rows) {
    const email = String(row['email_address'] ?? '')
    const fail = (error: string, code = 'ERROR_GENERIC') =>
      void errors.push({ email_address: email, error, error_code: code })
    const id = hashOf(email)
    // The first one counts.
    if (seen.has(id)) fail(`${email} was given twice.`)
    else {
      seen.add(id)
      const there = records.members.get(id)
      try {
        if (!there) made.push(shown(records.add(email, row, how)))
        else if (given['update_existing']) changed.push(shown(records.change(there, row, how)))
        else fail(`${email} is already a list member`, 'ERROR_CONTACT_EXISTS')
      } catch (error) {
        if (!(error instanceof AudienceFault)) throw error
        fail(error.message)
      }
    }
  }
  return {
    new_members: made,
    updated_members: changed,
    errors,
    total_created: made.length,
    total_updated: changed.length,
    error_count: errors.length,
  }
}

/** Only what `fields` names, `members.id` of each member. */
function fieldsOf(value: Given, query: URLSearchParams): Given {
  const wanted = query.get('fields')?.split(',')
  return wanted ? (only(value, wanted) as Given) : value
}

function only(value: unknown, wanted: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((one) => only(one, wanted))
  return Object.fromEntries(
    Object.entries(value as Given).flatMap(([name, inner]) => {
      if (wanted.includes(name)) return [[name, inner]]
      const below = wanted
        .filter((one) => one.startsWith(`${name}.`))
        .map((one) => one.slice(name.length + 1))
      return below.length > 0 ? [[name, only(inner, below)]] : []
    }),
  )
}
