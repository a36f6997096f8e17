/** A chosen file in pieces, byte for byte: the engine finds out what it is. */

/** Bytes per piece: in base64 it stays under the engine's limit of one request. */
const pieceBytes = 384 * 1024
/** Arguments of one call, of which a browser takes only so many. */
const charactersPerCall = 0x8000

/** Base64 of each piece, with the bytes read so far. */
export async function* filePieces(
  file: Blob,
): AsyncGenerator<{ readonly base64: string; readonly readBytes: number }> {
  for (let at = 0; at < file.size; at += pieceBytes) {
    const end = Math.min(at + pieceBytes, file.size)
    const bytes = new Uint8Array(await file.slice(at, end).arrayBuffer())
    yield { base64: toBase64(bytes), readBytes: end }
  }
}

function toBase64(bytes: Uint8Array): string {
  const parts: string[] = []
  for (let at = 0; at < bytes.length; at += charactersPerCall)
    parts.push(String.fromCharCode(...bytes.subarray(at, at + charactersPerCall)))
  return btoa(parts.join(''))
}
