/**
 * The one way adapters talk HTTP: sign-in, limits, redirects, checked answers and errors in the closed set.
 * One client per connection to a target. It does not repeat anything by itself: the engine decides that.
 */
import type { z } from 'zod'
import type { HttpResponse } from '../../ports.ts'
import type { ConnectContext } from './adapter.ts'
import { noAnswer, refusal, unreadable, type AnswerReader, type Effect } from './answer-error.ts'
import { joinUrl, parseBaseUrl, type BaseUrl } from './base-url.ts'
import {
  bodyText,
  effectOf,
  formHeaders,
  shownRequest,
  type ClientRequest,
} from './client-request.ts'
import { parseJson, type ParsedJson } from './parse-json.ts'
import { readBeginning, readBody } from './read-body.ts'
import { secretRedactor } from './redact.ts'
import { followable } from './redirect.ts'
import { RequestGate, type GateOptions } from './request-gate.ts'
import { rateWindowMs, retryAfterMs } from './retry-after.ts'
import { serverMessage } from './server-message.ts'
import type { SignIn } from './sign-in.ts'
import { SyncError } from './sync-error.ts'
import { wireTrace, type WireTrace } from './wire-log.ts'

export interface HttpClientOptions {
  readonly signIn: SignIn
  readonly limits: GateOptions
  /** Sent with every request, for instance an API version. */
  readonly headers?: Readonly<Record<string, string>>
  /** How an answer is read, where the status does not tell what it means. */
  readonly reads?: AnswerReader
  /** How long to start nothing more, ms, by headers of its own; null to go on. The usual ones are obeyed anyway. */
  readonly paces?: (headers: Readonly<Record<string, string>>) => number | null
}

export type { ClientRequest } from './client-request.ts'

/** An answer with a 2xx status. */
export interface ClientAnswer<T> {
  readonly value: T
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
}

interface Exchange {
  readonly response: HttpResponse
  readonly pieces: readonly Uint8Array[]
}

/** Bytes of an error page that are read for its words; what the answer means is its status, however long the page. */
const errorWords = 64 * 1024
const mostRedirects = 3
const nothing: ParsedJson = { ok: true, value: null }

export class HttpClient {
  readonly #context: ConnectContext
  readonly #base: BaseUrl
  readonly #signIn: SignIn
  readonly #readHeaders: Readonly<Record<string, string>>
  readonly #writeHeaders: Readonly<Record<string, string>>
  readonly #gate: RequestGate
  /** Requests in flight at most. */
  readonly concurrency: number
  /** Takes what is secret out of a text. */
  readonly redact: (text: string) => string
  readonly #reads: AnswerReader | undefined
  readonly #paces: HttpClientOptions['paces']
  #lastDate = ''
  #offsetMs = 0

  /** Throws `SyncError` `config` when the address is not one. */
  constructor(context: ConnectContext, options: HttpClientOptions) {
    this.#context = context
    this.#base = parseBaseUrl(context.url)
    this.#signIn = options.signIn
    this.#gate = new RequestGate(context.clock, options.limits)
    this.concurrency = options.limits.concurrency
    this.redact = redactorOf(options.signIn)
    this.#reads = options.reads
    this.#paces = options.paces
    const own = { accept: 'application/json', 'user-agent': 'Marshal', ...options.headers }
    const signed = { ...own, ...options.signIn.headers }
    this.#readHeaders = { ...signed, 'accept-encoding': 'gzip' }
    this.#writeHeaders = { ...signed, 'content-type': 'application/json' }
  }

  /** True if what travels is encrypted. */
  get isEncrypted(): boolean {
    return this.#base.protocol === 'https:'
  }

  /** The remote clock by the newest `Date` header, ms since 1970; ours until one was seen. */
  serverNow(): number {
    return this.#context.clock.now() + this.#offsetMs
  }

  /** Remote clock minus ours, ms, null until measured. */
  get clockOffsetMs(): number | null {
    return this.#lastDate === '' ? null : this.#offsetMs
  }

  /**
   * Sends a request and reads the JSON it answers. Throws `SyncError` for everything but a 2xx answer of the
   * expected shape; see `answer-error.ts` for which code means what. "No content" (204) is read as null.
   */
  async json<T>(schema: z.ZodType<T>, request: ClientRequest): Promise<ClientAnswer<T>> {
    const effect = effectOf(request)
    const { response, pieces } = await this.#signedExchange(request, effect)
    const read = response.status === 204 ? nothing : parseJson(pieces)
    const parsed = read instanceof Promise ? await read : read
    if (!parsed.ok) {
      throw unreadable(`The answer to ${this.#named(request)} ${parsed.reason}.`, effect)
    }
    const { status, headers } = response
    const refused = this.#reads?.({ status, headers, body: parsed.value, effect }) ?? null
    if (refused !== null) {
      throw this.#failure(
        this.#refusal(request, effect, { response, pieces }, refused),
        request,
        effect,
      )
    }
    const checked = schema.safeParse(parsed.value)
    if (!checked.success) {
      const where = this.redact(complaint(checked.error))
      const message = `The answer to ${this.#named(request)} has an unexpected shape: ${where}.`
      throw unreadable(message, effect)
    }
    return { value: checked.data, status, headers }
  }

  /** Sends a request and answers the body as it came, for what is not always JSON. `reads` is not asked about it. */
  async raw(request: ClientRequest): Promise<ClientAnswer<readonly Uint8Array[]>> {
    const { response, pieces } = await this.#signedExchange(request, effectOf(request))
    return { value: pieces, status: response.status, headers: response.headers }
  }

  /** Sends a request whose answer matters only by its status. */
  async status(request: ClientRequest): Promise<Omit<ClientAnswer<never>, 'value'>> {
    const { response } = await this.#signedExchange(request, effectOf(request))
    return { status: response.status, headers: response.headers }
  }

  /** Ends all waiting. The pool of connections belongs to whoever opened it. */
  close(): void {
    this.#gate.close()
  }

  /**
   * What a sign-in that runs out is worth: asked with what is valid now, and once more with a new one where that is
   * refused. A refused request did nothing. `work` throws a `SyncError` with the status 401 where
   * the sign-in is refused, also in words of its own.
   */
  async renewing<T>(work: (headers: Readonly<Record<string, string>>) => Promise<T>): Promise<T> {
    const { renewal } = this.#signIn
    if (!renewal) return work({})
    const headers = await renewal.headers()
    try {
      return await work(headers)
    } catch (error) {
      if (!(error instanceof SyncError) || error.status !== 401) throw error
      await renewal.renew(headers)
      return work(await renewal.headers())
    }
  }

  #signedExchange(request: ClientRequest, effect: Effect): Promise<Exchange> {
    // Whoever renews around more than one request signs it too.
    if (!this.#signIn.renewal || request.headers?.['authorization'] !== undefined) {
      return this.#exchange(request, effect)
    }
    return this.renewing((headers) =>
      this.#exchange({ ...request, headers: { ...request.headers, ...headers } }, effect),
    )
  }

  async #exchange(request: ClientRequest, effect: Effect): Promise<Exchange> {
    if (this.#context.rehearsed && effect !== 'none') {
      this.#context.rehearsed(
        shownRequest(request, {
          url: joinUrl(this.#base, request.path, request.query),
          headers: this.#writeHeaders,
          signIn: this.#signIn,
          redact: this.redact,
        }),
      )
      // Neither about the record nor about the target: adapters go on with the next, and halve no batch to find what is wrong.
      throw new SyncError('local', 'Nothing is sent in a rehearsal.')
    }
    const { clock, log } = this.#context
    let entered = false
    const trace = this.#trace(request)
    try {
      const turn = this.#gate.enter(request.signal)
      if (turn !== null) await turn
      entered = true
      const started = clock.now()
      const response = await this.#follow(request, effect, trace)
      this.#readClock(response)
      const ok = response.status >= 200 && response.status < 300
      const pieces = await (ok ? readBody(response) : readBeginning(response, errorWords))
      trace?.answered(response.status, pieces)
      log.debug('request answered', {
        method: request.method,
        path: request.path,
        status: response.status,
        ms: clock.now() - started,
      })
      this.#obeyRate(response)
      if (!ok) {
        const { status, headers } = response
        const body = jsonOf(Buffer.concat(pieces))
        const read = this.#reads?.({ status, headers, body, effect }) ?? null
        throw this.#refusal(request, effect, { response, pieces }, read)
      }
      if (isWebPage(response, pieces)) throw captivePortal()
      return { response, pieces }
    } catch (caught) {
      const failure = this.#failure(caught, request, effect)
      trace?.failed(failure)
      throw failure
    } finally {
      if (entered) this.#gate.leave()
    }
  }

  /** Null unless somebody asked for what travels. */
  #trace(request: ClientRequest): WireTrace | null {
    const { clock, log } = this.#context
    if (!log.wire) return null
    const exchange = {
      method: request.method,
      // What a sign-in adds to the query is not shown at all.
      url: joinUrl(this.#base, request.path, request.query),
      sent: bodyText(request) ?? '',
      confidential: request.confidential ?? false,
    }
    return wireTrace(exchange, {
      now: () => clock.now(),
      redact: this.redact,
      tell: (line) => log.wire?.(line),
    })
  }

  async #follow(
    request: ClientRequest,
    effect: Effect,
    trace: WireTrace | null,
  ): Promise<HttpResponse> {
    const { method, form, signal } = request
    const reads = method === 'GET' || method === 'HEAD'
    const own = reads ? this.#readHeaders : this.#writeHeaders
    const headers = { ...own, ...(form ? formHeaders : {}), ...request.headers }
    const query =
      this.#signIn.query.length > 0
        ? [...(request.query ?? []), ...this.#signIn.query]
        : request.query
    const text = bodyText(request)
    let url = joinUrl(this.#base, request.path, query)
    for (let hop = 0; ; hop++) {
      trace?.sends()
      const response = await this.#context.http.request({
        method,
        url,
        headers,
        ...(text === undefined ? {} : { body: text }),
        signal,
      })
      if (response.status < 300 || response.status > 308 || response.status === 304) return response
      response.cancel()
      trace?.redirected(response.status, response.headers['location'])
      if (hop === mostRedirects) {
        throw new SyncError('config', `The target redirects more than ${mostRedirects} times.`)
      }
      url = followable(url, response, effect)
    }
  }

  /** @param read what the adapter reads in it, null where the status decides */
  #refusal(
    request: ClientRequest,
    effect: Effect,
    { response, pieces }: Exchange,
    read: ReturnType<AnswerReader>,
  ): SyncError {
    if (read instanceof SyncError) return read
    const { status, headers } = response
    return refusal({
      status,
      message: serverMessage(Buffer.concat(pieces), headers['content-type'] ?? '', this.redact),
      retryAfterMs: retryAfterMs(headers['retry-after'], this.serverNow()),
      effect,
      missing: request.missing ?? 'gone',
      code: read,
    })
  }

  #failure(caught: unknown, request: ClientRequest, effect: Effect): unknown {
    // An answer that could not be read to its end is an answer: a create behind it probably happened.
    const failure =
      caught instanceof SyncError && caught.code === 'bad-response' && effect === 'create'
        ? unreadable(caught.message, effect, caught)
        : noAnswer(caught, effect)
    if (!(failure instanceof SyncError)) return failure
    // A server's answer may repeat the secret anywhere, also in the address it redirects to; from here it is stored and shown.
    const error = failure.inWords(this.redact(failure.message))
    this.#context.log.debug('request failed', {
      method: request.method,
      path: request.path,
      code: error.code,
      status: error.status,
      message: error.message,
    })
    return error
  }

  #readClock(response: HttpResponse): void {
    const date = response.headers['date']
    if (date === undefined || date === this.#lastDate) return
    const remote = Date.parse(date)
    if (Number.isNaN(remote)) return
    this.#lastDate = date
    this.#offsetMs = remote - this.#context.clock.now()
    this.#context.onClockOffset(this.#offsetMs)
  }

  #obeyRate(response: HttpResponse): void {
    const { headers } = response
    const ms = this.#paces?.(headers) ?? rateWindowMs(headers, this.serverNow())
    if (ms !== null && ms > 0) this.#gate.pause(ms)
  }

  #named(request: ClientRequest): string {
    return this.redact(`${request.method} ${request.path || '/'}`)
  }
}

/** Takes out what is secret now: tokens are renewed. */
function redactorOf({ secrets, renewal }: SignIn): (text: string) => string {
  if (!renewal) return secretRedactor(secrets)
  return (text) => secretRedactor([...secrets, ...renewal.secrets])(text)
}

/** The JSON of a short text, undefined when it is none. */
function jsonOf(bytes: Uint8Array): unknown {
  const parsed = parseJson([bytes])
  return !(parsed instanceof Promise) && parsed.ok ? parsed.value : undefined
}

/** Says what a captive portal says: 200 and a page to sign in at. */
function isWebPage(response: HttpResponse, [start]: readonly Uint8Array[]): boolean {
  const type = response.headers['content-type'] ?? ''
  if (/\bhtml\b/i.test(type)) return true
  if (type !== '' || !start) return false
  return /^\s*<(!doctype|html|head|body)/i.test(
    Buffer.from(start.subarray(0, 200)).toString('latin1'),
  )
}

function captivePortal(): SyncError {
  return new SyncError(
    'offline',
    'A web page came instead of an answer: this network probably wants you to sign in in a browser first, or the address is that of a web site.',
  )
}

/** The first thing that is wrong, without the value: it may be personal. */
function complaint(error: z.ZodError): string {
  const [first] = error.issues
  if (!first) return 'unreadable'
  const where = first.path.length > 0 ? `at ${first.path.join('.')}: ` : ''
  return where + first.message
}
