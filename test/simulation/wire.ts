/**
 * The network in this process: requests wait until the simulation releases them, one at a time, in the order of the seed.
 * So the same seed meets the same order of answers on every machine. What real sockets add is the flows' to show.
 */
import {
  HttpError,
  type Http,
  type HttpRequest,
  type HttpResponse,
} from '../../main/engine/ports.ts'
import type { OtherSide, PlainAnswer } from './other-side.ts'
import type { SimClock } from './sim-clock.ts'
import type { Trace } from './trace.ts'
import type { WireFault } from './wire-faults.ts'

/** A request that has left and has no answer yet. */
export interface Exchange {
  readonly no: number
  readonly side: OtherSide
  readonly request: HttpRequest
  readonly done: PromiseWithResolvers<HttpResponse>
}

const silenceMs = 30_000

export class Wire {
  readonly #sides: readonly OtherSide[]
  readonly #clock: SimClock
  readonly #trace: Trace
  readonly #waiting: Exchange[] = []
  /** Requests whose client has given up and that are still on their way. */
  readonly #stray: Exchange[] = []
  #sent = 0
  /** Requests that write, since the start. */
  writes = 0

  constructor(sides: readonly OtherSide[], clock: SimClock, trace: Trace) {
    this.#sides = sides
    this.#clock = clock
    this.#trace = trace
  }

  get waiting(): readonly Exchange[] {
    return this.#waiting
  }

  get stray(): readonly Exchange[] {
    return this.#stray
  }

  /** The network of one engine. */
  http(): Http {
    return {
      open: () => ({
        request: (request) => this.#leave(request),
        close: async () => {},
      }),
    }
  }

  #leave(request: HttpRequest): Promise<HttpResponse> {
    const side = this.#sides.find(({ url }) => request.url.startsWith(url))
    if (!side) throw new Error(`Nobody is at ${request.url}`)
    const exchange: Exchange = {
      no: ++this.#sent,
      side,
      request,
      done: Promise.withResolvers<HttpResponse>(),
    }
    if (request.method !== 'GET') this.writes += 1
    this.#trace.note(
      `> ${exchange.no} ${side.plan.name} ${request.method} ${request.url} ${typeof request.body === 'string' ? request.body : ''}`,
    )
    this.#waiting.push(exchange)
    request.signal?.addEventListener('abort', () => {
      if (this.#take(exchange)) {
        exchange.done.reject(new HttpError('aborted', 'Given up by the client', true))
      }
    })
    return exchange.done.promise
  }

  /** The client is dead: its requests may still arrive, their answers never. */
  forgetClient(): void {
    this.#stray.push(...this.#waiting.splice(0))
  }

  #take(exchange: Exchange): boolean {
    const at = this.#waiting.indexOf(exchange)
    if (at >= 0) this.#waiting.splice(at, 1)
    return at >= 0
  }

  /** A stray request arrives after all, or gets lost. */
  releaseStray(exchange: Exchange, arrives: boolean): void {
    this.#stray.splice(this.#stray.indexOf(exchange), 1)
    if (arrives) exchange.side.answer(exchange.request)
    this.#trace.note(`~ ${exchange.no} ${arrives ? 'arrives late' : 'is lost'}`)
  }

  /** Lets one request go its way. */
  release(exchange: Exchange, fault: WireFault | null): void {
    this.#take(exchange)
    const outcome = this.#outcome(exchange, fault)
    this.#trace.note(
      `< ${exchange.no} ${fault ?? 'well'} ${'failure' in outcome ? outcome.failure : `${outcome.status} ${outcome.text.length > noted ? outcome.text.slice(0, 100) : outcome.text}`}`,
    )
    if (outcome instanceof HttpError) exchange.done.reject(outcome)
    else exchange.done.resolve(outcome.response)
  }

  #outcome(exchange: Exchange, fault: WireFault | null) {
    const { side, request } = exchange
    const handled = () => side.answer(request)
    const told = (answer: PlainAnswer, broken = false) => this.#told(side, answer, broken)
    const silent = () => {
      this.#clock.pass(silenceMs)
      return new HttpError('timeout', 'No answer within 30 s', true)
    }
    switch (fault) {
      case null:
        return told(handled())
      case 'twice':
        handled()
        return told(handled())
      case 'refused':
        return new HttpError('offline', 'Connection refused', false)
      case 'cut-before':
        return new HttpError('offline', 'Connection reset', true)
      case 'cut-after':
        handled()
        return new HttpError('offline', 'Connection reset', true)
      case 'cut-in-body':
        return told(handled(), true)
      case 'half-page': {
        const whole = handled()
        return told({ ...whole, body: whole.body.slice(0, whole.body.length >> 1) })
      }
      case 'hang-before':
        return silent()
      case 'hang-after':
        handled()
        return silent()
      case 'late':
        this.#stray.push(exchange)
        return silent()
      case 'limited':
        return told(refusal(429, { 'retry-after': '7' }))
      case 'limited-until':
        return told(refusal(429, { 'retry-after': this.#date(side, 20_000) }))
      case 'down':
        return told(refusal(503, {}))
      case 'fails-before':
        return told(refusal(500, {}))
      case 'fails-after':
        handled()
        return told(refusal(500, {}))
      case 'portal':
        return told({
          status: 200,
          headers: { 'content-type': 'text/html' },
          body: '<!doctype html><title>Sign in to this network</title>',
        })
      case 'strange':
        return told({
          status: 200,
          headers: { 'content-type': 'application/json' },
          body: '{"records":[],"error":null}',
        })
      case 'sign-in':
        return told(refusal(401, {}))
      case 'limited-long':
        return told(refusal(429, { 'retry-after': '7' }, longPage))
      case 'down-long':
        return told(refusal(503, {}, longPage))
      case 'fails-long':
        return told(refusal(500, {}, longPage))
      case 'sign-in-long':
        return told(refusal(401, {}, longPage))
    }
  }

  #told(side: OtherSide, answer: PlainAnswer, broken: boolean) {
    const bytes = new TextEncoder().encode(answer.body)
    const response: HttpResponse = {
      status: answer.status,
      headers: { ...answer.headers, date: this.#date(side, 0) },
      body: (async function* () {
        if (!broken) return void (yield bytes)
        yield bytes.subarray(0, bytes.length >> 1)
        throw new HttpError('offline', 'Connection reset', true)
      })(),
      cancel: () => {},
    }
    return { response, status: answer.status, text: answer.body }
  }

  #date(side: OtherSide, laterMs: number): string {
    return new Date(this.#clock.trueTime + side.clockOffsetMs + laterMs).toUTCString()
  }
}

/** More than anybody reads of an error. */
const longPage = ' and so on'.repeat(7_000)
const noted = 64 * 1024

function refusal(
  status: number,
  headers: Readonly<Record<string, string>>,
  rest = '',
): PlainAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: `{"error":"simulated ${status}${rest}"}`,
  }
}
