/** Changes, one per request: made, changed and deleted as the settings say; and looked for after a lost answer. */
import { entities } from '../../model/entities.ts'
import { normaliseFields } from '../../model/record.ts'
import { isRecord } from '../kit/is-record.ts'
import type { OutgoingChange, RemoteBody, RemoteRecord } from '../kit/adapter.ts'
import { unlessGone } from '../kit/items.ts'
import { hasContent, same } from '../kit/same-content.ts'
import type { Sent } from '../kit/send-each.ts'
import { SyncError } from '../kit/sync-error.ts'
import { ask, idIn, itemIn, itemPath, type Answer, type Site } from './exchange.ts'
import { insideIn, type Inside } from './inside.ts'
import { putAt, removeAt, valueAt } from './places.ts'
import { readPage, stampOf } from './reading.ts'
import { inOurWords, inTheirWords } from './translate.ts'

/** Sends one change; answers what is known of it then. Throws `SyncError`. */
export async function sendOne(site: Site, change: OutgoingChange): Promise<Sent> {
  switch (change.action) {
    case 'create':
      return create(site, change)
    case 'update':
      return update(site, change)
    case 'delete': {
      const { remoteId } = change
      const request = {
        method: 'DELETE',
        path: itemPath(site, remoteId!),
        effect: 'repeatable',
      } as const
      await ask(site, { ...request, headers: keyOf(site, change), mayBeEmpty: true }).catch(
        unlessGone,
      )
      return { remoteId: remoteId! }
    }
  }
}

async function create(site: Site, change: OutgoingChange): Promise<Sent> {
  const { collection } = site
  const isOwn = collection.createMethod === 'PUT'
  const send = await theirs(site, change.body)
  const answer = await ask(site, {
    method: collection.createMethod,
    path: isOwn ? itemPath(site, change.recordId) : collection.path,
    missing: 'config',
    send: isOwn ? withId(site, send, change.recordId) : send,
    headers: keyOf(site, change),
    effect: 'create',
    mayBeEmpty: true,
  })
  const remoteId =
    idIn(site, itemIn(site, answer)) ?? (isOwn ? change.recordId : idInLocation(answer))
  if (remoteId !== null) {
    return { remoteId, ...timeIn(site, answer), ...(await madeWith(site, answer, remoteId)) }
  }
  const message = `It is not known under which id the record was created: the answer has none at ${collection.sourceIdField}.`
  throw new SyncError('ambiguous', message, { maybeSent: true })
}

async function update(site: Site, change: OutgoingChange): Promise<Sent> {
  const { collection } = site
  const remoteId = change.remoteId!
  const path = itemPath(site, remoteId)
  const method = collection.updateMethod
  // What Marshal could not take in is null here: it is no reason to clear it there.
  const isPart = method !== 'POST' && collection.mappingOut.trim() === ''
  const own = await theirs(site, isPart ? (change.patch ?? change.body) : change.body)
  const send =
    method === 'PUT'
      ? completed(site, own, await ask(site, { method: 'GET', path, effect: 'none' }))
      : own
  const answer = await ask(site, {
    ...{ method, path, effect: 'repeatable', mayBeEmpty: true },
    send: withId(site, send, remoteId),
    headers: keyOf(site, change),
  })
  return { remoteId, ...timeIn(site, answer) }
}

/** The ids of what came into being inside a new record; asked for where the answer does not tell them. */
async function madeWith(site: Site, answer: Answer, remoteId: string): Promise<Pick<Sent, 'made'>> {
  if (site.inside.length === 0) return {}
  const idsIn = async (item: unknown) => {
    const [body] = await inOurWords(site.box, site.collection, [item ?? {}])
    return site.inside.flatMap((own) => {
      const found = body?.ok ? insideIn(body.value, own) : null
      return found ? [[own.field, { remoteId: found.id, remoteVersion: null }] as const] : []
    })
  }
  const told = await idsIn(itemIn(site, answer))
  if (told.length === site.inside.length) return { made: Object.fromEntries(told) }
  try {
    const asked = await ask(site, { method: 'GET', path: itemPath(site, remoteId), effect: 'none' })
    return { made: Object.fromEntries(await idsIn(itemIn(site, asked))) }
  } catch (error) {
    if (!(error instanceof SyncError)) throw error
    // It was made: sent as new once more it would be there twice.
    const message = `It was created as ${remoteId}, but could not be read back: ${error.message}`
    throw new SyncError('ambiguous', message, { maybeSent: true, cause: error })
  }
}

/** Changes what stands inside others, through each it stands in. Throws `SyncError`. */
export async function sendInside(
  site: Site,
  inside: Inside,
  { remoteId, body, roots = [], ...change }: OutgoingChange,
): Promise<Sent> {
  for (const root of roots) {
    const path = itemPath(site, root)
    const there = thereIn(site, await ask(site, { method: 'GET', path, effect: 'none' }))
    const [read] = await inOurWords(site.box, site.collection, [there])
    const own = read?.ok ? insideIn(read.value, inside) : null
    if (!read?.ok) {
      const why = read?.why ?? 'it gives nothing'
      throw new SyncError(
        'rejected',
        `The record was not sent: its mapping from there fails: ${why}.`,
      )
    }
    // It stands there no more: whatever is there now is somebody else's.
    if (own?.id !== remoteId) continue
    const whole: Record<string, unknown> = { ...read.value }
    putAt(whole, inside.position, { ...own.body, ...body })
    const send = withId(site, overlaid(there, await theirs(site, whole)), root)
    const method = site.collection.updateMethod
    const key = { ...change, remoteId, body }
    await ask(site, {
      method,
      path,
      send,
      headers: keyOf(site, key),
      effect: 'repeatable',
      mayBeEmpty: true,
    })
  }
  return { remoteId: remoteId! }
}

/** A replacement clears what it leaves out, so what is not ours is said as it is there. */
function completed(site: Site, own: RemoteBody, answer: Answer): RemoteBody {
  return overlaid(thereIn(site, answer), own)
}

/** The record of an answer about one. Throws `SyncError` where it is not found: as nothing it would be written over. */
function thereIn(site: Site, answer: Answer): RemoteBody {
  const there = itemIn(site, answer)
  if (there) return there
  throw new SyncError(
    'bad-response',
    'The record as it is there was not found in the answer, so nothing was written. Check "Where the record stands in the answer about one" in the settings.',
  )
}

function overlaid(there: RemoteBody, own: RemoteBody): RemoteBody {
  const whole: Record<string, unknown> = { ...there }
  for (const [name, value] of Object.entries(own)) {
    const inside = there[name]
    whole[name] = isRecord(inside) && isRecord(value) ? overlaid(inside, value) : value
  }
  return whole
}

/** The id stands in the body where a person said so, and nowhere else. */
function withId({ collection }: Site, body: RemoteBody, id: string): RemoteBody {
  const made = { ...body }
  const { sourceIdField } = collection
  const there = valueAt(made, sourceIdField)
  if (!collection.idInRequestBody) removeAt(made, sourceIdField)
  // In the type it has there, where that is known.
  else if (there === undefined) putAt(made, sourceIdField, id)
  return made
}

async function theirs({ box, collection }: Site, body: RemoteBody): Promise<RemoteBody> {
  const made = await inTheirWords(box, collection, body)
  if (made.ok) return made.value
  throw new SyncError(
    'rejected',
    `The record was not sent: its mapping to there fails: ${made.why}.`,
  )
}

function keyOf({ collection }: Site, { key }: OutgoingChange): Readonly<Record<string, string>> {
  const { idempotencyHeader } = collection
  return idempotencyHeader === '' ? {} : { [idempotencyHeader.toLowerCase()]: key }
}

/** Some answer a creation with nothing but the address of the record. */
function idInLocation({ headers }: Answer): string | null {
  const last = headers['location']?.split(/[?#]/)[0]?.replace(/\/+$/, '').split('/').at(-1)
  try {
    return last ? decodeURIComponent(last) : null
  } catch {
    return null
  }
}

function timeIn({ collection }: Site, answer: Answer): Pick<Sent, 'remoteModifiedOn'> {
  const { modifiedPosition, itemPosition } = collection
  const stamp =
    modifiedPosition === ''
      ? null
      : stampOf(valueAt(valueAt(answer.body, itemPosition), modifiedPosition))
  return stamp === null ? {} : { remoteModifiedOn: stamp }
}

/**
 * Looks among all records for what a lost answer may have created: by the natural keys of its kind, or else by all of its
 * content. Throws `SyncError`.
 */
export async function findLost(
  site: Site,
  { body }: OutgoingChange,
): Promise<readonly RemoteRecord[] | 'undecidable'> {
  const { binding } = site
  if (binding.changes === 'none') return 'undecidable'
  const wanted = contentOf(site, body)
  const key = entities[binding.entity].keys.find((fields) =>
    fields.every((field) => wanted[field] != null),
  )
  const isIt = (record: RemoteRecord): boolean => {
    if (key === undefined) return hasContent(record.body, body)
    const there = contentOf(site, record.body)
    return key.every((field) => same(there[field], wanted[field]))
  }
  const found: RemoteRecord[] = []
  // Also what a condition leaves out: it is there all the same.
  const all = { ...site, collection: { ...site.collection, conditions: '' } }
  // Everything there is, also where changes are asked for since a time.
  for (let cursor: string | null = null, more = true; more;) {
    const page = await readPage(all, cursor)
    // What is on none of its pages may be there all the same.
    if (page.torn) return 'undecidable'
    found.push(...page.records.filter((one) => one.entity === binding.entity && isIt(one)))
    ;({ cursor, more } = page)
  }
  return found
}

/** What a body says in our fields and in normal form; references as remote ids. */
function contentOf({ binding }: Site, body: RemoteBody): Readonly<Record<string, unknown>> {
  const { fields, refs } = binding.fromRemote!(body)
  return { ...normaliseFields(binding.entity, fields).fields, ...refs }
}
