/** RunSignup's answers on the wire: XML unless JSON is asked for, errors with status 200. */
import type { CoreAnswer } from '../kit/stand-in-core.ts'

/** What a request is refused with. */
export class SiteFault extends Error {
  readonly code: number
  readonly status: number
  readonly details: readonly unknown[]

  constructor(code: number, message: string, status = 200, details: readonly unknown[] = []) {
    super(message)
    this.code = code
    this.status = status
    this.details = details
  }

  /** @param bare no more than the details, where there are any */
  body(bare = false): unknown {
    if (bare && this.details.length > 0) return { error_details: this.details }
    return {
      error: { error_code: this.code, error_msg: this.message },
      ...(this.details.length > 0 ? { error_details: this.details } : {}),
    }
  }
}

/** A value as the request wants it. */
export function answer(value: unknown, asJson: boolean, status = 200): CoreAnswer {
  return asJson
    ? {
        status,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(value),
      }
    : {
        status,
        headers: { 'content-type': 'application/xml' },
        body: `<?xml version="1.0" encoding="UTF-8"?>\n<response>${xmlOf(value)}</response>`,
      }
}

function xmlOf(value: unknown): string {
  if (Array.isArray(value)) return value.map((one) => `<item>${xmlOf(one)}</item>`).join('')
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, one]) => `<${name}>${xmlOf(one)}</${name}>`)
      .join('')
  }
  return value === null || value === undefined
    ? ''
    : String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
