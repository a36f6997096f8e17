/** The Chromium of this machine, as tests and measurements start it. MARSHAL_CHROMIUM names another one. */
import { existsSync } from 'node:fs'

const chosen = process.env['MARSHAL_CHROMIUM']
const bareShell = '/usr/lib/chromium/chromium-headless-shell'

/** The whole browser; it has windows. */
export const chromiumPath = chosen ?? '/usr/bin/chromium'

/** For pages nobody sees: the same engine without the browser around it, in half the time, where it is installed. */
export const headlessPath = chosen ?? (existsSync(bareShell) ? bareShell : chromiumPath)

export const chromiumArguments: readonly string[] = [
  '--no-sandbox',
  '--disable-quic',
  '--disable-background-networking',
  '--no-first-run',
  '--disable-gpu',
]
