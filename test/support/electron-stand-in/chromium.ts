/** The one Chromium behind all windows. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium, type BrowserContext, type CDPSession } from 'playwright-core'
import { chromiumArguments, chromiumPath, headlessPath } from '../chromium.ts'
import { answerRoute } from './protocol.ts'

const chromiumArgs = [
  ...chromiumArguments,
  // window.open and target=_blank come to nothing, as with a handler that denies; Page.windowOpen still tells.
  '--block-new-web-contents',
  '--remote-debugging-port=0',
]

export interface RunningChromium {
  readonly context: BrowserContext
  /** For whole-browser commands. */
  readonly browserSession: CDPSession | null
  /** Where a test can connect with `chromium.connectOverCDP`. */
  readonly devTools: string
}

let running: RunningChromium | null = null

export function theChromium(): RunningChromium {
  if (running === null) throw new Error('Chromium is used before the app is ready')
  return running
}

/** @param profile folder of its profile */
export async function launchChromium(profile: string): Promise<RunningChromium> {
  const headed = process.env['MARSHAL_STAND_IN_HEADED'] === '1'
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: headed ? chromiumPath : headlessPath,
    headless: !headed,
    args: chromiumArgs,
    viewport: headed ? null : { width: 1280, height: 800 },
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  })
  await context.route(/.*/, answerRoute)
  const [port] = (await readFile(join(profile, 'DevToolsActivePort'), 'utf8')).split('\n')
  const browserSession = (await context.browser()?.newBrowserCDPSession()) ?? null
  running = { context, browserSession, devTools: `http://127.0.0.1:${port}` }
  return running
}

export async function closeChromium(): Promise<void> {
  await running?.context.close().catch(() => undefined)
  running = null
}
