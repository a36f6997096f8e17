/** Seeds as tests: those that failed before come first, then a range; some are played twice, to the letter. */
import { describe, expect, it } from 'vitest'
import { editionOf, failingSeeds, keepFailing, replayCommand } from './failing-seeds.ts'
import { runSeed } from './run-seed.ts'
import { castOf, newestEdition, type Cast, type Edition } from './scenario.ts'
import { openConnections } from './statement-watch.ts'

interface Played {
  readonly seed: number
  readonly edition?: Edition
  readonly known?: string
}

const nameOf = (one: Played) =>
  editionOf(one) === newestEdition ? `${one.seed}` : `${one.seed} in weather ${editionOf(one)}`

/** Every so many seeds one is played twice. */
const twiceEvery = 50

/** Declares the tests of a cast for the seeds in [from, to]. */
export function playSeeds(cast: Cast, from: number, to: number): void {
  const kept = failingSeeds()
  const played = new Map<string, Played>()
  for (const one of kept) played.set(nameOf({ seed: one.seed, edition: editionOf(one) }), one)
  for (let seed = from; seed <= to; seed++) {
    const one = { seed, edition: newestEdition }
    if (!played.has(nameOf(one))) played.set(nameOf(one), one)
  }
  const seeds = [...played.values()]
    .filter(({ seed, known }) => castOf(seed) === cast && known === undefined)
    .map((one) => ({ seed: one.seed, edition: editionOf(one), name: nameOf(one) }))
  describe('whatever happens, both sides end equal or the difference is listed, and nothing is lost', () => {
    it.each(seeds)('seed $name', async ({ seed, edition }) => {
      const { faults } = await runSeed(seed, edition)
      if (faults[0] && edition === newestEdition) keepFailing(seed, faults[0])
      expect(faults, `see it again: ${replayCommand(seed, edition)}`).toEqual([])
      expect(openConnections(), 'connections left behind').toBe(0)
    })
  })
  describe('the same seed tells the same story', () => {
    const some = seeds.filter((_, at) => at % twiceEvery === 0)
    it.each(some)('seed $name', async ({ seed, edition }) => {
      const first = await runSeed(seed, edition)
      const second = await runSeed(seed, edition)
      const at = first.trace.findIndex((line, place) => line !== second.trace[place])
      expect(second.trace[at], `line ${at}: ${replayCommand(seed, edition)}`).toBe(first.trace[at])
      expect(second.digest).toBe(first.digest)
    })
  })
}
