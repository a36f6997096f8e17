/** Everything random in a simulation comes from one seed, in streams that do not disturb each other. */
import { seededRandom } from '../../main/stand-ins/kit/seeded-random.ts'

export interface Dice {
  /** Uniform in [0, 1). */
  next(): number
  /** Whole number in [from, to], both included. */
  whole(from: number, to: number): number
  chance(probability: number): boolean
  pick<T>(choices: readonly T[]): T
  /** A key, the more likely the higher its weight. */
  weighted<Key extends string>(weights: Readonly<Partial<Record<Key, number>>>): Key
  /** A stream of its own: drawing from it changes nothing here. */
  stream(name: string): Dice
}

export function dice(seed: number, name = ''): Dice {
  const random = seededRandom(mixed(seed, name))
  const own: Dice = {
    next: random,
    whole: (from, to) => from + Math.floor(random() * (to - from + 1)),
    chance: (probability) => random() < probability,
    pick: <T>(choices: readonly T[]) => {
      if (choices.length === 0) throw new Error('Nothing to pick from')
      return choices[Math.floor(random() * choices.length)] as T
    },
    weighted<Key extends string>(weights: Readonly<Partial<Record<Key, number>>>) {
      const entries = Object.entries(weights) as [Key, number][]
      const sum = entries.reduce((total, [, weight]) => total + weight, 0)
      let left = random() * sum
      for (const [key, weight] of entries) {
        left -= weight
        if (left < 0) return key
      }
      return entries.at(-1)![0]
    },
    stream: (inner) => dice(seed, `${name}/${inner}`),
  }
  return own
}

/** FNV-1a over the name, started at the seed: near seeds give far streams. */
function mixed(seed: number, name: string): number {
  let hash = (0x811c9dc5 ^ Math.imul(seed, 0x9e3779b1)) >>> 0
  for (const letter of name) hash = Math.imul(hash ^ letter.codePointAt(0)!, 0x01000193) >>> 0
  return hash
}
