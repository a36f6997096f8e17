/** Seeds that once failed: kept, and replayed before any others. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newestEdition, type Edition } from './scenario.ts'

const file = join(import.meta.dirname, 'failing-seeds.json')

export interface FailingSeed {
  readonly seed: number
  /** What went wrong when it was found. */
  readonly found: string
  /** The weather it failed in; the first where it is left out. */
  readonly edition?: Edition
  /** Why it still does, in words; left out once it is mended. Such a seed is not played. */
  readonly known?: string
}

export function failingSeeds(): readonly FailingSeed[] {
  return JSON.parse(readFileSync(file, 'utf8')) as readonly FailingSeed[]
}

/** Keeps a seed that failed, so that the next run begins with it. */
export function keepFailing(seed: number, found: string): void {
  const kept = failingSeeds()
  if (kept.some((one) => one.seed === seed && editionOf(one) === newestEdition)) return
  const all = [...kept, { seed, found, edition: newestEdition }].sort((a, b) => a.seed - b.seed)
  writeFileSync(`${file}.new`, `${JSON.stringify(all, null, 2)}\n`)
  renameSync(`${file}.new`, file)
}

/** The weather a kept seed is played in. */
export function editionOf({ edition = 1 }: Pick<FailingSeed, 'edition'>): Edition {
  return edition
}

/** How to see a seed again. */
export function replayCommand(seed: number, edition: Edition = newestEdition): string {
  const weather = edition === newestEdition ? '' : ` --edition ${edition}`
  return `npm run soak -- --from ${seed} --seeds 1${weather} --trace`
}
