/**
 * A start group, race, club or tag that was made here and at the hub while both were apart is one: the hub's stays, and
 * everything of the one here belongs to it from then on. Two steps in one transaction: what goes makes room, and once the
 * other is there, what refers to it follows.
 */
import type { EntityName } from '../../contract/words.ts'
import type { Trx } from '../db/schema.ts'
import type { MasterRecord } from '../model/record.ts'
import { takenFields } from '../model/taken-fields.ts'
import { joinTwins, twinKey } from '../model/twins.ts'
import { passOnDefinitions } from '../store/hub/definitions.ts'
import { noteForPerson, type Notice } from '../store/hub/notices.ts'
import { readLinksByRecordId } from '../store/links/inbound-links.ts'
import { readRecords } from '../store/sql/records.ts'
import { findReferring } from '../store/writer/along.ts'
import type { Change, ChangeContext, ChangeOutcome } from '../store/writer/change.ts'
import { referrersTo, type Referrer } from '../store/writer/holders.ts'
import { changeRecords } from '../store/writer/record-change.ts'

/** A record that goes, and the one it is the same as. */
export interface Twin {
  readonly entity: EntityName
  readonly gone: MasterRecord
  readonly keptId: string
  /**
   * The target that deleted the one that goes, with everything of it that was there. Nothing of it passes on but what was
   * made here, and what is to go with it is no news for anybody.
   */
  readonly deletedAt?: number
}

/** Records moved at a time. */
const pageSize = 500
/** An entry has a bib and two tags: so often at most it has to let go of something. */
const mostLost = 4

/** Deletes those who go although others still refer to them: `followTwins` has to end what this begins. */
export async function removeTwins(
  trx: Trx,
  twins: readonly Twin[],
  context: ChangeContext,
): Promise<void> {
  if (twins.length === 0) return
  const changes = twins.map(({ entity, gone, keptId }): Change => ({
    ...{ action: 'delete', entity, id: gone.id, into: keptId },
  }))
  refuseNone(await changeRecords(trx, changes, context))
}

/**
 * Lets everything that refers to those who went refer to those who stay, and fills what is empty there. What then is there
 * twice, like a place in the group, is merged in its turn; a bib or tag that is there twice is lost by the one from here.
 * Values that do not stand are in the history, and a person is told of them.
 */
export async function followTwins(
  trx: Trx,
  twins: readonly Twin[],
  context: ChangeContext,
): Promise<void> {
  for (let open = twins; open.length > 0;) {
    const further: Twin[] = []
    for (const [entity, some] of Map.groupBy(open, (twin) => twin.entity)) {
      const made = some.filter(({ deletedAt }) => deletedAt === undefined)
      await keepValues(trx, entity, made, context)
      if (entity === 'event') await keepDefinitions(trx, made)
      for (const referrer of referrersTo(entity)) {
        further.push(...(await moveReferring(trx, referrer, some, context)))
      }
    }
    open = further
  }
}

/** Own fields and rules of an event, before its entrants follow with what they have in them. */
function keepDefinitions(trx: Trx, twins: readonly Twin[]): Promise<void> {
  return passOnDefinitions(
    trx,
    twins.map(({ gone, keptId }) => ({ gone: gone.id, kept: keptId })),
  )
}

async function keepValues(
  trx: Trx,
  entity: EntityName,
  twins: readonly Twin[],
  context: ChangeContext,
): Promise<void> {
  const kept = await readRecords(
    trx,
    entity,
    twins.map(({ keptId }) => keptId),
  )
  const changes: Change[] = []
  const notices: Notice[] = []
  for (const twin of twins) {
    const stays = kept.get(twin.keptId)
    if (!stays) continue
    const { filled, lost } = joinTwins(twin, stays.fields)
    // Through the one that went: no club is its own parent.
    const fields = Object.fromEntries(
      Object.entries(filled).filter(([, value]) => value !== stays.id),
    )
    if (Object.keys(fields).length > 0) {
      changes.push({ action: 'update', entity, id: stays.id, fields })
    }
    const by = { holder: null, keptBy: stays.modifiedBy, lostBy: twin.gone.modifiedBy }
    for (const one of lost) {
      notices.push({ kind: 'value', entity, recordId: stays.id, ...one, ...by })
    }
  }
  if (changes.length > 0) refuseNone(await changeRecords(trx, changes, context))
  await noteForPerson(trx, notices, context.now)
}

/** Page by page. Answers those that are there twice now. */
async function moveReferring(
  trx: Trx,
  referrer: Referrer,
  twins: readonly Twin[],
  context: ChangeContext,
): Promise<readonly Twin[]> {
  const { entity, field } = referrer
  const heirs = new Map(twins.map((twin) => [twin.gone.id, twin]))
  const further: Twin[] = []
  for (;;) {
    const ids = await findReferring(trx, referrer, [...heirs.keys()], pageSize)
    if (ids.length === 0) return further
    const moved = [...(await readRecords(trx, entity, ids)).values()].map((record): Moved => {
      const { keptId = null, deletedAt } = heirs.get(String(record.fields[field])) ?? {}
      const fields = { [field]: keptId === record.id ? null : keptId }
      const change = { action: 'update', entity, id: record.id, fields } as const
      return { record, change, deletedAt }
    })
    for (const [deletedAt, some] of await byDeletion(trx, moved)) {
      const twice = await settleMoved(trx, some, context, deletedAt)
      await removeTwins(trx, twice, context)
      further.push(...twice)
    }
  }
}

/** By the target that deletes them with what they refer to. What it never had was made here, and is deleted nowhere. */
async function byDeletion(
  trx: Trx,
  moved: readonly Moved[],
): Promise<ReadonlyMap<number | undefined, readonly Moved[]>> {
  const goes = new Set<Moved>()
  for (const [targetId, some] of Map.groupBy(moved, ({ deletedAt }) => deletedAt)) {
    if (targetId === undefined) continue
    const links = await readLinksByRecordId(
      trx,
      targetId,
      some.map(({ record }) => record.id),
    )
    for (const one of some) if ((links.get(one.record.id)?.remoteId ?? null) !== null) goes.add(one)
  }
  return Map.groupBy(moved, (one) => (goes.has(one) ? one.deletedAt : undefined))
}

interface Moved {
  readonly record: MasterRecord
  readonly change: Extract<Change, { readonly action: 'create' | 'update' }>
  /** As in `Twin`, of what it refers to. */
  readonly deletedAt: number | undefined
}

/** @param deletedAt the target that deletes all of these: it is not told, and neither is a person */
async function settleMoved(
  trx: Trx,
  moved: readonly Moved[],
  context: ChangeContext,
  deletedAt: number | undefined,
): Promise<readonly Twin[]> {
  const leaves = deletedAt === undefined ? {} : { deletedAt }
  const telling = deletedAt === undefined ? context : { ...context, exceptTarget: deletedAt }
  const twice: Twin[] = []
  const notices: Notice[] = []
  let open = moved
  for (let turn = 0; open.length > 0; turn++) {
    const outcomes = await changeRecords(
      trx,
      open.map(({ change }) => change),
      telling,
    )
    const again: Moved[] = []
    open.forEach((one, at) => {
      const outcome = outcomes[at]!
      if (outcome.status !== 'refused') return
      const { entity } = one.change
      const { code, holder } = outcome.problem
      if (code !== 'taken' || !holder || turn >= mostLost) return refuseNone([outcome])
      if (twinKey(entity) !== null) {
        twice.push({ entity, gone: one.record, keptId: holder.id, ...leaves })
        return
      }
      const lost = takenFields(outcome.problem)
      if (lost.length === 0) return refuseNone([outcome])
      again.push(without(one, lost))
      notices.push(...lost.map((name) => noticeOf(one.record, name, holder.display)))
    })
    open = again
  }
  if (deletedAt === undefined) await noteForPerson(trx, notices, context.now)
  return twice
}

function without({ change, ...moved }: Moved, lost: readonly string[]): Moved {
  const { record } = moved
  const nothing = Object.fromEntries(lost.map((name) => [name, null]))
  const had = Object.fromEntries(lost.map((name) => [name, record.fields[name] ?? null]))
  const overruled = { ...change.overruled, ...had }
  return { ...moved, change: { ...change, fields: { ...change.fields, ...nothing }, overruled } }
}

function noticeOf(record: MasterRecord, field: string, holder: string): Notice {
  return {
    ...{ kind: 'number', entity: 'eventParticipant', recordId: record.id, field },
    ...{ lost: record.fields[field] ?? null, kept: null, holder },
    ...{ keptBy: null, lostBy: record.modifiedBy },
  }
}

/** Half a merge would leave records that refer to nothing: the whole page is taken back. */
function refuseNone(outcomes: readonly ChangeOutcome[]): void {
  for (const outcome of outcomes) {
    if (outcome.status === 'refused') {
      throw new Error(`A record made twice could not be merged: ${outcome.problem.message}`)
    }
  }
}
