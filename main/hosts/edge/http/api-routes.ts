/** The contract over HTTP: `/rpc` for the window, `/api` with an OpenAPI document for everybody else. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { OpenAPIGenerator } from '@orpc/openapi'
import { OpenAPIHandler } from '@orpc/openapi/node'
import { onError, ORPCError } from '@orpc/server'
import { RPCHandler } from '@orpc/server/node'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import { contract } from '../../../contract/contract.ts'
import type { CallContext, Engine } from '../../../engine/engine.ts'
import type { Log } from '../../../engine/ports.ts'
import { version } from '../version.ts'

export interface ApiRoutes {
  /** False when no procedure has this address. What the call may do, and under whose name it is kept, says the context. */
  rpc(request: IncomingMessage, response: ServerResponse, context: CallContext): Promise<boolean>
  api(request: IncomingMessage, response: ServerResponse, context: CallContext): Promise<boolean>
  /** The OpenAPI document as JSON text. */
  document(): Promise<string>
}

/** Both transports of the engine's router. Defects are logged; the other side learns only that there was one. */
export function apiRoutes(engine: Pick<Engine, 'router'>, log: Log): ApiRoutes {
  const report = (error: unknown) => {
    if (error instanceof ORPCError && error.status < 500) return
    log.error('A request over HTTP failed', { error: describe(error) })
  }
  const rpc = new RPCHandler(engine.router, { interceptors: [onError(report)] })
  const api = new OpenAPIHandler(engine.router, { interceptors: [onError(report)] })
  let document: Promise<string> | undefined

  return {
    rpc: async (request, response, context) =>
      (await rpc.handle(request, response, { prefix: '/rpc', context })).matched,
    api: async (request, response, context) =>
      (await api.handle(request, response, { prefix: '/api', context })).matched,
    document: () => (document ??= generate()),
  }
}

async function generate(): Promise<string> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] })
  return JSON.stringify(
    await generator.generate(contract, {
      info: { title: 'Marshal', version },
      servers: [{ url: '/api' }],
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
      security: [{ bearer: [] }],
    }),
  )
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
