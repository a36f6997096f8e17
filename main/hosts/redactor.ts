import { secretBlanker, type SecretBlanker } from '../engine/secret-forms.ts'
import type { Secrets } from '../engine/ports.ts'

/** Blanks known secret values out of text. */
export type Redactor = SecretBlanker

/** The second line of defence behind not logging secrets at all: it knows the values, not the field names. */
export const redactor = (): Redactor => secretBlanker()

/** The same secrets; every value that passes becomes known to the redactor. */
export function watchedSecrets(secrets: Secrets, known: Redactor): Secrets {
  return {
    kind: secrets.kind,
    async get(target, key) {
      const value = await secrets.get(target, key)
      if (value !== null) known.add(value)
      return value
    },
    set(target, key, value) {
      known.add(value)
      return secrets.set(target, key, value)
    },
    remove: (target, key) => secrets.remove(target, key),
    keys: (target) => secrets.keys(target),
  }
}
