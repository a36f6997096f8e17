/** The ticked list of a connection test, told from one light request. */
import { errorMeanings } from '../../../contract/error-meanings.ts'
import type { CheckStep } from '../../../contract/targets.ts'
import type { CheckStepName } from '../../../contract/words.ts'
import { HttpError } from '../../ports.ts'
import type { HttpClient } from './http-client.ts'
import { SyncError } from './sync-error.ts'

/** Beyond this the two clocks are said to differ, ms. `Date` headers are exact to a second. */
const tolerableOffsetMs = 2_000
/** Beyond this sign-ins that carry a time stop working. */
const harmfulOffsetMs = 5 * 60_000

/**
 * Runs the probe and says what it proved: address, TLS, sign-in, permission, clock. Steps after a failed one cannot be
 * told and are left out.
 * @param signsIn whether the configuration has a sign-in at all.
 * @throws only what is not a `SyncError`: a defect.
 */
export async function checkSteps(
  client: Pick<HttpClient, 'isEncrypted' | 'clockOffsetMs'>,
  signsIn: boolean,
  probe: () => Promise<unknown>,
): Promise<readonly CheckStep[]> {
  let error: SyncError | null = null
  try {
    await probe()
  } catch (caught) {
    if (!(caught instanceof SyncError)) throw caught
    error = caught
  }
  const failed = error === null ? null : failedStep(error)
  const steps: CheckStep[] = []
  for (const [step, message] of passed(client, signsIn)) {
    if (step === failed) {
      steps.push({ step, ok: false, message: error?.message ?? '' })
      return steps
    }
    steps.push({ step, ok: true, message })
  }
  const clock = clockStep(client.clockOffsetMs)
  return clock === null ? steps : [...steps, clock]
}

function passed(
  client: Pick<HttpClient, 'isEncrypted'>,
  signsIn: boolean,
): readonly (readonly [CheckStepName, string])[] {
  return [
    ['address', 'The target answers at this address.'],
    ['tls', client.isEncrypted ? 'The connection is encrypted.' : 'Not encrypted, as configured.'],
    ['sign-in', signsIn ? 'The sign-in is accepted.' : 'No sign-in is configured or asked for.'],
    ['permission', 'The records can be read.'],
  ]
}

function failedStep(error: SyncError): CheckStepName {
  if (error.cause instanceof HttpError && error.cause.failure === 'tls') return 'tls'
  const { checkStep } = errorMeanings[error.code]
  return checkStep === 'sign-in' && error.status === 403 ? 'permission' : checkStep
}

function clockStep(offsetMs: number | null): CheckStep | null {
  if (offsetMs === null) return null
  const off = Math.abs(offsetMs)
  const ok = off <= harmfulOffsetMs
  if (off <= tolerableOffsetMs) {
    return { step: 'clock', ok, message: 'Both clocks agree.' }
  }
  const words = off < 120_000 ? `${Math.round(off / 1000)} s` : `${Math.round(off / 60_000)} min`
  const side = offsetMs > 0 ? 'ahead of' : 'behind'
  return {
    step: 'clock',
    ok,
    message: `The target's clock is ${words} ${side} this computer's. The order of changes is not affected.`,
  }
}
