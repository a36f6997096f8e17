/** Reads the body of an answer into memory, but never more than was allowed. */
import { constants, createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import type { HttpResponse } from '../../ports.ts'
import { SyncError } from './sync-error.ts'

/** The largest answer that is read, decoded. A page is some hundred records; this is a hundred times that. */
export const largestAnswer = 50 * 1024 * 1024

/**
 * The decoded body in the pieces it came in. Throws `SyncError` `bad-response` when it is larger than `limit` bytes or cannot be decoded, and
 * passes on the `HttpError` of a connection that ends in the middle.
 */
export async function readBody(
  response: HttpResponse,
  limit: number = largestAnswer,
): Promise<readonly Uint8Array[]> {
  const encoding = response.headers['content-encoding']?.trim().toLowerCase() ?? ''
  const announced = Number(response.headers['content-length'])
  if (announced > limit) {
    response.cancel()
    throw tooLarge(limit)
  }
  try {
    return encoding === '' || encoding === 'identity'
      ? await collect(response.body, limit)
      : await collect(decoded(response, encoding), limit)
  } catch (error) {
    response.cancel()
    throw error
  }
}

async function collect(
  body: AsyncIterable<Uint8Array>,
  limit: number,
): Promise<readonly Uint8Array[]> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of body) {
    size += piece.length
    if (size > limit) throw tooLarge(limit)
    pieces.push(piece)
  }
  return pieces
}

async function* decoded(response: HttpResponse, encoding: string): AsyncIterable<Uint8Array> {
  const decoder = decoderFor(encoding)
  let broken: unknown = null
  const feeding = feed(response.body, decoder).catch((error: unknown) => {
    broken = error
    decoder.destroy()
  })
  try {
    for await (const part of decoder) yield part as Uint8Array
  } catch (cause) {
    if (broken === null) {
      throw new SyncError('bad-response', `The answer is not valid ${encoding}.`, { cause })
    }
  } finally {
    decoder.destroy()
  }
  await feeding
  if (broken !== null) throw broken
}

async function feed(
  body: AsyncIterable<Uint8Array>,
  decoder: NodeJS.WritableStream,
): Promise<void> {
  for await (const part of body) {
    if (!decoder.writable) return
    if (!decoder.write(part)) {
      await new Promise<void>((resolve) => {
        decoder.once('drain', resolve)
        decoder.once('close', resolve)
      })
    }
  }
  decoder.end()
}

function decoderFor(encoding: string) {
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip({ finishFlush: constants.Z_FINISH })
    case 'deflate':
      return createInflate()
    case 'br':
      return createBrotliDecompress()
    default:
      throw new SyncError(
        'bad-response',
        `The answer is packed as "${encoding}", which nobody asked for.`,
      )
  }
}

function tooLarge(limit: number): SyncError {
  const megabytes = Math.round(limit / 1024 / 1024)
  return new SyncError(
    'bad-response',
    `The answer is larger than ${megabytes} MB and was not read.`,
  )
}
