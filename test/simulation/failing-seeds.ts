/** Seeds that once failed: kept, and replayed before any others. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const file = join(import.meta.dirname, 'failing-seeds.json')

export interface FailingSeed {
  readonly seed: number
  /** What went wrong when it was found. */
  readonly found: string
  /** Why it still does, in words; left out once it is mended. Such a seed is not played. */
  readonly known?: string
}

export function failingSeeds(): readonly FailingSeed[] {
  return JSON.parse(readFileSync(file, 'utf8')) as readonly FailingSeed[]
}

/** Keeps a seed that failed, so that the next run begins with it. */
export function keepFailing(seed: number, found: string): void {
  const kept = failingSeeds()
  if (kept.some((one) => one.seed === seed)) return
  const all = [...kept, { seed, found }].sort((a, b) => a.seed - b.seed)
  writeFileSync(`${file}.new`, `${JSON.stringify(all, null, 2)}\n`)
  renameSync(`${file}.new`, file)
}

/** How to see a seed again. */
export function replayCommand(seed: number): string {
  return `npm run soak -- --from ${seed} --seeds 1 --trace`
}
