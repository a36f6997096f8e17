/** One seed from beginning to end: the storm, the calm after it, and what must be true then. */
import type { RunView } from '../../main/contract/sync.ts'
import { readAftermath } from './aftermath.ts'
import { DeskWork } from './desk-work.ts'
import { conflictFaults, differences, duplicates } from './equal-sides.ts'
import { Ledger } from './ledger.ts'
import { losses } from './nothing-lost.ts'
import { latestMs, OtherWork } from './other-work.ts'
import { scenarioOf, type Edition, type Scenario } from './scenario.ts'
import { storm, syncOnce } from './storm.ts'
import { World } from './world.ts'

export interface SeedReport {
  readonly seed: number
  /** Everything that should not be, in words; empty when all is well. */
  readonly faults: readonly string[]
  /** Hash of all that happened: the same for the same seed. */
  readonly digest: string
  readonly trace: readonly string[]
  /** How often what happened. */
  readonly tally: Readonly<Record<string, number>>
}

/** Rounds of runs within which everything must have arrived. */
const roundsToQuiet = 12
/** An echo shows at once or never; every so often it gets its time. */
const echoRuns = (seed: number) => (seed % 5 === 0 ? 10 : 3)

/** Runs a seed. Never throws for what the engine does: that is a fault of the report. */
export async function runSeed(seed: number, edition?: Edition): Promise<SeedReport> {
  const scenario = scenarioOf(seed, edition)
  const world = new World(scenario)
  const faults: string[] = []
  try {
    await play(world, scenario, faults)
  } catch (error) {
    faults.push(
      `broke off: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    )
  } finally {
    await world.end()
  }
  faults.push(...world.untruths)
  faults.push(...world.complaints.map((line) => `logged as an error: ${line}`))
  const { trace, tally } = world
  return { seed, faults, digest: trace.digest(), trace: trace.lines, tally }
}

async function play(world: World, scenario: Scenario, faults: string[]): Promise<void> {
  const ledger = new Ledger()
  const desk = new DeskWork(world, ledger)
  const others = new OtherWork(world, ledger)
  for (const side of world.mockSides) if (side.plan.populated) others.populate(side)
  await world.start()
  world.stormy = false
  await desk.importStartList(1, scenario.entrants)
  world.stormy = true
  await storm(world, ledger, desk, others)
  world.stormy = false
  world.trace.note('# quiet')
  await comeToRest(world, faults)
  await expectNoEcho(world, faults)
  const after = await readAftermath(world)
  for (const side of world.sides) {
    faults.push(...differences(scenario, side, after, ledger), ...duplicates(side, after))
  }
  faults.push(...conflictFaults(after), ...losses(world, ledger, after))
  const { ok, problems } = await world.client.settings.check()
  if (!ok) faults.push(...problems.map(({ code, message }) => `check: ${code} ${message}`))
  for (const { state } of after.rows) world.count(`rows ${state}`)
  world.tally['refused here'] = after.refusedHere.size
  world.tally['saved edits'] = ledger.saved.length
  await world.stop()
}

/**
 * Runs until nothing is left to do. Only where clocks are set, a full listing comes in between: a server's clock that was
 * set back hides news from polls. Everywhere else it would hide what a poll has missed.
 */
async function comeToRest(world: World, faults: string[]): Promise<void> {
  while (world.wire.stray.length > 0) world.wire.releaseStray(world.wire.stray[0]!, true)
  // A full listing that comes once must not come before what a server shows late.
  if (world.scenario.weather.showsLate > 0) world.clock.pass(latestMs)
  let quiet = 0
  const lists = world.scenario.weather.clockJump > 0
  for (let round = 0; round < roundsToQuiet; round++) {
    if (round === 2) await world.client.failures.retry({})
    const before = world.wire.writes
    const runs = await syncOnce(world, lists && round % 3 === 1 ? { kind: 'reconcile' } : {})
    world.clock.pass(90_000)
    if (runs!.some(({ result }) => result === 'error')) {
      faults.push(`a run fails in calm weather: ${JSON.stringify(runs!.map(errorsOf))}`)
      return
    }
    quiet = world.wire.writes === before ? quiet + 1 : 0
    if (quiet >= 2 && round > 2) return
  }
  faults.push(`no rest within ${roundsToQuiet} rounds of runs`)
}

function errorsOf({ target, result, errors }: RunView): unknown {
  return [target, result, errors]
}

/** Nothing is sent any more, and nothing changes here: no side answers the other's answer. */
async function expectNoEcho(world: World, faults: string[]): Promise<void> {
  const before = world.wire.writes
  const times = echoRuns(world.scenario.seed)
  for (let run = 0; run < times; run++) {
    const runs = await syncOnce(world)
    for (const { target, inbound } of runs!) {
      if (inbound.created + inbound.updated + inbound.deleted > 0) {
        faults.push(`${target} keeps bringing news: ${JSON.stringify(inbound)}`)
      }
    }
    world.clock.pass(60_000)
  }
  if (world.wire.writes > before) {
    faults.push(
      `${world.wire.writes - before} requests went out in ${times} runs with nothing to do`,
    )
  }
}
