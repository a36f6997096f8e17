/** Records of Planning Center as the engine takes them: a person is one body with what belongs to the person. */
import type { EntityName } from '../../../contract/words.ts'
import { contentHash } from '../../model/record.ts'
import type { RemoteBody, RemoteRecord, UnreadableRecord } from '../kit/adapter.ts'
import { sliceVersion, type KeptSlice } from '../kit/slices.ts'
import { stampFromIso } from '../kit/stamp-text.ts'
import { SyncError } from '../kit/sync-error.ts'
import { related, vertex, type Vertex } from './api.ts'
import { personSlices } from './mapping.ts'

export type SliceName = keyof typeof personSlices
export const sliceNames = Object.keys(personSlices) as readonly SliceName[]

/** Their names of the kinds of records that belong to a person. */
const kinds = { Email: 'email', PhoneNumber: 'phone', Address: 'address' } as const

/** What belongs to somebody, ours first. */
export type Belongings = Readonly<Record<SliceName, readonly KeptSlice[]>>

/** A person with what belongs to the person. */
export interface Whole {
  readonly one: Vertex
  readonly belongings: Belongings
}

/** When something was changed last, microseconds since 1970 UTC, null where not told. */
export const changedOn = ({ attributes }: Vertex): number | null =>
  stampFromIso(attributes['updated_at'])

/** What came along with people, by person. */
export function belongingsIn(included: readonly unknown[]): (person: Vertex) => Belongings {
  const byPerson = new Map<string, Record<SliceName, KeptSlice[]>>()
  for (const row of included) {
    const one = vertex.safeParse(row).data
    const kind = one ? kinds[one.type as keyof typeof kinds] : undefined
    const owner = one ? related(one, 'person') : null
    if (!one || kind === undefined || owner === null) continue
    const known = byPerson.get(owner) ?? { email: [], phone: [], address: [] }
    byPerson.set(owner, known)
    known[kind].push({ id: one.id, body: one.attributes })
  }
  return ({ id }) => {
    const all = byPerson.get(id) ?? { email: [], phone: [], address: [] }
    for (const name of sliceNames) all[name].sort(byRank)
    return all
  }
}

/** Several may be primary, or none: the first by id is the one Marshal knows. */
function byRank(a: KeptSlice, b: KeptSlice): number {
  const rank = ({ body }: KeptSlice) => (body['primary'] === true ? 0 : 1)
  return rank(a) - rank(b) || a.id.length - b.id.length || (a.id < b.id ? -1 : 1)
}

/** A person's body: attributes by their names, and what belongs to the person under the names of its slices. */
export function bodyOf({ one, belongings }: Whole): RemoteBody {
  const { id, attributes } = one
  const own = sliceNames.map((name) => [name, belongings[name][0]?.body ?? null])
  return {
    id,
    ...attributes,
    primary_campus_id: related(one, 'primary_campus'),
    ...Object.fromEntries(own),
  }
}

/** Remote ids of what belongs to a person, by the names of slices. */
export function idsOf({ belongings }: Whole): Readonly<Record<string, string>> {
  return Object.fromEntries(
    sliceNames.flatMap((name) => {
      const first = belongings[name][0]
      return first ? [[name, first.id]] : []
    }),
  )
}

/** They are others with each answer, or say nothing of the person. */
const restless = ['avatar', 'demographic_avatar_url', 'updated_at', 'inactivated_at']

/** Whoever is inactive is not there any more. */
export function personRecord(whole: Whole): RemoteRecord {
  const { one } = whole
  const body = bodyOf(whole)
  const lasting = Object.entries(body).filter(([name]) => !restless.includes(name))
  return {
    entity: 'person',
    remoteId: one.id,
    version: sliceVersion(contentHash(JSON.stringify(lasting)), one.id, idsOf(whole)),
    modifiedOn: changedOn(one),
    deleted: one.attributes['status'] === 'inactive',
    body,
  }
}

export function campusRecord(one: Vertex): RemoteRecord {
  const { id, attributes } = one
  const { updated_at: _, avatar_url: __, ...lasting } = attributes
  return {
    entity: 'organisation',
    remoteId: id,
    version: contentHash(JSON.stringify(lasting)),
    modifiedOn: changedOn(one),
    deleted: false,
    body: { id, ...attributes },
  }
}

/** A record of a page that cannot be read. */
export function cannotRead(entity: EntityName, row: unknown): UnreadableRecord {
  const remoteId =
    typeof row === 'object' && row !== null && 'id' in row && typeof row.id === 'string'
      ? row.id
      : null
  const what = entity === 'person' ? 'A person' : 'A campus'
  const message = `${what} ${remoteId ?? 'without an id'} cannot be read: kind, id or dates are missing.`
  return { remoteId, error: new SyncError('bad-response', message) }
}
