/** The encodings files of start lists are saved in, and their names as people write them. */
import iconv from 'iconv-lite'

export interface Encoding {
  /** As it is shown, and taken back by `findEncoding`. */
  readonly name: string
  /** What iconv-lite calls it. */
  readonly codec: string
}

/** A single-byte encoding that is tried when a file is not UTF-8. */
export interface Candidate extends Encoding {
  /** How much rarer such files are than the usual ones; decides only where the letters do not. */
  readonly rarity: number
}

export const candidates: readonly Candidate[] = [
  { name: 'Windows-1252', codec: 'windows-1252', rarity: 0 },
  { name: 'Windows-1250', codec: 'windows-1250', rarity: 0.5 },
  { name: 'Windows-1251', codec: 'windows-1251', rarity: 0.5 },
  { name: 'Windows-1254', codec: 'windows-1254', rarity: 1 },
  { name: 'ISO-8859-15', codec: 'iso-8859-15', rarity: 1.5 },
  { name: 'ISO-8859-2', codec: 'iso-8859-2', rarity: 1.5 },
  { name: 'DOS 850', codec: 'cp850', rarity: 1.5 },
  { name: 'DOS 852', codec: 'cp852', rarity: 2 },
  { name: 'DOS 866', codec: 'cp866', rarity: 1.5 },
  { name: 'DOS 437', codec: 'cp437', rarity: 2.5 },
  { name: 'Mac Roman', codec: 'macintosh', rarity: 2 },
  { name: 'Windows-1253', codec: 'windows-1253', rarity: 2.5 },
  { name: 'Windows-1257', codec: 'windows-1257', rarity: 2.5 },
  { name: 'KOI8-R', codec: 'koi8-r', rarity: 3 },
  { name: 'Mac Central European', codec: 'maccenteuro', rarity: 4 },
]

const unicode: readonly Encoding[] = [
  { name: 'UTF-8', codec: 'utf-8' },
  { name: 'UTF-16LE', codec: 'utf-16le' },
  { name: 'UTF-16BE', codec: 'utf-16be' },
]

export const utf8 = unicode[0]!
export const utf16le = unicode[1]!
export const utf16be = unicode[2]!

/** Names of what is recognised by itself, for messages and choices. */
export const encodingNames: readonly string[] = [...unicode, ...candidates].map(({ name }) => name)

const otherNames: Readonly<Record<string, string>> = {
  ansi: 'windows-1252',
  latin1: 'windows-1252',
  iso88591: 'windows-1252',
  latin2: 'iso-8859-2',
  latin5: 'windows-1254',
  iso88599: 'windows-1254',
  latin9: 'iso-8859-15',
  mac: 'macintosh',
  macroman: 'macintosh',
  utf16: 'utf-16le',
  unicode: 'utf-16le',
}

/** The encoding a person names: `Windows-1250`, `cp1250`, `1250`, `DOS 852`, `latin2`. Null when there is none. */
export function findEncoding(name: string): Encoding | null {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '')
  const wanted =
    otherNames[plain] ??
    plain.replace(/^(?:windows|win|cp|dos|ibm|oem|codepage)?(\d{3,4})$/, (_, page: string) =>
      page.length === 3 ? `cp${page}` : `windows-${page}`,
    )
  const same = (one: string) =>
    one.toLowerCase().replace(/[^a-z0-9]/g, '') === wanted.replace(/[^a-z0-9]/g, '')
  const known = [...unicode, ...candidates].find(({ name: own, codec }) => same(own) || same(codec))
  if (known !== undefined) return known
  // Everything else the library knows can be asked for, though it is not recognised: Greek, Baltic, KOI8.
  return plain !== '' && iconv.encodingExists(wanted) ? { name, codec: wanted } : null
}

/** Text of bytes; what the encoding has no letter for becomes U+FFFD. */
export function decodeWhole(bytes: Uint8Array, { codec }: Encoding): string {
  return codec.startsWith('utf-')
    ? new TextDecoder(codec).decode(bytes)
    : iconv.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), codec)
}

/** Decodes piece by piece; a letter may be cut between two. */
export function streamDecoder({ codec }: Encoding): (bytes: Uint8Array, last: boolean) => string {
  if (codec.startsWith('utf-')) {
    const decoder = new TextDecoder(codec)
    return (bytes, last) => decoder.decode(bytes, { stream: !last })
  }
  const decoder = iconv.getDecoder(codec)
  return (bytes, last) => {
    const text = decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    return last ? text + (decoder.end() ?? '') : text
  }
}
