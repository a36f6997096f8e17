/** What a person asks for while targets are paused: refused in words, or resumed first where they say so. */
import { ProblemError } from '../../../contract/problem.ts'
import { pauseText } from '../../../contract/words-en.ts'
import type { Core } from '../../core.ts'
import { listTargets, noteTarget, type Target } from '../../store/runs/targets.ts'
import { pauseOf } from '../../sync/pause.ts'

export interface PauseControls {
  /** Whether a person has paused all targets at once. */
  readonly pausedAll: () => boolean
  readonly pauseAll: (paused: boolean) => Promise<void>
  /** Called after targets were paused or resumed, among others. */
  readonly onTargetsChanged: (name: string) => Promise<void>
}

export interface Asked {
  readonly targets: readonly Target[]
  /** Chosen one by one: then each of them has to be awake, else one of them is enough. */
  readonly named: boolean
  /** *Resume and sync*. */
  readonly resume: boolean
}

/** Those of the targets asked for that may run. Throws `ProblemError` `paused`, or `auth` where the sign-in was refused. */
export async function awakeTargets(
  core: Core,
  controls: PauseControls,
  asked: Asked,
): Promise<readonly Target[]> {
  const { targets, named, resume } = asked
  const awake = awakeOf(targets, controls.pausedAll())
  if (awake.length === targets.length || (!named && awake.length > 0)) return awake
  if (!resume) throw refusal(targets, controls.pausedAll())
  if (controls.pausedAll()) await controls.pauseAll(false)
  const resting = targets.filter(({ pausedReason }) => pausedReason !== null)
  if (named || resting.length === targets.length) {
    for (const target of resting)
      if (named || mayWake(target)) await resumeTarget(core, controls, target)
  }
  const names = new Set(targets.map(({ name }) => name))
  const now = (await listTargets(core.db)).filter(({ name }) => names.has(name))
  const resumed = awakeOf(now, controls.pausedAll())
  if (resumed.length === 0) throw refusal(now, controls.pausedAll())
  return resumed
}

/** Lets a target go on; what was wrong with it is asked anew. */
export async function resumeTarget(
  core: Core,
  controls: Pick<PauseControls, 'onTargetsChanged'>,
  target: Target,
): Promise<void> {
  await noteTarget(core.db, target.id, {
    pausedReason: null,
    lastError: null,
    lastErrorCode: null,
  })
  await controls.onTargetsChanged(target.name)
}

function awakeOf(targets: readonly Target[], pausedAll: boolean): readonly Target[] {
  return targets.filter((target) => pauseOf(target, pausedAll) === null)
}

/** Nobody who resumes everything means a target that was never finished, or one that is going. */
function mayWake({ pausedReason }: Target): boolean {
  return pausedReason?.code !== 'set-up' && pausedReason?.code !== 'removing'
}

function refusal(targets: readonly Target[], pausedAll: boolean): ProblemError {
  if (pausedAll) {
    return new ProblemError({
      code: 'paused',
      message: 'Everything is paused, so nothing is sent or received.',
      fix: 'Resume and sync.',
    })
  }
  const resting = targets.filter(({ pausedReason }) => pausedReason !== null)
  const [first, ...others] = resting
  const code = resting.every(({ lastErrorCode }) => lastErrorCode === 'auth') ? 'auth' : 'paused'
  if (first && others.length === 0) {
    return new ProblemError({
      code,
      message: `${first.name} is paused: ${pauseText(first.pausedReason!, first.name)}`,
      fix: `Resume ${first.name} first.`,
    })
  }
  return new ProblemError({
    code,
    message: `Paused, so nothing is sent or received: ${resting.map(({ name }) => name).join(', ')}.`,
    fix: 'Resume one first.',
  })
}
