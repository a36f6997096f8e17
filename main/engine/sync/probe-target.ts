/** The lightest question that shows whether a target answers and lets Marshal in. */
import type { Core } from '../core.ts'
import { probeAnswer, type ProbeAnswer } from '../schedule/connectivity.ts'
import { findTarget } from '../store/runs/targets.ts'
import { SyncError } from '../targets/kit/sync-error.ts'
import type { Breaker } from './breaker.ts'
import { connect } from './connect-target.ts'

/**
 * Asks a target once, whatever its breaker says. A target that is gone counts as silent.
 * @param breaker the one its runs use; it is reset first
 */
export async function probeTarget(
  core: Core,
  name: string,
  breaker: Breaker,
): Promise<ProbeAnswer> {
  const target = await findTarget(core.reader, name)
  if (!target) return 'offline'
  try {
    breaker.reset()
    const connected = await connect(core, target, { breaker })
    try {
      await connected.connection.probe(new AbortController().signal)
      return 'online'
    } finally {
      await connected.close()
    }
  } catch (error) {
    if (!(error instanceof SyncError)) throw error
    return probeAnswer(error.code)
  }
}
