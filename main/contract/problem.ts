/** Why something a person asked for was not done. Crosses every border unchanged. */
import { z } from 'zod'
import { lackingEntrant } from './check-in-rules.ts'
import { unfit } from './unfit.ts'

/**
 * - `not-found`: the record, target or run does not exist (any more).
 * - `invalid`: a value does not fit its field; `fields` says which.
 * - `taken`: somebody else has this bib, tag or name; `holder` says who.
 * - `wrong-use`: the request makes no sense as it is (unknown adapter, missing option, parent out of scope).
 * - `unreachable` / `auth`: the target did not answer / refused the sign-in.
 * - `paused`: a person has paused the target, or all of them; `resume` in the request resumes first.
 * - `busy`: the same thing is being done already.
 * - `no-keychain`: secrets cannot be stored on this computer as it is set up.
 * - `database` / `disk-full`: the data folder has a problem.
 */
export const problemCodes = [
  'not-found',
  'invalid',
  'taken',
  'wrong-use',
  'unreachable',
  'auth',
  'paused',
  'busy',
  'no-keychain',
  'database',
  'disk-full',
] as const
export const problemCode = z.enum(problemCodes)
export type ProblemCode = z.infer<typeof problemCode>

/** Who has the thing that was wanted: a record and the words people know it by. */
export const holder = z.object({ entity: z.string(), id: z.string(), display: z.string() })
export type Holder = z.infer<typeof holder>

export const problem = z.object({
  code: problemCode,
  /** What happened and why, one sentence, ready to be shown. */
  message: z.string(),
  /** What to do about it, one sentence. */
  fix: z.string().optional(),
  /** Field name → what is wrong with its value, in English. */
  fields: z.record(z.string(), z.string()).optional(),
  /** The same as codes with facts, of fields that a value does not fit. */
  unfit: z.record(z.string(), unfit).optional(),
  holder: holder.optional(),
  /** Of a check-in: the first who lack what their event asks for, and how many there are. */
  lacking: z.object({ entrants: z.array(lackingEntrant), count: z.number().int() }).optional(),
})
export type Problem = z.infer<typeof problem>

/** Thrown by services for outcomes their caller must show to a person; hosts turn it into exit codes and error answers. */
export class ProblemError extends Error {
  readonly problem: Problem
  constructor(value: Problem, options?: { cause?: unknown }) {
    super(value.message, options)
    this.name = 'ProblemError'
    this.problem = value
  }
}
