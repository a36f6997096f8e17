/** The words of a file that have bytes beyond ASCII, with the bytes around: a sample of bounded size from all of it. */
import { isAscii, isUtf8 } from 'node:buffer'

export interface FileWords {
  /** Distinct words as bytes, one character each (`latin1`). */
  readonly words: readonly string[]
  /** Every byte is ASCII. */
  readonly ascii: boolean
  /** Every byte fits UTF-8. */
  readonly utf8: boolean
}

/** Words kept of each byte: a rare byte late in the file is in the sample too. */
const wordsPerByte = 12
/** Longest word, in bytes. A stretch without white space may be as long as the file. */
const longestWord = 60

const word = /[A-Za-z0-9'-]{0,40}[\u0080-\u00ff][A-Za-z0-9'\u0080-\u00ff-]*/g

export class WordCollector {
  readonly #words = new Set<string>()
  readonly #perByte = new Uint16Array(256)
  #ascii = true
  #utf8 = true
  #rest: Buffer = Buffer.alloc(0)

  push(chunk: Uint8Array): void {
    let bytes: Buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    if (this.#rest.length === 0 && isAscii(bytes)) {
      this.#rest = tail(bytes)
      return
    }
    bytes = Buffer.concat([this.#rest, bytes])
    const rest = tail(bytes)
    this.#take(bytes.subarray(0, bytes.length - rest.length))
    this.#rest = rest
  }

  end(): FileWords {
    this.#take(this.#rest)
    return { words: [...this.#words], ascii: this.#ascii, utf8: this.#utf8 }
  }

  #take(bytes: Buffer): void {
    if (isAscii(bytes)) return
    this.#ascii = false
    this.#utf8 &&= isUtf8(bytes)
    for (const [found] of bytes.toString('latin1').matchAll(word)) this.#keep(found)
  }

  #keep(found: string): void {
    const kept = found.length > longestWord ? found.slice(0, longestWord) : found
    if (this.#words.has(kept)) return
    let rare = false
    for (let at = 0; at < kept.length; at++) {
      const byte = kept.charCodeAt(at)
      if (byte > 0x7f && this.#perByte[byte]! < wordsPerByte) rare = true
    }
    if (!rare) return
    for (let at = 0; at < kept.length; at++) this.#perByte[kept.charCodeAt(at)]! += 1
    this.#words.add(kept)
  }
}

/** The end of a piece from its last white space or separator on: a word may go on in the next one. */
function tail(bytes: Buffer): Buffer {
  const first = Math.max(0, bytes.length - longestWord)
  for (let at = bytes.length - 1; at >= first; at--) {
    const byte = bytes[at]!
    if (byte === 0x20 || byte === 0x0a || byte === 0x2c || byte === 0x3b || byte === 0x09) {
      return Buffer.from(bytes.subarray(at + 1))
    }
  }
  return Buffer.from(bytes.subarray(first))
}
