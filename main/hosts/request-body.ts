/** Reading what a request carries, up to a limit. */
import type { IncomingMessage } from 'node:http'

export type RequestBody =
  { readonly outcome: 'ok'; readonly bytes: Buffer } | { readonly outcome: 'too-large' | 'cut' }

/**
 * Reads a request's body, never more than `largest` bytes of it.
 * @param onPart told the length of each part that is kept
 * @param signal gives the reading up: what was read is dropped, and the outcome is `cut`
 */
export function readRequestBody(
  request: IncomingMessage,
  largest: number,
  onPart: (bytes: number) => void = () => {},
  signal?: AbortSignal,
): Promise<RequestBody> {
  return new Promise((resolve) => {
    const parts: Buffer[] = []
    let bytes = 0
    signal?.addEventListener('abort', () => {
      parts.length = 0
      resolve({ outcome: 'cut' })
    })
    request.on('data', (part: Buffer) => {
      if (signal?.aborted) return
      bytes += part.length
      if (bytes > largest) {
        parts.length = 0
        resolve({ outcome: 'too-large' })
        return
      }
      onPart(part.length)
      parts.push(part)
    })
    request.on('end', () => resolve({ outcome: 'ok', bytes: Buffer.concat(parts) }))
    request.on('close', () => resolve({ outcome: 'cut' }))
    request.on('error', () => resolve({ outcome: 'cut' }))
  })
}
