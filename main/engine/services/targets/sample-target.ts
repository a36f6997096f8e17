/** One page of a target as it came, and what its first records would be here. Nothing is kept. */
import { toProblemCode } from '../../../contract/error-meanings.ts'
import { ProblemError } from '../../../contract/problem.ts'
import type { SampledRecord, SampleView } from '../../../contract/targets.ts'
import type { Core } from '../../core.ts'
import { normaliseFields } from '../../model/record.ts'
import { createBreaker } from '../../sync/breaker.ts'
import { connect, type Connected } from '../../sync/connect-target.ts'
import type { EntityBinding, RemoteRecord } from '../../targets/kit/adapter.ts'
import { undoMapping } from '../../targets/kit/mapping.ts'
import { travellingMapping, type Ticks } from '../../targets/kit/sensitive.ts'
import { SyncError } from '../../targets/kit/sync-error.ts'
import { inTime, readTried, type Tried } from './try-target.ts'

/** Throws `ProblemError`: `wrong-use` where the adapter has no samples, else in the words of what went wrong. */
export function sampleTarget(core: Core, tried: Tried): Promise<SampleView> {
  return inTime(core, async (signal) => {
    const { settings, ...stored } = await readTried(core, tried)
    try {
      const breaker = createBreaker(core.ports.clock)
      const connected = await connect(core, settings, { breaker, ...stored })
      try {
        return await sampled(connected, settings, signal)
      } finally {
        await connected.close()
      }
    } catch (error) {
      if (!(error instanceof SyncError)) throw error
      const { code, message } = error
      throw new ProblemError({ code: toProblemCode(code), message }, { cause: error })
    }
  })
}

async function sampled(
  { connection, bindings }: Connected,
  ticks: Ticks,
  signal: AbortSignal,
): Promise<SampleView> {
  const binding = bindings.find(({ partOf }) => partOf === null)
  if (!connection.sample || !binding) {
    throw new ProblemError({ code: 'wrong-use', message: 'This kind of target shows no sample.' })
  }
  const { page, ...places } = await connection.sample(binding.entity, signal)
  const { records, unreadable, passedOver = [] } = page
  const empty = { fields: {}, unfit: {} }
  return {
    ...places,
    entity: binding.entity,
    records: [
      ...records
        .filter(({ entity }) => entity === binding.entity)
        .map((record) => recordOf(ticks, binding, record)),
      ...unreadable.map(({ remoteId, error }) => ({
        ...{ ...empty, remoteId, problem: error.message, passedOver: false },
      })),
      ...passedOver.map((remoteId) => ({ ...empty, remoteId, problem: null, passedOver: true })),
    ],
  }
}

/** As a run would read it; references stay the ids they have there. */
function recordOf(
  ticks: Ticks,
  binding: EntityBinding,
  { remoteId, body }: RemoteRecord,
): SampledRecord {
  const named = undoMapping(travellingMapping(ticks), binding.entity, body)
  const { fields, refs } = binding.fromRemote!(named)
  const travelling = Object.entries(fields).filter(([name]) => binding.fields.includes(name))
  const normal = normaliseFields(binding.entity, Object.fromEntries(travelling))
  return {
    ...{ remoteId, problem: null, passedOver: false },
    fields: { ...normal.fields, ...refs },
    unfit: { ...normal.invalid },
  }
}
