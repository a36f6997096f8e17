import type { ServerResponse } from 'node:http'
import type { FaultAction, RetryAfter } from './fault-rule.ts'
import type { CoreAnswer } from './stand-in-core.ts'

const json = { 'content-type': 'application/json' } as const

const portalPage = `<!doctype html><html><head><title>Welcome to Airport Wi-Fi</title></head>
<body><form action="http://portal.example/login">Please accept the terms to go online.</form></body></html>`

/** Faults that replace the answer without the request being handled, as an ordinary answer. */
export function replacement(action: FaultAction, now: number): CoreAnswer | null {
  switch (action.kind) {
    case 'answer':
      return {
        status: action.status,
        headers: {
          ...(typeof action.body === 'string' ? { 'content-type': 'text/plain' } : json),
          ...(action.retryAfter ? { 'retry-after': retryAfter(action.retryAfter, now) } : {}),
          ...action.headers,
        },
        body: typeof action.body === 'string' ? action.body : JSON.stringify(action.body ?? {}),
      }
    case 'html':
      return { status: 200, headers: { 'content-type': 'text/html' }, body: portalPage }
    case 'deep-json':
      return {
        status: 200,
        headers: json,
        body: '['.repeat(action.depth) + ']'.repeat(action.depth),
      }
    case 'delay':
    case 'cut-before':
    case 'cut-after-write':
    case 'hang':
    case 'hang-after-write':
    case 'slow-body':
    case 'huge-body':
    case 'endless-body':
    case 'truncated-json':
    case 'cut-in-body':
    case 'wrong-charset':
      return null
  }
}

function retryAfter(value: RetryAfter, now: number): string {
  if ('seconds' in value) return String(value.seconds)
  if ('dateIn' in value) return new Date(now + value.dateIn * 1000).toUTCString()
  return value.text
}

/** Sends so many bytes of a JSON array (`Infinity`: until the client hangs up), at its pace. */
export function pourJson(response: ServerResponse, bytes: number): void {
  const chunk = Buffer.from('{"id":1,"name":"filler"},'.repeat(2600))
  response.writeHead(200, json)
  response.write('[')
  let sent = 1
  const pour = (): void => {
    while (!response.destroyed && sent < bytes) {
      sent += chunk.length
      if (!response.write(chunk)) {
        response.once('drain', pour)
        return
      }
    }
    if (!response.destroyed) response.end('{"id":1}]')
  }
  pour()
}

/** Sends an answer so many bytes at a time. */
export function trickle(
  response: ServerResponse,
  answer: CoreAnswer,
  pace: { readonly bytes: number; readonly everyMs: number },
): void {
  const body = Buffer.from(answer.body, 'utf8')
  response.writeHead(answer.status, { ...answer.headers, 'content-length': body.length })
  response.flushHeaders()
  let sent = 0
  const timer = setInterval(() => {
    response.write(body.subarray(sent, sent + pace.bytes))
    sent += pace.bytes
    if (sent < body.length) return
    clearInterval(timer)
    response.end()
  }, pace.everyMs)
  response.once('close', () => clearInterval(timer))
}

/** Announces the whole body, sends half of it and cuts the connection. */
export function cutInBody(response: ServerResponse, answer: CoreAnswer): void {
  const body = Buffer.from(answer.body, 'utf8')
  response.writeHead(answer.status, { ...answer.headers, 'content-length': body.length })
  response.write(body.subarray(0, body.length >> 1), () => response.destroy())
}

/** The answer with half of its text. */
export function halved(answer: CoreAnswer): CoreAnswer {
  return { ...answer, body: answer.body.slice(0, answer.body.length >> 1) }
}
