/** A chosen file as text in pieces, whatever program saved it: UTF-8, UTF-16 or Windows-1252 (Latin-1). */

/** Bytes per piece: even in three-byte letters, escaped as JSON, a piece stays under the engine's limit of one request. */
const pieceBytes = 192 * 1024
const sampleBytes = 4096

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'

/** Text of the file, with the bytes read so far. Letters are never cut between pieces; a byte order mark is left out. */
export async function* readTextFile(
  file: Blob,
): AsyncGenerator<{ readonly text: string; readonly readBytes: number }> {
  const decoder = new TextDecoder(await encodingOf(file))
  for (let at = 0; at < file.size; at += pieceBytes) {
    const end = Math.min(at + pieceBytes, file.size)
    const bytes = await file.slice(at, end).arrayBuffer()
    yield { text: decoder.decode(bytes, { stream: end < file.size }), readBytes: end }
  }
}

/** By its mark, by the zeros of UTF-16, else UTF-8 if every byte of it fits, else what Windows programs write. */
export async function encodingOf(file: Blob): Promise<Encoding> {
  const sample = new Uint8Array(await file.slice(0, sampleBytes).arrayBuffer())
  if (sample[0] === 0xff && sample[1] === 0xfe) return 'utf-16le'
  if (sample[0] === 0xfe && sample[1] === 0xff) return 'utf-16be'
  // Latin letters in UTF-16 have a zero in every second byte.
  const zeros = [0, 0]
  sample.forEach((byte, at) => {
    if (byte === 0) zeros[at % 2]! += 1
  })
  if (zeros[1]! > sample.length / 5 && zeros[0]! < sample.length / 50) return 'utf-16le'
  if (zeros[0]! > sample.length / 5 && zeros[1]! < sample.length / 50) return 'utf-16be'
  return (await isUtf8(file)) ? 'utf-8' : 'windows-1252'
}

async function isUtf8(file: Blob): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for (let at = 0; at < file.size; at += pieceBytes) {
      const end = Math.min(at + pieceBytes, file.size)
      decoder.decode(await file.slice(at, end).arrayBuffer(), { stream: end < file.size })
    }
    return true
  } catch {
    return false
  }
}
