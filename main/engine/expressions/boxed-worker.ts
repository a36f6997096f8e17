/** A worker thread for foreign expressions: started when needed, killed when it takes too long or too much memory. */
import { Worker } from 'node:worker_threads'
import type { Clock } from '../ports.ts'
import { SyncError } from '../targets/kit/sync-error.ts'
import type { PageToJudge, WorkerAnswer, WorkerStart } from './worker-messages.ts'

/** Time for a page and memory for the thread. */
export const boxLimits = { pageMs: 250, memoryMb: 64 } as const

/** Starting a thread on a busy laptop; beyond this something is wrong with the installation. */
const startMs = 30_000

/**
 * A page that ran out of time is tried once more in a new thread with four times the limit: a laptop just woken, or
 * busy with an import, is not a reason to call a filter endless.
 */
const secondTry = 4

/** In the built program the worker is a file beside this one, with the name its build entry has. */
const workerFile = import.meta.filename.endsWith('.ts') ? 'worker.ts' : 'expression-worker.js'

export interface Box {
  /** Judges a page. Throws `SyncError` `config` when it is beyond the limits; the next page gets a new thread. */
  judge(page: PageToJudge): Promise<readonly boolean[]>
  close(): Promise<void>
}

class TooSlow extends Error {}

/** @param file of the worker; the default is the right one in the source tree and in the built program */
export function createBox(
  start: WorkerStart,
  clock: Pick<Clock, 'timer'>,
  file: string | URL = new URL(workerFile, import.meta.url),
): Box {
  let worker: Worker | null = null
  let closed = false

  const open = async (): Promise<Worker> => {
    const made = new Worker(file, {
      name: 'marshal-filter',
      workerData: start,
      env: {},
      execArgv: [],
      resourceLimits: {
        maxOldGenerationSizeMb: boxLimits.memoryMb,
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

  const judgeOnce = async (page: PageToJudge, limitMs: number): Promise<readonly boolean[]> => {
    if (closed) throw new Error('This filter is closed')
    const thread = worker ?? (await open())
    // Keeps the process alive only while a page is being judged.
    thread.ref()
    const answer = nextAnswer(thread, clock, limitMs)
    thread.postMessage(page)
    const judged = await answer
    thread.unref()
    return judged.kind === 'judged' ? judged.kept : []
  }

  const judge = async (page: PageToJudge): Promise<readonly boolean[]> => {
    try {
      return await judgeOnce(page, boxLimits.pageMs).catch(async (error: unknown) => {
        await kill()
        if (!(error instanceof TooSlow)) throw error
        return judgeOnce(page, boxLimits.pageMs * secondTry)
      })
    } catch (error) {
      await kill()
      throw inWords(error, page.rows.length)
    }
  }

  // One page at a time: the answers come in order, and the time limit is for one page.
  let last: Promise<unknown> = Promise.resolve()
  return {
    judge(page) {
      const judged = last.then(() => judge(page))
      last = judged.catch(() => {})
      return judged
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
): Promise<WorkerAnswer> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      cancel()
      worker.off('message', onMessage).off('error', onError).off('exit', onExit)
      finish()
    }
    const onMessage = (answer: WorkerAnswer) => settle(() => resolve(answer))
    const onError = (error: unknown) => settle(() => reject(error as Error))
    const onExit = () => settle(() => reject(new Error('The thread that judges filters ended')))
    worker.once('message', onMessage).once('error', onError).once('exit', onExit)
    const cancel = clock.timer(limitMs, () => settle(() => reject(new TooSlow())))
  })
}

function inWords(error: unknown, records: number): unknown {
  const code = (error as { readonly code?: unknown } | null)?.code
  if (error instanceof TooSlow) {
    return new SyncError(
      'config',
      `The filter took longer than ${boxLimits.pageMs} ms for ${records} records and was stopped. Nothing was sent; make the filter simpler.`,
    )
  }
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new SyncError(
      'config',
      `The filter needs more than ${boxLimits.memoryMb} MB of memory and was stopped. Nothing was sent; make the filter simpler.`,
    )
  }
  return error
}
