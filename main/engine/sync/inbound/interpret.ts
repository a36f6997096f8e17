/** A page of remote records in our terms: fields in normal form, references as our ids, links and candidates at hand. */
import { isOwnField } from '../../../contract/own-field-names.ts'
import { entities, fieldOf } from '../../model/entities.ts'
import { foldedFullName } from '../../model/folded-name.ts'
import { todayOf, type MasterRecord } from '../../model/record.ts'
import { findDeletedBy } from '../../store/writer/audit.ts'
import {
  findNamesakes,
  readLinksByRecordId,
  readLinksByRemoteId,
  type InboundLink,
} from '../../store/links/inbound-links.ts'
import type { InboxItem } from '../../store/traffic/inbox.ts'
import { findByKey } from '../../store/search/known-records.ts'
import { readFormer } from '../../store/traffic/listings.ts'
import { readOwnFields } from '../../store/sql/own-fields.ts'
import { readRecords } from '../../store/sql/records.ts'
import type { EntityBinding } from '../../targets/kit/adapter.ts'
import { undoMapping } from '../../targets/kit/mapping.ts'
import { travellingMapping } from '../../targets/kit/sensitive.ts'
import type { RunContext } from '../run-context.ts'
import { findThrough } from './find-through.ts'
import {
  interpretRecord,
  type Interpreted,
  type RawRecord,
  type Reading,
} from './decide/interpret-record.ts'
import { byNaturalKey, nameOf } from './decide/match.ts'
import { readRacePlaces, recordBehind } from './race-places.ts'

type InterpretContext = Pick<RunContext, 'db' | 'ports' | 'target'>

/** Everything a page is decided from. */
export interface InboundPage {
  readonly items: readonly Interpreted[]
  /** By remote id. */
  readonly links: ReadonlyMap<string, InboundLink>
  /** By our record id: of linked records and of candidates. */
  readonly linksByRecord: ReadonlyMap<string, InboundLink>
  readonly records: ReadonlyMap<string, MasterRecord>
  /** By their id: records that share a natural key with anything on the page, or that `through` names. */
  readonly candidates: ReadonlyMap<string, MasterRecord>
  readonly candidatesByKey: ReadonlyMap<string, readonly MasterRecord[]>
  /**
   * By remote id: records made here whose id the target took over or keeps, and whose answer never came; and those it belonged to
   * before it was gone for a while. Also where they were deleted here since, unless the target did that, or has it again.
   */
  readonly madeHere: ReadonlyMap<string, MasterRecord>
  /**
   * By remote id, where ids are the same on both sides: what was deleted here since, as the target did, and is there again. It
   * was lost there in a restore that it was deleted.
   */
  readonly deletedHere?: ReadonlyMap<string, MasterRecord>
  /** By remote id: ids of records here that others of ours refer to in its place. */
  readonly through: ReadonlyMap<string, readonly string[]>
  /** Of places: ids of their entries that are linked. */
  readonly entries: ReadonlySet<string>
}

/**
 * Reads a page and all it refers to; a fixed number of statements whatever its length.
 * @param toRecognise nothing of it is taken over: what is missing or unusable in a record does not matter
 */
export async function interpretPage(
  context: InterpretContext,
  binding: EntityBinding,
  items: readonly InboxItem[],
  toRecognise = false,
): Promise<InboundPage> {
  const { db } = context
  const { id: targetId } = context.target
  const read = items.map((item) => ({ item, raw: readOne(context, binding, item) }))
  const refs = await resolveRefs(context, binding, read)
  const links = await readLinksByRemoteId(
    db,
    targetId,
    binding.entity,
    items.map((item) => item.remoteId),
  )
  const linked = [...links.values()].flatMap(({ recordId }) => (recordId ? [recordId] : []))
  const records = await readRecords(db, binding.entity, linked)
  const places = binding.inRace ? await readRacePlaces(db, refs, links) : null
  const reading: Reading = {
    binding,
    ourId: (item, theirs, field) =>
      places && field === 'startGroup'
        ? places.startGroupOf(item.remoteId, theirs)
        : recordBehind(refs.get(field)?.get(theirs[field] ?? '')),
    received: context.target.entities,
    own: binding.fields.some(isOwnField) ? await readOwnFields(db) : [],
    here: (item) => records.get(links.get(item.remoteId)?.recordId ?? '')?.fields,
    today: todayOf(context.ports.clock.now()),
    toRecognise,
  }
  const interpreted = read.map(({ item, raw }) => interpretRecord(reading, item, raw))
  const through = await findThrough(
    db,
    targetId,
    read.flatMap(({ item, raw }) => {
      const { partOf } = binding
      if (!raw || !('root' in raw) || !raw.root || !partOf) return []
      if (links.get(item.remoteId)?.recordId) return []
      return [{ remoteId: item.remoteId, through: { ...partOf, ...raw.root } }]
    }),
  )
  const referred = await readRecords(db, binding.entity, [...new Set([...through.values()].flat())])
  const keyed = await findCandidates(context, binding, interpreted, links)
  const candidates = new Map(
    [...referred.values(), ...keyed].flatMap((one) =>
      one.deletedOn === null ? [[one.id, one] as const] : [],
    ),
  )
  const strange = items.filter((item) => !links.get(item.remoteId)?.recordId)
  const strangeIds = strange.map((item) => item.remoteId)
  const told = new Map(
    read.flatMap(({ item, raw }) =>
      raw && 'ownId' in raw && raw.ownId ? [[item.remoteId, raw.ownId] as const] : [],
    ),
  )
  const former = await readFormer(db, targetId, binding.entity, strangeIds)
  const byOwnId = await readRecords(db, binding.entity, [
    ...strangeIds,
    ...former.values(),
    ...told.values(),
  ])
  const linksByRecord = await readLinksByRecordId(db, targetId, [
    ...linked,
    ...candidates.keys(),
    ...byOwnId.keys(),
  ])
  const tombstones = [...byOwnId.values()].filter(({ deletedOn }) => deletedOn !== null)
  const deletedThere = await findDeletedBy(
    db,
    context.target.name,
    tombstones.map(({ id }) => id),
  )
  const madeHere = new Map(
    strange.flatMap((item) => {
      const { remoteId } = item
      const record = byOwnId.get(told.get(remoteId) ?? former.get(remoteId) ?? remoteId)
      if (!record || deletedThere.has(record.id)) return []
      const link = linksByRecord.get(record.id)
      const isFree = (link?.remoteId ?? null) === null && !isRevived(item, record, link)
      return isFree ? [[item.remoteId, record] as const] : []
    }),
  )
  const deletedHere = new Map(
    tombstones.flatMap((one) =>
      binding.sameIds && !madeHere.has(one.id) ? [[one.id, one] as const] : [],
    ),
  )
  const candidatesByKey = byNaturalKey(binding.entity, candidates.values())
  const entries = binding.inRace
    ? await linkedEntries(context, records.values())
    : new Set<string>()
  return {
    items: interpreted,
    links,
    linksByRecord,
    records,
    candidates,
    candidatesByKey,
    madeHere,
    deletedHere,
    through,
    entries,
  }
}

/** Somebody there wrote it again after it was deleted here and there: it is a new record. */
function isRevived(
  { modifiedOn }: InboxItem,
  { deletedOn }: MasterRecord,
  link: InboundLink | undefined,
): boolean {
  if (deletedOn === null || modifiedOn === null || !link) return false
  return link.remoteSyncedOn > 0 && modifiedOn > link.remoteSyncedOn
}

/** The entries of places that are linked, by their id. */
async function linkedEntries(
  { db, target }: InterpretContext,
  places: Iterable<MasterRecord>,
): Promise<ReadonlySet<string>> {
  const ids = [...places].map(({ fields }) => String(fields['eventParticipant']))
  const links = await readLinksByRecordId(db, target.id, [...new Set(ids)])
  return new Set([...links.values()].flatMap((one) => (one.remoteId ? [one.recordId!] : [])))
}

function readOne(context: InterpretContext, binding: EntityBinding, item: InboxItem): RawRecord {
  if (item.deleted || !binding.fromRemote) return null
  try {
    return binding.fromRemote(
      undoMapping(travellingMapping(context.target), binding.entity, item.body),
    )
  } catch (error) {
    return { unreadable: error instanceof Error ? error.message : String(error) }
  }
}

type Refs = ReadonlyMap<string, ReadonlyMap<string, InboundLink>>

/** Our ids of all records the page points to, by field; one statement per reference field. */
async function resolveRefs(
  { db, target }: InterpretContext,
  binding: EntityBinding,
  read: readonly { readonly raw: RawRecord }[],
): Promise<Refs> {
  const wanted = new Map<string, Set<string>>()
  for (const { raw } of read) {
    if (!raw || 'unreadable' in raw) continue
    for (const [field, remoteId] of Object.entries(raw.refs)) {
      if (remoteId === null) continue
      const ids = wanted.get(field) ?? new Set<string>()
      wanted.set(field, ids.add(remoteId))
    }
  }
  const found = new Map<string, ReadonlyMap<string, InboundLink>>()
  for (const [field, ids] of wanted) {
    const isRace = binding.inRace && field === 'startGroup'
    const parent = isRace ? 'race' : fieldOf(binding.entity, field).refersTo!
    found.set(field, await readLinksByRemoteId(db, target.id, parent, [...ids]))
  }
  return found
}

/** Records here that may be the unknown ones of the page; one statement per natural key, one for namesakes. */
async function findCandidates(
  { db }: InterpretContext,
  binding: EntityBinding,
  items: readonly Interpreted[],
  links: ReadonlyMap<string, InboundLink>,
): Promise<readonly MasterRecord[]> {
  const unknown = items.filter(
    (one) => one.kind === 'content' && !links.get(one.item.remoteId)?.recordId,
  )
  const found = new Map<string, MasterRecord>()
  for (const key of entities[binding.entity].keys) {
    // Namesakes are asked for with their birth dates, below.
    if (binding.entity === 'person' && key.includes('firstName')) continue
    const values = unknown.flatMap((one) => {
      const parts = one.kind === 'content' ? key.map((name) => one.theirs[name]) : []
      const whole = parts.every((part) => typeof part === 'string' || typeof part === 'number')
      return whole && parts.length > 0 ? [parts as (string | number)[]] : []
    })
    for (const record of await findByKey(db, binding.entity, key, values)) {
      found.set(record.id, record)
    }
  }
  if (binding.entity === 'person') {
    const names = unknown.flatMap((one): (readonly [string, string | null])[] => {
      if (one.kind !== 'content' || nameOf('person', one.theirs) === null) return []
      const born = one.theirs['dateOfBirth']
      return [[foldedFullName(one.theirs), typeof born === 'string' ? born : null]]
    })
    for (const record of await findNamesakes(db, names)) found.set(record.id, record)
  }
  return [...found.values()]
}
