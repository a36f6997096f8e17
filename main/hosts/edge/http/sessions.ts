/**
 * The browsers that are signed in to one data folder. They outlive a restart: each has a file of its own in `sessions/`
 * of the data folder, so that ending one is deleting a file, which no other writing can undo. They are in no backup.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, realpath, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { SignedIn } from '../../../engine/ports.ts'
import { ProblemError } from '../../../contract/problem.ts'
import type { SessionView } from '../../../contract/settings.ts'
import { writeFileAtomically } from '../../write-file-atomically.ts'

export interface Sessions extends SignedIn {
  /** A new session. The answer is what the browser keeps; here only its hash stays. */
  begin(browser: string): Promise<string>
  /** The id of the live session this token belongs to, else null. Notes that it was used. */
  use(token: string): string | null
  isLive(id: string): boolean
  /** Calls back when sessions were ended in this process. Returns a function that ends it. */
  onEnd(listener: () => void): () => void
}

export interface SessionsOptions {
  /** Absolute. A session is good for this folder only: a copy elsewhere accepts none. */
  readonly dataDir: string
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number
}

const day = 24 * 60 * 60 * 1000
/** A session ends when unused for so long, so that an event may be followed by a break. */
export const idleMs = 30 * day
/** However often it is used, somebody signs in anew after so long. */
export const longestMs = 180 * day
/** The time of the last use is written down at most this often. */
const noteEveryMs = 10 * 60 * 1000
const mostSessions = 200

const stored = z.object({ hash: z.string(), createdOn: z.number(), browser: z.string() })
const fileName = /^([\w-]{16})\.json$/

interface Session {
  readonly id: string
  readonly hash: Buffer
  readonly createdOn: number
  readonly browser: string
  readonly file: string
  usedOn: number
  notedOn: number
  /** False where the disk did not take it: it then lives as long as this process. */
  kept: boolean
}

/** Reads the sessions of a data folder. What cannot be read as one counts as none. */
export async function openSessions({ dataDir, now }: SessionsOptions): Promise<Sessions> {
  const folder = join(dataDir, 'sessions')
  const place = await realpath(dataDir).catch(() => dataDir)
  const sessions = new Map<string, Session>()
  for (const session of await readAll(folder)) sessions.set(session.id, session)
  const listeners = new Set<() => void>()

  const hashOf = (token: string) =>
    createHash('sha256').update(`${place}\0${token}`, 'utf8').digest()

  function live(id: string): Session | null {
    const session = sessions.get(id)
    if (!session) return null
    const at = now()
    const isOver = at - session.usedOn >= idleMs || at - session.createdOn >= longestMs
    // Another process, such as `marshal sessions revoke`, ends a session by deleting its file.
    if (!isOver && (!session.kept || existsSync(session.file))) return session
    sessions.delete(id)
    if (isOver) void rm(session.file, { force: true }).catch(() => undefined)
    return null
  }

  const all = () =>
    [...sessions.keys()].flatMap((id) => {
      const session = live(id)
      return session ? [session] : []
    })

  async function end(ids?: readonly string[]): Promise<number> {
    const ended = all().filter(({ id }) => ids === undefined || ids.includes(id))
    for (const { id } of ended) sessions.delete(id)
    for (const listener of listeners) listener()
    for (const { file } of ended) await removeFile(file)
    return ended.length
  }

  return {
    async begin(browser) {
      const id = randomBytes(12).toString('base64url')
      const token = `${id}.${randomBytes(32).toString('base64url')}`
      const at = now()
      const session: Session = {
        ...{ id, hash: hashOf(token), createdOn: at, browser: browser.slice(0, 200) },
        ...{ file: join(folder, `${id}.json`), usedOn: at, notedOn: at, kept: true },
      }
      // A full disk keeps nobody out; the session then ends with this process.
      session.kept = await write(folder, session).then(
        () => true,
        () => false,
      )
      sessions.set(id, session)
      const oldest = all().toSorted((a, b) => b.usedOn - a.usedOn)
      await end(oldest.slice(mostSessions).map((one) => one.id))
      return token
    },
    use(token) {
      const session = live(token.split('.', 1)[0] ?? '')
      if (!session || !timingSafeEqual(hashOf(token), session.hash)) return null
      session.usedOn = now()
      if (session.kept && session.usedOn - session.notedOn >= noteEveryMs) {
        session.notedOn = session.usedOn
        void noteUse(session).catch(() => undefined)
      }
      return session.id
    },
    isLive: (id) => live(id) !== null,
    list: () => all().map(viewOf),
    end,
    onEnd(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function viewOf({ id, createdOn, usedOn, browser }: Session): SessionView {
  const iso = (at: number) => new Date(at).toISOString()
  return { id, createdOn: iso(createdOn), lastUsedOn: iso(usedOn), browser }
}

async function write(folder: string, session: Session): Promise<void> {
  const { hash, createdOn, browser } = session
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const content = { hash: hash.toString('base64url'), createdOn, browser }
  await writeFileAtomically(session.file, JSON.stringify(content))
  await noteUse(session)
}

/** The time of the file is the time of the last use: noting it cannot bring back a file that was deleted. */
function noteUse({ file, usedOn }: Session): Promise<void> {
  return utimes(file, usedOn / 1000, usedOn / 1000)
}

async function removeFile(file: string): Promise<void> {
  try {
    await rm(file, { force: true })
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause)
    throw new ProblemError(
      {
        code: 'database',
        message: `The session was ended, but its file ${file} could not be deleted (${code}), so it would be back after the next start.`,
        fix: 'Delete the file by hand.',
      },
      { cause },
    )
  }
}

async function readAll(folder: string): Promise<readonly Session[]> {
  const names = await readdir(folder).catch((): readonly string[] => [])
  const read = await Promise.all(names.map((name) => readOne(folder, name)))
  return read.filter((session) => session !== null)
}

async function readOne(folder: string, name: string): Promise<Session | null> {
  const id = fileName.exec(name)?.[1]
  if (id === undefined) return null
  const file = join(folder, name)
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(file, 'utf8'), stat(file)])
    const { hash, createdOn, browser } = stored.parse(JSON.parse(text))
    const bytes = Buffer.from(hash, 'base64url')
    if (bytes.length !== 32) return null
    const usedOn = Math.round(mtimeMs)
    return { id, hash: bytes, createdOn, browser, file, usedOn, notedOn: usedOn, kept: true }
  } catch {
    return null
  }
}
