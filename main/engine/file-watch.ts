/** Looks whether the database file is in its place also while nobody saves anything, and tells when it is not. */
import type { Problem } from '../contract/problem.ts'
import { lostProblem } from './db/file-guard.ts'
import type { LossNews, OpenDatabase } from './db/opened-database.ts'
import type { Clock, Log } from './ports.ts'

/** Each save looks for itself; this is for the banner of an idle window, milliseconds. */
const lookEveryMs = 30_000

export interface FileWatch {
  start(): void
  stop(): void
  /** The listener gets the problem in words, and again once a copy of everything saved was made. */
  onTrouble(listener: (problem: Problem) => void): void
}

/** @param onChange called when there is something new to show */
export function createFileWatch(
  clock: Clock,
  database: Pick<OpenDatabase, 'trouble' | 'onLoss'>,
  log: Log,
  onChange: () => void,
): FileWatch {
  const listeners = new Set<(problem: Problem) => void>()
  let cancel = () => {}

  const note = (news: LossNews) => {
    if (news.kind === 'not-rescued') {
      log.error('No copy of the lost database could be made', { error: String(news.error) })
    }
    const trouble = database.trouble()
    if (!trouble) return
    const { problem } = lostProblem(trouble)
    if (news.kind !== 'not-rescued') {
      log.error(problem.message, { fix: problem.fix })
      for (const listener of listeners) listener(problem)
    }
    onChange()
  }
  let wasLost = false
  const look = () => {
    const isLost = database.trouble() !== null
    // A file put back is good news, and nobody else brings them.
    if (isLost !== wasLost) onChange()
    wasLost = isLost
    cancel = clock.timer(lookEveryMs, look)
  }
  database.onLoss(note)

  return {
    start: look,
    stop: () => cancel(),
    onTrouble: (listener) => void listeners.add(listener),
  }
}
