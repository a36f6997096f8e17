/**
 * Secrets in the system keychain (macOS Keychain, Windows Credential Vault, Secret Service on Linux) through keytar.
 * Shown there as service "Marshal", account "target/key".
 */
import { ProblemError } from '../contract/problem.ts'
import type { Secrets } from '../engine/ports.ts'

type Keytar = typeof import('keytar')

export interface KeytarOptions {
  /**
   * Set for every data folder but the usual one, so that a rehearsal or demo folder with a target of the same name
   * can neither read nor overwrite the real one's secrets.
   */
  readonly folder?: string
  /**
   * How long one call may take, milliseconds. Generous, because the desktop may be asking a person to unlock
   * the keychain; without a limit a dead keychain service would hang the app for ever.
   */
  readonly withinMs?: number
}

const service = 'Marshal'

/** Keeps the parts of an account name apart: a slash only ever separates. */
const part = (text: string): string => text.replaceAll('%', '%25').replaceAll('/', '%2F')

/**
 * The keychain as `Secrets`. Nothing is opened before the first call.
 * Every call throws `ProblemError` `no-keychain` when the keychain does not answer.
 */
export function createKeytarSecrets(options: KeytarOptions = {}): Secrets {
  const withinMs = options.withinMs ?? 60_000
  const prefix = (target: string) =>
    `${options.folder === undefined ? '' : `${part(options.folder)}/`}${part(target)}/`
  const account = (target: string, key: string) => prefix(target) + part(key)
  let last: Promise<unknown> = Promise.resolve()

  /**
   * One call at a time: a hanging one occupies a thread that the database needs too, so never more than one.
   * A call that waited too long is not made later behind its caller's back.
   */
  async function call<Result>(work: (keytar: Keytar) => Promise<Result>): Promise<Result> {
    let givenUp = false
    const result = last.then(async () => {
      if (givenUp) throw new KeychainTimeout()
      return work(await loadKeytar())
    })
    last = result.catch(() => undefined)
    try {
      return await withTimeout(result, withinMs)
    } catch (cause) {
      givenUp = true
      throw noKeychain(cause)
    }
  }

  return {
    kind: 'keychain',
    get: (target, key) => call((keytar) => keytar.getPassword(service, account(target, key))),
    set: (target, key, value) =>
      call((keytar) => keytar.setPassword(service, account(target, key), value)),
    remove: async (target, key) => {
      await call((keytar) => keytar.deletePassword(service, account(target, key)))
    },
    keys: async (target) => {
      const found = await call((keytar) => keytar.findCredentials(service))
      const start = prefix(target)
      return found
        .filter((entry) => entry.account.startsWith(start))
        .map((entry) => entry.account.slice(start.length))
        .filter((key) => !key.includes('/'))
        .map((key) => decodeURIComponent(key))
        .sort()
    },
  }
}

/**
 * Whether the keychain answers; null when it does.
 *
 * @param storing also stores and removes an entry: a Secret Service without an unlocked keyring answers every question
 * with "nothing found" and fails only then
 * @param withinMs how long each step may take; unlocking by a person counts
 */
export async function keychainProblem(
  storing: boolean,
  withinMs = 15_000,
): Promise<ProblemError | null> {
  const keychain = createKeytarSecrets({ withinMs })
  const [target, key] = ['marshal', 'keychain-answers']
  try {
    await keychain.get(target, key)
    if (storing) {
      await keychain.set(target, key, 'yes')
      await keychain.remove(target, key)
    }
    return null
  } catch (cause) {
    return cause instanceof ProblemError ? cause : noKeychain(cause)
  }
}

/** Loaded late: where the system library is missing, importing keytar throws. */
async function loadKeytar(): Promise<Keytar> {
  const module = await import('keytar')
  return module.default
}

class KeychainTimeout extends Error {}

async function withTimeout<Result>(work: Promise<Result>, withinMs: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new KeychainTimeout()), withinMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

function noKeychain(cause: unknown): ProblemError {
  return new ProblemError(
    {
      code: 'no-keychain',
      message: `The system keychain cannot be used: ${reason(cause)}.`,
      fix: 'Sign in to a desktop session with a keychain (on Linux a Secret Service such as gnome-keyring), or set MARSHAL_PASSPHRASE to keep secrets in an encrypted file instead.',
    },
    { cause },
  )
}

/** keytar passes on the words of the system library; these are the ones people meet. */
function reason(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause)
  if (cause instanceof KeychainTimeout) return 'it did not answer in time'
  if (/autolaunch|D-?Bus|DBUS|Could not connect|org\.freedesktop\.secrets/i.test(text)) {
    return 'no Secret Service is running for this session (D-Bus)'
  }
  if (/cannot open shared object|libsecret|Cannot find module|MODULE_NOT_FOUND/i.test(text)) {
    return 'its system library (libsecret) is missing'
  }
  if (/does not exist at path|locked|prompt|dismissed/i.test(text)) {
    return 'it is locked or has no default keyring'
  }
  return text.replace(/\.+$/, '')
}
