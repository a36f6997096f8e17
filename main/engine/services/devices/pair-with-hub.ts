/** Asking a hub to let this laptop in. The certificate is looked at before the code is sent. */
import { hubProtocol, paired, protocolHeader } from '../../../contract/hub.ts'
import { ProblemError } from '../../../contract/problem.ts'
import { HttpError, type Http } from '../../ports.ts'

/** What is needed to pair. `url` is an origin. */
export interface PairRequest {
  readonly url: string
  readonly fingerprint: string
  readonly code: string
  readonly name: string
}

/** Answers the key of this device. Throws `ProblemError` with what the hub said, or why it was not reached. */
export async function pairWithHub(http: Http, request: PairRequest): Promise<string> {
  const { url, fingerprint, code, name } = request
  const pool = http.open({ connections: 1, allowInsecure: false, pin: fingerprint })
  try {
    const response = await pool.request({
      method: 'POST',
      url: `${url}/hub/pair`,
      headers: { 'content-type': 'application/json', [protocolHeader]: String(hubProtocol) },
      body: JSON.stringify({ code, name }),
    })
    const pieces: Uint8Array[] = []
    for await (const piece of response.body) pieces.push(piece)
    const answer = parsed(Buffer.concat(pieces).toString('utf8'))
    const good = paired.safeParse(answer)
    if (response.status === 200 && good.success) return good.data.key
    const said = (answer as { message?: unknown } | null)?.message
    throw new ProblemError({
      code: 'auth',
      message: typeof said === 'string' ? said : `The hub refused it (HTTP ${response.status}).`,
    })
  } catch (error) {
    if (!(error instanceof HttpError)) throw error
    throw new ProblemError(
      {
        code: 'unreachable',
        message: `The hub was not reached: ${error.message}.`,
        fix: 'Check that both are in the same network, and copy the address again as the hub shows it.',
      },
      { cause: error },
    )
  } finally {
    await pool.close()
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
