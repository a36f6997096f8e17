/** A desk of a hub has the hub and no other target: what it changes reaches other systems once, through the hub. */
import { ProblemError } from '../../../contract/problem.ts'
import type { Core } from '../../core.ts'
import type { Db } from '../../db/schema.ts'
import { listTargets } from '../../store/runs/targets.ts'
import type { Adapter } from '../../targets/kit/adapter.ts'

/** Throws `ProblemError` where a new target and those that are there would make a desk talk to other systems itself. */
export async function refuseBesideHub(
  { adapters }: Pick<Core, 'adapters'>,
  db: Db,
  added: Adapter,
): Promise<void> {
  const there = await listTargets(db)
  const hub = there.find((target) => adapters.get(target.adapter)?.manifest.hub)
  if (hub && added.manifest.hub) {
    throw new ProblemError({
      code: 'wrong-use',
      message: `This laptop is a desk of the hub ${hub.name} already.`,
      fix: `Remove the target ${hub.name} first; or join with another data folder.`,
    })
  }
  if (hub) {
    throw new ProblemError({
      code: 'wrong-use',
      message: `This laptop is a desk of the hub ${hub.name}, and only the hub talks to other systems.`,
      fix: `Connect the system at the hub; or remove ${hub.name} here first.`,
    })
  }
  const [other] = there
  if (added.manifest.hub && other) {
    throw new ProblemError({
      code: 'wrong-use',
      message: `This laptop talks to ${other.name} itself, and at a desk only the hub talks to other systems.`,
      fix: `Remove ${other.name} here and connect it at the hub; or join with another data folder.`,
    })
  }
}
