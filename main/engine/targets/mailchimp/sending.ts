/** One change on its way into an audience: the member, then what she wants, then her tags, each by its own call. */
import { z } from 'zod'
import type { OutgoingChange, RemoteBody } from '../kit/adapter.ts'
import { unlessGone } from '../kit/entity-collection.ts'
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

/** What is kept of a member with her link: the state she was in, and the tags Marshal has set. */
const known = z.object({ status: z.string().nullable(), tags: z.array(z.string()) })
type Known = z.infer<typeof known>

const withoutChecks = [['skip_merge_validation', 'true']] as const

/** Sends one change. Throws `SyncError`. */
export async function sendOne(call: Call, change: OutgoingChange): Promise<Sent> {
  const { client, members, signal } = call
  const { action, remoteId, body } = change
  if (action === 'delete') {
    await archive(call, remoteId!)
    return { remoteId: remoteId! }
  }
  const before = readKnown(change.remoteVersion)
  const email = String(body['email_address'] ?? '')
  const hash = hashOf(email)
  if (remoteId !== null && remoteId !== hash) await move(call, remoteId, email)
  const { value } = await client.json(member, {
    method: 'PUT',
    path: `${members}/${hash}`,
    query: withoutChecks,
    body: routine(body),
    effect: action === 'create' ? 'create' : 'repeatable',
    missing: 'config',
    signal,
  })
  const tags = await writeTags(call, hash, before.tags, body['tags'])
  const { status, last_changed: changed } = await agree(call, change, value, before)
  return {
    remoteId: hash,
    remoteVersion: JSON.stringify({ status, tags } satisfies Known),
    remoteModifiedOn: stampFromIso(changed),
  }
}

/** What is said each time: never `status`, which would undo what she chose, and no nulls, which are refused. */
function routine({ consent: _, tags: __, merge_fields: merge, ...body }: RemoteBody): RemoteBody {
  const fields = Object.entries((merge ?? {}) as RemoteBody)
  return {
    ...body,
    merge_fields: Object.fromEntries(fields.map(([tag, value]) => [tag, value ?? ''])),
  }
}

/** Takes a member along to another address. Whoever has that one already stays; the former address is archived. */
async function move(call: Call, from: string, email: string): Promise<void> {
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
  } catch (error) {
    if (!(error instanceof SyncError)) throw error
    // Moved before, when the answer was lost.
    if (error.code === 'gone') return
    if (error.code !== 'rejected') throw error
    const there = { method: 'GET', path: `${members}/${hashOf(email)}`, signal } as const
    await client.json(member, there).catch((missing: unknown) => {
      throw missing instanceof SyncError && missing.code === 'gone' ? error : missing
    })
    await archive(call, from)
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

/** Sets what is wanted and not set yet; takes back what Marshal set and nobody wants any more. Other tags stay. */
async function writeTags(
  { client, members, signal }: Call,
  hash: string,
  before: readonly string[],
  wanted: unknown,
): Promise<string[]> {
  if (!Array.isArray(wanted)) return [...before]
  const now = wanted as string[]
  const tags = [
    ...now.filter((name) => !before.includes(name)).map((name) => ({ name, status: 'active' })),
    ...before.filter((name) => !now.includes(name)).map((name) => ({ name, status: 'inactive' })),
  ]
  const path = `${members}/${hash}/tags`
  if (tags.length > 0) {
    await client.status({ method: 'POST', path, body: { tags }, effect: 'repeatable', signal })
  }
  return now
}

/** Brings a member into the state her consent asks for, where that is ours to do. Answers her as she is then. */
async function agree(
  call: Call,
  { action, body }: OutgoingChange,
  now: Member,
  before: Known,
): Promise<Member> {
  const { consent } = body
  const { status } = now
  // Archived by us, and back: somebody new in all but name.
  if (status === 'archived') {
    return action === 'create' ? setStatus(call, now, String(body['status_if_new'])) : now
  }
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
    'She unsubscribed in Mailchimp, and consented here since. Nobody is subscribed again without being asked: tick "Ask again who unsubscribed" in the settings of the target, let her use a form of the audience, or set the consent here to withdrawn.',
  )
}

async function setStatus(
  { client, members, signal }: Call,
  { id }: Member,
  status: string,
): Promise<Member> {
  const request = {
    method: 'PATCH',
    path: `${members}/${id}`,
    query: withoutChecks,
    body: { status },
  } as const
  return (await client.json(member, { ...request, effect: 'repeatable', signal })).value
}

function readKnown(version: string | null): Known {
  try {
    return known.parse(JSON.parse(version ?? ''))
  } catch {
    return { status: null, tags: [] }
  }
}
