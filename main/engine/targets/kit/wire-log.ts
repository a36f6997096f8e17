/** What the wire log is told of a request and its answer. Everything passes the redactor before it is cut. */
import type { WireExchange } from '../../ports.ts'

/** Characters of each body that are shown. */
const shown = 2_000
/** Characters that are looked through for secrets: a body may have 50 MB. */
const looked = 64 * 1024
/** No secret is longer, characters. What a cut left of one lies within so much of the end. */
const longestSecret = 4_096
const leftOut = '[left out: it holds secrets]'

/** A request as it is shown, before secrets are taken out. */
export interface TracedRequest {
  readonly method: string
  /** Without the query parameters of a sign-in. */
  readonly url: string
  /** The text of the body, `''` for none. */
  readonly sent: string
  /** True where neither body may be shown. */
  readonly confidential: boolean
}

export interface WireTraceOptions {
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number
  /** Takes out the secrets of the sign-in. */
  readonly redact: (text: string) => string
  readonly tell: (exchange: WireExchange) => void
}

/** Follows one request over its redirects; each answer, and what came in place of one, becomes one line. */
export interface WireTrace {
  sends(): void
  redirected(status: number, location: string | undefined): void
  /** `pieces`: the body of the answer, unpacked, as far as it was read. */
  answered(status: number, pieces: readonly Uint8Array[]): void
  /** Says why there was no answer. Silent where nothing was sent, or the answer was told already. */
  failed(error: unknown): void
}

interface Outcome {
  readonly status: number | null
  readonly pieces?: readonly Uint8Array[]
  readonly note?: string
}

/** Makes the trace of one request. */
export function wireTrace(request: TracedRequest, options: WireTraceOptions): WireTrace {
  const { now, redact, tell } = options
  let sentAt: number | null = null
  const end = (outcome: Outcome): void => {
    if (sentAt === null) return
    tell(wireExchange(request, { ...outcome, ms: now() - sentAt }, redact))
    sentAt = null
  }
  return {
    sends: () => (sentAt = now()),
    redirected: (status, location = 'nowhere') => end({ status, note: `leads to ${location}` }),
    answered: (status, pieces) => end({ status, pieces }),
    failed: (error) =>
      end({ status: null, note: error instanceof Error ? error.message : String(error) }),
  }
}

/** One line of the wire log. Pure. */
function wireExchange(
  { method, url, sent, confidential }: TracedRequest,
  { status, ms, pieces = [], note }: Outcome & { readonly ms: number },
  redact: (text: string) => string,
): WireExchange {
  const received = pieces.reduce((bytes, piece) => bytes + piece.length, 0)
  const show = (text: () => string): string =>
    confidential ? leftOut : beginningOf(text(), redact)
  return {
    method,
    url: redact(url),
    status,
    ms,
    sentBytes: Buffer.byteLength(sent),
    receivedBytes: received,
    ...(sent === '' ? {} : { sent: show(() => sent) }),
    ...(received === 0 ? {} : { received: show(() => startOf(pieces)) }),
    ...(note === undefined ? {} : { note: redact(note) }),
  }
}

/** The first characters without secrets; what a cut left of a secret is not shown either. */
function beginningOf(text: string, redact: (text: string) => string): string {
  const clean = redact(text.slice(0, looked))
  const sure = text.length <= looked ? clean.length : Math.max(0, clean.length - longestSecret)
  return clean.slice(0, Math.min(shown, sure))
}

/** As many pieces as can matter, as text. A character has at most four bytes. */
function startOf(pieces: readonly Uint8Array[]): string {
  const enough = 4 * (looked + 1)
  const taken: Uint8Array[] = []
  let bytes = 0
  for (const piece of pieces) {
    if (bytes >= enough) break
    taken.push(piece)
    bytes += piece.length
  }
  return Buffer.concat(taken).toString('utf8')
}
