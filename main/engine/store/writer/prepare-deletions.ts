/** Checking deletions: a record goes only when nothing that stays refers to it. */
import type { Holder } from '../../../contract/problem.ts'
import type { EntityName } from '../../../contract/words.ts'
import type { Trx } from '../../db/schema.ts'
import { entities, entitiesInOrder } from '../../model/entities.ts'
import { displayName } from '../../model/record.ts'
import type { Change, Prepared } from './change.ts'
import { findReferrers } from './holders.ts'
import { prepareEach, type Preparation } from './prepare-change.ts'

/**
 * Prepares every deletion of a call, children before parents: who is refused still refers to his parents. Refused and
 * unchanged ones land in `outcomes`.
 */
export async function prepareDeletions(
  trx: Trx,
  changes: readonly Change[],
  preparation: Omit<Preparation, 'earlier'>,
): Promise<readonly Prepared[]> {
  const { outcomes } = preparation
  const prepared: Prepared[] = []
  const named = namedIn(changes)
  for (const { name } of entitiesInOrder.toReversed()) {
    const ofEntity = changes.filter(({ entity, action }) => entity === name && action === 'delete')
    if (ofEntity.length === 0) continue
    const asked = await prepareEach(trx, name, ofEntity, preparation)
    prepared.push(...(await keepUnused(trx, name, asked, { earlier: prepared, named, outcomes })))
  }
  return prepared
}

/** Keeps deletions of records nobody refers to any more. */
async function keepUnused(
  trx: Trx,
  entity: EntityName,
  asked: readonly Prepared[],
  {
    earlier,
    named,
    outcomes,
  }: Omit<Preparation, 'today'> & { readonly named: ReadonlyMap<string, Holder> },
): Promise<readonly Prepared[]> {
  let kept = asked
  // Records of one kind may refer to each other, so a refusal may lead to the next.
  for (let before = Number.POSITIVE_INFINITY; kept.length < before;) {
    before = kept.length
    const leaving = new Set([...earlier, ...kept].map(({ change }) => change.id))
    const used = await findReferrers(
      trx,
      entity,
      kept.map(({ change }) => change.id),
      leaving,
    )
    kept = kept.filter(({ change, fields }) => {
      if (change.action === 'delete' && change.into !== undefined) return true
      const holder = used.get(change.id) ?? named.get(change.id)
      if (!holder) return true
      const problem = {
        code: 'taken',
        message: `${displayName(entity, fields)} is still used by ${entities[holder.entity as EntityName].label.toLowerCase()} ${holder.display}.`,
        fix: 'Delete or change that one first.',
        holder,
      } as const
      outcomes.set(change, { status: 'refused', id: change.id, problem })
      return false
    })
  }
  return kept
}

/** What the other changes of the call refer to, with one that does. */
function namedIn(changes: readonly Change[]): ReadonlyMap<string, Holder> {
  const named = new Map<string, Holder>()
  for (const change of changes) {
    if (change.action === 'delete') continue
    const { entity, id, fields } = change
    for (const { name, refersTo } of entities[entity].fields) {
      const other = refersTo ? fields[name] : null
      if (typeof other === 'string') {
        named.set(other, { entity, id, display: displayName(entity, fields) })
      }
    }
  }
  return named
}
