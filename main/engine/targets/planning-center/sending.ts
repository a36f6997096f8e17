/** One change on its way: the person, then what belongs to the person, each by its own call. */
import type { OutgoingChange, RemoteBody, RemoteRecord, SendOutcome } from '../kit/adapter.ts'
import { unlessGone } from '../kit/items.ts'
import { same } from '../kit/same-content.ts'
import { sendSlices, sliceIds, sliceVersion, type SliceCalls } from '../kit/slices.ts'
import { isoFromStamp } from '../kit/stamp-text.ts'
import { collection, paths, single, vertex, type Site, type Vertex } from './api.ts'
import { fetchPerson } from './listing.ts'
import { personSlices } from './mapping.ts'
import {
  belongingsIn,
  bodyOf,
  campusRecord,
  changedOn,
  idsOf,
  personRecord,
  type SliceName,
  type Whole,
} from './reading.ts'

export interface Sending extends Site {
  /** Who is deleted here is deleted there; else the profile becomes inactive. */
  readonly deletePeople: boolean
}

type Done = Extract<SendOutcome, { readonly status: 'done' }>

const isSlice = (name: string): name is SliceName => Object.hasOwn(personSlices, name)

/** What a record is there, without what belongs to it. */
const attributesOf = (body: RemoteBody): RemoteBody =>
  Object.fromEntries(Object.entries(body).filter(([name]) => !isSlice(name)))

const slicesOf = (body: RemoteBody): Readonly<Record<string, RemoteBody | null>> =>
  Object.fromEntries(
    Object.entries(body).filter(([name]) => isSlice(name)) as [string, RemoteBody | null][],
  )

const itemAt = (path: string, id: string): string => `${path}/${encodeURIComponent(id)}`

const document = (type: string, attributes: RemoteBody) => ({ data: { type, attributes } })

/** Sends a campus. Throws `SyncError`. */
export async function sendCampus(site: Site, change: OutgoingChange): Promise<Done> {
  const { action, remoteId, body, patch } = change
  const { client, signal } = site
  if (action === 'delete') {
    const path = itemAt(paths.campuses, remoteId!)
    await client.status({ method: 'DELETE', path, signal }).catch(unlessGone)
    return { status: 'done', remoteId: remoteId! }
  }
  const at = action === 'create' ? null : itemAt(paths.campuses, remoteId!)
  const way = at === null ? 'make' : 'change'
  const made = await write(site, way, at ?? paths.campuses, document('Campus', patch ?? body))
  return { status: 'done', remoteId: made.id, remoteModifiedOn: changedOn(made) }
}

/** Sends a person. Throws `SyncError` where nothing of it arrived. */
export async function sendPerson(sending: Sending, change: OutgoingChange): Promise<SendOutcome> {
  const { action, remoteId } = change
  if (action === 'delete') {
    await removePerson(sending, remoteId!).catch(unlessGone)
    return { status: 'done', remoteId: remoteId! }
  }
  const written = new Written()
  return action === 'create'
    ? createPerson(sending, change, written)
    : updatePerson(sending, change, written)
}

/** Times the answers told: the person has the newest. */
class Written {
  #newest: number | null = null

  note(one: Vertex): Vertex {
    const time = changedOn(one)
    if (time !== null) this.#newest = Math.max(this.#newest ?? 0, time)
    return one
  }

  get newest(): number | null {
    return this.#newest
  }
}

async function createPerson(
  sending: Sending,
  { body }: OutgoingChange,
  written: Written,
): Promise<SendOutcome> {
  const attributes = attributesOf(body)
  const one = written.note(
    await write(sending, 'make', paths.people, document('Person', attributes)),
  )
  const known = { ids: {}, isNew: true }
  return sendRest(sending, { id: one.id, wanted: slicesOf(body), known, written, there: null })
}

async function updatePerson(
  sending: Sending,
  { remoteId, body, patch, remoteVersion }: OutgoingChange,
  written: Written,
): Promise<SendOutcome> {
  const id = remoteId!
  // What the target has is not known: only what differs from what it has is sent.
  const there = patch === null ? await fetchPerson(sending, id) : null
  const attributes = attributesOf(patch ?? differing(body, bodyOf(there!)))
  if (Object.keys(attributes).length > 0) {
    written.note(
      await write(sending, 'change', itemAt(paths.people, id), document('Person', attributes)),
    )
  }
  const all = slicesOf(body)
  const wanted =
    patch === null
      ? all
      : Object.fromEntries(Object.entries(all).filter(([name]) => Object.hasOwn(patch, name)))
  const ids = there ? {} : sliceIds(remoteVersion, id)
  return sendRest(sending, { id, wanted, known: { ids, isNew: false }, written, there })
}

interface Rest {
  readonly id: string
  readonly wanted: Readonly<Record<string, RemoteBody | null>>
  readonly known: Parameters<typeof sendSlices>[2]
  readonly written: Written
  /** The person as fetched, null where that was not needed so far. */
  readonly there: Whole | null
}

/** Sends what belongs to a person that is there. */
async function sendRest(
  sending: Sending,
  { id, wanted, known, written, there }: Rest,
): Promise<SendOutcome> {
  let fetched = there === null ? null : Promise.resolve(there)
  const calls: SliceCalls = {
    async there(name) {
      fetched ??= fetchPerson(sending, id)
      return (await fetched).belongings[name as SliceName]
    },
    async create(name, body) {
      const { remoteName } = personSlices[name as SliceName]
      const path = `${itemAt(paths.people, id)}/${remoteName}`
      // The first one is the one that counts.
      const first = { location: 'Home', primary: true, ...body }
      const made = await write(sending, 'add', path, document(kindOf[remoteName]!, first))
      return written.note(made).id
    },
    async change(name, own, body) {
      const { remoteName } = personSlices[name as SliceName]
      const path = itemAt(`/people/v2/${remoteName}`, own)
      written.note(await write(sending, 'change', path, document(kindOf[remoteName]!, body)))
    },
    async remove(name, own) {
      const { remoteName } = personSlices[name as SliceName]
      const path = itemAt(`/people/v2/${remoteName}`, own)
      const { client, signal } = sending
      await client.status({ method: 'DELETE', path, signal }).catch(unlessGone)
    },
  }
  const { ids, instead, failure } = await sendSlices(personSlices, wanted, known, calls)
  const told = {
    remoteId: id,
    remoteVersion: sliceVersion('', id, ids),
    remoteModifiedOn: written.newest,
  }
  if (failure === null) {
    const kept = Object.entries(instead).map(([name, body]) =>
      personSlices[name as SliceName].fromRemote(body),
    )
    return { status: 'done', ...told, kept: Object.assign({}, ...kept) }
  }
  // Without its person there is nothing to go on with.
  if (failure.error.code === 'gone') throw failure.error
  return {
    status: 'failed',
    error: failure.error,
    reached: { ...told, without: failure.without },
  }
}

const kindOf: Readonly<Record<string, string>> = {
  emails: 'Email',
  phone_numbers: 'PhoneNumber',
  addresses: 'Address',
}

async function removePerson({ client, signal, deletePeople }: Sending, id: string): Promise<void> {
  const path = itemAt(paths.people, id)
  if (deletePeople) await client.status({ method: 'DELETE', path, signal })
  else await write({ client, signal }, 'change', path, document('Person', { status: 'inactive' }))
}

/** What is not as it should be. */
function differing(body: RemoteBody, there: RemoteBody): RemoteBody {
  return Object.fromEntries(
    Object.entries(body).filter(([name, value]) => !same(there[name], value)),
  )
}

/** Made twice it would be there twice; what belongs to a person is looked at first the next time. */
const ways = {
  make: { method: 'POST', effect: 'create', missing: 'config' },
  add: { method: 'POST', effect: 'repeatable', missing: 'gone' },
  change: { method: 'PATCH', effect: 'repeatable', missing: 'gone' },
} as const

async function write(
  { client, signal }: Site,
  way: keyof typeof ways,
  path: string,
  body: RemoteBody,
): Promise<Vertex> {
  return (await client.json(single, { ...ways[way], path, body, signal })).value.data
}

/** How much later than the change here a person may have been made there, and by another clock, microseconds. */
const slack = 60_000_000

/**
 * People that may be the one a lost answer made: of the same name and birth date, made since. What belongs to the person
 * is sent after that answer, so where there is none of it yet, that is no difference.
 */
export async function findPerson(
  site: Site,
  { body, remoteModifiedOn }: OutgoingChange,
): Promise<readonly RemoteRecord[]> {
  const since = isoFromStamp(remoteModifiedOn - slack)
  const query = [
    ['where[last_name]', String(body['last_name'] ?? '')],
    ['where[created_at][gte]', `${since.slice(0, 19)}Z`],
    ['include', 'emails,phone_numbers,addresses'],
    ['per_page', 100],
  ] as const
  const request = { method: 'GET', path: paths.people, query, missing: 'config' } as const
  const { value } = await site.client.json(collection, { ...request, signal: site.signal })
  const belongings = belongingsIn(value.included)
  return value.data
    .flatMap((row) => vertex.safeParse(row).data ?? [])
    .map((one) => ({ one, belongings: belongings(one) }))
    .map((whole) => ({ record: personRecord(whole), own: idsOf(whole) }))
    .filter(({ record }) => !record.deleted && isNamesake(record.body, body))
    .map(({ record, own }) => {
      const isBare = Object.keys(own).length === 0
      return isBare ? { ...record, body: { ...record.body, ...slicesOf(body) } } : record
    })
}

function isNamesake(there: RemoteBody, body: RemoteBody): boolean {
  return ['first_name', 'last_name', 'birthdate'].every((name) => same(there[name], body[name]))
}

/** Campuses of the same name; Planning Center lets there be several. */
export async function findCampus(
  { client, signal }: Site,
  { body }: OutgoingChange,
): Promise<readonly RemoteRecord[]> {
  const query = [
    ['per_page', 100],
    ['order', 'name'],
  ] as const
  const request = { method: 'GET', path: paths.campuses, query, missing: 'config' } as const
  const { value } = await client.json(collection, { ...request, signal })
  return value.data
    .flatMap((row) => vertex.safeParse(row).data ?? [])
    .map(campusRecord)
    .filter((one) => same(one.body['name'], body['name']))
}
