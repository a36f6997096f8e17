/**
 * Whether a webhook comes from whom it says, unchanged and just now: HMAC-SHA256 over the exact bytes that came, in the
 * forms other systems write it. Pure.
 *
 * A scheme without a signed time cannot tell a replay from the first sending: its receiver should name records to be
 * fetched (`WebhookReceipt.fetch`) instead of taking over what the body says.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { WebhookRequest } from './adapter.ts'
import { SyncError } from './sync-error.ts'

/** How far the time of a webhook may be from the time now, either way, ms. */
export const replayWindowMs = 5 * 60_000

/** How a system writes a signature down. */
export interface SignatureForm {
  /** `hex` is in lower case, `base64` with padding. */
  readonly encoding: 'hex' | 'base64'
  /** Written in front of it, such as `sha256=`. */
  readonly prefix?: string
}

/** Where a system puts signature and time. Header names in lower case. */
export interface WebhookScheme extends SignatureForm {
  readonly header: string
  /** With it the signature is over `<time>.<body>`, without it over the body alone. */
  readonly time?: { readonly header: string; readonly unit: 'seconds' | 'milliseconds' }
  /** Names of time and signature where both stand in the one header, as in `t=1777000000,v1=5f2a…`. */
  readonly parts?: { readonly time: string; readonly signature: string }
}

/** The two clocks a time may have been written by. */
export interface WebhookClock {
  /** Ours, milliseconds since 1970 UTC. */
  readonly now: number
  /** Remote clock minus ours as it was measured last, ms; null while it was not. */
  readonly offsetMs: number | null
}

/** The signature of some bytes, given in pieces; text counts as UTF-8. */
export function signatureOf(
  secret: string,
  pieces: readonly (string | Uint8Array)[],
  { encoding, prefix = '' }: SignatureForm,
): string {
  const hmac = createHmac('sha256', secret)
  for (const piece of pieces) hmac.update(piece)
  return prefix + hmac.digest(encoding)
}

/** Whether two secret texts are equal, in a time that does not tell where they differ. */
export function isSameSecret(given: string, expected: string): boolean {
  const a = Buffer.from(given)
  const b = Buffer.from(expected)
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Milliseconds since 1970 UTC, null when the text is no whole number of the unit. */
export function readWebhookTime(
  text: string | undefined,
  unit: 'seconds' | 'milliseconds',
): number | null {
  if (text === undefined || !/^\d{1,15}$/.test(text)) return null
  return unit === 'seconds' ? Number(text) * 1000 : Number(text)
}

/**
 * Whether a time is within the window by the target's clock as it was measured, or by ours: the measurement may be out
 * of date after a clock was corrected.
 */
export function isFresh(timeMs: number, { now, offsetMs }: WebhookClock): boolean {
  return [now, now + (offsetMs ?? 0)].some((clock) => Math.abs(clock - timeMs) <= replayWindowMs)
}

/**
 * Lets a webhook pass that is signed with the secret and not too old.
 * Throws `SyncError` `config` without a secret, `auth` for everything that must not pass.
 */
export function checkWebhook(
  request: WebhookRequest,
  secret: string | null,
  scheme: WebhookScheme,
  clock: WebhookClock,
): void {
  if (secret === null || secret === '') {
    throw new SyncError(
      'config',
      'The webhook secret is missing, so nobody can tell who sends webhooks: store the one the sender signs with.',
    )
  }
  const { parts } = scheme
  const header = request.headers[scheme.header]
  const given = parts ? partOf(header, parts.signature) : header
  if (given === undefined) throw refused('it is not signed')
  const timeText = scheme.time ? request.headers[scheme.time.header] : undefined
  const time = parts ? partOf(timeText, parts.time) : timeText
  if (scheme.time) {
    const timeMs = readWebhookTime(time, scheme.time.unit)
    if (timeMs === null) throw refused('it does not tell its time')
    if (!isFresh(timeMs, clock)) throw refused('its time is more than five minutes away')
  }
  const signed = time === undefined ? [request.body] : [`${time}.`, request.body]
  if (!isSameSecret(given, signatureOf(secret, signed, scheme))) {
    throw refused('its signature does not fit')
  }
}

/** The value after `name=` in a list with commas. */
function partOf(header: string | undefined, name: string): string | undefined {
  const part = header?.split(',').find((one) => one.trim().startsWith(`${name}=`))
  return part?.trim().slice(name.length + 1)
}

function refused(why: string): SyncError {
  return new SyncError('auth', `A webhook was refused: ${why}.`)
}
