/** A target comes and goes with all that belongs to it: settings, scope and secrets. */
import { ProblemError } from '../../../contract/problem.ts'
import type { Core } from '../../core.ts'
import { fillScope, writeScope } from '../../store/links/scope.ts'
import { deleteTarget, findTarget, insertTarget, noteTarget } from '../../store/runs/targets.ts'
import type { Target } from '../../store/runs/targets.ts'
import { toMicros } from '../../store/sql/stamps.ts'
import { refuseBesideDemo } from '../data/demo-service.ts'
import { refuseBesideHub } from './beside-hub.ts'
import { scopeOf, type CheckedConfig } from './target-config.ts'

/** Adds a target, at rest where it is not finished. Throws `ProblemError` where it may not be beside what is here. */
export async function addTarget(
  core: Core,
  checked: CheckedConfig,
  paused: boolean,
): Promise<Target> {
  const { settings, secrets, adapter } = checked
  await refuseBesideDemo(core.db)
  await refuseBesideHub(core, core.db, adapter)
  if (await findTarget(core.db, settings.name)) {
    throw new ProblemError({
      code: 'taken',
      message: `There is a target named ${settings.name} already.`,
      fix: 'Choose another name, or change the one that is there.',
      fields: { name: 'is taken' },
    })
  }
  // Secrets first: a target must never be there without what it needs, and a keychain may refuse.
  for (const [key, value] of Object.entries(secrets)) {
    await core.ports.secrets.set(settings.name, key, value)
  }
  const scope = scopeOf(adapter, settings)
  try {
    await core.db.transaction().execute(async (trx) => {
      await refuseBesideDemo(trx)
      await refuseBesideHub(core, trx, adapter)
      const id = await insertTarget(trx, settings, toMicros(core.ports.clock.now()))
      if (paused) await noteTarget(trx, id, { pausedReason: { code: 'set-up' } })
      await writeScope(trx, id, scope)
    })
  } catch (error) {
    // Nobody would ever find them again.
    for (const key of Object.keys(secrets)) await core.ports.secrets.remove(settings.name, key)
    throw error
  }
  const target = (await findTarget(core.db, settings.name))!
  await fillScope(core.db, target.id)
  return target
}

export interface RemovalControls {
  readonly onTargetsChanged: (name: string) => Promise<void>
  /** Stops what a target is doing; resolves when it has stopped. */
  readonly cancel: (name: string) => Promise<void>
}

/** Removes a target and its secrets. What is master data stays. */
export async function removeTarget(
  core: Core,
  controls: RemovalControls,
  target: Target,
): Promise<void> {
  // First at rest, so that no run begins, then idle, so that none is left without its target.
  await noteTarget(core.db, target.id, { pausedReason: { code: 'removing' } })
  await controls.onTargetsChanged(target.name)
  await controls.cancel(target.name)
  await deleteTarget(core.db, target.id)
  for (const key of await core.ports.secrets.keys(target.name)) {
    await core.ports.secrets.remove(target.name, key)
  }
  await controls.onTargetsChanged(target.name)
}
