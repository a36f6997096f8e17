/**
 * One process per data folder. The operating system's lock on `owner.lock` decides, also between containers and
 * computers that share the folder and know nothing of each other's processes. `owner.json` beside it only tells people
 * who that is.
 */
import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { ProblemError } from '../contract/problem.ts'
import { lockFile, type FolderLock } from '../engine/folder-lock.ts'

/** Which program holds a data folder. */
export type OwnerHost = 'desktop' | 'edge'

export interface Owner {
  /** As the owner itself sees it; another container may have another process of that number. */
  readonly pid: number
  readonly host: OwnerHost
  /** ISO 8601 UTC. */
  readonly since: string
  /** Name of the computer or container it runs on. */
  readonly computer: string
}

export interface Ownership {
  /** Lets the next process have the folder. May be called more than once. */
  release(): Promise<void>
}

const ownerShape = z.object({
  pid: z.number().int(),
  host: z.enum(['desktop', 'edge']),
  since: z.iso.datetime(),
  computer: z.string(),
})

const lockOf = (dataDir: string) => join(dataDir, 'owner.lock')
const noteOf = (dataDir: string) => join(dataDir, 'owner.json')

/**
 * Takes the data folder for this process, or says who has it (null where that cannot be read). Creates the folder
 * (0700) where it does not exist. The folder is free again when the owner releases it or its process ends in any way.
 * Throws the system's error when the lock cannot be made, and `ProblemError` when it cannot be used.
 */
export async function acquireOwnership(
  dataDir: string,
  host: OwnerHost = 'edge',
): Promise<Ownership | { readonly owner: Owner | null }> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const lock = await takeLock(lockOf(dataDir))
  if (lock === null) return { owner: await readOwner(dataDir) }
  await noteOwner(dataDir, {
    pid: process.pid,
    host,
    since: new Date().toISOString(),
    computer: hostname(),
  })
  await removeFormerLocks(dataDir)
  let releasing: Promise<void> | null = null
  return { release: () => (releasing ??= release(dataDir, lock)) }
}

/** One line for people: who owns the folder and what to do. */
export function describeOwner(dataDir: string, owner: Owner | null): string {
  return (
    `${dataDir} is in use by ${inWords(owner)}, ` +
    'and only one program may work with a data folder at a time. ' +
    'Quit that one first, or choose another folder with --data.'
  )
}

function inWords(owner: Owner | null): string {
  if (owner === null) return 'another Marshal'
  const program = owner.host === 'desktop' ? 'the Marshal desktop app' : 'the marshal command'
  const place = owner.computer === hostname() ? '' : ` on ${owner.computer}`
  return `${program}${place} (process ${owner.pid}, since ${owner.since})`
}

async function takeLock(file: string): Promise<FolderLock | null> {
  try {
    return await lockFile(file)
  } catch (error) {
    // Trouble with the folder has words of its own; what is left is a file that cannot be locked.
    if (!(error instanceof ProblemError) || error.problem.code === 'disk-full') throw error
    throw new ProblemError(
      {
        code: 'database',
        message: `${file} cannot be locked, so nobody could tell whether another program works with this data folder`,
        fix: 'If no other Marshal is running, remove that file and start again; else choose another folder with --data.',
      },
      { cause: error },
    )
  }
}

/** Null for a note that is missing or makes no sense: the lock counts, the note is only for people. */
async function readOwner(dataDir: string): Promise<Owner | null> {
  try {
    return ownerShape.parse(JSON.parse(await readFile(noteOf(dataDir), 'utf8')))
  } catch {
    return null
  }
}

/** The note appears as a whole. A disk without room for it must not keep people from reading their data. */
async function noteOwner(dataDir: string, owner: Owner): Promise<void> {
  const draft = join(dataDir, `owner.${process.pid}.${randomBytes(6).toString('hex')}.new`)
  try {
    await rm(noteOf(dataDir), { force: true })
    await writeFile(draft, `${JSON.stringify(owner)}\n`, { mode: 0o600, flag: 'wx' })
    await rename(draft, noteOf(dataDir))
  } catch {
    await rm(draft, { force: true }).catch(() => {
      // What could not be made can hardly be removed; the next owner tries again.
    })
  }
}

/** What killed owners, and earlier versions that counted lock files upwards, have left. */
async function removeFormerLocks(dataDir: string): Promise<void> {
  const left = (await readdir(dataDir)).filter((name) =>
    /^owner-\d+\.lock$|^owner\.\d+\.[0-9a-f]+\.new$/.test(name),
  )
  await Promise.all(
    left.map((name) =>
      rm(join(dataDir, name), { force: true }).catch(() => {
        // Something else of that name means nothing to anybody and may stay.
      }),
    ),
  )
}

/** The note goes first: once the lock is free, it may be somebody else's. */
async function release(dataDir: string, lock: FolderLock): Promise<void> {
  await rm(noteOf(dataDir), { force: true }).catch(() => {
    // The next owner writes its own.
  })
  await lock.release()
}
