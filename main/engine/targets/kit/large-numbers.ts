/**
 * Numbers that JavaScript cannot hold: whole ones beyond 2^53 would come rounded, and two people's ids would become one.
 * They are read as the text of their digits.
 */

/** What is written where a number is: after a colon, a bracket or a comma. From 9007199254740992 on, or with any exponent, it may be too much. */
const suspicious = /(?:^|[:[,])\s*-?(?:9\d{15}|\d{17}|\d+(?:\.\d+)?[eE])/

const asNumbers = new WeakMap<object, Set<string>>()

/** `JSON.parse`, with numbers that would be rounded as the text they were written with. Throws `SyntaxError`. */
export function parseExactly(text: string): unknown {
  if (!suspicious.test(text)) return JSON.parse(text) as unknown
  return JSON.parse(text, function (this: object, key, value: unknown, context?: unknown) {
    if (typeof value !== 'number' || isExact(value)) return value
    const noted = asNumbers.get(this) ?? new Set<string>()
    asNumbers.set(this, noted.add(key))
    return sourceOf(context) ?? String(value)
  } as (key: string, value: unknown) => unknown) as unknown
}

/** The digits of a number that was too large to be read, where an object has one; null for everything else. */
export function largeNumberAt(holder: object, key: string): string | null {
  if (!asNumbers.get(holder)?.has(key)) return null
  const value = (holder as Readonly<Record<string, unknown>>)[key]
  return typeof value === 'string' ? value : null
}

/** A fraction is as exact as it can be; whole numbers are exact up to 2^53. */
function isExact(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
}

function sourceOf(context: unknown): string | null {
  return typeof context === 'object' && context !== null && 'source' in context
    ? String(context.source)
    : null
}
