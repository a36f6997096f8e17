/**
 * What a test can make a stand-in do wrong. Rules are plain JSON: they travel to the stand-in's
 * process.
 */

/** Which requests a rule is about. Everything given must fit; nothing given = every request. */
export interface RequestMatch {
  /** Exact, upper case. */
  readonly method?: string
  /** Path and query start with this, e.g. `/api/people`. */
  readonly path?: string
  /** Regular expression over path and query. */
  readonly pathPattern?: string
  /** Text that occurs in the request body. */
  readonly bodyContains?: string
}

/**
 * Which of the matching requests a rule strikes, counted from 1 since the rule was set.
 * Default: every one, without end.
 */
export interface FaultTiming {
  /** Only the nth matching request. */
  readonly nth?: number
  /** Every nth matching request (n, 2n, 3n …). */
  readonly every?: number
  /** Leave the first so many alone. */
  readonly after?: number
  /** Strike at most so often, then the rule is spent. */
  readonly times?: number
  /** Strike with this probability (0 to 1); the same `seed` gives the same sequence. */
  readonly probability?: number
  readonly seed?: number
}

/** `Retry-After`: whole seconds, an HTTP date so many seconds from the server's clock, or any text. */
export type RetryAfter =
  { readonly seconds: number } | { readonly dateIn: number } | { readonly text: string }

/**
 * What happens instead of, around or after the ordinary answer.
 * "Handled" means the change is stored before the fault strikes.
 */
export type FaultAction =
  /** Not handled: this status and body (an object is sent as JSON, text as it is). */
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: unknown
      readonly retryAfter?: RetryAfter
    }
  /** Waits, then goes on with the next rule or the ordinary answer. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Not handled: the connection is cut. */
  | { readonly kind: 'cut-before' }
  /** Handled, then the connection is cut without an answer: the ambiguous case. */
  | { readonly kind: 'cut-after-write' }
  /** Not handled, never answered. */
  | { readonly kind: 'hang' }
  /** Handled, never answered. */
  | { readonly kind: 'hang-after-write' }
  /** Handled; the answer trickles: so many bytes every so many ms. */
  | { readonly kind: 'slow-body'; readonly bytes: number; readonly everyMs: number }
  /** Not handled: 200 with an HTML log-in page, as a captive portal answers. */
  | { readonly kind: 'html' }
  /** Not handled: 200 and a JSON array of this many bytes. */
  | { readonly kind: 'huge-body'; readonly bytes: number }
  /** Not handled: 200 and a JSON array that never ends. */
  | { readonly kind: 'endless-body' }
  /** Handled; only half of the JSON, correctly framed. */
  | { readonly kind: 'truncated-json' }
  /** Handled; the connection is cut in the middle of the announced body. */
  | { readonly kind: 'cut-in-body' }
  /** Handled; the answer's text in ISO 8859-1 (bytes above 127 are not UTF-8). */
  | { readonly kind: 'wrong-charset' }
  /** Not handled: 200 and arrays nested this deep. */
  | { readonly kind: 'deep-json'; readonly depth: number }

/** A rule as a test sets it. */
export interface FaultRule extends FaultTiming {
  readonly match?: RequestMatch
  readonly action: FaultAction
}

/** A rule as the stand-in reports it. `seen`: matching requests, `struck`: how often it took effect. */
export interface FaultReport {
  readonly id: number
  readonly rule: FaultRule
  readonly seen: number
  readonly struck: number
}

/** Does a request fit? `target` is path and query. */
export function matches(
  match: RequestMatch | undefined,
  method: string,
  target: string,
  body: string,
): boolean {
  if (match === undefined) return true
  if (match.method !== undefined && match.method !== method) return false
  if (match.path !== undefined && !target.startsWith(match.path)) return false
  if (match.pathPattern !== undefined && !new RegExp(match.pathPattern).test(target)) return false
  return match.bodyContains === undefined || body.includes(match.bodyContains)
}
