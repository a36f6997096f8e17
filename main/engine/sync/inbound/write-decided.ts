/** Writes what was decided about remote records: master data, sync records, conflicts and waiting children together. */
import type { EntityName } from '../../../contract/words.ts'
import type { Trx } from '../../db/schema.ts'
import type { Change, ChangeContext, ChangeOutcome } from '../../store/writer/change.ts'
import { openConflicts, recordRuled } from '../../store/attention/open-conflicts.ts'
import { writeInboundResults, type InboundResult } from '../../store/links/inbound-links.ts'
import { changeRecords } from '../../store/writer/record-change.ts'
import { releaseChildren } from '../../store/links/sync-records.ts'
import { noteForPerson } from '../../store/hub/notices.ts'
import type { Decided } from './decide/decide.ts'
import { followTwins, type Twin } from '../merge-twins.ts'
import { blockedOf, letHoldersGo, type Arriving } from './let-holders-go.ts'
import { makeRoomForBlocked, makeRoomForNew } from './make-room-for-twins.ts'

/** A decision that could not be written: the record's own rules refused it. */
export interface NotWritten {
  readonly one: Decided
  readonly recordId: string
  readonly reason: string
}

export interface WrittenDecisions {
  readonly taken: readonly Decided[]
  readonly refused: readonly NotWritten[]
}

interface Written {
  readonly targetId: number
  readonly entity: EntityName
  /** As in `AdapterManifest`. */
  readonly hub?: boolean
}

/**
 * Writes decisions about records of one entity. One that is refused leaves the others alone.
 * @param context who is said to have made the changes; the target itself is not told of them
 */
export async function writeDecided(
  trx: Trx,
  { targetId, entity, hub = false }: Written,
  decided: readonly Decided[],
  context: Omit<ChangeContext, 'exceptTarget'>,
): Promise<WrittenDecisions> {
  const own = { ...context, exceptTarget: targetId }
  const { outcomes, twins } = hub
    ? await writeOverOthers(trx, { targetId, entity }, decided, own)
    : { outcomes: await writeChanges(trx, decided, own), twins: [] }
  const refused: NotWritten[] = []
  const taken = decided.filter((one) => {
    const outcome = outcomes.get(one)
    if (outcome?.status !== 'refused') return true
    refused.push({ one, recordId: outcome.id, reason: outcome.problem.message })
    return false
  })
  const results = taken.flatMap((one) => toResult(one, outcomes.get(one)))
  await writeInboundResults(trx, targetId, entity, results)
  // After what is known of those that came: what they get from here has to be sent.
  await followTwins(trx, twins, context)
  const conflicts = taken.flatMap(({ conflict }) => (conflict ? [conflict] : []))
  await openConflicts(trx, targetId, entity, { conflicts, now: context.now })
  const ruled = taken.flatMap((one) => (one.ruled ? [one.ruled] : []))
  await recordRuled(trx, targetId, entity, { ruled, now: context.now })
  await noteForPerson(
    trx,
    taken.flatMap(({ notice }) => notice ?? []),
    context.now,
  )
  await releaseChildren(
    trx,
    targetId,
    taken.flatMap(({ result }) => (result?.recordId && result.remoteId ? [result.recordId] : [])),
  )
  return { taken, refused }
}

/** So often at most something here gives way to one record: an entrant has a bib and two tags. */
const mostGivingWay = 4

/** Who holds a bib, a tag or a name is the hub's to say: whoever has it here gives way. */
async function writeOverOthers(
  trx: Trx,
  arriving: Arriving,
  decided: readonly Decided[],
  own: ChangeContext,
): Promise<{
  readonly outcomes: ReadonlyMap<Decided, ChangeOutcome>
  readonly twins: readonly Twin[]
}> {
  // What changes here for its sake is news for the hub.
  const { exceptTarget: _, ...context } = own
  const twins = [...(await makeRoomForNew(trx, arriving, decided, context))]
  let outcomes = await writeChanges(trx, decided, own)
  for (let turn = 0; turn < mostGivingWay; turn++) {
    const blocked = blockedOf(outcomes)
    if (blocked.length === 0) break
    if (arriving.entity === 'eventParticipant') {
      if (!(await letHoldersGo(trx, arriving, blocked, context))) break
    } else {
      const made = await makeRoomForBlocked(trx, arriving, blocked, context)
      twins.push(...made.twins)
      if (!made.any) break
    }
    const waiting = new Set<Change>(blocked.map(({ change }) => change))
    const again = decided.filter(({ change }) => change !== null && waiting.has(change))
    outcomes = new Map([...outcomes, ...(await writeChanges(trx, again, own))])
  }
  return { outcomes, twins }
}

async function writeChanges(
  trx: Trx,
  decided: readonly Decided[],
  context: ChangeContext,
): Promise<ReadonlyMap<Decided, ChangeOutcome>> {
  const changing = decided.filter((one) => one.change !== null)
  if (changing.length === 0) return new Map()
  const outcomes = await changeRecords(
    trx,
    changing.map((one) => one.change!),
    context,
  )
  return new Map(changing.map((one, at) => [one, outcomes[at]!]))
}

/** The sync record with the stamp its record got just now: not due, unless something of ours has to be sent. */
function toResult(one: Decided, outcome: ChangeOutcome | undefined): readonly InboundResult[] {
  if (!one.result) return []
  if (!outcome || !('record' in outcome)) return [one.result]
  const stamp = outcome.record.modifiedOn
  return [{ ...one.result, entityModifiedOn: stamp, entitySyncedOn: one.send ? stamp - 1 : stamp }]
}
