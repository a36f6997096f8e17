/** What an adapter asks the client to send, and how a rehearsal shows it. Pure. */
import type { HttpRequest } from '../../ports.ts'
import type { RehearsedRequest } from './adapter.ts'
import type { Effect } from './answer-error.ts'
import type { Query } from './base-url.ts'
import type { SignIn } from './sign-in.ts'

export interface ClientRequest {
  readonly method: HttpRequest['method']
  /** Below the target's address, starting with `/`, encoded; `''` for the address itself. */
  readonly path: string
  readonly query?: Query
  /** Sent as JSON. */
  readonly body?: unknown
  /** Sent as a form (`application/x-www-form-urlencoded`) in place of `body`. */
  readonly form?: Readonly<Record<string, string>>
  /** Sent as it is, in place of `body`; its type is among `headers`. */
  readonly text?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Default: `none` for GET and HEAD, `repeatable` for PUT and DELETE, else `create`. */
  readonly effect?: Effect
  /** What 404 means, default `gone`; `config` where the path is the same for every record. */
  readonly missing?: 'gone' | 'config'
  /** True where a body brings secrets nobody knows yet, as new tokens: the wire log shows neither body. */
  readonly confidential?: boolean
  readonly signal: AbortSignal
}

export const formHeaders = { 'content-type': 'application/x-www-form-urlencoded' } as const

/** The body as it travels, undefined for none. */
export function bodyText({ body, form, text }: ClientRequest): string | undefined {
  if (text !== undefined) return text
  if (form) return new URLSearchParams(form).toString()
  return body === undefined ? undefined : JSON.stringify(body)
}

/** What a request does there: as it was said, else by its method. */
export function effectOf(request: ClientRequest): Effect {
  if (request.effect) return request.effect
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      return 'none'
    case 'PUT':
    case 'DELETE':
      return 'repeatable'
    case 'POST':
    case 'PATCH':
      return 'create'
  }
}

/** Stands for what signs a request in. */
const hidden = '[secret]'

/**
 * A request as it may be shown. Of what signs it in only the names of headers are there; what else repeats a secret loses it.
 * @param as `headers`: all that would be sent with it, the sign-in's too; `url`: without the query of the sign-in
 */
export function shownRequest(
  request: ClientRequest,
  as: {
    readonly url: string
    readonly headers: Readonly<Record<string, string>>
    readonly signIn: Pick<SignIn, 'headers'>
    readonly redact: (text: string) => string
  },
): RehearsedRequest {
  const secret = new Set(
    ['authorization', ...Object.keys(as.signIn.headers)].map((name) => name.toLowerCase()),
  )
  const headers = { ...as.headers, ...(request.form ? formHeaders : {}), ...request.headers }
  const body = request.confidential ? undefined : bodyText(request)
  return {
    method: request.method,
    url: as.redact(as.url),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        secret.has(name.toLowerCase()) ? hidden : as.redact(value),
      ]),
    ),
    body: body === undefined ? null : as.redact(body),
  }
}
