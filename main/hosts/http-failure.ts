import { HttpError, type HttpFailure } from '../engine/ports.ts'

/** Codes of Node and undici that mean: too slow. */
const timeouts: ReadonlySet<string> = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
])

const aborts: ReadonlySet<string> = new Set(['UND_ERR_ABORTED', 'ABORT_ERR', 'UND_ERR_DESTROYED'])

const certificates =
  /^(CERT_|ERR_TLS|ERR_SSL|EPROTO$|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH|CRL_)/

/** Words for the codes people meet; anything else is shown as the system says it. */
const words: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known here; check the address and the network',
  EAI_AGAIN: 'its name could not be looked up; the network seems to be down',
  ECONNREFUSED: 'nothing answers there; is the server running?',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  EHOSTUNREACH: 'there is no way to it from this network',
  ENETUNREACH: 'there is no network',
  ETIMEDOUT: 'it did not answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  UND_ERR_HEADERS_TIMEOUT: 'it took the request but did not answer in time',
  UND_ERR_BODY_TIMEOUT: 'it stopped in the middle of its answer',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by nobody this computer trusts',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by nobody this computer trusts',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by nobody this computer trusts',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate belongs to another name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS on this port',
}

/**
 * What became of a request that got no (complete) answer.
 *
 * @param started true once writing the request has begun; before, nothing can have reached the server
 */
export function httpErrorOf(error: unknown, url: URL, started: boolean): HttpError {
  if (error instanceof HttpError)
    return new HttpError(error.failure, error.message, error.sent && started, {
      cause: error.cause,
    })
  const { code, name } = innermost(error)
  const failure = failureOf(code, name)
  const what = words[code] ?? (error instanceof Error ? error.message : String(error))
  const subject = failure === 'aborted' ? 'The request was stopped' : `${url.host} was not reached`
  const said = failure === 'aborted' ? '' : `: ${what}`
  const text =
    started && failure !== 'aborted' ? `${url.host} gave no answer: ${what}` : subject + said
  return new HttpError(failure, text, started, { cause: error })
}

function failureOf(code: string, name: string): HttpFailure {
  if (aborts.has(code) || name === 'AbortError') return 'aborted'
  if (timeouts.has(code) || name === 'TimeoutError') return 'timeout'
  if (certificates.test(code)) return 'tls'
  return 'offline'
}

/** A failed connection to several addresses comes as an AggregateError whose parts carry the code. */
function innermost(error: unknown): { readonly code: string; readonly name: string } {
  if (!(error instanceof Error)) return { code: '', name: '' }
  const { code } = error as NodeJS.ErrnoException
  if (code === undefined && error instanceof AggregateError) return innermost(error.errors[0])
  if (code === undefined && error.cause instanceof Error) return innermost(error.cause)
  return { code: code ?? '', name: error.name }
}
