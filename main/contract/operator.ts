/** Who is behind a call: the name and desk a browser keeps for itself, and how they travel with each of its calls. */
import { nameLimits } from './text-limits.ts'

/** Empty where nobody said; the settings of the computer then speak. */
export interface Operator {
  readonly name: string
  readonly desk: string
}

export const nobody: Operator = { name: '', desk: '' }

/** Headers of a call, percent-encoded UTF-8. */
export const operatorHeaders = { name: 'x-marshal-operator', desk: 'x-marshal-desk' } as const

/** Headers that say who asks; none for what is empty. */
export function headersOf({ name, desk }: Operator): Record<string, string> {
  return {
    ...(name !== '' && { [operatorHeaders.name]: encodeURIComponent(name.toWellFormed()) }),
    ...(desk !== '' && { [operatorHeaders.desk]: encodeURIComponent(desk.toWellFormed()) }),
  }
}

/** A name as it can travel: without control characters and white space around it, and not too long. */
export function tidyName(text: unknown): string {
  if (typeof text !== 'string') return ''
  return text
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, nameLimits.settings)
    .trim()
}

/** Who a call says it is from. Null where a header cannot be read, is too long, or has control characters. */
export function operatorOf(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Operator | null {
  const name = textOf(headers[operatorHeaders.name])
  const desk = textOf(headers[operatorHeaders.desk])
  return name === null || desk === null ? null : { name, desk }
}

function textOf(header: string | readonly string[] | undefined): string | null {
  if (header === undefined) return ''
  if (typeof header !== 'string') return null
  try {
    const text = decodeURIComponent(header).trim()
    return text.length > nameLimits.settings || /\p{Cc}/u.test(text) ? null : text
  } catch {
    return null
  }
}
