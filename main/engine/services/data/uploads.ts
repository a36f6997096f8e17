/** Files on their way in: pieces are appended to a file in the data folder, which goes away when it was imported. */
import { createReadStream } from 'node:fs'
import { appendFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ProblemError } from '../../../contract/problem.ts'

/** Largest file taken, bytes. */
const largest = 200 * 1024 * 1024
/** Uploads kept at the same time; when one more begins, the oldest was forgotten by its window and goes. */
const mostUploads = 5

export interface Upload {
  /** Name the person knows the file by. */
  readonly name: string
  /** Aborted when the upload is removed. */
  readonly removed: AbortSignal
  bytes(): AsyncIterable<Uint8Array>
}

export interface Uploads {
  begin(id: string, fileName: string): Promise<void>
  /** Adds text, as UTF-8, or bytes at the end. Throws `ProblemError` beyond 200 MB (the upload is then over) and when the disk is full. */
  append(id: string, piece: string | Uint8Array): Promise<void>
  /** Throws `ProblemError` `not-found`. */
  open(id: string): Promise<Upload>
  /** Stops an import that reads it. Nothing happens when it is gone already. */
  remove(id: string): Promise<void>
  /** Removes what an earlier process left behind. */
  clear(): Promise<void>
}

interface Kept {
  readonly name: string
  readonly file: string
  readonly removal: AbortController
  bytes: number
  /** The piece being written: pieces land in the order they came. */
  writing: Promise<void>
}

/** @param folder made when the first upload begins */
export function createUploads(folder: string): Uploads {
  const uploads = new Map<string, Kept>()

  function find(id: string): Kept {
    const kept = uploads.get(id)
    if (kept) return kept
    throw new ProblemError({
      code: 'not-found',
      message: 'The uploaded file is not there any more.',
      fix: 'Choose the file again.',
    })
  }

  async function remove(id: string): Promise<void> {
    const kept = uploads.get(id)
    if (!kept) return
    uploads.delete(id)
    kept.removal.abort(stopped())
    await kept.writing.catch(() => {})
    await rm(kept.file, { force: true })
  }

  return {
    async begin(id, fileName) {
      for (const oldest of [...uploads.keys()].slice(0, 1 - mostUploads)) await remove(oldest)
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const file = join(folder, `${id}.part`)
      await writeFile(file, '', { mode: 0o600 })
      const removal = new AbortController()
      uploads.set(id, { name: fileName, file, removal, bytes: 0, writing: Promise.resolve() })
    },
    async append(id, piece) {
      const kept = find(id)
      kept.bytes += Buffer.byteLength(piece)
      if (kept.bytes > largest) {
        await remove(id)
        throw new ProblemError({
          code: 'invalid',
          message: `The file is larger than ${largest / 1024 / 1024} MB.`,
          fix: 'Split it, or import it with the marshal command.',
        })
      }
      kept.writing = kept.writing.then(() => appendFile(kept.file, piece))
      await kept.writing.catch((error: unknown) => {
        throw diskFull(error) ?? error
      })
    },
    async open(id) {
      const { name, file, removal } = find(id)
      return { name, removed: removal.signal, bytes: () => createReadStream(file) }
    },
    remove,
    async clear() {
      const left = await readdir(folder).catch((): string[] => [])
      for (const name of left) {
        if (name.endsWith('.part')) await rm(join(folder, name), { force: true })
      }
    },
  }
}

function stopped(): ProblemError {
  return new ProblemError({
    code: 'wrong-use',
    message: 'The import was stopped. What was imported before stays.',
    fix: 'Import the file again to go on: what is there already is not imported twice.',
  })
}

function diskFull(error: unknown): ProblemError | null {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) return null
  const problem = {
    code: 'disk-full',
    message: 'There is no room on the disk for this file.',
    fix: 'Make room and try again.',
  } as const
  return new ProblemError(problem, { cause: error })
}
