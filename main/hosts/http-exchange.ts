/** One request on one undici connection, straight on its dispatch callbacks: `request()` and its streams cost twice the time. */
import type { Dispatcher } from 'undici'
import { HttpError, type HttpRequest, type HttpResponse } from '../engine/ports.ts'
import { httpErrorOf } from './http-failure.ts'

/** Bytes of an answer kept for a slow reader before the server is made to wait. */
const highWater = 1024 * 1024

/**
 * Sends a request. Rejects with `HttpError` when there is no answer; the body throws one when it breaks off.
 * @param totalMs for everything together, the reading of the body included.
 */
export function exchange(
  dispatcher: Dispatcher,
  url: URL,
  request: HttpRequest,
  totalMs: number,
): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    new Exchange(url, request, totalMs, { resolve, reject }).start(dispatcher)
  })
}

/** How the promise of an answer is kept or broken. */
interface Settle {
  readonly resolve: (response: HttpResponse) => void
  readonly reject: (error: HttpError) => void
}

class Exchange implements Dispatcher.DispatchHandler {
  readonly #url: URL
  readonly #request: HttpRequest
  readonly #totalMs: number
  readonly #resolve: (response: HttpResponse) => void
  readonly #reject: (error: HttpError) => void
  readonly #pieces: Uint8Array[] = []
  readonly #abort = (): void => this.#stop(null)
  #timer: NodeJS.Timeout | null = null
  #controller: Dispatcher.DispatchController | null = null
  /** Why we stopped; null while we have not, or where the caller wished it. */
  #reason: HttpError | null = null
  #stopped = false
  /** True once writing has begun: from then on the request may have reached the server. */
  #sent = false
  #kept = 0
  #ended = false
  #error: HttpError | null = null
  #wake: (() => void) | null = null

  constructor(url: URL, request: HttpRequest, totalMs: number, { resolve, reject }: Settle) {
    this.#url = url
    this.#request = request
    this.#totalMs = totalMs
    this.#resolve = resolve
    this.#reject = reject
  }

  start(dispatcher: Dispatcher): void {
    const { method, headers, body, signal } = this.#request
    if (signal?.aborted) {
      this.#fail(null)
      return
    }
    signal?.addEventListener('abort', this.#abort, { once: true })
    this.#timer = setTimeout(() => this.#stop(this.#tooLong()), this.#totalMs)
    const { origin, pathname, search } = this.#url
    const options = { origin, path: pathname + search, method, headers, body: body ?? null }
    try {
      dispatcher.dispatch(options, this)
    } catch (error) {
      this.#fail(error)
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#stopped) controller.abort(new Error('stopped before it was sent'))
    else this.#sent = true
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    if (status < 200) return
    this.#resolve({
      status,
      headers: joined(headers),
      body: this.#body(),
      cancel: () => {
        if (!this.#ended) this.#stop(null)
      },
    })
  }

  onResponseData(controller: Dispatcher.DispatchController, piece: Buffer): void {
    this.#pieces.push(piece)
    this.#kept += piece.length
    if (this.#kept > highWater) controller.pause()
    this.#wake?.()
  }

  onResponseEnd(): void {
    this.#finish()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(this.#reason ?? error)
  }

  async *#body(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const piece = this.#pieces.shift()
        if (piece !== undefined) {
          this.#kept -= piece.length
          if (this.#controller?.paused && this.#kept <= highWater / 2) this.#controller.resume()
          yield piece
        } else if (this.#error) throw this.#error
        else if (this.#ended) return
        else await new Promise<void>((resolve) => (this.#wake = resolve))
      }
    } finally {
      if (!this.#ended) this.#stop(null)
    }
  }

  /** Gives the connection up; `null` where nobody waits for a reason. */
  #stop(reason: HttpError | null): void {
    if (this.#stopped || this.#ended) return
    this.#stopped = true
    this.#reason = reason
    if (this.#controller) this.#controller.abort(reason ?? new Error('stopped'))
    else this.#fail(reason)
  }

  #fail(error: unknown): void {
    if (this.#ended) return
    this.#error = this.#callersWish() ?? httpErrorOf(error, this.#url, this.#sent)
    this.#finish()
    this.#reject(this.#error)
  }

  #finish(): void {
    this.#ended = true
    if (this.#timer) clearTimeout(this.#timer)
    this.#request.signal?.removeEventListener('abort', this.#abort)
    this.#wake?.()
  }

  /** The caller's own wish to stop, whatever reason its signal carries. */
  #callersWish(): HttpError | null {
    const { signal } = this.#request
    if (signal?.aborted !== true) return null
    const cause = signal.reason as unknown
    return new HttpError('aborted', 'The request was stopped', this.#sent, { cause })
  }

  #tooLong(): HttpError {
    const seconds = this.#totalMs / 1000
    return new HttpError('timeout', `no complete answer within ${seconds} s`, true)
  }
}

function joined(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Readonly<Record<string, string>> {
  const result: Record<string, string> = Object.create(null)
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined)
      result[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value
  }
  return result
}
