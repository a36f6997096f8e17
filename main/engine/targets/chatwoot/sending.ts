/**
 * One change on its way to a contact. E-mail address, phone and our own id (`identifier`) belong to one contact there. A
 * family shares them all the same: the first has them, the others go without, and Marshal knows that they do.
 */
import type { FieldValue } from '../../../contract/records.ts'
import type { OutgoingChange, RemoteBody } from '../kit/adapter.ts'
import { unlessGone } from '../kit/items.ts'
import type { Sent } from '../kit/send-each.ts'
import { SyncError } from '../kit/sync-error.ts'
import { oneContact, RefusedAttributes, type Contact, type Site } from './api.ts'
import { contactsWith } from './listing.ts'
import { contactRecord } from './reading.ts'
import type { Turns } from './turns.ts'

export interface Sending extends Site {
  /** Those with one phone go one after the other: two at once may both get it. */
  readonly turns: Turns
}

/** Who is in a chat cannot be deleted; when it is tried again, ms. */
const onlineMs = 10 * 60_000

/** Sends one change. Throws `SyncError`. */
export async function sendOne(site: Sending, change: OutgoingChange): Promise<Sent> {
  if (change.action === 'delete') return remove(site, change.remoteId!)
  const phone = (change.patch ?? change.body)['phone_number']
  return site.turns.take(typeof phone === 'string' && phone !== '' ? phone : null, async () =>
    change.action === 'create' ? make(site, change) : edit(site, change),
  )
}

async function remove({ client, account, signal }: Site, remoteId: string): Promise<Sent> {
  const path = `${account}/contacts/${encodeURIComponent(remoteId)}`
  try {
    await client.status({ method: 'DELETE', path, signal }).catch(unlessGone)
  } catch (error) {
    if (!(error instanceof SyncError) || error.status !== 422) throw error
    const message = `Chatwoot does not delete a contact who is in a chat: ${error.message}`
    throw new SyncError('server', message, { status: 422, retryAfterMs: onlineMs })
  }
  return { remoteId }
}

/** With our own id; where it is there already, the contact was made when the answer was lost. */
async function make(site: Sending, change: OutgoingChange): Promise<Sent> {
  const { client, account, signal } = site
  const post = async (body: RemoteBody): Promise<Contact> => {
    const request = { method: 'POST', path: `${account}/contacts`, body, signal } as const
    const { value } = await client.json(oneContact, {
      ...request,
      effect: 'create',
      missing: 'config',
    })
    return value
  }
  const body = { ...change.body, identifier: change.recordId }
  try {
    return await write(site, { change, body, send: post, empty: undefined })
  } catch (error) {
    if (!refusedFor(error).includes('identifier')) throw error
    const made = await ownContact(site, change)
    if (!made) throw error
    return put(site, { ...change, patch: null }, made.id)
  }
}

/** Where it is gone, it may be the one it was merged into: that has our id then. */
async function edit(site: Sending, change: OutgoingChange): Promise<Sent> {
  try {
    return await put(site, change, change.remoteId!)
  } catch (error) {
    if (!(error instanceof SyncError) || error.code !== 'gone') throw error
    const heir = await ownContact(site, change)
    if (!heir) throw error
    return put(site, { ...change, patch: null }, heir.id)
  }
}

/** Only what is said is replaced; of attributes, only those that are. */
async function put(site: Sending, change: OutgoingChange, id: number | string): Promise<Sent> {
  const { client, account, signal } = site
  const path = `${account}/contacts/${encodeURIComponent(id)}`
  const send = async (body: RemoteBody): Promise<Contact> =>
    (await client.json(oneContact, { method: 'PUT', path, body, signal })).value
  return write(site, { change, body: saidNow(change), send, empty: '', own: Number(id) })
}

/** What differs, and the races each time: what is there of those is not known. */
function saidNow({ patch, body }: OutgoingChange): RemoteBody {
  if (patch === null) return body
  const attributes = 'custom_attributes'
  const own = (body[attributes] ?? {}) as RemoteBody
  return Object.hasOwn(own, 'races')
    ? {
        ...patch,
        [attributes]: { ...(patch[attributes] as RemoteBody | undefined), races: own['races'] },
      }
    : patch
}

async function ownContact(site: Site, { recordId }: OutgoingChange): Promise<Contact | undefined> {
  return (await contactsWith(site, 'identifier', recordId))[0]
}

interface Writing {
  readonly change: OutgoingChange
  readonly body: RemoteBody
  /** What is said in place of what somebody else has: an edit clears what was there. */
  readonly empty: '' | undefined
  /** The contact that is edited. */
  readonly own?: number
  send(body: RemoteBody): Promise<Contact>
}

/** Fields of ours that belong to one contact, by attribute. */
const belongings = { email: 'email', phone_number: 'phone' } as const

/** Writes a contact, without what another member of the family has there. */
async function write(site: Site, { change, body, empty, own, send }: Writing): Promise<Sent> {
  const kept: Record<string, FieldValue> = {}
  let said = body
  for (;;) {
    try {
      const one = await send(said)
      const { remoteId, version } = contactRecord(one)
      return { remoteId, remoteVersion: version, kept }
    } catch (error) {
      const names = refusedFor(error)
      // Whose contact it is comes first: what it has is no fault then.
      if (names.includes('identifier')) throw error
      const given = names.filter(isBelonging).filter((name) => !(belongings[name] in kept))
      if (given.length === 0) throw error
      for (const name of given) await refuseStranger(site, { change, own, error, name })
      for (const name of given) {
        said = { ...said, [name]: empty }
        kept[belongings[name]] = null
      }
    }
  }
}

const isBelonging = (name: string): name is keyof typeof belongings =>
  Object.hasOwn(belongings, name)

function refusedFor(error: unknown): readonly string[] {
  return error instanceof SyncError && error.cause instanceof RefusedAttributes
    ? error.cause.names
    : []
}

/** Our ids, as they stand in `identifier`: UUIDs that begin with a time (version 7). */
const ourId = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/

interface Held {
  readonly change: OutgoingChange
  readonly own: number | undefined
  readonly error: unknown
  /** What it has already. */
  readonly name: keyof typeof belongings
}

const wordsOf = { email: 'e-mail address', phone_number: 'phone' } as const

/** Throws unless the address or phone is that of a contact Marshal made of somebody else. */
async function refuseStranger(site: Site, { change, own, error, name: what }: Held): Promise<void> {
  const holders = await contactsWith(site, what, String(change.body[what] ?? ''))
  const holder = holders.find(({ id }) => id !== own)
  // Nobody has it: then it is refused for what it is.
  if (!holder) throw error
  const { id, name, identifier } = holder
  if (identifier && ourId.test(identifier) && identifier !== change.recordId) return
  throw new SyncError(
    'rejected',
    `Contact ${id}${name ? ` (${name})` : ''} in Chatwoot has the ${wordsOf[what]} ${String(change.body[what])} already. Merge the two contacts there, or give one of them another.`,
    { status: 422 },
  )
}
