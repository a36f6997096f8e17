/** What both hosts hand to the engine. */
import { openBrowserReturn } from './browser-return.ts'
import type { Autostart, Battery, Ports, Probe, Secrets, SignedIn } from '../engine/ports.ts'
import { linuxBattery } from './battery.ts'
import { chooseSecrets, isShort } from './choose-secrets.ts'
import { prepareDataFolder, usualDataFolder } from './data-folder.ts'
import { openLogFile, type LogFile, type LogLevel } from './log-file.ts'
import { nodeFiles } from './node-files.ts'
import { redactor, watchedSecrets } from './redactor.ts'
import { systemClock } from './system-clock.ts'
import { undiciHttp } from './undici-http.ts'
import { isUnwritable } from './unwritable.ts'
import { uuidIds } from './uuid-ids.ts'
import { keepHeapSmall } from './small-heap.ts'

export interface PortsOptions {
  /** Absolute; made when missing. */
  readonly dataDir: string
  /** Default `info`. */
  readonly logLevel?: LogLevel
  /** Keeps what travels to and from other systems in `log/http.log`. */
  readonly traceHttp?: boolean
  /** In place of the keychain or vault of this computer. */
  readonly secrets?: Secrets
  /** Of the host people sign in to. */
  readonly signedIn?: SignedIn
  /** Ends this process's engine and starts another; left out where that is not possible. */
  readonly restart?: () => void
  readonly autostart?: Autostart
  /** Asked where the files of Linux tell nothing. */
  readonly battery?: () => Battery | null
  readonly probe?: Probe
  /** For one who may only want to read: a folder that cannot be written is used as it is. */
  readonly orOnlyRead?: boolean
}

/** Said once at each start; the vault that has it goes on opening. */
const shortPassphrase =
  'The passphrase of vault.json has fewer than 12 characters and could be found by trying. Move the file away, set a longer MARSHAL_PASSPHRASE, and enter the secrets of the targets again.'

export interface HostPorts extends Ports {
  readonly log: LogFile
}

/**
 * The ports of a real computer: system clock, network, keychain or vault, log file and data folder.
 * The caller closes `log` last.
 * @throws ProblemError when the data folder cannot be used or its vault cannot be opened.
 */
export async function createPorts(options: PortsOptions): Promise<HostPorts> {
  const { dataDir } = options
  keepHeapSmall()
  const orOnlyRead = options.orOnlyRead ?? false
  await prepareDataFolder(dataDir).catch((error: unknown) => {
    if (!orOnlyRead || !isUnwritable(error)) throw error
  })
  const known = redactor()
  const secrets =
    options.secrets ??
    (await chooseSecrets({
      dataDir,
      passphrase: process.env['MARSHAL_PASSPHRASE'],
      ownFolder: dataDir !== usualDataFolder(),
    }))
  const level = options.logLevel ?? 'info'
  const log = openLogFile(dataDir, {
    level,
    redactor: known,
    wire: options.traceHttp ?? false,
    orNone: orOnlyRead,
  })
  const passphrase = process.env['MARSHAL_PASSPHRASE'] ?? ''
  if (secrets.kind === 'vault' && isShort(passphrase)) log.warn(shortPassphrase)
  return {
    clock: systemClock(),
    ids: uuidIds(),
    log,
    secrets: watchedSecrets(secrets, known),
    http: undiciHttp(),
    files: nodeFiles(dataDir),
    openBrowserReturn,
    system: `${process.platform} ${process.arch}, Node ${process.versions.node}`,
    battery: async () => (await linuxBattery()) ?? options.battery?.() ?? null,
    ...(options.autostart ? { autostart: options.autostart } : {}),
    ...(options.restart ? { restart: options.restart } : {}),
    ...(options.signedIn ? { signedIn: options.signedIn } : {}),
    ...(options.probe ? { probe: options.probe } : {}),
  }
}
