/** A target tried before it is saved, or as it is: whether it answers, and what it has to choose from. */
import { errorMeanings, toProblemCode } from '../../../contract/error-meanings.ts'
import { ProblemError } from '../../../contract/problem.ts'
import type { CheckReport, ChoiceList } from '../../../contract/targets.ts'
import type { Core } from '../../core.ts'
import { findTarget, listTargets } from '../../store/runs/targets.ts'
import { createBreaker } from '../../sync/breaker.ts'
import { connect, listChoices, type ConnectSettings } from '../../sync/connect-target.ts'
import type { ChoiceQuestion } from '../../targets/kit/adapter.ts'
import { SyncError } from '../../targets/kit/sync-error.ts'
import { readTargetConfig } from './target-config.ts'
import { targetNamed } from './target-named.ts'

/** A test, or a list, may take this long, milliseconds. */
const withinMs = 40_000

/** What is tried: a saved target, a configuration, or that of a saved target changed. */
export interface Tried {
  /** Its stored secrets serve where none is given. */
  readonly name?: string | undefined
  readonly config?: unknown
  /** Typed but not stored. */
  readonly secrets?: Readonly<Record<string, string>> | undefined
}

/** Ticks what can be told of a connection. Throws `ProblemError` for a configuration that does not fit. */
export function testTarget(core: Core, tried: Tried): Promise<CheckReport> {
  return inTime(core, async (signal): Promise<CheckReport> => {
    const { settings, ...stored } = await readTried(core, tried)
    try {
      const breaker = createBreaker(core.ports.clock)
      const connected = await connect(core, settings, { breaker, ...stored })
      try {
        const steps = [...(await connected.connection.check(signal))]
        return { ok: steps.every((step) => step.ok), steps }
      } finally {
        await connected.close()
      }
    } catch (error) {
      if (!(error instanceof SyncError)) throw error
      const step = errorMeanings[error.code].pauses ? 'sign-in' : 'address'
      return { ok: false, steps: [{ step, ok: false, message: error.message }] }
    }
  })
}

/** The list a setting is chosen from, or what the system, or the way to it, said instead. */
export function choicesOf(core: Core, tried: Tried, asked: ChoiceQuestion): Promise<ChoiceList> {
  return inTime(core, async (signal) => {
    try {
      const { settings, ...stored } = await readTried(core, tried)
      const found = await listChoices(core, settings, asked, { ...stored, signal })
      return { choices: [...found], problem: null }
    } catch (error) {
      if (error instanceof ProblemError) return { choices: [], problem: error.problem }
      if (!(error instanceof SyncError)) throw error
      const { message } = error
      return { choices: [], problem: { code: toProblemCode(error.code), message } }
    }
  })
}

/** What is tried, checked. Throws `ProblemError` for what is not known or does not fit. */
export async function readTried(
  core: Core,
  { name, config, secrets }: Tried,
): Promise<{
  readonly settings: ConnectSettings
  readonly secrets: Readonly<Record<string, string>>
  readonly storedUnder: string | null
}> {
  const stored = name === undefined ? null : await findTarget(core.reader, name)
  if (name !== undefined && !stored && config === undefined) {
    targetNamed(await listTargets(core.reader), name)
  }
  const checked = config === undefined ? null : readTargetConfig(core.adapters, config)
  const settings = checked?.settings ?? stored
  // A name that is only typed may be that of another target: its key goes to no address it was not stored for.
  const storedUnder = stored?.name ?? null
  if (settings) return { settings, secrets: { ...checked?.secrets, ...secrets }, storedUnder }
  throw new ProblemError({
    code: 'wrong-use',
    message: 'There is nothing to try: neither a target nor a configuration was given.',
  })
}

/** Stops what takes too long. */
export async function inTime<Result>(
  { ports }: Core,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const stop = new AbortController()
  const cancel = ports.clock.timer(withinMs, () => stop.abort())
  try {
    return await work(stop.signal)
  } finally {
    cancel()
  }
}
