/** Members that changed, page by page in the order they did. */
import { z } from 'zod'
import type { EntityName } from '../../../contract/words.ts'
import { contentHash } from '../../model/record.ts'
import type { RemotePage, RemoteRecord } from '../kit/adapter.ts'
import { clockSlack, isSetBack, serverStamp } from '../kit/server-clock.ts'
import { isoFromStamp, stampFromIso } from '../kit/stamp-text.ts'
import { SyncError } from '../kit/sync-error.ts'
import { member, memberPage, type Audience, type Member } from './api.ts'
import { consents } from './mapping.ts'

export interface Look extends Audience {
  readonly signal: AbortSignal
}

/** Where a walk stands. */
const position = z.object({
  /** Members changed after this, ISO 8601; null for all. */
  since: z.string().nullable(),
  /** Members seen on this walk, the last of them, and when she changed. */
  seen: z.int().min(0),
  last: z.string().nullable(),
  newest: z.string().nullable(),
})
type Position = z.infer<typeof position>
const beginning: Position = { since: null, seen: 0, last: null, newest: null }

/** Whether Mailchimp counts a member who changed in the very second asked for is not said: it is asked for again. */
const overlap = 1_000_000

const fields = [
  'id',
  'email_address',
  'status',
  'merge_fields',
  'language',
  'last_changed',
  'unsubscribe_reason',
]

/**
 * The page after `cursor`. Whoever changes meanwhile moves to the end, and everybody behind her one forward; so each page begins
 * with the member the last one ended with, and goes back where she is not found.
 */
export async function page(look: Look, cursor: string | null): Promise<RemotePage> {
  let from = readCursor(cursor)
  let at = Math.max(0, from.seen - 1)
  let found = await ask(look, from.since, at)
  const now = serverStamp(look.client)
  if (now !== null && isSetBack(stampFromIso(from.since), now + clockSlack)) {
    from = beginning
    at = 0
    found = await ask(look, from.since, at)
  }
  let begin = found.ids.indexOf(from.last) + 1
  while (at > 0 && begin === 0) {
    at = Math.max(0, at - Math.max(look.size - 1, 1))
    found = await ask(look, from.since, at)
    begin = found.ids.indexOf(from.last) + 1
  }
  const rows = found.rows.slice(begin)
  const read = rows.map((row) => ({ row, data: member.safeParse(row).data }))
  const people = read.flatMap(({ data }) => data ?? [])
  const unreadable = read.flatMap(({ data }, n) =>
    data ? [] : [cannotRead(found.ids[begin + n] ?? null)],
  )
  const seen = at + found.rows.length
  const more = rows.length > 0 && seen < found.total
  const newest = people.at(-1)?.last_changed ?? from.newest
  const to = more
    ? { ...from, seen, last: found.ids.at(-1) ?? null, newest }
    : { ...beginning, since: sinceOf(newest, now) ?? from.since }
  return {
    records: people.flatMap(recordsOf),
    unreadable,
    cursor: JSON.stringify(to satisfies Position),
    more,
    complete: !more && from.since === null && unreadable.length === 0,
  }
}

/**
 * One member by the id of her address, null where there is none. Her consent, `silent` where she says none: that she is there
 * no more is no reason to forget it.
 */
export async function fetchOne(
  { client, members, signal }: Look,
  entity: EntityName,
  id: string,
): Promise<RemoteRecord | 'silent' | null> {
  const isConsent = entity === 'contactPreference'
  const path = `${members}/${encodeURIComponent(id)}`
  try {
    const { value } = await client.json(member, {
      method: 'GET',
      path,
      query: [['fields', fields.join()]],
      signal,
    })
    return isConsent && !consents[value.status] ? 'silent' : recordOf(entity, value)
  } catch (error) {
    if (!(error instanceof SyncError) || error.code !== 'gone') throw error
    return isConsent ? 'silent' : null
  }
}

async function ask({ client, members, size, signal }: Look, since: string | null, offset: number) {
  const query = [
    // One of them may be the last of the page before.
    ['count', Math.max(size, 2)],
    ['offset', offset],
    ['sort_field', 'last_changed'],
    ['sort_dir', 'ASC'],
    ['fields', ['total_items', ...fields.map((name) => `members.${name}`)].join()],
    ...(since === null ? [] : [['since_last_changed', since] as const]),
  ] as const
  const request = { method: 'GET', path: members, query, missing: 'config', signal } as const
  const { value } = await client.json(memberPage, request)
  const ids = value.members.map(
    (row) => z.looseObject({ id: z.string() }).safeParse(row).data?.id ?? null,
  )
  return { rows: value.members, ids, total: value.total_items }
}

/** A member, and her consent where her state says one. */
function recordsOf(one: Member): readonly RemoteRecord[] {
  return [
    recordOf('person', one),
    ...(consents[one.status] ? [recordOf('contactPreference', one)] : []),
  ]
}

function recordOf(entity: EntityName, one: Member): RemoteRecord {
  const { id, status, last_changed: changed, unsubscribe_reason: reason } = one
  // A consent is no other one because her name was corrected; and who is none of ours is kept without name and address.
  const body = entity === 'contactPreference' ? { id, status, unsubscribe_reason: reason } : one
  const version = contentHash(JSON.stringify(body))
  return {
    entity,
    remoteId: id,
    version,
    modifiedOn: stampFromIso(changed),
    deleted: false,
    body,
  }
}

/** @param now the server's time: what was changed by a later clock is older than what changes now */
function sinceOf(newest: string | null, now: number | null): string | null {
  const stamp = stampFromIso(newest)
  if (stamp === null) return null
  return `${isoFromStamp(Math.min(stamp, now ?? stamp) - overlap).slice(0, 19)}+00:00`
}

function readCursor(cursor: string | null): Position {
  try {
    return position.parse(JSON.parse(cursor ?? ''))
  } catch {
    return beginning
  }
}

function cannotRead(remoteId: string | null) {
  const message = `A member ${remoteId ?? 'without an id'} cannot be read: address or state is missing.`
  return { remoteId, error: new SyncError('bad-response', message) }
}
