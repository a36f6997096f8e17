/** Work that goes on for a while and must have ended before the database is closed. */

export interface LongWork {
  /** Does the work; its signal is aborted when the caller's is, or when everything stops. */
  run<Result>(work: (signal: AbortSignal) => Promise<Result>, signal?: AbortSignal): Promise<Result>
  /** Aborts all of it and resolves when it has ended. */
  stop(): Promise<void>
}

export function createLongWork(): LongWork {
  const everything = new AbortController()
  const running = new Set<Promise<unknown>>()
  return {
    run(work, signal) {
      const own = signal ? AbortSignal.any([signal, everything.signal]) : everything.signal
      const done = work(own)
      const ended: Promise<unknown> = done.catch(() => {}).finally(() => running.delete(ended))
      running.add(ended)
      return done
    },
    async stop() {
      everything.abort(new Error('Marshal is closing.'))
      await Promise.all(running)
    },
  }
}
