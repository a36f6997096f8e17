/** UTF-8 that a program took for another encoding and saved as UTF-8 again: `JosÃ©` is José. Pure. */
import iconv from 'iconv-lite'

/** A word with the marks of it, as they look after a Western, a Central European and a Cyrillic program. */
const first = '[ÂÃÄÅĂĹĽÐÑÎÏÇÈËÊÍРСД]'
const second =
  '[\\u0080-\\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸŚŤŹśťźˇ˘ŁĄŞŻ˛łąşĽ˝ľżЂЃѓЉЊЌЋЏђљњќћџЎўЈҐЁЄЇІіґё№єјЅѕї]'
const marked = new RegExp(`${first}${second}|â€|\\p{Ll}Ã(?:\\s|$)|[ÃÅÄÂ] (?=\\p{Ll})`, 'u')
/** The no-break space is one of the marks (Ã with it is à), so white space is ASCII here. */
const word = /[^ \t\r\n,;|"/()]+/gu

const codecs = ['windows-1252', 'windows-1250', 'windows-1251'] as const
type Codec = (typeof codecs)[number]

export interface DoubleEncoding {
  /** Words that decode back cleanly, with what they become. */
  readonly mended: readonly (readonly [from: string, to: string])[]
  /** Words with the marks that do not. */
  readonly torn: readonly string[]
}

/** Looks through words of a UTF-8 file. */
export function findDoubleEncoding(words: readonly string[]): DoubleEncoding {
  const mended: (readonly [string, string])[] = []
  const torn: string[] = []
  for (const one of words) {
    if (!marked.test(one)) continue
    const better = mendWord(one)
    if (better !== null) mended.push([one, better])
    else if (tornMark.test(one)) torn.push(one)
  }
  return { mended, torn }
}

/** Marks that no word of any language has, mended or not. */
const tornMark = /[ÃÅÄÂ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰‹‘’“”•–—˜™›]|â€|[ĂĹ][\u0080-\u00bf€‚„…†‡‰‹‘’“”•–—™›]/

/** A text in which every word with the marks is what it was; the others stay. */
export function mendText(damaged: string): string {
  if (!marked.test(damaged)) return damaged
  // Many programs make a plain space of the no-break space that belongs to Š and à, or trim it away.
  const text = damaged
    .replace(/([ÃÅÄÂ]) (?=\p{Ll})/gu, '$1\u00a0')
    .replace(/(?<=\p{Ll})Ã(?=\s|$)/gu, 'Ã\u00a0')
  return text.replace(word, (one) => (marked.test(one) ? (mendWord(one) ?? one) : one))
}

/** True for a text with marks that nothing mends. */
export function isTorn(text: string): boolean {
  return tornMark.test(text)
}

function mendWord(damaged: string): string | null {
  let text = damaged
  // Twice over, at most: what was saved wrongly once may have been once more.
  for (let round = 0; round < 2; round++) {
    const better = codecs.map((codec) => decodeBack(text, codec)).find((found) => found !== null)
    if (better === undefined) break
    text = better
  }
  return text === damaged ? null : text
}

function decodeBack(text: string, codec: Codec): string | null {
  if (!marked.test(text)) return null
  const bytes: number[] = []
  for (const char of text) {
    const own = encodeChar(char, codec)
    if (own === null) return null
    bytes.push(own)
  }
  try {
    const back = new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes))
    return back !== text && !/[\u0080-\u009f]/.test(back) ? back : null
  } catch {
    return null
  }
}

/** The byte of a character; a byte the encoding leaves free is kept as a control character by many programs. */
function encodeChar(char: string, codec: Codec): number | null {
  const code = char.codePointAt(0)!
  if (code <= 0x7f || (code >= 0x80 && code <= 0x9f)) return code
  const bytes = iconv.encode(char, codec)
  return bytes.length === 1 && bytes[0]! > 0x7f ? bytes[0]! : null
}
