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
 * Throws `ProblemError` `no-keychain` only for a vault that cannot be opened.
 */
export async function chooseSecrets(options: SecretsOptions): Promise<Secrets> {
  const { dataDir, withinMs } = options
  const passphrase = options.passphrase ?? ''
  const vaultExists = await exists(join(dataDir, vaultFileName))
  if (vaultExists && passphrase !== '') return openVaultSecrets(dataDir, passphrase)
  const problem = await keychainProblem(passphrase !== '', withinMs)
  if (problem === null) return createKeytarSecrets(options.ownFolder ? { folder: dataDir } : {})
  if (passphrase !== '') return openVaultSecrets(dataDir, passphrase)
  return createNoSecrets(vaultExists ? lockedVault(join(dataDir, vaultFileName)) : problem)
}

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
