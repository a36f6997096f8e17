/**
 * Reads JSON from a server we do not trust: valid UTF-8 only, nesting limited, no number rounded, and large arrays in
 * slices, so that no answer blocks the event loop.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { parseExactly } from './large-numbers.ts'

/** Nesting beyond this is an attack or a mistake, and would overflow recursive readers. */
export const deepest = 64

const sliceBytes = 256 * 1024
const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const openBracket = 0x5b
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d

/** The value, or what is wrong with the text. */
export type ParsedJson =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string }

const utf8 = new TextDecoder('utf-8', { fatal: true })
const tooDeep: ParsedJson = { ok: false, reason: `is nested deeper than ${deepest} levels` }
const notUtf8: ParsedJson = { ok: false, reason: 'is not UTF-8 text' }
const notJson: ParsedJson = { ok: false, reason: 'is not complete JSON' }

/**
 * Parses a body given in pieces. Answers at once for small ones; of a large array a few hundred kilobytes are parsed at a
 * time. A large text that is not an array is still parsed in one go.
 */
export function parseJson(pieces: readonly Uint8Array[]): ParsedJson | Promise<ParsedJson> {
  const size = pieces.reduce((sum, piece) => sum + piece.length, 0)
  if (size > sliceBytes) {
    const start = pieces.find((piece) => firstByte(piece) !== undefined)
    return start && firstByte(start) === openBracket ? parseArray(pieces) : parseWhole(pieces)
  }
  const bytes = joined(pieces)
  return new Nesting().read(bytes, null) ? parseBytes(bytes) : tooDeep
}

async function parseWhole(pieces: readonly Uint8Array[]): Promise<ParsedJson> {
  const nesting = new Nesting()
  for (const piece of pieces) {
    if (!nesting.read(piece, null)) return tooDeep
    await nextTurn()
  }
  return parseBytes(joined(pieces))
}

/** Cuts the array at commas between its elements and parses the cuts, each as an array of its own. */
async function parseArray(pieces: readonly Uint8Array[]): Promise<ParsedJson> {
  const nesting = new Nesting()
  const elements: unknown[] = []
  let pending: Uint8Array[] = []
  let size = 0
  let isFirst = true
  const take = (isLast: boolean): ParsedJson => {
    const text = decode(joined(pending))
    if (text === null) return notUtf8
    const cut = parseText((isFirst ? '' : '[') + text + (isLast ? '' : ']'))
    // Between two commas there must be something: `[1,,2]` and `[1,]` are not JSON.
    if (!cut.ok || !Array.isArray(cut.value)) return notJson
    if (cut.value.length === 0 && !(isFirst && isLast)) return notJson
    for (const element of cut.value) elements.push(element)
    isFirst = false
    return cut
  }
  for (const piece of pieces) {
    const commas: number[] = []
    if (!nesting.read(piece, commas)) return tooDeep
    const last = commas.at(-1)
    if (last === undefined || size + last < sliceBytes) {
      pending.push(piece)
      size += piece.length
      continue
    }
    pending.push(piece.subarray(0, last))
    const taken = take(false)
    if (!taken.ok) return taken
    pending = [piece.subarray(last + 1)]
    size = piece.length - last - 1
    await nextTurn()
  }
  const rest = take(true)
  return rest.ok ? { ok: true, value: elements } : rest
}

/** First byte that is neither white space nor part of a byte-order mark. */
function firstByte(bytes: Uint8Array): number | undefined {
  return bytes.find((byte) => byte > 0x20 && byte !== 0xef && byte !== 0xbb && byte !== 0xbf)
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces)
}

function parseBytes(bytes: Uint8Array): ParsedJson {
  const text = decode(bytes)
  return text === null ? notUtf8 : parseText(text)
}

function decode(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes)
  } catch {
    return null
  }
}

function parseText(text: string): ParsedJson {
  try {
    return { ok: true, value: parseExactly(text) }
  } catch {
    return notJson
  }
}

/** Follows strings and brackets over a text that comes in pieces. */
class Nesting {
  #depth = 0
  #inString = false
  #escaped = false

  /** False as soon as the text is too deep. Collects the commas of the outermost level where asked to. */
  read(bytes: Uint8Array, commas: number[] | null): boolean {
    let depth = this.#depth
    let inString = this.#inString
    let escaped = this.#escaped
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] as number
      if (inString) {
        if (escaped) escaped = false
        else if (byte === backslash) escaped = true
        else if (byte === quote) inString = false
      } else if (byte === quote) inString = true
      else if (byte === openBracket || byte === openBrace) {
        if (++depth > deepest) return false
      } else if (byte === closeBracket || byte === closeBrace) depth--
      else if (byte === comma && depth === 1 && commas !== null) commas.push(at)
    }
    this.#depth = depth
    this.#inString = inString
    this.#escaped = escaped
    return true
  }
}
