/** What RunSignup's error codes mean for the engine. Source: runsignup.com/API, "Error Codes". */
import type { Effect } from '../kit/answer-error.ts'
import { SyncError } from '../kit/sync-error.ts'
import { errorAnswer, participantError } from './api.ts'

/** Somebody with this name and birth date is registered already; the details name the registration. */
export const alreadyRegistered = 517

/** Something about what was sent. */
const invalidSubmission = 11

interface Refusal {
  readonly code: number
  readonly message: string
}

/** The error inside an answer, null when it is none. Most come with HTTP 200, so it is looked for before anything else. */
export function errorIn(value: unknown, effect: Effect): SyncError | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  // An answer that brings participants says of each what became of it.
  if (!('error' in value || 'error_details' in value) || 'participants' in value) return null
  const parsed = errorAnswer.safeParse(value)
  if (!parsed.success) return null
  const { error, error_details: details = [] } = parsed.data
  if (!error && details.length === 0) return null
  const code = error?.error_code ?? codeOf(details)
  const words = [error?.error_msg ?? '', ...details.map(detailWords)].filter((part) => part !== '')
  const message = words.join(' ') || `RunSignup answered with error ${code}.`
  return siteError({ code, message }, effect)
}

/** Of several participants any may be at fault, and they are sent one by one. */
function codeOf(details: readonly unknown[]): number {
  const [only] = details
  const { data } = participantError.safeParse(only)
  return details.length === 1 && data ? data.error_code : invalidSubmission
}

function detailWords(raw: unknown): string {
  const { success, data } = participantError.safeParse(raw)
  return success ? refusalWords(data.error_msg ?? '', data.error_code, data.detailed_desc) : ''
}

function refusalWords(message: string, code: number, detail: unknown): string {
  const words = message || `RunSignup refused it with code ${code}.`
  if (code === alreadyRegistered) return `${words} ${whoIsThere(detail)}`
  return typeof detail === 'string' && detail !== '' && detail !== message
    ? `${words} ${detail}`
    : words
}

/** What to do about somebody who is registered: the detail is the number of the registration. */
function whoIsThere(detail: unknown): string {
  const number = /^\d+$/.test(String(detail ?? ''))
    ? `registration ${String(detail)}`
    : 'another one'
  return `At RunSignup this is ${number}. If it is the same person, sync: it comes here and is linked to this entry, or you are asked under Attention. If it is somebody else, tick "Register namesakes" in the settings of the target and retry; should RunSignup refuse it still, add the person there.`
}

/**
 * What became of one participant of a write: its refusal, null when the entry is none.
 * @param redact takes secrets out of the words: the server likes to repeat what it was sent.
 */
export function refusalIn(raw: unknown, redact: (text: string) => string): SyncError | null {
  const entry = participantError.safeParse(nested(raw))
  if (!entry.success) return null
  const { error_code: code, error_msg: message, detailed_desc: detail } = entry.data
  return siteError(
    { code, message: redact(refusalWords(message ?? '', code, detail)) },
    'repeatable',
  )
}

/** An entry's error lies in it, or under `error`, or is the first of `errors`. */
function nested(raw: unknown): unknown {
  if (typeof raw !== 'object' || raw === null) return raw
  if ('error' in raw && typeof raw.error === 'object') return raw.error
  if ('errors' in raw && Array.isArray(raw.errors)) return raw.errors[0] as unknown
  return raw
}

/**
 * A code in the closed set. `effect` tells what may have happened by then: after 4 and 5 a new registration may exist.
 * For a read, what would refuse a record (invalid parameters, unknown fields) is about the configuration.
 */
export function siteError({ code, message }: Refusal, effect: Effect): SyncError {
  switch (code) {
    case 4:
    case 5:
    case 522:
      return new SyncError('server', message, { maybeSent: effect === 'create' })
    case 6:
    case 13:
      return new SyncError('auth', message, { status: 401 })
    case 7:
      return new SyncError('auth', message, { status: 403 })
    case 14:
      return new SyncError('rate-limited', message)
    case 15:
      return effect === 'none'
        ? new SyncError(
            'config',
            `${message} Check the numbers of race and events in the settings.`,
          )
        : new SyncError('gone', message)
    case 17:
      return new SyncError(
        'auth',
        `${message} Check the caller registration: number in the settings and secret must belong together.`,
        { status: 401 },
      )
    case 201:
    case 223:
      return new SyncError(
        'config',
        `${message} Check the numbers of race and events in the settings.`,
      )
    case 1:
    case 2:
    case 8:
    case 10:
      return new SyncError(
        'config',
        `${message} Is the address that of RunSignup's REST interface?`,
      )
    default:
      return new SyncError(effect === 'none' ? 'config' : 'rejected', message)
  }
}
