/** What went wrong, in the form the window shows it. */
import { ORPCError } from '@orpc/client'
import type { Problem, ProblemCode } from '../../main/contract/problem.ts'

/**
 * - `engine-lost`: no answer at all; whether the request was carried out is not known.
 * - `signed-out`: the session ended, or there never was one.
 * - `unexpected`: a defect; the message is for the log and the support bundle.
 */
export type ShownProblemCode = ProblemCode | 'engine-lost' | 'signed-out' | 'unexpected'

export interface ShownProblem extends Omit<Problem, 'code'> {
  readonly code: ShownProblemCode
}

/** There is no connection to the engine, or it broke while waiting for the answer. */
export class EngineLostError extends Error {
  constructor(cause?: unknown) {
    super('No connection to the engine', { cause })
    this.name = 'EngineLostError'
  }
}

/** Turns whatever a call to the engine threw into something that can be shown. Never throws. */
export function toShownProblem(error: unknown): ShownProblem {
  if (error instanceof ORPCError) {
    if (error.code === 'PROBLEM') return error.data as Problem
    if (error.status === 401) return { code: 'signed-out', message: '' }
    // The host says so while it stops.
    if (error.status === 503) return { code: 'engine-lost', message: '' }
    return { code: 'unexpected', message: error.message }
  }
  if (error instanceof EngineLostError || isBrokenOff(error))
    return { code: 'engine-lost', message: '' }
  return { code: 'unexpected', message: error instanceof Error ? error.message : String(error) }
}

/** A port that closed, or an HTTP answer that broke off half-way. */
function isBrokenOff(error: unknown): boolean {
  return isAborted(error) || (error instanceof TypeError && /network|fetch/i.test(error.message))
}

/** True when the call was given up on purpose (a newer one replaced it, or the page was left). */
export function isAborted(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}
