/** Deleting a record together with what cannot be without it: all of it, or nothing. */
import { ProblemError } from '../../../contract/problem.ts'
import type { AlongGroup } from '../../../contract/records.ts'
import type { EntityName } from '../../../contract/words.ts'
import { changeTogether, type ChangeInside } from '../../change-together.ts'
import type { Core } from '../../core.ts'
import type { Trx } from '../../db/schema.ts'
import { readAlong, findReferring } from '../../store/writer/along.ts'
import type { Change } from '../../store/writer/change.ts'
import { referrersTo } from '../../store/writer/holders.ts'

/** Records of one step; an event with a million entrants needs no more memory than this. */
const pageSize = 500

/**
 * Deletes children before parents, page by page in one transaction. A record that can be without the deleted one stays
 * and loses the reference: a tag that goes takes nobody's entry along. Answers what happened to others.
 */
export function removeWithChildren(
  core: Core,
  entity: EntityName,
  id: string,
): Promise<AlongGroup[]> {
  return changeTogether(core, async (trx, change) => {
    const along = await readAlong(trx, entity, id)
    await removeAll(trx, change, { entity, ids: [id] })
    return along
  })
}

/** Deletes records of one kind with what cannot be without them, inside the transaction that is open. */
export async function removeAll(trx: Trx, change: ChangeInside, leaving: Leaving): Promise<void> {
  await takeAlong(trx, change, leaving)
  const { entity, ids } = leaving
  await changeAll(
    change,
    ids.map((id) => ({ action: 'delete', entity, id })),
  )
}

interface Leaving {
  readonly entity: EntityName
  readonly ids: readonly string[]
}

async function takeAlong(trx: Trx, change: ChangeInside, leaving: Leaving): Promise<void> {
  for (const referrer of referrersTo(leaving.entity)) {
    const { entity, field, required } = referrer
    for (;;) {
      const ids = await findReferring(trx, referrer, leaving.ids, pageSize)
      if (ids.length === 0) break
      if (required) await takeAlong(trx, change, { entity, ids })
      const changes = ids.map((id): Change =>
        required
          ? { action: 'delete', entity, id }
          : { action: 'update', entity, id, fields: { [field]: null } },
      )
      await changeAll(change, changes)
    }
  }
}

/** Any refusal undoes the transaction. */
async function changeAll(change: ChangeInside, changes: readonly Change[]): Promise<void> {
  for (const outcome of await change(changes)) {
    if (outcome.status === 'refused') throw new ProblemError(outcome.problem)
  }
}
