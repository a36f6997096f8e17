/** What arrives with records that come to be there, are there under another id now, or not at all. */
import type { EntityName } from '../../../contract/words.ts'
import type { Trx } from '../../db/schema.ts'
import { releaseArrived, wakeParts } from '../../store/traffic/arrived-parts.ts'
import { arrivingParts } from '../../targets/kit/bindings.ts'
import type { RunContext } from '../run-context.ts'

/** Lets go of the parts of these roots of one kind; two statements for each kind of part. */
export async function letPartsGo(
  trx: Trx,
  { adapter, target }: Pick<RunContext, 'adapter' | 'target'>,
  entity: EntityName,
  recordIds: readonly string[],
): Promise<void> {
  if (recordIds.length === 0) return
  for (const part of arrivingParts(adapter.manifest.bindings, entity))
    await releaseArrived(trx, target.id, part, recordIds)
}

/** What arrived with records that were nobody's is worked in once they are; a statement for each kind of part. */
export async function wakePartsOf(
  trx: Trx,
  { adapter, target }: Pick<RunContext, 'adapter' | 'target'>,
  entity: EntityName,
  remoteIds: readonly string[],
): Promise<void> {
  if (remoteIds.length === 0) return
  for (const part of arrivingParts(adapter.manifest.bindings, entity))
    await wakeParts(trx, target.id, part.entity, remoteIds)
}
