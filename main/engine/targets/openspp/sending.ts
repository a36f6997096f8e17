/**
 * Sending registrants: new ones many in one call under external ids of ours, so that the same call once more makes nothing
 * twice; changes one by one. Membership and identity number are records of their own, written after the registrant.
 */
import { z } from 'zod'
import { endsBatch } from '../../../contract/error-meanings.ts'
import type { OutgoingChange, RemoteBody, SendOutcome } from '../kit/adapter.ts'
import { unlessGone } from '../kit/items.ts'
import { sendEach } from '../kit/send-each.ts'
import { SyncError } from '../kit/sync-error.ts'
import type { Gender, Site } from './site.ts'
import { odooTime } from './times.ts'

interface Sending {
  readonly site: Site
  readonly isGroup: boolean
  readonly signal: AbortSignal
}

/** Members of a body that are no fields of a partner. */
const elsewhere = ['gender', 'group', 'identity']
/** Nobody follows what a program writes by the thousand. */
const context = { tracking_disable: true }

const loaded = z.looseObject({
  ids: z.union([z.array(z.int().positive()), z.literal(false)]),
  messages: z.array(z.looseObject({ message: z.string().catch('') })).catch([]),
})
const reference = z.tuple([z.int(), z.unknown()]).transform(([id]) => id)
const memberships = z.array(z.looseObject({ id: z.int(), group: reference }))
const identities = z.array(z.looseObject({ id: z.int(), value: z.unknown() }))

/** Answers as `Connection.send` does. */
export async function sendRegistrants(
  sending: Sending,
  changes: readonly OutgoingChange[],
): Promise<readonly SendOutcome[]> {
  const { site, signal } = sending
  const creations = changes.filter(({ action }) => action === 'create')
  const made = await create(sending, creations)
  return sendEach(changes, { lanes: site.lanes, signal }, async (change) => {
    const { action, key, remoteId } = change
    if (action === 'create') {
      const id = made.get(key)!
      if (id instanceof SyncError) throw id
      await writeBeside(sending, id, change)
      return String(id)
    }
    const id = Number(remoteId)
    if (action === 'delete') {
      const gone = site.removal === 'archive' ? { active: false } : disabled(site)
      await write(sending, 'res.partner', id, gone).catch(unlessGone)
    } else {
      // Only what changed: what Marshal could not take in, such as a third name, stays as it is there.
      const vals = await fieldsOf(site, change.patch ?? withoutUnknown(change.body), signal)
      if (Object.keys(vals).length > 0) await write(sending, 'res.partner', id, vals)
      await writeBeside(sending, id, change)
    }
    return remoteId!
  })
}

/** Without what was agreed nothing tells whether a missing gender was cleared here, or is one there that has no word here. */
function withoutUnknown({ gender, ...rest }: RemoteBody): RemoteBody {
  return gender === null || gender === undefined ? rest : { ...rest, gender }
}

const disabled = (site: Site) => ({
  disabled: odooTime(site.now()),
  disabled_reason: 'Deleted in Marshal',
})

/** New registrants: what became of each, by its key. */
async function create(
  sending: Sending,
  creations: readonly OutgoingChange[],
): Promise<ReadonlyMap<string, number | SyncError>> {
  const made = new Map<string, number | SyncError>()
  const note = async (batch: readonly OutgoingChange[]): Promise<SyncError | null> => {
    try {
      const ids = await load(sending, batch)
      batch.forEach(({ key }, at) => made.set(key, ids[at]!))
      return null
    } catch (error) {
      if (!(error instanceof SyncError)) throw error
      for (const { key } of batch) made.set(key, error)
      return error
    }
  }
  // All rows of a call have the same columns.
  for (const batch of Map.groupBy(creations, ({ body }) => Object.keys(body).join()).values()) {
    const refused = await note(batch)
    if (refused?.code !== 'rejected') continue
    // One bad row and none is taken: each shows alone whether it is the one.
    for (const one of batch.length > 1 ? batch : []) {
      const error = await note([one])
      if (error && endsBatch(error.code)) break
    }
  }
  return made
}

/** Makes registrants, or changes those of the same external ids. Answers their ids, in order. */
async function load(
  { site, isGroup, signal }: Sending,
  batch: readonly OutgoingChange[],
): Promise<readonly number[]> {
  const rows = await Promise.all(
    batch.map(async ({ recordId, body }) => ({
      id: `marshal.${recordId}`,
      ...{ is_registrant: '1', is_group: isGroup ? '1' : '', active: '1', disabled: '' },
      ...(await fieldsOf(site, body, signal)),
    })),
  )
  const fields = Object.keys(rows[0]!)
  const columns = fields.map((name) => (name === 'gender_id' ? 'gender_id/.id' : name))
  const data = rows.map((row) => Object.values<unknown>(row).map(cellOf))
  const named = { fields: columns, data, context }
  const call = { model: 'res.partner', method: 'load', named, effect: 'create' } as const
  const { ids, messages } = (await site.odoo.call(loaded, call, signal)).value
  if (ids !== false && ids.length === batch.length) return ids
  const words = messages.map(({ message }) => message).filter((message) => message !== '')
  throw new SyncError('rejected', words.join(' ') || 'OpenSPP took none of these registrants.')
}

/** In `load` everything is text. */
const cellOf = (value: unknown): string =>
  value === false || value === null || value === undefined
    ? ''
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value)

/** What a partner itself is told; what is empty is false there. */
async function fieldsOf(
  site: Site,
  body: RemoteBody,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const fields = Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) =>
      elsewhere.includes(name) ? [] : [[name, value ?? false]],
    ),
  )
  const { gender } = body
  if (gender === undefined) return fields
  const there = (await site.genders(signal)).get(gender as Gender)
  return { ...fields, [site.family.genderField]: there ?? false }
}

async function write(
  { site, signal }: Sending,
  model: string,
  id: number,
  vals: Readonly<Record<string, unknown>>,
): Promise<void> {
  const call = { model, method: 'write', ids: [id], named: { vals, context } }
  await site.odoo.call(z.unknown(), { ...call, effect: 'repeatable' }, signal)
}

/** What other models keep of a person. */
async function writeBeside(sending: Sending, id: number, change: OutgoingChange): Promise<void> {
  const { action, body, patch } = change
  const isNews = (name: string) =>
    Object.hasOwn(body, name) &&
    (action === 'create' ? body[name] !== null : patch === null || Object.hasOwn(patch, name))
  if (isNews('group')) await writeMembership(sending, id, body['group'])
  if (isNews('identity')) await writeIdentity(sending, id, body['identity'])
}

/** Memberships end, they are not deleted. Those in other groups, which Marshal does not know, stay. */
async function writeMembership(sending: Sending, individual: number, group: unknown) {
  const { site, signal } = sending
  const { membership: model } = site.family
  const wanted = group === null ? null : Number(group)
  const domain = [
    ['individual', '=', individual],
    ['ended_date', '=', false],
  ]
  const named = { domain, fields: ['group'], limit: 100, order: 'id' }
  const search = { model, method: 'search_read', named, effect: 'none' } as const
  const live = (await site.odoo.call(memberships, search, signal)).value
  const [first] = live
  if ((first?.group ?? null) === wanted) return
  if (first) await write(sending, model, first.id, { ended_date: odooTime(site.now()) })
  if (wanted === null || live.some((one) => one.group === wanted)) return
  await make(sending, model, { group: wanted, individual })
}

async function writeIdentity(sending: Sending, partner: number, value: unknown): Promise<void> {
  const { site, signal } = sending
  const { identity: model, idType } = site.family
  const type = await site.idType(signal)
  if (type === null) {
    if (value === null) return
    throw new SyncError(
      'config',
      'Identity numbers are to travel, and it is not said of what type they are. Give the type of identity number in the settings, or untick the field.',
    )
  }
  const domain = [
    ['partner_id', '=', partner],
    [idType, '=', type],
  ]
  const named = { domain, fields: ['value'], limit: 1, order: 'id' }
  const search = { model, method: 'search_read', named, effect: 'none' } as const
  const [known] = (await site.odoo.call(identities, search, signal)).value
  if (!known) {
    if (value !== null) await make(sending, model, { partner_id: partner, [idType]: type, value })
  } else if (value === null) {
    const call = { model, method: 'unlink', ids: [known.id], named: { context } }
    await site.odoo.call(z.unknown(), { ...call, effect: 'repeatable' }, signal)
  } else if (known.value !== value) await write(sending, model, known.id, { value })
}

/** One record. Twice the same is refused there, so it may be repeated. */
async function make(
  { site, signal }: Sending,
  model: string,
  vals: Readonly<Record<string, unknown>>,
): Promise<void> {
  const named = { vals_list: [vals], context }
  const call = { model, method: 'create', named, effect: 'repeatable' } as const
  await site.odoo.call(z.unknown(), call, signal)
}
