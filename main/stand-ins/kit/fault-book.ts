import type { FaultAction, FaultReport, FaultRule } from './fault-rule.ts'
import { matches } from './fault-rule.ts'
import { seededRandom } from './seeded-random.ts'

interface Entry {
  readonly id: number
  readonly rule: FaultRule
  readonly random: () => number
  seen: number
  struck: number
}

/** The rules in force, in the order they were set, with their counts. */
export class FaultBook {
  #entries: Entry[] = []
  #nextId = 1

  get isEmpty(): boolean {
    return this.#entries.length === 0
  }

  /** Adds a rule and returns the id `remove` and the reports know it by. */
  add(rule: FaultRule): number {
    const id = this.#nextId++
    this.#entries.push({ id, rule, random: seededRandom(rule.seed ?? 1), seen: 0, struck: 0 })
    return id
  }

  remove(id: number): void {
    this.#entries = this.#entries.filter((entry) => entry.id !== id)
  }

  clear(): void {
    this.#entries = []
  }

  reports(): readonly FaultReport[] {
    return this.#entries.map(({ id, rule, seen, struck }) => ({ id, rule, seen, struck }))
  }

  /** The actions that strike this request: any delays first, then at most one other. */
  strike(method: string, target: string, body: string): readonly FaultAction[] {
    const actions: FaultAction[] = []
    for (const entry of this.#entries) {
      if (!matches(entry.rule.match, method, target, body)) continue
      entry.seen++
      if (!isDue(entry)) continue
      entry.struck++
      actions.push(entry.rule.action)
      if (entry.rule.action.kind !== 'delay') break
    }
    return actions
  }
}

function isDue({ rule, seen, struck, random }: Entry): boolean {
  if (rule.times !== undefined && struck >= rule.times) return false
  if (rule.nth !== undefined && seen !== rule.nth) return false
  if (rule.after !== undefined && seen <= rule.after) return false
  if (rule.every !== undefined && seen % rule.every !== 0) return false
  return rule.probability === undefined || random() < rule.probability
}
