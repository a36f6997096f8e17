/** A ZIP archive written piece by piece: memory is a few pieces, whatever the size. */
import { once } from 'node:events'
import { crc32, createDeflateRaw } from 'node:zlib'

export interface ZipPart {
  readonly name: string
  /** Text in pieces; a plain text is stored as it is, without being packed. */
  readonly content: string | AsyncIterable<string>
}

/** What every reader of such files understands: deflate, with sizes that follow the content. */
const version = 20
const sizesFollow = 0x08
/** 1 January 1980: two exports of the same data are the same file. */
const day = 0x21

interface Written {
  readonly name: Buffer
  readonly flags: number
  readonly method: number
  readonly crc: number
  readonly packed: number
  readonly unpacked: number
  readonly at: number
}

export async function* zipArchive(parts: readonly ZipPart[]): AsyncGenerator<Uint8Array> {
  const written: Written[] = []
  let at = 0
  for (const { name: text, content } of parts) {
    const name = Buffer.from(text)
    const begins = at
    if (typeof content === 'string') {
      const bytes = Buffer.from(content)
      const sizes = { crc: crc32(bytes), packed: bytes.length, unpacked: bytes.length }
      const part = { name, flags: 0, method: 0, at: begins, ...sizes }
      const head = localHeader(part)
      yield head
      yield bytes
      at += head.length + bytes.length
      written.push(part)
      continue
    }
    const sizes = { crc: 0, packed: 0, unpacked: 0 }
    const head = localHeader({ name, flags: sizesFollow, method: 8, at: begins, ...sizes })
    yield head
    for await (const piece of packed(content, sizes)) yield piece
    const after = sizesOf({ ...sizes }, Buffer.alloc(16), 4)
    after.writeUInt32LE(0x08074b50)
    yield after
    at += head.length + sizes.packed + after.length
    written.push({ name, flags: sizesFollow, method: 8, at: begins, ...sizes })
  }
  const entries = written.map(directoryEntry)
  const size = entries.reduce((sum, entry) => sum + entry.length, 0)
  yield* entries
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50)
  end.writeUInt16LE(written.length, 8)
  end.writeUInt16LE(written.length, 10)
  end.writeUInt32LE(size, 12)
  end.writeUInt32LE(at, 16)
  yield end
}

async function* packed(
  content: AsyncIterable<string>,
  sizes: { crc: number; packed: number; unpacked: number },
): AsyncGenerator<Uint8Array> {
  const deflate = createDeflateRaw()
  const ready: Buffer[] = []
  deflate.on('data', (piece: Buffer) => ready.push(piece))
  function* takeReady() {
    for (const piece of ready.splice(0)) {
      sizes.packed += piece.length
      yield piece
    }
  }
  for await (const text of content) {
    const bytes = Buffer.from(text)
    sizes.crc = crc32(bytes, sizes.crc)
    sizes.unpacked += bytes.length
    if (!deflate.write(bytes)) await once(deflate, 'drain')
    yield* takeReady()
  }
  deflate.end()
  await once(deflate, 'end')
  yield* takeReady()
}

function localHeader({ name, flags, method, ...sizes }: Written): Buffer {
  const header = Buffer.alloc(30)
  header.writeUInt32LE(0x04034b50)
  header.writeUInt16LE(version, 4)
  header.writeUInt16LE(flags, 6)
  header.writeUInt16LE(method, 8)
  header.writeUInt16LE(day, 12)
  sizesOf(sizes, header, 14)
  header.writeUInt16LE(name.length, 26)
  return Buffer.concat([header, name])
}

function directoryEntry({ name, flags, method, at, ...sizes }: Written): Buffer {
  const entry = Buffer.alloc(46)
  entry.writeUInt32LE(0x02014b50)
  entry.writeUInt16LE(version, 4)
  entry.writeUInt16LE(version, 6)
  entry.writeUInt16LE(flags, 8)
  entry.writeUInt16LE(method, 10)
  entry.writeUInt16LE(day, 14)
  sizesOf(sizes, entry, 16)
  entry.writeUInt16LE(name.length, 28)
  entry.writeUInt32LE(at, 42)
  return Buffer.concat([entry, name])
}

function sizesOf(
  { crc, packed: small, unpacked }: { crc: number; packed: number; unpacked: number },
  into: Buffer,
  at: number,
): Buffer {
  into.writeUInt32LE(crc, at)
  into.writeUInt32LE(small, at + 4)
  into.writeUInt32LE(unpacked, at + 8)
  return into
}
