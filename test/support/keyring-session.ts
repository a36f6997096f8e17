/**
 * A real Secret Service (gnome-keyring on a D-Bus of its own) for tests of the keychain, where the test run was not
 * already started inside one.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'

export interface KeyringSession {
  /** Environment of processes that shall see this keychain. */
  readonly env: Readonly<Record<string, string>>
  stop(): Promise<void>
}

/** Throws with the apt line when the machine lacks dbus or gnome-keyring. */
export async function startKeyringSession(): Promise<KeyringSession> {
  const home = await mkdtemp(join(tmpdir(), 'marshal-keyring-'))
  const env: Record<string, string> = {
    HOME: home,
    XDG_RUNTIME_DIR: home,
    XDG_DATA_HOME: join(home, 'data'),
    XDG_CACHE_HOME: join(home, 'cache'),
  }
  const inherited = { ...process.env, ...env }
  const bus = start('dbus-daemon', ['--session', '--nofork', '--print-address=1'], inherited)
  env['DBUS_SESSION_BUS_ADDRESS'] = await firstLine(bus)
  const whole = { ...inherited, ...env }
  const keyring = start(
    'gnome-keyring-daemon',
    ['--foreground', '--unlock', '--components=secrets'],
    whole,
  )
  keyring.stdin?.end('test\n')
  await waitForSecretService(whole, keyring)
  return {
    env,
    stop: async () => {
      await end(keyring)
      await end(bus)
      await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
    },
  }
}

/**
 * Makes this process see a Secret Service: the one it was started in, or a new one.
 * Call before the first use of keytar; GLib looks for the bus once.
 */
export async function enterKeyringSession(): Promise<() => Promise<void>> {
  if (process.env['DBUS_SESSION_BUS_ADDRESS']) return async () => undefined
  const session = await startKeyringSession()
  process.env['DBUS_SESSION_BUS_ADDRESS'] = session.env['DBUS_SESSION_BUS_ADDRESS']
  return async () => {
    delete process.env['DBUS_SESSION_BUS_ADDRESS']
    await session.stop()
  }
}

function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'ignore'] })
  child.once('error', (cause) => {
    throw new Error(`${command} cannot be started; on Debian: apt install dbus gnome-keyring`, {
      cause,
    })
  })
  return child
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('no output to read')
  for await (const line of createInterface({ input: child.stdout })) return line
  throw new Error('dbus-daemon ended before it said its address')
}

async function waitForSecretService(env: NodeJS.ProcessEnv, keyring: ChildProcess): Promise<void> {
  const question = [
    '--session',
    '--print-reply=literal',
    '--dest=org.freedesktop.DBus',
    '/',
    'org.freedesktop.DBus.NameHasOwner',
    'string:org.freedesktop.secrets',
  ]
  for (;;) {
    const { stdout } = await promisify(execFile)('dbus-send', question, { env })
    if (stdout.includes('true')) return
    if (keyring.exitCode !== null)
      throw new Error(`gnome-keyring-daemon ended (${keyring.exitCode})`)
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}
