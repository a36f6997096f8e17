import type { Secrets } from '../engine/ports.ts'

/** Blanks known secret values out of text. */
export interface Redactor {
  /** From now on this value never leaves in the clear. Values under four characters are left alone. */
  add(value: string): void
  clean(text: string): string
}

const shortest = 4
const blank = '[secret]'

/** The second line of defence behind not logging secrets at all: it knows the values, not the field names. */
export function redactor(): Redactor {
  // The longest first: one form may be the beginning of another.
  let forms: readonly string[] = []
  return {
    add(value) {
      if (value.length < shortest) return
      const added = formsOf(value).filter((form) => !forms.includes(form))
      if (added.length > 0) forms = [...forms, ...added].sort((a, b) => b.length - a.length)
    },
    clean(text) {
      let cleaned = text
      for (const form of forms)
        if (cleaned.includes(form)) cleaned = cleaned.replaceAll(form, blank)
      return cleaned
    },
  }
}

/** A value as it may stand in text: as it is, inside JSON, in a URL, in a form, in base64. */
function formsOf(value: string): readonly string[] {
  const encoded = [
    encodeURIComponent(value),
    new URLSearchParams([['', value]]).toString().slice(1),
  ].flatMap((text) => [text, text.replace(/%../g, (escape) => escape.toLowerCase())])
  const base64 = Buffer.from(value).toString('base64')
  return [...new Set([value, JSON.stringify(value).slice(1, -1), ...encoded, base64])]
}

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
