/**
 * What each error code means, once for all: the engine, the command and the window read it here, and no list of codes
 * stands anywhere else. A new code does not compile without a row.
 */
import type { ProblemCode } from './problem.ts'
import type { CheckStepName, SyncErrorCode } from './words.ts'

export interface ErrorMeaning {
  /** `moment`: it passes by itself · `us`: this computer or Marshal itself. */
  readonly about: 'record' | 'target' | 'moment' | 'us'
  /** Whether the target gave an answer; `not-asked`: nothing went out, so nothing is known of the way to it. */
  readonly answered: 'yes' | 'no' | 'not-asked'
  /** A write may have been done there, whatever else the error says (`SyncError.maybeSent` says it of single errors). */
  readonly maybeDone: boolean
  /** `always`: the next record would meet the same · `asking`: only while records are fetched: a write may be slow alone. */
  readonly endsBatch: 'always' | 'asking' | 'never'
  /** `due` it stays as it was · `retry` it goes again by itself, later · `fail` it is held until a person decides. */
  readonly record: 'due' | 'retry' | 'fail'
  /** The target rests until a person resumes it. */
  readonly pauses: boolean
  /** What helps: time, a sign-in, other settings, a look at the record, or a mended Marshal. */
  readonly mend: 'time' | 'sign-in' | 'setup' | 'decision' | 'developer'
  /** The step of a connection test that shows it; a refused permission (403) is told apart there. */
  readonly checkStep: CheckStepName
}

const plain = { maybeDone: false, pauses: false } as const
const moment = { ...plain, about: 'moment', mend: 'time' } as const
const record = { ...plain, about: 'record', answered: 'yes', endsBatch: 'never' } as const
const target = { ...plain, about: 'target' } as const
const us = { ...plain, about: 'us', answered: 'not-asked', endsBatch: 'never' } as const

export const errorMeanings: Readonly<Record<SyncErrorCode, ErrorMeaning>> = {
  offline: { ...moment, answered: 'no', endsBatch: 'always', record: 'due', checkStep: 'address' },
  timeout: {
    ...moment,
    answered: 'no',
    endsBatch: 'asking',
    record: 'retry',
    checkStep: 'address',
  },
  'rate-limited': {
    ...moment,
    answered: 'yes',
    endsBatch: 'always',
    record: 'due',
    checkStep: 'permission',
  },
  server: {
    ...moment,
    answered: 'yes',
    endsBatch: 'never',
    record: 'retry',
    checkStep: 'permission',
  },
  auth: {
    ...target,
    answered: 'yes',
    endsBatch: 'always',
    record: 'due',
    pauses: true,
    mend: 'sign-in',
    checkStep: 'sign-in',
  },
  config: {
    ...target,
    answered: 'not-asked',
    endsBatch: 'always',
    record: 'due',
    mend: 'setup',
    checkStep: 'address',
  },
  'bad-response': {
    ...target,
    answered: 'yes',
    endsBatch: 'never',
    record: 'fail',
    mend: 'decision',
    checkStep: 'permission',
  },
  rejected: { ...record, record: 'fail', mend: 'decision', checkStep: 'permission' },
  'changed-remotely': { ...record, record: 'retry', mend: 'time', checkStep: 'permission' },
  gone: { ...record, record: 'fail', mend: 'decision', checkStep: 'address' },
  ambiguous: { ...record, record: 'retry', mend: 'time', maybeDone: true, checkStep: 'address' },
  local: { ...us, record: 'fail', mend: 'setup', checkStep: 'address' },
  bug: { ...us, record: 'fail', mend: 'developer', checkStep: 'address' },
}

/** Transient errors are about the moment, not about the record: they are retried by themselves, without limit. */
export function isTransient(code: SyncErrorCode): boolean {
  return errorMeanings[code].about === 'moment'
}

/** The next record would meet it just the same: nothing more is sent now. */
export function endsBatch(code: SyncErrorCode): boolean {
  return errorMeanings[code].endsBatch === 'always'
}

/** Nothing was wrong with the record: it goes again by itself, now or later. */
export function goesAgain(code: SyncErrorCode): boolean {
  return isTransient(code) || errorMeanings[code].record === 'retry'
}

/** What it is to a person who asked for something just now. */
export function toProblemCode(code: SyncErrorCode): ProblemCode {
  if (errorMeanings[code].pauses) return 'auth'
  return isTransient(code) ? 'unreachable' : 'wrong-use'
}

/** The target gave no answer at all to whoever asked. */
export function isSilent(code: SyncErrorCode): boolean {
  return errorMeanings[code].answered === 'no'
}
