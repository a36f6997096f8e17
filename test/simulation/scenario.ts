/** What a seed decides before anything happens: the targets, their modes and rules, and how bad the day will be. */
import type { ConflictRule, EntityName, Mode, RemoteDeletion } from '../../main/contract/words.ts'
import { dice, type Dice } from './dice.ts'

export interface TargetPlan {
  readonly name: string
  readonly adapter: 'mock-sync-server' | 'tagserver'
  readonly mode: Mode
  readonly conflicts: ConflictRule
  readonly remoteDeletion: RemoteDeletion
  readonly batchSize: number
  /** Whether somebody else's records are there before the first run. */
  readonly populated: boolean
}

/** How likely something is at each request, statement or step. */
export interface Weather {
  readonly wireFault: number
  /** Of a run: that it is killed somewhere. */
  readonly kill: number
  /** Of a step: that one of the clocks is set. */
  readonly clockJump: number
  /** At each request: that somebody here edits something meanwhile. */
  readonly editMeanwhile: number
  /** At each request: that somebody there does. */
  readonly remoteMeanwhile: number
  /** Of a change at a server: that it shows only some time after its time, as where a database is copied to others. */
  readonly showsLate: number
  /** Of a run: that one to three of its writes fail, too few to make anybody give up. */
  readonly fewFailures: number
  /** Of an error: that its page is longer than anybody reads. */
  readonly longPage: number
  /** Of a value on its way to being refused: that somebody corrects it at that moment. */
  readonly quickEdit: number
}

/**
 * What weather there is. A seed that failed is played again in the one it failed in, else it would be another day.
 * 1: at first · 2: servers that show changes late, few failures, long error pages, corrections within a minute
 */
export type Edition = 1 | 2
export const newestEdition: Edition = 2

export interface Scenario {
  readonly seed: number
  readonly edition: Edition
  readonly targets: readonly TargetPlan[]
  readonly weather: Weather
  readonly steps: number
  readonly entrants: number
  /** Whether the laptop goes back to an older copy, or the timing system is added again. */
  readonly upheaval: boolean
  /** Whether organisations, races and start groups travel too. */
  readonly startGroups: boolean
}

export type Cast = 'one-target' | 'several-targets'

/** The scenario of a seed. Odd seeds have several targets. */
export function scenarioOf(seed: number, edition: Edition = newestEdition): Scenario {
  const own = dice(seed, 'scenario')
  const second = own.stream('second edition')
  const targets = castOf(seed) === 'one-target' ? [both('left', own)] : several(own)
  const calm = own.chance(0.1)
  return {
    seed,
    edition,
    targets,
    weather: {
      wireFault: calm ? 0 : own.pick([0.02, 0.1, 0.25]),
      kill: own.pick([0, 0.15, 0.4]),
      clockJump: own.pick([0, 0, 0.25]),
      editMeanwhile: own.pick([0, 0.05, 0.2]),
      remoteMeanwhile: own.pick([0, 0, 0, 0.1]),
      ...(edition === 1 ? fairDay : laterWeather(second)),
    },
    steps: own.whole(5, 9),
    entrants: own.whole(2, 6),
    startGroups: own.chance(0.4),
    upheaval: dice(seed, 'upheaval').chance(0.3),
  }
}

const fairDay = { showsLate: 0, fewFailures: 0, longPage: 0, quickEdit: 0 }

function laterWeather(own: Dice): typeof fairDay {
  return {
    showsLate: own.pick([0, 0.3, 0.6]),
    fewFailures: own.pick([0, 0.3]),
    longPage: own.pick([0, 0.4]),
    quickEdit: own.pick([0, 0.6]),
  }
}

/** Which kind of scenario a seed has. */
export function castOf(seed: number): Cast {
  return seed % 2 === 0 ? 'one-target' : 'several-targets'
}

function several(own: Dice): readonly TargetPlan[] {
  const timing: TargetPlan = {
    name: 'timing',
    adapter: 'tagserver',
    mode: 'master-leads',
    conflicts: 'master-wins',
    remoteDeletion: 'unlink',
    batchSize: own.pick([2, 5, 200]),
    populated: false,
  }
  switch (own.weighted({ timing: 2, ring: 1, pair: 1 })) {
    case 'timing':
      return [both('left', own), timing]
    case 'pair':
      return [both('left', own), both('right', own)]
    case 'ring':
      return [both('left', own), both('right', own), timing]
  }
}

function both(name: string, own: Dice): TargetPlan {
  return {
    name,
    adapter: 'mock-sync-server',
    mode: own.weighted({ mirror: 3, 'master-leads': 1, 'target-leads': 1 }),
    conflicts: own.pick(['master-wins', 'latest-wins', 'merge-fields', 'review']),
    remoteDeletion: own.pick(['ignore', 'unlink', 'delete']),
    batchSize: own.pick([2, 5, 100]),
    populated: own.chance(0.5),
  }
}

/** What travels between the laptop and a target. */
export function scopeOf({ startGroups }: Scenario, { adapter }: TargetPlan): readonly EntityName[] {
  return [
    ...(['person', 'event', 'tag', 'eventParticipant'] as const),
    ...(startGroups
      ? (['organisation', 'race', 'startGroup', 'startGroupParticipant'] as const)
      : []),
    ...(adapter === 'tagserver' ? [] : (['contactPreference'] as const)),
  ]
}
