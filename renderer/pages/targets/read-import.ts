/** What a pasted or opened configuration says about itself, before the engine reads it. Pure. */

export type ImportText =
  | { readonly kind: 'empty' | 'not-json' | 'unknown-form' }
  | {
      readonly kind: 'ready'
      readonly form: 'marshal' | 'datacollect' | 'openconnector'
      readonly config: Readonly<Record<string, unknown>>
      readonly name: string
      readonly adapter: string
      readonly url: string
    }

type Plain = Readonly<Record<string, unknown>>

const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const textOf = (value: unknown) => (typeof value === 'string' ? value : '')

/** Marshal's own form names an `adapter`; OpenConnector's has a `sourceConfig`; DataCollect's has an `externalSync`, or is its inside with a `type`. */
export function readImport(text: string): ImportText {
  if (text.trim() === '') return { kind: 'empty' }
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return { kind: 'not-json' }
  }
  if (!isPlain(parsed)) return { kind: 'unknown-form' }
  if (typeof parsed['adapter'] === 'string') {
    return {
      ...{ kind: 'ready', form: 'marshal', config: parsed, adapter: parsed['adapter'] },
      name: textOf(parsed['name']),
      url: textOf(parsed['url']),
    }
  }
  if ('sourceConfig' in parsed) {
    const source = isPlain(parsed['source']) ? parsed['source'] : {}
    return {
      ...{ kind: 'ready', form: 'openconnector', config: parsed, adapter: 'http' },
      name: textOf(parsed['name']),
      url: textOf(parsed['url']) || textOf(source['location']),
    }
  }
  const inside = isPlain(parsed['externalSync']) ? parsed['externalSync'] : parsed
  if (typeof inside['type'] !== 'string') return { kind: 'unknown-form' }
  return {
    ...{ kind: 'ready', form: 'datacollect', config: parsed, adapter: inside['type'] },
    name: textOf(parsed['name']) || textOf(inside['name']) || inside['type'],
    url: textOf(inside['url']),
  }
}
