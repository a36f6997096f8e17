/**
 * Takes a page of changes of one desk in one transaction. Nothing of a page is written when it is cut off, and a page that
 * comes again finds everything as it wants it. A value another record holds, or its own field takes no more, is left out, and
 * all the rest is taken.
 */
import type { FirstHand, HubChange, HubOutcome, LostValue } from '../../contract/hub.ts'
import type { FieldValue } from '../../contract/records.ts'
import type { Problem } from '../../contract/problem.ts'
import type { EntityName } from '../../contract/words.ts'
import type { Core } from '../core.ts'
import type { Trx } from '../db/schema.ts'
import { normaliseFields, todayOf, type Fields, type MasterRecord } from '../model/record.ts'
import { readChangedSince, type ChangedFields } from '../store/hub/changed-since.ts'
import { noteForPerson, type Notice } from '../store/hub/notices.ts'
import { readFieldChanges } from '../store/writer/audit.ts'
import { twinKey } from '../model/twins.ts'
import { ownNames } from '../model/own-fields.ts'
import { readOwnFields } from '../store/sql/own-fields.ts'
import { takenFields } from '../model/taken-fields.ts'
import { findTwins } from '../store/search/find-twins.ts'
import { readRecords } from '../store/sql/records.ts'
import { toMicros } from '../store/sql/stamps.ts'
import { roundsOf } from '../store/writer/rounds-of.ts'
import {
  changeRecords,
  type Change,
  type ChangeContext,
  type ChangeOutcome,
} from '../store/writer/record-change.ts'
import { noticeOfLost } from './decide/lost-notice.ts'
import { decideChange, lostFields, type DecidedChange } from './decide/decide-change.ts'

/** A device that has signed in. */
export interface Device {
  readonly id: string
  readonly name: string
  /** It says that it merges a record it made into the hub's that is the same. */
  readonly merges?: boolean
}

/** A change on its way through the page. */
interface Taking {
  readonly change: HubChange
  readonly hand: FirstHand
  readonly decided: DecidedChange
  /** As it is before the change. */
  readonly record: MasterRecord | null
  /** Others changed the record after what the desk has seen of it. */
  readonly unread: boolean
  /** What is written, without what another record holds. */
  write: Change | null
  lost: readonly LostValue[]
  /** What the hub has in fields it does not define, where that is not what was sent; it stays. */
  readonly kept: Fields
  outcome: ChangeOutcome | null
}

/** Answers one outcome per change, in their order. */
export async function takeChanges(
  core: Core,
  device: Device,
  changes: readonly HubChange[],
): Promise<readonly HubOutcome[]> {
  const now = toMicros(core.ports.clock.now())
  const touched = new Set<EntityName>()
  const outcomes = await core.db.transaction().execute(async (trx) => {
    const found = new Map<HubChange, HubOutcome>()
    // Changes of one record are taken one after the other.
    for (const round of roundsOf(changes)) {
      for (const taking of await takeRound(trx, device, round, now)) {
        found.set(taking.change, outcomeOf(taking))
        if (taking.outcome && 'record' in taking.outcome) touched.add(taking.change.entity)
      }
    }
    return changes.map((change) => found.get(change)!)
  })
  if (touched.size > 0) {
    core.live.emit({ type: 'data', entities: [...touched] })
    core.onChange([...touched])
  }
  return outcomes
}

async function takeRound(
  trx: Trx,
  device: Device,
  all: readonly HubChange[],
  now: number,
): Promise<readonly Taking[]> {
  const records = await recordsOf(trx, all)
  const twins = device.merges ? await twinsOf(trx, all, records) : new Map()
  // What this very page renames or deletes may be no twin once that is written.
  const touched = new Set(all.map(({ id }) => id))
  const late = all.filter(({ id }) => touched.has(twins.get(id)?.id ?? ''))
  const changes = all.filter((change) => !late.includes(change))
  const since = await readChangedSince(
    trx,
    device.id,
    changes.map(({ id, seen }) => ({ id, seen: seen ?? 0 })),
  )
  const isOwn = changes.some(({ fields }) => ownNames(fields).length > 0)
  const own = isOwn ? await readOwnFields(trx) : []
  const defined = new Set(own.map(({ eventId, name }) => `${eventId} ${name}`))
  const known = { records, since, twins, defined, now }
  const takings = changes.map((change) => decided(change, device, known))
  const context = { who: device.name, origin: 'operator', source: null, now } as const
  await write(trx, takings, context)
  await noteForPerson(trx, takings.flatMap(noticesOf), now)
  // Nobody of these was here before, so none of them waits for another one of them.
  return late.length === 0 ? takings : [...takings, ...(await takeRound(trx, device, late, now))]
}

interface Known {
  readonly records: ReadonlyMap<string, MasterRecord>
  readonly since: ReadonlyMap<string, ChangedFields>
  /** Records that are the same as those a desk made, by the id of these. */
  readonly twins: ReadonlyMap<string, MasterRecord>
  /** Own fields, by event and name. */
  readonly defined: ReadonlySet<string>
  readonly now: number
}

function decided(sent: HubChange, device: Device, known: Known): Taking {
  const { records, since, twins, now } = known
  const { change, kept } = withKnownOwn(sent, known)
  const record = records.get(change.id) ?? null
  const hand = handOf(change, device)
  const { fields } = normaliseFields(change.entity, change.fields, undefined, todayOf(now / 1000))
  const decision = decideChange({
    change,
    // What does not fit is refused by the writer, which says why.
    fields: { ...change.fields, ...fields },
    hand,
    record,
    twin: twins.get(change.id) ?? null,
    since: change.seen === null ? null : (since.get(change.id) ?? new Map()),
  })
  const isWritten = decision.kind === 'write'
  return {
    ...{
      change: sent,
      hand,
      decided: decision,
      record,
      kept,
      unread: since.has(change.id),
      outcome: null,
    },
    write: isWritten ? { ...decision.write, sentBy: device.id } : null,
    lost: isWritten ? decision.lost : [],
  }
}

/** A field the hub removed is none the desk means: what each has in it stays there, and the desk tells its own once it is back. */
function withKnownOwn(
  change: HubChange,
  { records, defined }: Known,
): { readonly change: HubChange; readonly kept: Fields } {
  const names = ownNames(change.fields)
  if (names.length === 0) return { change, kept: {} }
  const here = records.get(change.id)?.fields ?? {}
  const event = change.fields['event'] ?? here['event']
  const unknown = new Set(names.filter((name) => !defined.has(`${String(event)} ${name}`)))
  const fields = Object.entries(change.fields).filter(([name]) => !unknown.has(name))
  const others = [...unknown].filter(
    (name) => (change.fields[name] ?? null) !== (here[name] ?? null),
  )
  return {
    change: { ...change, fields: Object.fromEntries(fields) },
    kept: Object.fromEntries(others.map((name) => [name, here[name] ?? null])),
  }
}

/** A desk where nobody has given a name is known by the name it was paired under. */
function handOf({ by, madeOn }: HubChange, device: Device): FirstHand {
  const who = by.includes('@') ? by : `${by} @ ${device.name}`
  return { by: who, device: device.name, madeOn, origin: 'operator', source: null }
}

async function recordsOf(
  trx: Trx,
  changes: readonly HubChange[],
): Promise<ReadonlyMap<string, MasterRecord>> {
  const found = new Map<string, MasterRecord>()
  for (const [entity, some] of Map.groupBy(changes, (change) => change.entity)) {
    const ids = some.map(({ id }) => id)
    for (const [id, record] of await readRecords(trx, entity, ids)) found.set(id, record)
  }
  return found
}

/** Of records that are new here, those somebody made at another laptop already. */
async function twinsOf(
  trx: Trx,
  changes: readonly HubChange[],
  records: ReadonlyMap<string, MasterRecord>,
): Promise<ReadonlyMap<string, MasterRecord>> {
  const made = changes.filter(({ id, action }) => action !== 'delete' && !records.has(id))
  const found = new Map<string, MasterRecord>()
  for (const [entity, some] of Map.groupBy(made, (change) => change.entity)) {
    for (const [id, twin] of await findTwins(trx, entity, some)) found.set(id, twin)
  }
  return found
}

/** A record has a bib and two tags: so often at most something of it can be taken. */
const mostTaken = 4

async function write(trx: Trx, takings: readonly Taking[], context: ChangeContext): Promise<void> {
  let open = takings.filter((taking) => taking.write !== null)
  for (let turn = 0; open.length > 0 && turn <= mostTaken; turn++) {
    const outcomes = await changeRecords(
      trx,
      open.map((taking) => taking.write!),
      context,
    )
    open.forEach((taking, at) => (taking.outcome = outcomes[at]!))
    const again: Taking[] = []
    for (const taking of open) {
      if (taking.outcome?.status !== 'refused') continue
      const lost = valuesToLeave(taking, taking.outcome.problem)
      if (lost.length === 0) continue
      taking.lost = [...taking.lost, ...lost]
      taking.write = without(taking.write!, lost)
      again.push(taking)
    }
    await nameGivers(trx, again)
    open = again
  }
}

/** The values of a refused change it goes without: those somebody else holds, and those their own fields take no more. */
function valuesToLeave({ change, record, write: wanted }: Taking, problem: Problem) {
  if (!wanted || wanted.action === 'delete') return []
  const nobody = { by: null, on: null }
  if (problem.code === 'invalid') {
    return ownNames(problem.fields ?? {}).map((field): LostValue => {
      const [sent, kept] = [wanted.fields[field] ?? null, record?.fields[field] ?? null]
      return { field, sent, kept, why: 'person', holder: null, ...nobody }
    })
  }
  if (problem.code !== 'taken') return []
  if (change.entity === 'eventParticipant') {
    const holder = problem.holder?.display ?? null
    return takenFields(problem).flatMap((field): readonly LostValue[] => {
      const had = record?.fields[field] ?? null
      const sent = wanted.fields[field] ?? had
      // Who wanted to change a bib keeps the one that was to be changed.
      const kept = field in wanted.fields && had !== sent ? had : null
      return sent === null ? [] : [{ field, sent, kept, why: 'taken', holder, ...nobody }]
    })
  }
  // Of a name there is no record can be without it: the one it had stands.
  const key = twinKey(change.entity) ?? []
  return key.flatMap((field): readonly LostValue[] => {
    const [sent, kept] = [wanted.fields[field] ?? null, record?.fields[field] ?? null]
    if (kept === null || sent === null || sent === kept) return []
    return [{ field, sent, kept, why: 'person', holder: null, ...nobody }]
  })
}

/** The change without these values; a bib it does not name is taken from the record. */
function without(change: Change, taken: readonly LostValue[]): Change {
  if (change.action === 'delete') return change
  const fields: Record<string, FieldValue> = { ...change.fields }
  for (const { field } of taken) {
    if (field in fields) delete fields[field]
    else fields[field] = null
  }
  return { ...change, fields, overruled: { ...change.overruled, ...lostFields(taken) } }
}

/** Says of each value that is taken who gave it to its holder, and when. */
async function nameGivers(trx: Trx, takings: readonly Taking[]): Promise<void> {
  for (const [entity, some] of Map.groupBy(takings, ({ change }) => change.entity)) {
    const wanted = some.flatMap(({ outcome, lost }) => {
      const holder = outcome?.status === 'refused' ? outcome.problem.holder : undefined
      const fields = lost.flatMap(({ field, why, by }) => (why === 'taken' && !by ? [field] : []))
      return holder && fields.length > 0 ? [{ recordId: holder.id, fields }] : []
    })
    if (wanted.length === 0) continue
    const given = await readFieldChanges(trx, entity, wanted)
    for (const taking of some) {
      const { outcome } = taking
      const holder = outcome?.status === 'refused' ? outcome.problem.holder?.id : undefined
      taking.lost = taking.lost.map((one) => {
        if (one.why !== 'taken' || one.by !== null) return one
        const by = given.find(({ recordId, field }) => recordId === holder && field === one.field)
        return by ? { ...one, by: by.who, on: by.stamp } : one
      })
    }
  }
}

function noticesOf({ change, hand, lost, outcome, decided: decision }: Taking): readonly Notice[] {
  const { entity, id: recordId } = change
  const about = { entity, recordId, lostBy: hand.by }
  if (decision.kind === 'gone') {
    const nothing = { field: null, lost: null, kept: null, holder: null }
    return [{ kind: 'deleted', ...about, ...nothing, keptBy: decision.by }]
  }
  if (outcome?.status === 'refused') return []
  return lost.flatMap((one) => noticeOfLost(about, one) ?? [])
}

function outcomeOf({ decided: decision, unread, outcome, lost, kept }: Taking): HubOutcome {
  if (decision.kind === 'gone') {
    const { what, by, on } = decision
    return { status: 'gone', what, by, on }
  }
  if (decision.kind === 'same') {
    const { message, sameAs } = decision
    return { status: 'refused', message, sameAs }
  }
  if (decision.kind === 'nothing') {
    return { status: 'done', stamp: decision.stamp, unread, lost: [], kept }
  }
  if (!outcome || outcome.status === 'refused') {
    return { status: 'refused', message: outcome?.problem.message ?? 'It was not written.' }
  }
  const stamp = 'record' in outcome ? outcome.record.modifiedOn : 0
  const has = (why: LostValue['why']) => lost.some((one) => one.why === why)
  const status = has('taken')
    ? 'taken'
    : has('person')
      ? 'conflict'
      : lost.length > 0
        ? 'merged'
        : 'done'
  return { status, stamp, unread, lost: [...lost], kept }
}
