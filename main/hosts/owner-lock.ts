/**
 * One process per data folder. Who owns it is written in `owner-<n>.lock`; the highest number counts and numbers only
 * grow, so two processes that find a dead owner at the same time cannot both take over. A crashed owner is recognised
 * by its process being gone, or by another process having its number now (start time differs).
 */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { uptime } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'

/** Which program holds a data folder. */
export type OwnerHost = 'desktop' | 'edge'

export interface Owner {
  readonly pid: number
  readonly host: OwnerHost
  /** ISO 8601 UTC. */
  readonly since: string
}

export interface Ownership {
  /** Lets the next process have the folder. May be called more than once. */
  release(): Promise<void>
}

const lockFile = z.object({
  pid: z.number().int(),
  host: z.enum(['desktop', 'edge']),
  since: z.iso.datetime(),
  /** Start of the owner's process in the system's own terms; null where the system does not tell. */
  started: z.string().nullable(),
  released: z.boolean(),
})
type LockFile = z.infer<typeof lockFile>

/**
 * Takes the data folder for this process, or says who has it. Creates the folder (0700) where it does not exist.
 * The folder is free again when the owner releases it or its process ends in any way.
 * Throws the system's error when the folder cannot be written.
 */
export async function acquireOwnership(
  dataDir: string,
  host: OwnerHost = 'edge',
): Promise<Ownership | { readonly owner: Owner }> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const mine: LockFile = {
    pid: process.pid,
    host,
    since: new Date().toISOString(),
    started: await processStart(process.pid),
    released: false,
  }
  for (;;) {
    const newest = await newestNumber(dataDir)
    const holder = newest === 0 ? null : await readLock(lockPath(dataDir, newest))
    if (holder !== null && (await isAlive(holder))) {
      return { owner: { pid: holder.pid, host: holder.host, since: holder.since } }
    }
    const number = newest + 1
    if (!(await create(dataDir, number, mine))) continue
    // Somebody faster may have taken this number, given it back and cleaned up between our look and our creation.
    if ((await newestNumber(dataDir)) !== number) {
      await rm(lockPath(dataDir, number), { force: true })
      continue
    }
    await removeOlder(dataDir, number)
    return { release: () => release(dataDir, number, mine) }
  }
}

/** One line for people: who owns the folder and what to do. */
export function describeOwner(dataDir: string, owner: Owner): string {
  const program = owner.host === 'desktop' ? 'the Marshal desktop app' : 'the marshal command'
  return (
    `${dataDir} is in use by ${program} (process ${owner.pid}, since ${owner.since}), ` +
    'and only one program may work with a data folder at a time. ' +
    'Quit that one first, or choose another folder with --data.'
  )
}

const lockPath = (dataDir: string, number: number) => join(dataDir, `owner-${number}.lock`)

async function lockNumbers(dataDir: string): Promise<readonly number[]> {
  const names = await readdir(dataDir)
  return names.flatMap((name) => {
    const number = /^owner-(\d{1,15})\.lock$/.exec(name)?.[1]
    return number === undefined ? [] : [Number(number)]
  })
}

const newestNumber = async (dataDir: string) => Math.max(0, ...(await lockNumbers(dataDir)))

/** Null for a file that is unreadable or already gone: such an owner cannot be alive, files appear as a whole. */
async function readLock(path: string): Promise<LockFile | null> {
  try {
    return lockFile.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return null
  }
}

/** The file appears under its name as a whole and only if the name was free. */
async function create(dataDir: string, number: number, content: LockFile): Promise<boolean> {
  const draft = await writeDraft(dataDir, content)
  try {
    await link(draft, lockPath(dataDir, number))
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}

async function writeDraft(dataDir: string, content: LockFile): Promise<string> {
  const draft = join(dataDir, `owner.${process.pid}.${randomBytes(6).toString('hex')}.new`)
  try {
    await writeFile(draft, `${JSON.stringify(content)}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    // A full disk takes the name and not the content.
    await rm(draft, { force: true })
    throw error
  }
  return draft
}

/** The file stays, so that the next owner's number is higher than every number somebody may still be looking at. */
async function release(dataDir: string, number: number, mine: LockFile): Promise<void> {
  if ((await newestNumber(dataDir)) !== number) return
  try {
    const draft = await writeDraft(dataDir, { ...mine, released: true })
    await rename(draft, lockPath(dataDir, number))
  } catch (error) {
    // It is free when this process ends, and what went wrong before must not be hidden by this.
    if (!hasCode(error, 'ENOSPC') && !hasCode(error, 'EDQUOT')) throw error
  }
}

async function removeOlder(dataDir: string, number: number): Promise<void> {
  const older = (await lockNumbers(dataDir)).filter((other) => other < number)
  await Promise.all(older.map((other) => rm(lockPath(dataDir, other), { force: true })))
}

async function isAlive(lock: LockFile): Promise<boolean> {
  if (lock.released) return false
  try {
    process.kill(lock.pid, 0)
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    if (!hasCode(error, 'EPERM')) return false
  }
  const started = await processStart(lock.pid)
  if (started !== null && lock.started !== null) return started === lock.started
  const bootedOn = Date.now() - uptime() * 1000
  return Date.parse(lock.since) > bootedOn
}

/**
 * When a process was started, in a form that differs for every process that ever had the number: on Linux the boot
 * and the clock ticks since, elsewhere what `ps` says. Null where that cannot be found out (Windows).
 */
async function processStart(pid: number): Promise<string | null> {
  try {
    if (process.platform === 'linux') {
      const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
      // Fields after the program's name, which may contain spaces and brackets: the 3rd of all and on.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      const [state, ticks] = [fields[0], fields[19]]
      // Dead, only nobody has fetched its exit code yet (usual in containers without an init).
      if (state === 'Z' || state === 'X') return 'ended'
      return ticks === undefined ? null : `${boot.trim()}:${ticks}`
    }
    if (process.platform === 'win32') return null
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)])
    return stdout.trim() || null
  } catch {
    return null
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
