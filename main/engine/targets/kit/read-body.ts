/** Reads the body of an answer into memory, but never more than was allowed. */
import { constants, createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import type { HttpResponse } from '../../ports.ts'
import { SyncError } from './sync-error.ts'

/** The largest answer that is read, decoded. A page is some hundred records; this is a hundred times that. */
export const largestAnswer = 50 * 1024 * 1024

/**
 * The decoded body in the pieces it came in. Throws `SyncError` `bad-response` when it is larger than `largestAnswer` or
 * cannot be decoded, and passes on the `HttpError` of a connection that ends in the middle.
 */
export async function readBody(response: HttpResponse): Promise<readonly Uint8Array[]> {
  const encoding = encodingOf(response)
  const announced = Number(response.headers['content-length'])
  if (announced > largestAnswer) {
    response.cancel()
    throw tooLarge()
  }
  try {
    return await collect(isPlain(encoding) ? response.body : decoded(response, encoding))
  } catch (error) {
    response.cancel()
    throw error
  }
}

/**
 * The beginning of a body that only explains a status, at most `limit` decoded bytes; the rest is given up. Never throws:
 * an explanation that is endless, cut, badly packed or late changes nothing about what was answered.
 */
export async function readBeginning(
  response: HttpResponse,
  limit: number,
): Promise<readonly Uint8Array[]> {
  const encoding = encodingOf(response)
  const pieces: Uint8Array[] = []
  let size = 0
  try {
    const body = isPlain(encoding) ? response.body : decoded(response, encoding)
    for await (const piece of body) {
      pieces.push(piece.subarray(0, limit - size))
      size += piece.length
      if (size >= limit) break
    }
  } catch {
    // What came until then is read all the same.
  } finally {
    response.cancel()
  }
  return pieces
}

function encodingOf(response: HttpResponse): string {
  return response.headers['content-encoding']?.trim().toLowerCase() ?? ''
}

const isPlain = (encoding: string): boolean => encoding === '' || encoding === 'identity'

async function collect(body: AsyncIterable<Uint8Array>): Promise<readonly Uint8Array[]> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of body) {
    size += piece.length
    if (size > largestAnswer) throw tooLarge()
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

function tooLarge(): SyncError {
  const megabytes = Math.round(largestAnswer / 1024 / 1024)
  return new SyncError(
    'bad-response',
    `The answer is larger than ${megabytes} MB and was not read.`,
  )
}
