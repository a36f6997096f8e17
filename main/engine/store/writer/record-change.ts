/**
 * The one writer of master data. Every change, by a person, an import or a target, is row + stamp + audit entry +
 * due marks + search words in one transaction. Set-based: the number of statements does not grow with the page.
 */
import type { EntityName } from '../../../contract/words.ts'
import type { Trx } from '../../db/schema.ts'
import { entitiesInOrder } from '../../model/entities.ts'
import { todayOf } from '../../model/record.ts'
import { writeAudit } from './audit.ts'
import type { Change, ChangeContext, ChangeOutcome, Prepared, Written } from './change.ts'
import { markDue } from '../links/due-marks.ts'
import { freeValuesFirst } from './keep-unique.ts'
import { masterSql, recordToArray } from '../sql/master-columns.ts'
import { reindexPersons, type Touched } from '../search/person-search.ts'
import { prepareContent } from './prepare-change.ts'
import { prepareDeletions } from './prepare-deletions.ts'
import { roundsOf } from './rounds-of.ts'
import { takeStamps } from '../sql/stamps.ts'
import { page } from '../sql/page.ts'
import { run } from '../sql/statement.ts'

export type { Change, ChangeContext, ChangeOutcome } from './change.ts'

/**
 * Applies a page of changes, parents before children whatever their order. A refused change leaves the others alone,
 * but a change that counts on a refused one (a child of a refused creation, who takes what it would have let go of) is
 * refused too. Several changes of one record are made one after the other.
 */
export async function changeRecords(
  trx: Trx,
  changes: readonly Change[],
  context: ChangeContext,
): Promise<readonly ChangeOutcome[]> {
  const outcomes = new Map<Change, ChangeOutcome>()
  for (const round of roundsOf(changes)) await changeRound(trx, round, context, outcomes)
  return changes.map((change) => outcomes.get(change)!)
}

async function changeRound(
  trx: Trx,
  changes: readonly Change[],
  context: ChangeContext,
  outcomes: Map<Change, ChangeOutcome>,
): Promise<void> {
  const today = todayOf(context.now / 1000)
  const prepared: Prepared[] = [...(await prepareDeletions(trx, changes, { outcomes, today }))]
  for (const { name } of entitiesInOrder) {
    const content = changes.filter(({ entity, action }) => entity === name && action !== 'delete')
    if (content.length === 0) continue
    prepared.push(
      ...(await prepareContent(trx, name, content, { outcomes, today, earlier: prepared })),
    )
  }
  if (prepared.length > 0) {
    const first = await takeStamps(trx, prepared.length, context.now)
    const written = prepared.map((item, at) =>
      stamped(item, first + at, item.change.hand?.by ?? context.who),
    )
    await writeRows(trx, written)
    await writeAudit(trx, written, context)
    await markDue(
      trx,
      written.map(({ change, record, action, before }) => ({
        entity: change.entity,
        id: record.id,
        stamp: record.modifiedOn,
        created: action === 'created',
        deleted: record.deletedOn !== null,
        before: before?.fields ?? null,
      })),
      context.exceptTarget ?? 0,
    )
    await countRecords(trx, written)
    await reindexPersons(
      trx,
      written.flatMap(searchable),
      new Set(
        written
          .filter(({ change, action }) => change.entity === 'person' && action === 'created')
          .map(({ change }) => change.id),
      ),
    )
    for (const { change, record, action, before } of written) {
      outcomes.set(change, { status: action, id: record.id, record, before })
    }
  }
}

/** What a change touches in the search index: an entry that moves to another person leaves the first one's words too. */
function searchable({ change, before, fields }: Prepared): readonly Touched[] {
  const touched = { entity: change.entity, id: change.id }
  const left = before?.fields['person']
  return change.entity === 'eventParticipant' &&
    typeof left === 'string' &&
    left !== fields['person']
    ? [touched, { entity: 'person', id: left }]
    : [touched]
}

function stamped(item: Prepared, stamp: number, who: string): Written {
  const { before, fields, action } = item
  return {
    ...item,
    record: {
      id: item.change.id,
      fields,
      createdOn: before?.createdOn ?? stamp,
      createdBy: before?.createdBy ?? who,
      modifiedOn: stamp,
      modifiedBy: who,
      deletedOn: action === 'deleted' ? stamp : null,
    },
  }
}

async function writeRows(trx: Trx, written: readonly Written[]): Promise<void> {
  const byEntity = Map.groupBy(written, ({ change }) => change.entity)
  for (const [entity, items] of byEntity) {
    await freeValuesFirst(trx, entity, items)
    const page = JSON.stringify(items.map(({ record }) => recordToArray(entity, record)))
    await run(trx, masterSql(entity).upsert, page)
  }
}

const steps = page({ name: 'text', step: 'int' })

/** Keeps the numbers of live records (counter rows of target 0). */
async function countRecords(trx: Trx, written: readonly Written[]): Promise<void> {
  const difference = new Map<EntityName, number>()
  for (const { change, action } of written) {
    const step = action === 'created' ? 1 : action === 'deleted' ? -1 : 0
    if (step !== 0) difference.set(change.entity, (difference.get(change.entity) ?? 0) + step)
  }
  if (difference.size === 0) return
  await run(
    trx,
    `INSERT INTO counter (targetId, name, value)
     SELECT 0, name, step FROM ${steps.from()} WHERE true
     ON CONFLICT (targetId, name) DO UPDATE SET value = value + excluded.value`,
    steps.json([...difference].map(([name, step]) => ({ name, step }))),
  )
}
