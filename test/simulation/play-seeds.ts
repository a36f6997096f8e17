/** Seeds as tests: those that failed before come first, then a range; some are played twice, to the letter. */
import { describe, expect, it } from 'vitest'
import { failingSeeds, keepFailing, replayCommand } from './failing-seeds.ts'
import { runSeed } from './run-seed.ts'
import { castOf, type Cast } from './scenario.ts'
import { openConnections } from './statement-watch.ts'

/** Every so many seeds one is played twice. */
const twiceEvery = 50

/** Declares the tests of a cast for the seeds in [from, to]. */
export function playSeeds(cast: Cast, from: number, to: number): void {
  const kept = failingSeeds()
  const known = new Set(kept.flatMap((one) => (one.known === undefined ? [] : [one.seed])))
  const once = kept.map((one) => one.seed).filter((seed) => !known.has(seed))
  const range = Array.from({ length: to - from + 1 }, (_, at) => from + at)
  const seeds = [...new Set([...once, ...range])].filter(
    (seed) => castOf(seed) === cast && !known.has(seed),
  )
  describe('whatever happens, both sides end equal or the difference is listed, and nothing is lost', () => {
    it.each(seeds)('seed %i', async (seed) => {
      const { faults } = await runSeed(seed)
      if (faults[0]) keepFailing(seed, faults[0])
      expect(faults, `see it again: ${replayCommand(seed)}`).toEqual([])
      expect(openConnections(), 'connections left behind').toBe(0)
    })
  })
  describe('the same seed tells the same story', () => {
    const some = seeds.filter((_, at) => at % twiceEvery === 0)
    it.each(some)('seed %i', async (seed) => {
      const first = await runSeed(seed)
      const second = await runSeed(seed)
      const at = first.trace.findIndex((line, place) => line !== second.trace[place])
      expect(second.trace[at], `line ${at}: ${replayCommand(seed)}`).toBe(first.trace[at])
      expect(second.digest).toBe(first.digest)
    })
  })
}
