/**
 * `POST /hooks/NAME` for both hosts: what other systems send to a target. Neither token nor origin is asked for; the
 * target's adapter checks the signature. Nothing of a request is ever logged here: its query may be a secret.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Engine } from '../engine/engine.ts'
import { createCallAllowance } from './call-allowance.ts'
import { readRequestBody } from './request-body.ts'

/** Bytes one webhook may carry. */
export const largestHook = 1024 * 1024
const tooLarge = 'A webhook may be 1 MB at most'
const welcome = { message: 'Webhooks are sent here by POST' }

export interface HookOptions {
  readonly receive: Engine['receiveWebhook']
  /** Webhooks in a row that one target's signature proves to be its own, default 2,000. */
  readonly burst?: number
  /** The same a second in the long run, default 100. */
  readonly perSecond?: number
  /** Bytes of all webhooks being read at once, default 32 MB; above it the one that holds most is given up. */
  readonly mostHeld?: number
}

export interface HookRequests {
  /** Answers a request whose path is `/hooks` or under it. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>
}

export function createHookRequests(options: HookOptions): HookRequests {
  const allowance = createCallAllowance({
    burst: options.burst ?? 2_000,
    perSecond: options.perSecond ?? 100,
    now: () => performance.now(),
  })
  const mostHeld = options.mostHeld ?? 32 * largestHook
  const reading = new Set<Reading>()

  /** Whoever holds most makes room: strangers with large bodies cannot keep a small one out. */
  const makeRoom = (): void => {
    const held = [...reading].reduce((sum, { bytes }) => sum + bytes, 0)
    if (held <= mostHeld) return
    const most = [...reading].reduce((a, b) => (b.bytes > a.bytes ? b : a))
    reading.delete(most)
    most.giveUp.abort()
  }

  return {
    async answer(request, response) {
      const isLookingIn = request.method === 'GET' && targetOf(request.url ?? '') !== null
      // Some systems look whether somebody is there before they send; the answer is the same under every name.
      if (isLookingIn) return answerUnread(request, response, 200, welcome)
      const name = request.method === 'POST' ? targetOf(request.url ?? '') : null
      if (name === null) return refuse(request, response, 404, 'There is nothing here')
      if (Number(request.headers['content-length'] ?? 0) > largestHook) {
        return refuse(request, response, 413, tooLarge)
      }
      const own: Reading = { bytes: 0, giveUp: new AbortController() }
      reading.add(own)
      try {
        const onPart = (bytes: number) => {
          own.bytes += bytes
          makeRoom()
        }
        const body = await readRequestBody(request, largestHook, onPart, own.giveUp.signal)
        if (own.giveUp.signal.aborted) {
          response.setHeader('retry-after', '1')
          return refuse(request, response, 503, 'Try again later')
        }
        if (body.outcome !== 'ok') {
          if (body.outcome === 'too-large') refuse(request, response, 413, tooLarge)
          return
        }
        const { status, message } = await options.receive(
          name,
          {
            headers: flatHeaders(request),
            query: queryOf(request.url ?? ''),
            body: body.bytes,
          },
          () => allowance.take(name),
        )
        if (status === 429) response.setHeader('retry-after', '1')
        sendJson(response, status, status < 300 ? { message } : { error: message })
      } finally {
        reading.delete(own)
      }
    },
  }
}

/** A webhook that is being read or judged. */
interface Reading {
  bytes: number
  readonly giveUp: AbortController
}

/** The target's name in a path like `/hooks/race%20office?…`, null when it has another form. */
export function targetOf(url: string): string | null {
  const match = /^\/hooks\/([^/?#]+)(?:\?.*)?$/.exec(url)
  if (!match) return null
  try {
    return decodeURIComponent(match[1]!)
  } catch {
    return null
  }
}

function queryOf(url: string): Readonly<Record<string, string>> {
  const mark = url.indexOf('?')
  return mark < 0 ? {} : Object.fromEntries(new URLSearchParams(url.slice(mark + 1)))
}

function flatHeaders({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  )
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  error: string,
): void {
  answerUnread(request, response, status, { error })
}

/** Answers without reading on: the connection ends with the answer. */
function answerUnread(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: object,
): void {
  response.setHeader('connection', 'close')
  // What is on its way already is thrown away, so that the sender gets to read the answer.
  request.resume()
  sendJson(response, status, body)
  response.once('finish', () => setImmediate(() => request.destroy()))
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  if (response.destroyed) return
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}
