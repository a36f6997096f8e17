/** Leaving in order: stop syncing, save, give the data folder back, then end. */
import { app } from 'electron'
import type { Log } from '../../engine/ports.ts'

export interface QuitSteps {
  /** Runs once, when leaving was decided; what is under way may finish. */
  readonly drain: () => Promise<void>
  readonly log: Log
}

export interface Quit {
  isQuitting(): boolean
  /** Starts leaving. May be called more than once. */
  now(): void
}

/** How long what is under way may take to come to an end, milliseconds. */
export const drainWithinMs = 5_000

/** Every way out (menu, tray, system shutdown, SIGTERM) passes through here. */
export function orderlyQuit(steps: QuitSteps): Quit {
  let state: 'running' | 'draining' | 'drained' = 'running'

  async function leave(): Promise<void> {
    try {
      await steps.drain()
    } catch (error) {
      steps.log.error('Leaving in order did not work', { error: String(error) })
    }
    state = 'drained'
    app.quit()
  }

  app.on('before-quit', (event) => {
    if (state === 'drained') return
    event.preventDefault()
    if (state === 'draining') return
    state = 'draining'
    void leave()
  })
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.on(signal, () => app.quit())

  return { isQuitting: () => state !== 'running', now: () => app.quit() }
}
