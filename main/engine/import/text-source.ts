/** Bytes of a file as text, whatever program saved it: UTF-8 with or without a mark, UTF-16, Windows-1252 (Latin-1). */
import { Buffer, isAscii, isUtf8 } from 'node:buffer'
import { ProblemError } from '../../contract/problem.ts'

/** Bytes looked at before the encoding is chosen. */
const sampleBytes = 4096
/** Pieces are at most this long, so that no step over one blocks the event loop. */
const pieceBytes = 64 * 1024

/**
 * The text of a file in pieces of at most 64 K characters. Bytes that fit no encoding become U+FFFD.
 * Throws `ProblemError` (`wrong-use`) for a file that is not text: a workbook, a picture, an archive.
 */
export async function* decodeText(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let sample: Buffer | null = Buffer.alloc(0)
  let decode: ((bytes: Buffer, last: boolean) => string) | null = null
  for await (const chunk of source) {
    let bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    if (sample !== null) {
      sample = Buffer.concat([sample, bytes])
      if (sample.length < sampleBytes) continue
      bytes = sample
      sample = null
    }
    decode ??= decoderFor(bytes)
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      yield decode(bytes.subarray(at, at + pieceBytes), false)
    }
  }
  if (sample !== null) yield decoderFor(sample)(sample, true)
  else if (decode !== null) yield decode(Buffer.alloc(0), true)
}

function decoderFor(sample: Buffer): (bytes: Buffer, last: boolean) => string {
  refuseOtherFiles(sample)
  if (sample[0] === 0xff && sample[1] === 0xfe) return streaming('utf-16le')
  if (sample[0] === 0xfe && sample[1] === 0xff) return streaming('utf-16be')
  const zeros = [0, 0]
  const looked = Math.min(sample.length, sampleBytes)
  for (let at = 0; at < looked; at++) if (sample[at] === 0) zeros[at % 2]! += 1
  if (zeros[0]! + zeros[1]! > 0) {
    // Text of the Latin scripts in UTF-16 has a zero in every second byte.
    if (zeros[1]! > looked / 5 && zeros[0]! < looked / 50) return streaming('utf-16le')
    if (zeros[0]! > looked / 5 && zeros[1]! < looked / 50) return streaming('utf-16be')
    throw notText('It holds bytes that no text has.')
  }
  return utf8OrWindows()
}

function streaming(label: string): (bytes: Buffer, last: boolean) => string {
  const decoder = new TextDecoder(label)
  return (bytes, last) => decoder.decode(bytes, { stream: !last })
}

/** Which of the two a file is shows at the first letter that is not ASCII, and that may come late. */
function utf8OrWindows(): (bytes: Buffer, last: boolean) => string {
  let decode: ((bytes: Buffer, last: boolean) => string) | null = null
  return (bytes, last) => {
    if (decode === null) {
      if (isAscii(bytes)) return bytes.toString('latin1')
      decode = streaming(isMostlyUtf8(bytes) ? 'utf-8' : 'windows-1252')
    }
    return decode(bytes, last)
  }
}

function isMostlyUtf8(bytes: Buffer): boolean {
  let end = bytes.length
  // A letter cut off at the end of the piece says nothing.
  for (let back = 0; back < 3 && end > 0 && (bytes[end - 1]! & 0xc0) === 0x80; back++) end -= 1
  if (end > 0 && bytes[end - 1]! >= 0xc0) end -= 1
  if (end === 0 || isUtf8(bytes.subarray(0, end)) || isUtf8(bytes)) return true
  const text = new TextDecoder('utf-8').decode(bytes)
  let broken = 0
  let whole = 0
  for (const letter of text) {
    if (letter === '\uFFFD') broken += 1
    else if (letter > '\u007f') whole += 1
  }
  return whole > broken
}

function refuseOtherFiles(sample: Buffer): void {
  const start = sample.subarray(0, 8).toString('latin1')
  if (start.startsWith('PK\u0003\u0004') || start.startsWith('\u00d0\u00cf\u0011\u00e0')) {
    throw notText(
      'It is an Excel or OpenDocument workbook.',
      'Save the sheet as CSV and import that.',
    )
  }
  if (start.startsWith('\u001f\u008b')) throw notText('It is compressed.', 'Unpack it first.')
  if (start.startsWith('%PDF')) throw notText('It is a PDF document.')
  if (start.startsWith('SQLite f'))
    throw notText('It is a database.', 'Use restore for a Marshal backup.')
}

function notText(why: string, fix = 'Choose a CSV or JSON file.'): ProblemError {
  return new ProblemError({ code: 'wrong-use', message: `This is not a text file. ${why}`, fix })
}
