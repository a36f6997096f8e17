/** A workbook unpacked in a thread of its own, which is killed when it takes too long or too much memory. */
import { Worker } from 'node:worker_threads'
import { ProblemError } from '../../../contract/problem.ts'
import type { Clock } from '../../ports.ts'
import type {
  RowsWanted,
  SheetLine,
  SheetView,
  WorkbookAnswer,
  WorkbookFault,
} from './workbook-messages.ts'

/** Largest workbook, as it lies on the disk. */
export const mostPacked = 60 * 1024 * 1024

/** Time and memory for one workbook. A marathon's start list takes a few seconds and a fifth of that memory. */
export const workbookLimits = { openMs: 120_000, pageMs: 30_000, memoryMb: 1024 } as const

/** In the built program the worker is a file beside this one, with the name its build entry has. */
const workerFile = import.meta.filename.endsWith('.ts') ? 'worker.ts' : 'workbook-worker.js'

export interface Workbook {
  readonly sheets: readonly SheetView[]
  /** Rows that hold anything, from the given one on, counted from 0. */
  rows(wanted: RowsWanted): Promise<readonly SheetLine[]>
  close(): Promise<void>
}

/** Throws `ProblemError` (`wrong-use`) for what is no workbook, has a password, or is beyond the limits. */
export async function openWorkbook(
  bytes: Uint8Array,
  clock: Pick<Clock, 'timer'>,
  limits: {
    readonly openMs: number
    readonly pageMs: number
    readonly memoryMb: number
  } = workbookLimits,
): Promise<Workbook> {
  const worker = new Worker(new URL(workerFile, import.meta.url), {
    name: 'marshal-workbook',
    workerData: { bytes },
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: limits.memoryMb, maxYoungGenerationSizeMb: 64 },
  })
  // An error that comes while the thread is being killed has been answered already.
  worker.on('error', () => {})
  const ask = async (limitMs: number, send: () => void): Promise<WorkbookAnswer> => {
    try {
      const answer = nextAnswer(worker, clock, limitMs)
      send()
      return await answer
    } catch (error) {
      await worker.terminate()
      throw inWords(error, limits.memoryMb)
    }
  }
  const opened = await ask(limits.openMs, () => {})
  if (opened.kind !== 'opened') {
    await worker.terminate()
    throw refused(opened.kind === 'refused' ? opened.fault : 'damaged')
  }
  // Keeps the process alive only while it is being asked.
  worker.unref()
  return {
    sheets: opened.sheets,
    async rows(wanted) {
      worker.ref()
      const answer = await ask(limits.pageMs, () => worker.postMessage(wanted))
      worker.unref()
      return answer.kind === 'rows' ? answer.rows : []
    },
    async close() {
      await worker.terminate()
    },
  }
}

class TooSlow extends Error {}

function nextAnswer(
  worker: Worker,
  clock: Pick<Clock, 'timer'>,
  limitMs: number,
): Promise<WorkbookAnswer> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      cancel()
      worker.off('message', onMessage).off('error', onError).off('exit', onExit)
      finish()
    }
    const onMessage = (answer: WorkbookAnswer) => settle(() => resolve(answer))
    const onError = (error: unknown) => settle(() => reject(error as Error))
    const onExit = () => settle(() => reject(new Error('The thread that unpacks workbooks ended')))
    worker.once('message', onMessage).once('error', onError).once('exit', onExit)
    const cancel = clock.timer(limitMs, () => settle(() => reject(new TooSlow())))
  })
}

const faults: Readonly<Record<WorkbookFault, readonly [message: string, fix: string]>> = {
  archive: ['This is an archive (ZIP), not a workbook.', 'Unpack it and choose the list in it.'],
  damaged: [
    'This workbook is damaged: it cannot be unpacked.',
    'Open it in a spreadsheet program and save it again, or save the sheet as CSV.',
  ],
  numbers: [
    'This is a document of Apple Numbers.',
    'Export it there as Excel (XLSX) or CSV and choose that file.',
  ],
  'other-document': [
    'This is no workbook but another document.',
    'Copy its table into a spreadsheet program and save that as XLSX or CSV.',
  ],
  password: [
    'This workbook is protected with a password.',
    'Open it in a spreadsheet program, save it without password, and choose that file.',
  ],
  'too-large': [
    'This workbook unpacks to more than a start list ever has.',
    'Save the sheet with the list as CSV and choose that file.',
  ],
}

function refused(fault: WorkbookFault): ProblemError {
  const [message, fix] = faults[fault]
  return new ProblemError({ code: 'wrong-use', message, fix })
}

/** For a file of the Excel before 2007, or an encrypted one, which lies in the same wrapping. */
export function oldWorkbook(bytes: Buffer): ProblemError {
  if (bytes.includes(Buffer.from('EncryptedPackage', 'utf16le'))) return refused('password')
  return new ProblemError({
    code: 'wrong-use',
    message: 'This is a workbook of an Excel before 2007 (.xls).',
    fix: 'Open it in a spreadsheet program, save it as XLSX, and choose that file.',
  })
}

/** The bytes of a workbook as a whole. Throws `ProblemError` above the limit. */
export async function wholeFile(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of source) {
    size += piece.length
    if (size > mostPacked) throw refused('too-large')
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

function inWords(error: unknown, memoryMb: number): unknown {
  const code = (error as { readonly code?: unknown } | null)?.code
  const why =
    error instanceof TooSlow
      ? 'It took too long to unpack'
      : code === 'ERR_WORKER_OUT_OF_MEMORY'
        ? `It needs more than ${memoryMb} MB of memory`
        : null
  if (why === null) return error
  return new ProblemError({
    code: 'wrong-use',
    message: `This workbook cannot be read. ${why}.`,
    fix: 'Save the sheet with the list as CSV and choose that file.',
  })
}
