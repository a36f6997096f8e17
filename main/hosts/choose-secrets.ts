/** Where this installation keeps the secrets of its targets. */
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { ProblemError } from '../contract/problem.ts'
import type { Secrets } from '../engine/ports.ts'
import { createKeytarSecrets, keychainProblem } from './keytar-secrets.ts'
import { openVaultSecrets, vaultFileName } from './vault-secrets.ts'

export interface SecretsOptions {
  readonly dataDir: string
  /** `MARSHAL_PASSPHRASE`; empty counts as not set. */
  readonly passphrase?: string | undefined
  /** True when `dataDir` is not the usual data folder of this user: its keychain entries are then kept apart. */
  readonly ownFolder?: boolean
  /** How long the keychain may take to answer at start, milliseconds. */
  readonly withinMs?: number
}

/**
 * The keychain where it answers; else `vault.json` where a passphrase was given; else a store that can neither keep nor
 * read anything and says why. A vault that exists already goes on being used with its passphrase, because the secrets are in it.
 * A new vault wants a passphrase of 12 characters; one made earlier with a shorter one goes on being used.
 * Throws `ProblemError` `no-keychain` only for a vault that cannot be opened.
 */
export async function chooseSecrets(options: SecretsOptions): Promise<Secrets> {
  const { dataDir, withinMs } = options
  const passphrase = options.passphrase ?? ''
  const vaultExists = await exists(join(dataDir, vaultFileName))
  if (vaultExists && passphrase !== '') return openVaultSecrets(dataDir, passphrase)
  const problem = await keychainProblem(passphrase !== '', withinMs)
  if (problem === null) return createKeytarSecrets(options.ownFolder ? { folder: dataDir } : {})
  if (passphrase !== '' && isShort(passphrase)) return createNoSecrets(tooShort)
  if (passphrase !== '') return openVaultSecrets(dataDir, passphrase)
  return createNoSecrets(vaultExists ? lockedVault(join(dataDir, vaultFileName)) : problem)
}

/** Fewer can be tried out by whoever gets hold of the file, however slow each try is made. */
const shortestPassphrase = 12

/** True for a passphrase no new vault is made with. */
export function isShort(passphrase: string): boolean {
  return [...passphrase.normalize('NFC')].length < shortestPassphrase
}

const tooShort = new ProblemError({
  code: 'no-keychain',
  message: `MARSHAL_PASSPHRASE has fewer than ${shortestPassphrase} characters, so no secrets are kept with it: a file with them could be opened by trying.`,
  fix: 'Choose a longer one, such as four words, and start Marshal again.',
})

/**
 * Nothing can be stored or read. Secrets may well be kept where nobody gets at them now, so reading does not find
 * nothing: it is refused with the reason.
 *
 * @param problem thrown by `get` and `set`
 */
export function createNoSecrets(problem: ProblemError): Secrets {
  return {
    kind: 'none',
    get: async () => {
      throw problem
    },
    set: async () => {
      throw problem
    },
    remove: async () => undefined,
    keys: async () => [],
  }
}

function lockedVault(file: string): ProblemError {
  return new ProblemError({
    code: 'no-keychain',
    message: `The secrets are in ${file}, which needs its passphrase.`,
    fix: 'Set MARSHAL_PASSPHRASE to the passphrase of this file and start Marshal again.',
  })
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file)
    return true
  } catch {
    return false
  }
}
