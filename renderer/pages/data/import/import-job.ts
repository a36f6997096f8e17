/**
 * The import going on in this window: chosen file, upload, rehearsal, import, report. It lives beside the pages, so that
 * leaving the page stops nothing and loses nothing.
 */
import { computed, reactive, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import type {
  CellFix,
  ImportEntity,
  ImportReport,
  ReadingChoices,
} from '../../../../main/contract/imports.ts'
import { toShownProblem, type ShownProblem } from '../../../connection/shown-problem.ts'
import type { EngineClient } from '../../../engine-client.ts'
import { filePieces } from './file-pieces.ts'
import { mergeReports } from './merge-reports.ts'

export type ImportStep =
  | { readonly step: 'choose' }
  | {
      readonly step: 'upload'
      readonly fileName: string
      readonly sent: number
      readonly size: number
    }
  | { readonly step: 'ready'; readonly id: string; readonly fileName: string }
  | {
      readonly step: 'running'
      readonly id: string
      readonly fileName: string
      readonly rehearse: boolean
      /** Rows done; the total is null when it is not known. */
      readonly done: number
      readonly total: number | null
    }
  | {
      readonly step: 'done'
      readonly id: string
      readonly fileName: string
      readonly report: ImportReport
      /** What takes it back, newest first: the file, and corrected rows of it. */
      readonly importIds: readonly string[]
      /** Corrected rows are being imported. */
      readonly busy: boolean
    }

export interface ImportWishes {
  entity: ImportEntity
  /** Name of the event entrants belong to. */
  event: string
  /** Column → field, only what a person chose; empty leaves the column out. */
  map: Record<string, string>
  /** How the file is read, where a person chose. */
  reading: ReadingChoices
  /** Nothing as last time. */
  fresh: boolean
  /** Another race takes the place of the only one. */
  move: boolean
  /** Entries that were deleted here are made again. */
  again: boolean
  /** Cells corrected in the report. */
  fixes: readonly CellFix[]
}

export interface ImportJob {
  readonly now: Readonly<ShallowRef<ImportStep>>
  readonly wishes: ImportWishes
  /** What the last rehearsal of this file, with these wishes, would do. */
  readonly rehearsal: Readonly<ShallowRef<ImportReport | null>>
  readonly problem: Readonly<ShallowRef<ShownProblem | null>>
  /** Rows that were done when somebody stopped the import; null when nobody did. */
  readonly stoppedAt: Readonly<ShallowRef<number | null>>
  readonly busy: ComputedRef<boolean>
  choose(client: EngineClient, file: File): Promise<void>
  run(client: EngineClient, rehearse: boolean, total: number | null): Promise<ImportReport | null>
  /** Corrects a cell; what was rehearsed stays to be seen. */
  fix(fix: CellFix): void
  /** Imports the corrected rows of a file that is in otherwise. */
  takeFixed(client: EngineClient): Promise<void>
  /** Stops an upload or a run. What a run has written stays. */
  stop(): void
  /** Takes another column mapping or goal; a rehearsal made before says nothing about it. */
  wish(changes: Partial<ImportWishes>): void
  /** Forgets file and report. */
  reset(client: EngineClient): Promise<void>
}

const now = shallowRef<ImportStep>({ step: 'choose' })
const wishes = reactive<ImportWishes>({
  entity: 'entrant',
  event: '',
  map: {},
  reading: {},
  fresh: false,
  move: false,
  again: false,
  fixes: [],
})
const rehearsal = shallowRef<ImportReport | null>(null)
const problem = shallowRef<ShownProblem | null>(null)
const stoppedAt = shallowRef<number | null>(null)
let stopping = new AbortController()

/** The window's one import. */
export function useImportJob(): ImportJob {
  return {
    now,
    wishes,
    rehearsal,
    problem,
    stoppedAt,
    busy: computed(
      () =>
        now.value.step === 'upload' ||
        now.value.step === 'running' ||
        (now.value.step === 'done' && now.value.busy),
    ),
    choose,
    run,
    fix,
    takeFixed,
    stop: () => stopping.abort(),
    wish(changes) {
      Object.assign(wishes, changes)
      rehearsal.value = null
      problem.value = null
      stoppedAt.value = null
    },
    reset,
  }
}

function begin(): AbortSignal {
  stopping = new AbortController()
  problem.value = null
  rehearsal.value = null
  stoppedAt.value = null
  return stopping.signal
}

async function choose(client: EngineClient, file: File): Promise<void> {
  await reset(client)
  const signal = begin()
  const fileName = file.name.slice(-200)
  now.value = { step: 'upload', fileName, sent: 0, size: file.size }
  let id: string | null = null
  try {
    id = (await client.imports.begin({ fileName }, { signal })).id
    for await (const { base64, readBytes } of filePieces(file)) {
      await client.imports.append({ id, base64 }, { signal })
      now.value = { step: 'upload', fileName, sent: readBytes, size: file.size }
    }
    wishes.map = {}
    wishes.reading = {}
    wishes.fixes = []
    wishes.fresh = false
    wishes.move = false
    wishes.again = false
    now.value = { step: 'ready', id, fileName }
  } catch (error) {
    now.value = { step: 'choose' }
    if (!signal.aborted) problem.value = toShownProblem(error)
    if (id !== null) await client.imports.cancel({ id }).catch(() => {})
  }
}

async function run(
  client: EngineClient,
  rehearse: boolean,
  total: number | null,
): Promise<ImportReport | null> {
  if (now.value.step !== 'ready') return null
  const { id, fileName } = now.value
  const signal = begin()
  const running = { step: 'running', id, fileName, rehearse, done: 0, total } as const
  now.value = running
  let done = 0
  try {
    const input = { ...inputFor(id), rehearse }
    for await (const step of await client.imports.run(input, { signal })) {
      done = step.done
      now.value = { ...running, done }
      if (step.report !== null) {
        if (rehearse) {
          rehearsal.value = step.report
          now.value = { step: 'ready', id, fileName }
        } else {
          const importIds = step.report.importId === null ? [] : [step.report.importId]
          wishes.fixes = []
          now.value = { step: 'done', id, fileName, report: step.report, importIds, busy: false }
        }
        return step.report
      }
    }
    now.value = { step: 'ready', id, fileName }
  } catch (error) {
    now.value = { step: 'ready', id, fileName }
    if (!signal.aborted) problem.value = toShownProblem(error)
    else if (!rehearse) stoppedAt.value = done
  }
  return null
}

function inputFor(id: string) {
  const { entity, event, map, reading, fixes, fresh, move, again } = wishes
  return {
    id,
    entity,
    map: { ...map },
    reading: { ...reading },
    fresh,
    ...(entity === 'entrant' && { move, again }),
    ...(fixes.length > 0 && { fixes: [...fixes] }),
    ...(entity === 'entrant' && event.trim() !== '' ? { event: event.trim() } : {}),
  }
}

function fix(corrected: CellFix): void {
  const others = wishes.fixes.filter(
    ({ line, column }) => line !== corrected.line || column !== corrected.column,
  )
  wishes.fixes = [...others, corrected]
}

async function takeFixed(client: EngineClient): Promise<void> {
  const before = now.value
  if (before.step !== 'done' || wishes.fixes.length === 0) return
  const signal = begin()
  const lines = new Set(wishes.fixes.map(({ line }) => line))
  now.value = { ...before, busy: true }
  try {
    const input = { ...inputFor(before.id), rehearse: false, onlyFixed: true }
    for await (const { report } of await client.imports.run(input, { signal })) {
      if (report === null) continue
      const ids = report.importId === null ? [] : [report.importId]
      wishes.fixes = []
      now.value = {
        ...before,
        report: mergeReports(before.report, report, lines),
        importIds: [...ids, ...before.importIds],
      }
    }
  } catch (error) {
    now.value = before
    if (!signal.aborted) problem.value = toShownProblem(error)
  }
}

async function reset(client: EngineClient): Promise<void> {
  const left = 'id' in now.value ? now.value.id : null
  begin()
  now.value = { step: 'choose' }
  // The engine clears what is left over when it starts, so a failure here costs nothing.
  if (left !== null) await client.imports.cancel({ id: left }).catch(() => {})
}
