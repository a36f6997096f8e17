/** Chatwoot's answers on the wire, refusals in both of its shapes. */
import type { CoreAnswer } from '../kit/stand-in-core.ts'

/** What a call is refused with. */
export class ChatwootFault extends Error {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>

  constructor(status: number, body: Readonly<Record<string, unknown>>) {
    super(JSON.stringify(body))
    this.status = status
    this.body = body
  }
}

export const notFound = () => new ChatwootFault(404, { error: 'Resource could not be found' })

/** A refusal of the interface itself: one sentence. */
export const refused = (status: number, error: string) => new ChatwootFault(status, { error })

/** What is wrong with a record: a sentence of all, and the attributes it is about. */
export function invalid(faults: readonly (readonly [attribute: string, words: string])[]) {
  const named = faults.map(([attribute, words]) => {
    const shown = attribute.replaceAll('_', ' ')
    return `${shown.slice(0, 1).toUpperCase()}${shown.slice(1)} ${words}`
  })
  return new ChatwootFault(422, {
    message: named.join(', '),
    attributes: faults.map(([attribute]) => attribute),
  })
}

export const json = (status: number, value: unknown): CoreAnswer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(value),
})

export const empty = (status: number): CoreAnswer => ({ status, headers: {}, body: '' })
