/**
 * What OpenFn's answers mean where their status does not tell. Older builds name their reasons less: a webhook that is
 * switched off only says so in its words, and what no run will ever take is answered as if it were taken.
 */
import type { AnswerReader } from '../kit/answer-error.ts'
import { SyncError } from '../kit/sync-error.ts'
import { isRecord } from '../kit/is-record.ts'
import { textOf } from '../kit/told-record.ts'

/** Cause of the error for what was taken by a run that has not ended. */
const goesOn = new Error('The run goes on.')

/** Whether OpenFn took what was sent, although it gave no plain answer: sending it again would start a second run. */
export function isUnderWay(error: unknown): boolean {
  return error instanceof SyncError && error.cause === goesOn
}

/** An answer of a webhook. A run that has to be waited for answers with whatever status and body its workflow says. */
export const readsWebhook: AnswerReader = ({ status, body }) => {
  // Where a run is waited for: it goes on after the time is up, and "not modified" is one of the answers it may give.
  if (status === 304 || (status === 504 && told(body, 'work_order_id') !== null)) {
    return new SyncError('ambiguous', 'OpenFn took it, and the run goes on.', {
      status,
      cause: goesOn,
    })
  }
  const error = told(body, 'error')
  const refused = (code: SyncError['code'], message: string) =>
    new SyncError(code, message, { status })
  if (error === 'too_many_runs' || error === 'runs_hard_limit' || status === 402) {
    return refused(
      'rate-limited',
      'OpenFn took nothing: the project has used up its runs. They come back with the next month, or with a larger plan.',
    )
  }
  if (status === 403 && (error === 'trigger_disabled' || isSwitchedOff(body))) {
    return refused(
      'config',
      'The webhook is switched off in OpenFn. Enable its workflow there; what waits here goes by itself then.',
    )
  }
  return error !== null && status < 300 ? 'rejected' : null
}

/** An answer of a collection. */
export const readsCollection: AnswerReader = ({ status }) =>
  status === 409
    ? new SyncError(
        'config',
        'Several projects of OpenFn have a collection of this name. Give the id of the project in the settings.',
        { status },
      )
    : null

const isSwitchedOff = (body: unknown): boolean => /disabled/i.test(told(body, 'message') ?? '')

function told(body: unknown, name: string): string | null {
  return isRecord(body) ? textOf(body[name]) : null
}
