/** The Chromium of this machine, as tests and measurements start it. */
import { existsSync } from 'node:fs'

/** Another one can be tried with MARSHAL_CHROMIUM. */
export const chromiumPath = process.env['MARSHAL_CHROMIUM'] ?? '/usr/bin/chromium'

export const hasChromium = () => existsSync(chromiumPath)

export const chromiumArguments: readonly string[] = [
  '--no-sandbox',
  '--disable-quic',
  '--disable-background-networking',
  '--no-first-run',
  '--disable-gpu',
]
