/**
 * The desks a hub lets in, and invitations for more. Each has a file of its own in `hub/` of the data folder: revoking is
 * deleting a file, which no restore and no other process undoes. Only hashes are kept; they are in no backup.
 */
import { createHash, randomBytes, randomInt } from 'node:crypto'
import { mkdir, readdir, readFile, rm, stat, unlink, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { writeFileAtomically } from '../../write-file-atomically.ts'

export interface HubDevice {
  readonly id: string
  readonly name: string
  /** Milliseconds since 1970 UTC. */
  readonly pairedOn: number
  readonly lastSeenOn: number
}

export interface Invitation {
  /** Ten characters in two groups, shown once. */
  readonly code: string
  /** Milliseconds since 1970 UTC. */
  readonly expiresOn: number
}

export interface Devices {
  /** A code for one desk. */
  invite(): Promise<Invitation>
  /** Uses a code up. Null for one that is wrong, used or too old. */
  pair(code: string, name: string): Promise<{ readonly id: string; readonly key: string } | null>
  /** The device a key belongs to; null for a wrong or revoked one. Notes that it was seen. */
  deviceOf(key: string): Promise<HubDevice | null>
  list(): Promise<readonly HubDevice[]>
  /** False where there is no such device. */
  revoke(id: string): Promise<boolean>
}

export interface DevicesOptions {
  /** Absolute. */
  readonly dataDir: string
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number
}

/** An invitation is for whoever stands beside the hub. */
const inviteMs = 10 * 60_000
/** Letters and digits nobody takes for another. */
const letters = 'ABCDEFGHJKMNPQRSTVWXYZ23456789'
/** The time a device was seen last is written down at most this often. */
const noteEveryMs = 10_000

const device = z.object({ hash: z.string(), name: z.string(), pairedOn: z.number() })
const invitation = z.object({ expiresOn: z.number() })
const fileName = /^([\w-]{16})\.json$/

const hashOf = (secret: string) => createHash('sha256').update(secret, 'utf8').digest('base64url')

/** The devices of a data folder, as its files say at each question. */
export function openDevices({ dataDir, now }: DevicesOptions): Devices {
  const folder = join(dataDir, 'hub')
  const devices = join(folder, 'devices')
  const invites = join(folder, 'invites')
  const noted = new Map<string, number>()

  const read = async (id: string): Promise<(HubDevice & { readonly hash: string }) | null> => {
    const file = join(devices, `${id}.json`)
    try {
      const [text, { mtimeMs }] = await Promise.all([readFile(file, 'utf8'), stat(file)])
      return { id, ...device.parse(JSON.parse(text)), lastSeenOn: Math.round(mtimeMs) }
    } catch {
      return null
    }
  }

  return {
    async invite() {
      await mkdir(invites, { recursive: true, mode: 0o700 })
      await dropOld(invites, now())
      const code = Array.from({ length: 10 }, () => letters[randomInt(letters.length)]).join('')
      const expiresOn = now() + inviteMs
      const file = join(invites, `${hashOf(code)}.json`)
      await writeFileAtomically(file, JSON.stringify({ expiresOn }))
      return { code: `${code.slice(0, 5)}-${code.slice(5)}`, expiresOn }
    },
    async pair(typed, name) {
      const code = typed.toUpperCase().replace(/[^A-Z0-9]/g, '')
      const file = join(invites, `${hashOf(code)}.json`)
      const open = await readInvitation(file)
      if (open === null) return null
      // Whoever deletes the file has the code; nobody else can after that.
      const isMine = await unlink(file).then(
        () => true,
        () => false,
      )
      if (!isMine || open.expiresOn <= now()) return null
      await mkdir(devices, { recursive: true, mode: 0o700 })
      const id = randomBytes(12).toString('base64url')
      const key = `${id}.${randomBytes(32).toString('base64url')}`
      const content = { hash: hashOf(key), name, pairedOn: now() }
      await writeFileAtomically(join(devices, `${id}.json`), JSON.stringify(content))
      return { id, key }
    },
    async deviceOf(key) {
      const id = key.split('.', 1)[0] ?? ''
      if (!/^[\w-]{16}$/.test(id)) return null
      const found = await read(id)
      // Both are hashes of long random keys: how far they agree tells nobody anything.
      if (!found || found.hash !== hashOf(key)) return null
      const at = now()
      if (at - (noted.get(id) ?? 0) >= noteEveryMs) {
        noted.set(id, at)
        await utimes(join(devices, `${id}.json`), at / 1000, at / 1000).catch(() => undefined)
      }
      return found
    },
    async list() {
      const names = await readdir(devices).catch((): string[] => [])
      const found = await Promise.all(
        names.flatMap((name) => {
          const id = fileName.exec(name)?.[1]
          return id === undefined ? [] : [read(id)]
        }),
      )
      return found.flatMap((one) => {
        if (one === null) return []
        const { hash: _, ...shown } = one
        return [shown]
      })
    },
    async revoke(id) {
      if (!/^[\w-]{16}$/.test(id)) return false
      return unlink(join(devices, `${id}.json`)).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT') return false
          throw error
        },
      )
    },
  }
}

async function readInvitation(file: string): Promise<z.infer<typeof invitation> | null> {
  try {
    return invitation.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    return null
  }
}

async function dropOld(folder: string, now: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = join(folder, name)
    const open = await readInvitation(file)
    if (open === null || open.expiresOn <= now) await rm(file, { force: true })
  }
}
