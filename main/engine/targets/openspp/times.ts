/** Times as Odoo reads and writes them: UTC, whole seconds, neither T nor Z. Pure. */

/** @param ms since 1970 UTC */
export const odooTime = (ms: number): string =>
  new Date(ms).toISOString().slice(0, 19).replace('T', ' ')

/** Microseconds since 1970 UTC, null where it is no such time. */
export function stampFromOdoo(text: unknown): number | null {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/.test(text)) return null
  const ms = Date.parse(`${text.slice(0, 19).replace(' ', 'T')}Z`)
  return Number.isNaN(ms) ? null : ms * 1000
}
