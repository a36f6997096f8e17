import type { Secrets } from '../../../engine/ports.ts'

/** Secrets that end with the process. Only for the demonstration, whose one key is no secret at all. */
export function memorySecrets(): Secrets {
  const kept = new Map<string, Map<string, string>>()
  return {
    kind: 'memory',
    get: async (target, key) => kept.get(target)?.get(key) ?? null,
    set: async (target, key, value) => {
      const ofTarget = kept.get(target) ?? new Map<string, string>()
      kept.set(target, ofTarget.set(key, value))
    },
    remove: async (target, key) => void kept.get(target)?.delete(key),
    keys: async (target) => [...(kept.get(target)?.keys() ?? [])],
  }
}
