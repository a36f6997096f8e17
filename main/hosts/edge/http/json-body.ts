import type { IncomingMessage } from 'node:http'
import { readRequestBody } from '../../request-body.ts'
import { largestBody } from './request-guard.ts'

export type JsonBody =
  | { readonly outcome: 'ok'; readonly value: unknown }
  | { readonly outcome: 'too-large' | 'malformed' | 'cut' }

/** Reads a request's body, never more than 1 MB of it. */
export async function readJsonBody(request: IncomingMessage): Promise<JsonBody> {
  const body = await readRequestBody(request, largestBody)
  return body.outcome === 'ok' ? parse(body.bytes) : body
}

function parse(bytes: Buffer): JsonBody {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return { outcome: 'ok', value: JSON.parse(text) as unknown }
  } catch {
    return { outcome: 'malformed' }
  }
}
