/** Looks into a ZIP archive before anything of it is unpacked: what it holds, and how large it gets. */
import { inflateRawSync } from 'node:zlib'
import type { WorkbookFault } from './workbook-messages.ts'

/** Bytes all parts together may unpack to. A marathon's start list has 40 MB. */
export const mostUnpacked = 400 * 1024 * 1024
const mostEntries = 5_000

const endOfDirectory = 0x06054b50
const entryOfDirectory = 0x02014b50
const encryptedFlag = 1

interface Entry {
  readonly name: string
  readonly method: number
  readonly flags: number
  readonly packed: number
  readonly unpacked: number
  /** Where its local header begins. */
  readonly at: number
}

/** Null when it is a workbook of a size that can be read. */
export function archiveFault(bytes: Buffer): WorkbookFault | null {
  const entries = directory(bytes)
  if (entries === null) return 'damaged'
  const names = new Set(entries.map(({ name }) => name))
  if (![...names].some((name) => /^xl\/workbook\.(?:xml|bin)$/.test(name))) {
    if (names.has('Index/Document.iwa') || names.has('Index.zip')) return 'numbers'
    if (names.has('word/document.xml') || names.has('ppt/presentation.xml')) return 'other-document'
    if (!names.has('content.xml')) return 'archive'
  }
  if (entries.length > mostEntries) return 'too-large'
  // What an archive says of itself may be a lie: each part is unpacked once within what it says.
  if (entries.reduce((sum, { unpacked }) => sum + unpacked, 0) > mostUnpacked) return 'too-large'
  for (const entry of entries) {
    if ((entry.flags & encryptedFlag) !== 0) return 'password'
    const part = unpack(bytes, entry)
    if (part === null) return 'damaged'
    if (entry.name === 'META-INF/manifest.xml' && part.includes('encryption-data'))
      return 'password'
    if (entry.name === 'mimetype' && !part.includes('spreadsheet')) return 'other-document'
  }
  return null
}

function directory(bytes: Buffer): readonly Entry[] | null {
  let end = bytes.length - 22
  const first = Math.max(0, end - 65_536)
  while (end >= first && bytes.readUInt32LE(end) !== endOfDirectory) end -= 1
  if (end < first || end < 0) return null
  const count = bytes.readUInt16LE(end + 10)
  const entries: Entry[] = []
  let at = bytes.readUInt32LE(end + 16)
  for (let number = 0; number < count; number++) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== entryOfDirectory) return null
    const nameLength = bytes.readUInt16LE(at + 28)
    entries.push({
      name: bytes.toString('utf8', at + 46, at + 46 + nameLength),
      flags: bytes.readUInt16LE(at + 8),
      method: bytes.readUInt16LE(at + 10),
      packed: bytes.readUInt32LE(at + 20),
      unpacked: bytes.readUInt32LE(at + 24),
      at: bytes.readUInt32LE(at + 42),
    })
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  }
  return entries
}

function unpack(bytes: Buffer, { at, method, packed, unpacked }: Entry): Buffer | null {
  if (at + 30 > bytes.length) return null
  const begins = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28)
  const content = bytes.subarray(begins, begins + packed)
  if (method === 0) return content.length === unpacked ? content : null
  if (method !== 8) return null
  try {
    return inflateRawSync(content, { maxOutputLength: Math.max(1, unpacked) })
  } catch {
    return null
  }
}
