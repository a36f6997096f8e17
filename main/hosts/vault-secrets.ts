/**
 * Secrets in `vault.json`, for computers without a keychain: one blob, AES-256-GCM, its key made from a passphrase
 * with scrypt. The passphrase is never stored; who loses it types the secrets again.
 */
import {
  createCipheriv,
  createDecipheriv,
  randomBytes,
  scrypt,
  timingSafeEqual,
  type ScryptOptions,
} from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { ProblemError } from '../contract/problem.ts'
import type { Secrets } from '../engine/ports.ts'
import { writeFileAtomically } from './write-file-atomically.ts'

export const vaultFileName = 'vault.json'

const base64 = z.base64()

/** Upper bounds, because the file says how much memory and time to spend before anything is verified. */
const vaultFile = z.strictObject({
  marshalVault: z.literal(1),
  kdf: z.strictObject({
    name: z.literal('scrypt'),
    N: z.number().int().min(1024).max(262_144),
    r: z.number().int().min(1).max(16),
    p: z.number().int().min(1).max(8),
    salt: base64,
  }),
  /** Half of what the passphrase yields, kept to tell a wrong passphrase from a damaged file. */
  check: base64,
  cipher: z.literal('aes-256-gcm'),
  iv: base64,
  tag: base64,
  sealed: base64,
})
type VaultFile = z.infer<typeof vaultFile>
type Kdf = VaultFile['kdf']

/** Target name → secret key → value. */
const contents = z.record(z.string(), z.record(z.string(), z.string()))
type Contents = Map<string, Map<string, string>>

/** 64 MB and a few tenths of a second for each guess (OWASP password storage, scrypt). */
const cost = { N: 65_536, r: 8, p: 2 } as const

interface Opened {
  readonly kdf: Kdf
  readonly check: Buffer
  readonly key: Buffer
  readonly contents: Contents
}

/**
 * The vault of one data folder. The file is created with the first secret and read once: one process owns the folder.
 * Throws `ProblemError` `no-keychain` when the passphrase is wrong or the file is damaged; the file is then left alone.
 *
 * @param dataDir folder of `vault.json`
 */
export async function openVaultSecrets(dataDir: string, passphrase: string): Promise<Secrets> {
  const file = join(dataDir, vaultFileName)
  let opened = await readVault(file, passphrase)
  let last: Promise<unknown> = Promise.resolve()

  /** Changes follow each other; memory takes a change only after the file has it. */
  function change(edit: (next: Contents) => void): Promise<void> {
    const result = last.then(async () => {
      const next = new Map([...opened.contents].map(([target, keys]) => [target, new Map(keys)]))
      edit(next)
      await writeFileAtomically(file, seal({ ...opened, contents: next }))
      opened = { ...opened, contents: next }
    })
    last = result.catch(() => undefined)
    return result
  }

  return {
    kind: 'vault',
    get: async (target, key) => opened.contents.get(target)?.get(key) ?? null,
    set: (target, key, value) =>
      change((next) => next.set(target, new Map(next.get(target)).set(key, value))),
    remove: async (target, key) => {
      if (!opened.contents.get(target)?.has(key)) return
      await change((next) => {
        next.get(target)?.delete(key)
        if (next.get(target)?.size === 0) next.delete(target)
      })
    },
    keys: async (target) => [...(opened.contents.get(target)?.keys() ?? [])].sort(),
  }
}

async function readVault(file: string, passphrase: string): Promise<Opened> {
  const text = await readIfThere(file)
  if (text === null) {
    const kdf: Kdf = { name: 'scrypt', ...cost, salt: randomBytes(16).toString('base64') }
    return { kdf, ...(await derive(passphrase, kdf)), contents: new Map() }
  }
  const stored = parseVault(text, file)
  const { key, check } = await derive(passphrase, stored.kdf)
  const expected = Buffer.from(stored.check, 'base64')
  if (expected.length !== check.length || !timingSafeEqual(expected, check)) {
    throw new ProblemError({
      code: 'no-keychain',
      message: `The passphrase does not open ${file}.`,
      fix: 'Set MARSHAL_PASSPHRASE to the passphrase this file was made with. If it is lost, move the file away and enter the secrets of your targets again.',
    })
  }
  return { kdf: stored.kdf, check, key, contents: unseal(stored, key, file) }
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null
    throw cause
  }
}

function parseVault(text: string, file: string): VaultFile {
  try {
    return vaultFile.parse(JSON.parse(text))
  } catch (cause) {
    throw damaged(file, cause)
  }
}

function seal(opened: Opened): string {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', opened.key, iv)
  cipher.setAAD(additional(opened.kdf))
  const plain = [...opened.contents].map(([target, keys]) => [target, Object.fromEntries(keys)])
  const sealed = Buffer.concat([
    cipher.update(JSON.stringify(Object.fromEntries(plain)), 'utf8'),
    cipher.final(),
  ])
  const stored: VaultFile = {
    marshalVault: 1,
    kdf: opened.kdf,
    check: opened.check.toString('base64'),
    cipher: 'aes-256-gcm',
    iv: iv.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    sealed: sealed.toString('base64'),
  }
  return `${JSON.stringify(stored, null, 2)}\n`
}

function unseal(stored: VaultFile, key: Buffer, file: string): Contents {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(stored.iv, 'base64'), {
      authTagLength: 16,
    })
    decipher.setAAD(additional(stored.kdf))
    decipher.setAuthTag(Buffer.from(stored.tag, 'base64'))
    const plain = Buffer.concat([
      decipher.update(Buffer.from(stored.sealed, 'base64')),
      decipher.final(),
    ])
    const parsed = contents.parse(JSON.parse(plain.toString('utf8')))
    return new Map(
      Object.entries(parsed).map(([target, keys]) => [target, new Map(Object.entries(keys))]),
    )
  } catch (cause) {
    throw damaged(file, cause)
  }
}

const additional = (kdf: Kdf) =>
  Buffer.from(`marshal vault 1 ${kdf.name} ${kdf.N} ${kdf.r} ${kdf.p} ${kdf.salt}`)

async function derive(passphrase: string, kdf: Kdf): Promise<{ key: Buffer; check: Buffer }> {
  const options: ScryptOptions = { N: kdf.N, r: kdf.r, p: kdf.p, maxmem: 256 * kdf.N * kdf.r }
  const both = await new Promise<Buffer>((resolve, reject) => {
    scrypt(
      passphrase.normalize('NFC'),
      Buffer.from(kdf.salt, 'base64'),
      64,
      options,
      (error, key) => (error ? reject(error) : resolve(key)),
    )
  })
  return { key: both.subarray(0, 32), check: both.subarray(32) }
}

function damaged(file: string, cause: unknown): ProblemError {
  return new ProblemError(
    {
      code: 'no-keychain',
      message: `${file} is damaged or was changed by something else than Marshal.`,
      fix: 'Put back a copy of the file, or move it away and enter the secrets of your targets again.',
    },
    { cause },
  )
}
