/**
 * Calling methods of Odoo's models, by either interface: JSON-RPC (all releases up to 18, deprecated since) or JSON-2 (19).
 * Arguments are named in both; in JSON-RPC they are the seventh of `execute_kw`.
 */
import { z } from 'zod'
import type { ClientAnswer, HttpClient } from '../kit/http-client.ts'
import type { Effect } from '../kit/answer-error.ts'
import { SyncError } from '../kit/sync-error.ts'

export interface OdooAccess {
  readonly client: HttpClient
  readonly by: 'json-rpc' | 'json-2'
  readonly database: string
  readonly login: string
  /** API key; it stands in the place of the password. */
  readonly key: string
}

export interface MethodCall {
  readonly model: string
  readonly method: string
  /** Of the records it is called on; left out for a method of the model. */
  readonly ids?: readonly number[]
  readonly named: Readonly<Record<string, unknown>>
  readonly effect: Effect
}

/** False for bad credentials: that is no error there. */
const userId = z.union([z.int().positive(), z.literal(false)])

export class Odoo {
  readonly #access: OdooAccess
  #user: Promise<number> | null = null
  #calls = 0

  constructor(access: OdooAccess) {
    this.#access = access
  }

  /** Calls a method; a method that returns nothing answers null. Throws `SyncError`. */
  async call<T>(
    schema: z.ZodType<T>,
    call: MethodCall,
    signal: AbortSignal,
  ): Promise<ClientAnswer<T>> {
    const { by, database, key } = this.#access
    const { model, method, ids, named, effect } = call
    if (by === 'json-2') {
      const path = `/json/2/${model}/${method}`
      const body = { ...named, ...(ids ? { ids } : {}) }
      return this.#asked(schema, { path, body, effect, signal })
    }
    const user = await this.#signedIn(signal)
    const args = [database, user, key, model, method, ids ? [ids] : [], named]
    const params = { service: 'object', method: 'execute_kw', args }
    return this.#rpc(schema, { params, effect, signal })
  }

  /** Who signs in, asked once for a connection, and anew after a failure. */
  #signedIn(signal: AbortSignal): Promise<number> {
    this.#user ??= this.#signIn(signal).catch((error: unknown) => {
      this.#user = null
      throw error
    })
    return this.#user
  }

  async #signIn(signal: AbortSignal): Promise<number> {
    const { database, login, key } = this.#access
    const params = { service: 'common', method: 'authenticate', args: [database, login, key, {}] }
    const { value } = await this.#rpc(userId, { params, effect: 'none', signal })
    if (value !== false) return value
    throw new SyncError(
      'auth',
      `OpenSPP does not know the user "${login}" with this key in the database "${database}".`,
    )
  }

  #rpc<T>(
    schema: z.ZodType<T>,
    { params, ...rest }: { params: unknown; effect: Effect; signal: AbortSignal },
  ): Promise<ClientAnswer<T>> {
    const body = { jsonrpc: '2.0', method: 'call', id: ++this.#calls, params }
    // What returns nothing has neither a result nor an error.
    const envelope = z
      .looseObject({ result: z.unknown().optional() })
      .transform(({ result }): unknown => result ?? null)
      .pipe(schema)
    return this.#asked(envelope, { path: '/jsonrpc', body, ...rest })
  }

  #asked<T>(
    schema: z.ZodType<T>,
    request: { path: string; body: unknown; effect: Effect; signal: AbortSignal },
  ): Promise<ClientAnswer<T>> {
    return this.#access.client.json(schema, { method: 'POST', missing: 'config', ...request })
  }
}
