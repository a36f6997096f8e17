/** Mautic's answers on the wire. */
import type { CoreAnswer } from '../kit/stand-in-core.ts'

/** What a call, or one row of a batch, is refused with. */
export class MauticFault extends Error {
  readonly code: number
  /** `api` for what the interface itself says, null for what a form does. */
  readonly type: string | null
  readonly details: unknown

  constructor(code: number, message: string, facts: { type?: string; details?: unknown } = {}) {
    super(message)
    this.code = code
    this.type = facts.type ?? null
    this.details = facts.details ?? []
  }

  /** Errors of the interface come without `details`, those of a form with them. */
  get told() {
    const { code, message, type, details } = this
    return type === 'api' ? { message, code, type } : { code, message, details, type: null }
  }
}

export const notFound = () => new MauticFault(404, 'Item was not found.', { type: 'api' })

/** @param details reasons by the alias of the field */
export const invalid = (details: Readonly<Record<string, string>>) =>
  new MauticFault(
    400,
    Object.entries(details)
      .map(([field, reason]) => `${field}: ${reason}`)
      .join(', '),
    { details: Object.fromEntries(Object.entries(details).map(([field, one]) => [field, [one]])) },
  )

export const json = (status: number, value: unknown): CoreAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
})

export function problem(fault: MauticFault): CoreAnswer {
  const { code, message, type, details } = fault
  return json(code, { errors: [{ code, message, type, details }] })
}
