/** An answer before it is put on the wire. `body` is the exact text; `''` means no body. */
export interface PlainAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** One entry of a 400's `fieldErrors`. */
export interface FieldError {
  readonly field: string
  readonly message: string
}

const jsonHeaders = { 'content-type': 'application/json' } as const
const problemHeaders = { 'content-type': 'application/problem+json' } as const

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Payload Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
}

/** A JSON answer. */
export function json(status: number, value: unknown): PlainAnswer {
  return { status, headers: jsonHeaders, body: JSON.stringify(value) }
}

/** An RFC 9457 problem answer: `{type,title,status,detail,fieldErrors?}`. */
export function problem(
  status: number,
  detail: string,
  extra: {
    readonly fieldErrors?: readonly FieldError[]
    readonly headers?: Readonly<Record<string, string>>
  } = {},
): PlainAnswer {
  const title = titles[status] ?? 'Error'
  return {
    status,
    headers: extra.headers ? { ...problemHeaders, ...extra.headers } : problemHeaders,
    body: JSON.stringify({
      type: 'about:blank',
      title,
      status,
      detail,
      ...(extra.fieldErrors ? { fieldErrors: extra.fieldErrors } : {}),
    }),
  }
}

/** The answer to a request beyond the in-flight limit. */
export function tooManyRequests(limit: number): PlainAnswer {
  return problem(429, `At most ${limit} requests may be in flight per key.`, {
    headers: { 'retry-after': '1' },
  })
}
