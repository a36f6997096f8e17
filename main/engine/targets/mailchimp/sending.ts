/** One change on its way into an audience: the member, then what she wants, then her tags, each by its own call. */
import { z } from 'zod'
import type { OutgoingChange, RemoteBody } from '../kit/adapter.ts'
import { unlessGone } from '../kit/items.ts'
import type { Sent } from '../kit/send-each.ts'
import { stampFromIso } from '../kit/stamp-text.ts'
import { SyncError } from '../kit/sync-error.ts'
import { member, type Audience, type Member } from './api.ts'
import { hashOf, statusOf } from './mapping.ts'

export interface Call extends Audience {
  /** Who unsubscribed and consented here since is asked by mail. */
  readonly confirmAgain: boolean
  readonly signal: AbortSignal
}

/**
 * What is kept of a member with her link: the state she was in, the tags Marshal has set, and our record it was kept for,
 * as an address may be given to somebody else.
 */
const known = z.object({
  status: z.string().nullable(),
  tags: z.array(z.string()),
  of: z.string().optional(),
})
type Known = z.infer<typeof known>

const withoutChecks = [['skip_merge_validation', 'true']] as const

/** Sends one change. Throws `SyncError`. */
export async function sendOne(call: Call, change: OutgoingChange): Promise<Sent> {
  const { client, members, signal } = call
  const { action, remoteId, body } = change
  const before = readKnown(change)
  if (action === 'delete') {
    // Whoever has the address later on is in none of these races.
    await writeTags(call, remoteId!, { set: before.tags, wanted: [] }).catch(unlessGone)
    await archive(call, remoteId!)
    return { remoteId: remoteId! }
  }
  const email = String(body['email_address'] ?? '')
  const hash = hashOf(email)
  const isSame =
    action === 'update' && (remoteId === hash || (await move(call, remoteId!, email)) === 'moved')
  const { value } = await client.json(member, {
    method: 'PUT',
    path: `${members}/${hash}`,
    query: withoutChecks,
    body: routine(body),
    effect: action === 'create' ? 'create' : 'repeatable',
    missing: 'config',
    signal,
  })
  const wanted = body['tags']
  const tags = Array.isArray(wanted) ? (wanted as string[]) : before.tags
  await writeTags(call, hash, { set: before.tags, wanted: tags, isNew: !isSame })
  const seen = isSame ? before : { ...before, status: null }
  const { status, last_changed: changed } = await agree(call, body, value, { ...seen, isSame })
  return {
    remoteId: hash,
    remoteVersion: JSON.stringify({ status, tags, of: change.recordId } satisfies Known),
    remoteModifiedOn: stampFromIso(changed),
  }
}

/**
 * What is said each time: never `status`, which would undo what she chose, whatever a mapping says; and no nulls, which are
 * refused.
 */
function routine(said: RemoteBody): RemoteBody {
  const { consent: _, tags: __, status: ___, merge_fields: merge, ...body } = said
  const fields = Object.entries((merge ?? {}) as RemoteBody)
  return {
    ...body,
    merge_fields: Object.fromEntries(fields.map(([tag, value]) => [tag, value ?? ''])),
  }
}

/**
 * Takes a member along to another address. Whoever has that one already stays; the former address is archived.
 * Answers `moved` only where the member at the new address is known to be the same.
 */
async function move(call: Call, from: string, email: string): Promise<'moved' | 'another'> {
  const { client, members, signal } = call
  const path = `${members}/${from}`
  const body = { email_address: email }
  const request = {
    method: 'PATCH',
    path,
    query: withoutChecks,
    body,
    effect: 'repeatable',
    signal,
  } as const
  try {
    await client.json(member, request)
    return 'moved'
  } catch (error) {
    if (!(error instanceof SyncError)) throw error
    // Moved before, when the answer was lost; or she is there no more.
    if (error.code === 'gone') return 'another'
    if (error.code !== 'rejected') throw error
    const there = { method: 'GET', path: `${members}/${hashOf(email)}`, signal } as const
    await client.json(member, there).catch((missing: unknown) => {
      throw missing instanceof SyncError && missing.code === 'gone' ? error : missing
    })
    await archive(call, from)
    return 'another'
  }
}

/** Whoever is archived already is refused with 405. */
async function archive({ client, members, signal }: Call, id: string): Promise<void> {
  await client
    .status({ method: 'DELETE', path: `${members}/${id}`, signal })
    .catch((error: unknown) => {
      if (!(error instanceof SyncError) || error.status !== 405) unlessGone(error)
    })
}

interface Tagging {
  /** Tags Marshal has set. */
  readonly set: readonly string[]
  readonly wanted: readonly string[]
  /** It may be another member than the one they were set for. */
  readonly isNew?: boolean
}

/** Sets what is wanted and not set yet; takes back what Marshal set and nobody wants any more. Other tags stay. */
async function writeTags(
  { client, members, signal }: Call,
  hash: string,
  { set, wanted, isNew = false }: Tagging,
): Promise<void> {
  const missing = isNew ? wanted : wanted.filter((name) => !set.includes(name))
  const tags = [
    ...missing.map((name) => ({ name, status: 'active' })),
    ...set.filter((name) => !wanted.includes(name)).map((name) => ({ name, status: 'inactive' })),
  ]
  const path = `${members}/${hash}/tags`
  if (tags.length > 0) {
    await client.status({ method: 'POST', path, body: { tags }, effect: 'repeatable', signal })
  }
}

interface Before {
  /** State she was seen in on behalf of the same record of ours; null for none. */
  readonly status: string | null
  /** She is the member she was when she was told of last. */
  readonly isSame: boolean
}

/** Brings a member into the state her consent asks for, where that is ours to do. Answers her as she is then. */
async function agree(
  call: Call,
  { consent, status_if_new: first }: RemoteBody,
  now: Member,
  before: Before,
): Promise<Member> {
  const { status } = now
  // Archived by us, and back: somebody new in all but name. Who was archived by somebody there stays so.
  if (status === 'archived') return before.isSame ? now : setStatus(call, now, String(first))
  if (consent === 'optedOut') {
    return status === 'unsubscribed' || status === 'cleaned'
      ? now
      : setStatus(call, now, statusOf.optedOut)
  }
  if (consent !== 'optedIn') return now
  // She was never asked, and said yes here.
  if (status === 'transactional') return setStatus(call, now, statusOf.optedIn)
  // That she unsubscribed is news as long as it was not seen before: it comes here first.
  if (status !== 'unsubscribed' || before.status !== 'unsubscribed') return now
  if (call.confirmAgain) return setStatus(call, now, 'pending')
  throw new SyncError(
    'rejected',
    'This person unsubscribed in Mailchimp, and has consented here since. Nobody is subscribed again without being asked: tick "Ask again who unsubscribed" in the settings of the target, have a form of the audience filled in, or set the consent here to withdrawn.',
  )
}

/** Attempts to set a state, where Mailchimp fails on a member for no reason it tells. */
const mostAttempts = 3

async function setStatus(call: Call, { id }: Member, status: string): Promise<Member> {
  const { client, members, signal } = call
  const path = `${members}/${id}`
  const request = { method: 'PATCH', path, query: withoutChecks, body: { status } } as const
  for (let attempt = 1; ; attempt++) {
    try {
      return (await client.json(member, { ...request, effect: 'repeatable', signal })).value
    } catch (error) {
      const isOdd = error instanceof SyncError && error.code === 'rejected' && error.status === 500
      if (!isOdd || attempt === mostAttempts) throw error
    }
  }
}

function readKnown({ remoteVersion, recordId }: OutgoingChange): Known {
  const kept = known.safeParse(parsed(remoteVersion))
  if (!kept.success) return { status: null, tags: [] }
  const { of: whose = recordId } = kept.data
  return whose === recordId ? kept.data : { ...kept.data, status: null }
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return null
  }
}
