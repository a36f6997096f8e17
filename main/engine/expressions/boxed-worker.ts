/** A worker thread for what others wrote: started when needed, killed when it takes too long or too much memory. */
import { Worker } from 'node:worker_threads'
import type { Clock } from '../ports.ts'
import { SyncError } from '../targets/kit/sync-error.ts'

/** Time for a page and memory for the thread. */
export interface BoxLimits {
  readonly pageMs: number
  readonly memoryMb: number
}

/** Starting a thread on a busy laptop; beyond this something is wrong with the installation. */
const startMs = 30_000

/**
 * A page that ran out of time is tried once more in a new thread with four times the limit: a laptop just woken, or
 * busy with an import, is not a reason to call an expression endless.
 */
const secondTry = 4

/** What a box is for. The thread says `ready` once, and then gives one answer for each page, in order. */
export interface BoxPlan<Page> {
  /** Of the worker: in the source tree beside this file, in the built program under the name of its entry. */
  readonly file: string | URL
  readonly name: string
  /** What the worker is started with. */
  readonly start: unknown
  readonly limits: BoxLimits
  /** What a person is told of a page beyond the limits. */
  tooSlow(page: Page): string
  tooLarge(page: Page): string
}

export interface Box<Page, Answer> {
  /** Works on a page. Throws `SyncError` `config` when it is beyond the limits; the next page gets a new thread. */
  ask(page: Page): Promise<Answer>
  close(): Promise<void>
}

class TooSlow extends Error {}

/** The file of a worker, in the source tree and in the built program. */
export function workerFile(source: string, built: string): URL {
  return new URL(import.meta.filename.endsWith('.ts') ? source : built, import.meta.url)
}

export function createBox<Page, Answer>(
  plan: BoxPlan<Page>,
  clock: Pick<Clock, 'timer'>,
): Box<Page, Answer> {
  const { limits } = plan
  let worker: Worker | null = null
  let closed = false

  const open = async (): Promise<Worker> => {
    const made = new Worker(plan.file, {
      name: plan.name,
      workerData: plan.start,
      env: {},
      execArgv: [],
      resourceLimits: {
        maxOldGenerationSizeMb: limits.memoryMb,
        maxYoungGenerationSizeMb: 16,
        stackSizeMb: 4,
      },
    })
    // An error that comes while the thread is being killed has been answered already.
    made.on('error', () => {})
    worker = made
    await nextAnswer(made, clock, startMs)
    return made
  }

  const kill = async (): Promise<void> => {
    const old = worker
    worker = null
    await old?.terminate()
  }

  const askOnce = async (page: Page, limitMs: number): Promise<Answer> => {
    if (closed) throw new Error('This box is closed')
    const thread = worker ?? (await open())
    // Keeps the process alive only while a page is being worked on.
    thread.ref()
    const answer = nextAnswer(thread, clock, limitMs)
    thread.postMessage(page)
    const answered = await answer
    thread.unref()
    return answered as Answer
  }

  const inWords = (error: unknown, page: Page): unknown => {
    const code = (error as { readonly code?: unknown } | null)?.code
    if (error instanceof TooSlow) return new SyncError('config', plan.tooSlow(page))
    if (code === 'ERR_WORKER_OUT_OF_MEMORY') return new SyncError('config', plan.tooLarge(page))
    return error
  }

  const ask = async (page: Page): Promise<Answer> => {
    try {
      return await askOnce(page, limits.pageMs).catch(async (error: unknown) => {
        await kill()
        if (!(error instanceof TooSlow)) throw error
        return askOnce(page, limits.pageMs * secondTry)
      })
    } catch (error) {
      await kill()
      throw inWords(error, page)
    }
  }

  // One page at a time: the answers come in order, and the time limit is for one page.
  let last: Promise<unknown> = Promise.resolve()
  return {
    ask(page) {
      const asked = last.then(() => ask(page))
      last = asked.catch(() => {})
      return asked
    },
    async close() {
      closed = true
      await kill()
    },
  }
}

function nextAnswer(
  worker: Worker,
  clock: Pick<Clock, 'timer'>,
  limitMs: number,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      cancel()
      worker.off('message', onMessage).off('error', onError).off('exit', onExit)
      finish()
    }
    const onMessage = (answer: unknown) => settle(() => resolve(answer))
    const onError = (error: unknown) => settle(() => reject(error as Error))
    const onExit = () => settle(() => reject(new Error('The thread of a box ended')))
    worker.once('message', onMessage).once('error', onError).once('exit', onExit)
    const cancel = clock.timer(limitMs, () => settle(() => reject(new TooSlow())))
  })
}
