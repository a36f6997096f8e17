/** A screen that nobody looks at. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

export interface Screen {
  /** Value for `DISPLAY`. */
  readonly display: string
  stop(): Promise<void>
}

/** Starts Xvfb on a free display, 1920 × 1080. Throws when the machine has no Xvfb. */
export async function startScreen(): Promise<Screen> {
  const args = ['-displayfd', '3', '-screen', '0', '1920x1080x24', '-nolisten', 'tcp']
  const child = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  const failed = once(child, 'error').then(([error]: Error[]) => {
    throw new Error('Xvfb cannot be started; on Debian: apt install xvfb', { cause: error })
  })
  const numbers = createInterface({ input: child.stdio[3] as Readable })
  const over = new Promise<never>((_, reject) => {
    child.once('exit', () => reject(new Error('Xvfb ended before it said its display')))
  })
  over.catch(() => undefined)
  const [number] = (await Promise.race([once(numbers, 'line'), failed, over])) as [string]
  return {
    display: `:${number}`,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}
