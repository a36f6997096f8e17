/**
 * Receiving registrants: by `write_date`, from a time on and with an overlap, in the order of their ids. Nothing else is
 * right in all releases: fractions of a second are hidden, and a long transaction shows up with the time of its beginning.
 */
import { z } from 'zod'
import type { EntityName } from '../../../contract/words.ts'
import { contentHash } from '../../model/record.ts'
import type { RemoteBody, RemotePage, RemoteRecord, UnreadableRecord } from '../kit/adapter.ts'
import { firstWalk, nextWalk, readWalkPlace, type WalkPlace } from '../kit/news-walk.ts'
import { isSetBack } from '../kit/server-clock.ts'
import { stampFromIso } from '../kit/stamp-text.ts'
import { SyncError } from '../kit/sync-error.ts'
import type { Site } from './site.ts'
import { odooTime, stampFromOdoo } from './times.ts'

/** How long a transaction may take, µs: jobs take longer than requests. */
const overlap = 600_000_000

export interface Listing {
  readonly site: Site
  readonly size: number
  /** Whoever is missing in a whole listing counts as deleted. */
  readonly wholeRegistry: boolean
  readonly signal: AbortSignal
}

const rows = z.array(z.unknown(), { error: 'a list of records was expected' })
const row = z.looseObject({ id: z.int().positive(), write_date: z.unknown() })
type Row = z.infer<typeof row>
const reference = z.tuple([z.int(), z.unknown()]).transform(([id]) => id)
const members = z.array(z.looseObject({ id: z.int(), individual: reference, group: reference }))
const identities = z.array(z.looseObject({ partner_id: reference, value: z.unknown() }))

type Term = readonly [string, string, unknown]

/** A page of registrants after a cursor. Throws `SyncError`. */
export async function registrantPage(
  listing: Listing,
  entity: EntityName,
  cursor: string | null,
): Promise<RemotePage> {
  return pageFrom(listing, entity, readWalkPlace(cursor))
}

async function pageFrom(
  listing: Listing,
  entity: EntityName,
  from: WalkPlace,
): Promise<RemotePage> {
  const { size, wholeRegistry } = listing
  const since = stampFromIso(from.since)
  const news: readonly Term[] = since === null ? [] : [['write_date', '>=', odooTime(since / 1000)]]
  const after: readonly Term[] = from.next === null ? [] : [['id', '>', Number(from.next)]]
  const answer = await partners(listing, entity, [...news, ...after])
  if (from.next === null && isSetBack(since, answer.serverNow)) {
    return pageFrom(listing, entity, { ...firstWalk, whole: false })
  }
  const read = await completed(listing, entity, answer.rows)
  const times = read.rows.flatMap((one) => stampFromOdoo(one.write_date) ?? [])
  const newest = times.reduce<number | null>((most, one) => Math.max(most ?? one, one), from.newest)
  const last = read.rows.at(-1)
  const more = answer.rows.length >= size && last !== undefined
  const began = from.next === null ? answer.serverNow : from.began
  const walked = { ...from, began, newest, next: more ? String(last.id) : null }
  return {
    ...{ records: read.records, unreadable: read.unreadable, more },
    cursor: JSON.stringify(more ? walked : nextWalk(walked, overlap)),
    complete: !more && wholeRegistry && from.whole && read.unreadable.length === 0,
  }
}

/** One registrant by its id, null where there is none. */
export async function fetchRegistrant(
  listing: Listing,
  entity: EntityName,
  remoteId: string,
): Promise<RemoteRecord | null> {
  const answer = await partners(listing, entity, [['id', '=', Number(remoteId)]])
  const { records } = await completed(listing, entity, answer.rows)
  return records[0] ?? null
}

async function partners(
  { site, size, signal }: Listing,
  entity: EntityName,
  terms: readonly Term[],
) {
  const isGroup = entity === 'organisation'
  const kind: readonly Term[] = [
    // The company and its users are partners too.
    ['is_registrant', '=', true],
    ['is_group', '=', isGroup],
  ]
  const fields = [
    ...['name', 'email', 'phone', 'active', 'disabled', 'write_date'],
    ...(isGroup ? [] : ['given_name', 'family_name', 'birthdate', site.family.genderField]),
  ]
  const named = {
    domain: [...kind, ...terms],
    ...{ fields, limit: size, order: 'id' },
    // Archived ones are hidden otherwise.
    context: { active_test: false },
  }
  const call = { model: 'res.partner', method: 'search_read', named, effect: 'none' } as const
  const { value } = await site.odoo.call(rows, call, signal)
  return { rows: value, serverNow: site.serverStamp() }
}

/** Rows as records, with what other models keep of a person. */
async function completed(listing: Listing, entity: EntityName, given: readonly unknown[]) {
  const read: Row[] = []
  const unreadable: UnreadableRecord[] = []
  for (const one of given) {
    const parsed = row.safeParse(one)
    if (parsed.success) read.push(parsed.data)
    else unreadable.push({ remoteId: null, error: noId })
  }
  const ids = read.map(({ id }) => id)
  const isPerson = entity === 'person' && ids.length > 0
  const groups = isPerson ? await groupsOf(listing, ids) : new Map<number, number>()
  const identity = isPerson ? await identitiesOf(listing, ids) : null
  const genders = isPerson ? await listing.site.genders(listing.signal) : null
  const records = read.map((one): RemoteRecord => {
    const { write_date: _, active, disabled, ...own } = one
    const there = own[listing.site.family.genderField]
    const value = Array.isArray(there) ? (there[0] as unknown) : there
    const word = [...(genders ?? [])].find(([, key]) => key === value)?.[0]
    const isUnknown = genders !== null && word === undefined && value !== false
    const body: RemoteBody = {
      ...own,
      // Another gender of the site's own says nothing here.
      ...(genders && !isUnknown ? { gender: word ?? null } : { gender: undefined }),
      ...(isPerson ? { group: groups.get(one.id) ?? null } : {}),
      ...(identity ? { identity: identity.get(one.id) ?? null } : {}),
    }
    return {
      entity,
      remoteId: String(one.id),
      version: contentHash(JSON.stringify({ ...body, active, disabled })),
      // Each write moves it, also one that changes nothing: it tells nobody's edit.
      modifiedOn: null,
      deleted: active === false || typeof disabled === 'string',
      body,
    }
  })
  return { rows: read, records, unreadable }
}

const noId = new SyncError('bad-response', 'A registrant of OpenSPP has no usable id.')

/** The group each person is in: the first she came into and did not leave. */
async function groupsOf({ site, signal }: Listing, ids: readonly number[]) {
  const domain = [
    ['individual', 'in', ids],
    ['ended_date', '=', false],
  ]
  const { membership: model } = site.family
  const named = { domain, fields: ['individual', 'group'], order: 'id', limit: 20 * ids.length }
  const call = { model, method: 'search_read', named, effect: 'none' } as const
  const found = new Map<number, number>()
  for (const { individual, group } of (await site.odoo.call(members, call, signal)).value) {
    if (!found.has(individual)) found.set(individual, group)
  }
  return found
}

/** Identity numbers of the type that travels, null where none does. */
async function identitiesOf({ site, signal }: Listing, ids: readonly number[]) {
  const type = await site.idType(signal)
  if (type === null) return null
  const { identity: model, idType } = site.family
  const domain = [
    ['partner_id', 'in', ids],
    [idType, '=', type],
  ]
  const named = { domain, fields: ['partner_id', 'value'], order: 'id', limit: 2 * ids.length }
  const call = { model, method: 'search_read', named, effect: 'none' } as const
  const all = (await site.odoo.call(identities, call, signal)).value
  return new Map(all.map(({ partner_id: id, value }) => [id, value]))
}
