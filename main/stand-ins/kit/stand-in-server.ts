import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { InFlightLimit } from './in-flight-limit.ts'
import { cutInBody, halved, pourJson, replacement, trickle } from './fault-answers.ts'
import { FaultBook } from './fault-book.ts'
import type { FaultAction } from './fault-rule.ts'
import { HoldGate } from './hold-gate.ts'
import type { CoreAnswer, CoreRequest, StandInCore } from './stand-in-core.ts'
import { Traffic } from './traffic.ts'

/** One request on its way through the server. */
interface Exchange {
  readonly request: CoreRequest
  readonly response: ServerResponse
  readonly kind: string
  readonly entry: ReturnType<Traffic['received']>
}

/** Answers requests to the control interface; they are not traffic. */
export type ControlOverHttp = (
  command: string,
  body: string,
) => Promise<{ readonly status: number; readonly body: string }>

const controlPath = '/__control/'

/** Larger request bodies are answered with 413 and the connection is closed. */
const largestBody = 16 * 1024 * 1024

/**
 * The HTTP side of every stand-in: a core's answers, with statistics, faults, freezing, latency, a
 * shifted clock, and a network that can be unplugged while the content stays. It listens on 127.0.0.1, and refuses
 * another Host, so that a web page cannot read it by rebinding its own name to this computer.
 */
export class StandInServer {
  readonly faults = new FaultBook()
  readonly gate = new HoldGate()
  readonly traffic = new Traffic()
  /** Added to the `Date` header and to dates in `Retry-After`, ms. */
  clockOffset = 0
  /** Wait before each answer, ms. */
  latency = 0
  readonly #core: StandInCore
  readonly #control: ControlOverHttp
  readonly #limit: InFlightLimit | null
  readonly #server: Server
  #port = 0

  constructor(core: StandInCore, control: ControlOverHttp) {
    this.#core = core
    this.#control = control
    this.#limit = core.inFlight ? new InFlightLimit(core.inFlight.limit) : null
    this.#server = createServer((request, response) => this.#receive(request, response))
    this.#server.keepAliveTimeout = 60_000
  }

  /** Listens on `port`; 0 takes a free one the first time and the same one ever after. */
  async plug(port = this.#port): Promise<string> {
    if (!this.#server.listening) {
      await new Promise<void>((resolve, reject) => {
        const failed = (error: NodeJS.ErrnoException) => reject(explain(error, port))
        this.#server.once('error', failed)
        this.#server.listen(port, '127.0.0.1', () => {
          this.#server.off('error', failed)
          resolve()
        })
      })
      this.#port = (this.#server.address() as AddressInfo).port
    }
    return `http://127.0.0.1:${this.#port}`
  }

  /** Stops listening and cuts every connection; the content stays. */
  async unplug(): Promise<void> {
    if (!this.#server.listening) return
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }

  /** Back to the start: content, statistics, faults, frozen requests, clock. The port stays. */
  reset(): void {
    this.gate.drop()
    this.faults.clear()
    this.traffic.reset()
    this.clockOffset = 0
    this.latency = 0
    this.#core.reset()
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const { method = 'GET', url: target = '/' } = request
    if (!isLoopback(request.headers.host)) {
      sendPlain(response, 421, 'This server answers on 127.0.0.1 and localhost only.')
      return
    }
    const isControl = target.startsWith(controlPath)
    const limitKey = isControl ? null : (this.#core.inFlight?.keyOf(request.headers) ?? null)
    const entered = limitKey === null || this.#limit === null || this.#limit.enter(limitKey)
    if (!isControl) {
      this.traffic.enter()
      response.once('close', () => this.traffic.leave())
      if (limitKey !== null && entered) this.#leaveOnce(response, limitKey)
    }
    const parts: Buffer[] = []
    let length = 0
    request.on('data', (part: Buffer) => {
      length += part.length
      if (length <= largestBody) parts.push(part)
      else if (!response.headersSent) {
        response.shouldKeepAlive = false
        sendPlain(response, 413, 'The request is larger than 16 MB.')
      }
    })
    request.on('end', () => {
      if (length > largestBody) return
      const raw = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)
      const whole = { method, target, headers: request.headers, body: raw.toString('utf8') }
      if (isControl) void this.#answerControl(whole, response)
      else this.#handle(this.#exchange(whole, raw.length, response), entered)
    })
  }

  #exchange(request: CoreRequest, bytes: number, response: ServerResponse): Exchange {
    const { method, target, headers, body } = request
    const collection = this.#core.collectionOf(target)
    const kind = collection === '' ? method : `${method} ${collection}`
    const key = headers['idempotency-key']
    const idempotencyKey = typeof key === 'string' ? key : null
    const entry = this.traffic.received({
      ...{ method, path: target, kind, idempotencyKey, body },
      bytes,
    })
    return { request, response, kind, entry }
  }

  #handle(exchange: Exchange, entered: boolean): void {
    if (!entered && this.#core.inFlight) this.#send(exchange, this.#core.inFlight.refusal)
    else if (this.faults.isEmpty && this.latency === 0 && !this.gate.isArmed)
      this.#send(exchange, this.#answerOf(exchange.request))
    else this.#answerSlowly(exchange).catch(() => exchange.response.destroy())
  }

  /** A defect of the core is an answer too, and a line on stderr. */
  #answerOf(request: CoreRequest): CoreAnswer {
    try {
      return this.#core.answer(request)
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? '') : String(error)}\n`)
      return {
        status: 500,
        headers: { 'content-type': 'text/plain; charset=utf-8' },
        body: 'The stand-in failed while answering.',
      }
    }
  }

  /** The place is given back when the answer is handed over: the client's next request may overtake `close`. */
  #leaveOnce(response: ServerResponse, key: string): void {
    let left = false
    const leave = (): void => {
      if (!left) this.#limit?.leave(key)
      left = true
    }
    response.once('prefinish', leave)
    response.once('close', leave)
  }

  async #answerSlowly(exchange: Exchange): Promise<void> {
    const { method, target, body } = exchange.request
    const actions = this.faults.strike(method, target, body)
    exchange.entry.faults = actions.map((action) => action.kind)
    if (this.latency > 0) await delay(this.latency)
    if ((await this.gate.pass('before', method, target, body)) === 'drop') return
    let last: FaultAction | null = null
    for (const action of actions) {
      if (action.kind === 'delay') await delay(action.ms)
      else last = action
    }
    if (last !== null && this.#replaced(exchange, last)) return
    const answer = this.#answerOf(exchange.request)
    if ((await this.gate.pass('after-write', method, target, body)) === 'drop') return
    this.#spoil(exchange, answer, last)
  }

  /** Carries out a fault that strikes before the request is handled; `false` for any other. */
  #replaced(exchange: Exchange, action: FaultAction): boolean {
    const { response } = exchange
    switch (action.kind) {
      case 'hang':
        return true
      case 'cut-before':
        response.destroy()
        return true
      case 'huge-body':
        pourJson(response, action.bytes)
        return true
      case 'endless-body':
        pourJson(response, Infinity)
        return true
      default: {
        const answer = replacement(action, Date.now() + this.clockOffset)
        if (answer !== null) this.#send(exchange, answer)
        return answer !== null
      }
    }
  }

  /** Sends the answer of a handled request, spoilt as the fault wants it. */
  #spoil(exchange: Exchange, answer: CoreAnswer, action: FaultAction | null): void {
    const { response } = exchange
    switch (action?.kind) {
      case 'cut-after-write':
        response.destroy()
        return
      case 'hang-after-write':
        return
      case 'slow-body':
        trickle(response, answer, action)
        return
      case 'cut-in-body':
        cutInBody(response, answer)
        return
      case 'truncated-json':
        this.#send(exchange, halved(answer))
        return
      case 'wrong-charset':
        this.#send(exchange, answer, 'latin1')
        return
      default:
        this.#send(exchange, answer)
    }
  }

  #send(exchange: Exchange, answer: CoreAnswer, encoding: 'utf8' | 'latin1' = 'utf8'): void {
    const { response, entry, kind } = exchange
    const bytes = answer.body === '' ? 0 : Buffer.byteLength(answer.body, encoding)
    this.traffic.answered(entry, kind, answer.status, bytes)
    if (response.destroyed) return
    if (this.clockOffset !== 0)
      response.setHeader('date', new Date(Date.now() + this.clockOffset).toUTCString())
    response.writeHead(
      answer.status,
      answer.status === 204 ? answer.headers : { ...answer.headers, 'content-length': bytes },
    )
    response.end(answer.body, encoding)
  }

  async #answerControl(request: CoreRequest, response: ServerResponse): Promise<void> {
    const { target, headers, body } = request
    // A browser names where a request comes from: no page steers a stand-in.
    if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined) {
      sendPlain(response, 403, 'A stand-in is steered by programs, not by pages.')
      return
    }
    const command = target.slice(controlPath.length).split('?')[0] ?? ''
    const { status, body: text } = await this.#control(command, body)
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(text)
  }
}

function explain(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== 'EADDRINUSE') return error
  const explained: NodeJS.ErrnoException = new Error(
    `Port ${port} is already in use by another program. Choose another one with --port.`,
    { cause: error },
  )
  explained.code = 'EADDRINUSE'
  return explained
}

function isLoopback(host: string | undefined): boolean {
  return host !== undefined && /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host)
}

function sendPlain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' })
  response.end(text)
}
