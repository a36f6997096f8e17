/** Mailchimp's answers on the wire. */
import type { CoreAnswer } from '../kit/stand-in-core.ts'

/** What a request is refused with. */
export class AudienceFault extends Error {
  readonly status: number
  readonly title: string
  readonly fields: Readonly<Record<string, string>>

  constructor(
    status: number,
    title: string,
    detail: string,
    fields: Readonly<Record<string, string>> = {},
  ) {
    super(detail)
    this.status = status
    this.title = title
    this.fields = fields
  }
}

export const invalid = (detail: string, fields: Readonly<Record<string, string>> = {}) =>
  new AudienceFault(400, 'Invalid Resource', detail, fields)
export const notFound = () =>
  new AudienceFault(404, 'Resource Not Found', 'The requested resource could not be found.')

export const json = (status: number, value: unknown): CoreAnswer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: value === undefined ? '' : JSON.stringify(value),
})

/** @param bare without a `type` */
export function problem(
  { status, title, message, fields }: AudienceFault,
  bare: boolean,
): CoreAnswer {
  const errors = Object.entries(fields).map(([field, words]) => ({ field, message: words }))
  const body = {
    ...(bare ? {} : { type: 'https://mailchimp.com/developer/marketing/docs/errors/' }),
    title,
    status,
    detail: message,
    instance: '11111111-2222-3333-4444-555555555555',
    ...(errors.length > 0 ? { errors } : {}),
  }
  return {
    ...json(status, body),
    headers: { 'content-type': 'application/problem+json; charset=utf-8' },
  }
}
