/** The two ways to call a method: JSON-RPC, where everything is 200, and JSON-2, where statuses are real. */
import { json } from '../kit/problem.ts'
import type { CoreAnswer, CoreRequest } from '../kit/stand-in-core.ts'
import { accessDenied, OdooFault, toldFault } from './faults.ts'
import type { OpensppKnobs } from './knobs.ts'
import { callMethod } from './methods.ts'
import type { Given, Store } from './store.ts'

export const database = 'registry'
export const login = 'marshal'
const userId = 7

export interface Site {
  readonly store: Store
  readonly key: string
  knobs: OpensppKnobs
}

const notFound: CoreAnswer = {
  status: 404,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: '<!doctype html><title>404 Not Found</title><h1>Not Found</h1>',
}

/** Answers any request. */
export function answerTo(site: Site, request: CoreRequest): CoreAnswer {
  const { pathname } = new URL(request.target, 'http://stand-in')
  if (request.method !== 'POST') return notFound
  const json2 = /^\/json\/2\/([\w.]+)\/(\w+)$/.exec(pathname)
  if (json2) return site.knobs.release === 17 ? notFound : answerJson2(site, request, json2)
  return pathname === '/jsonrpc' && !site.knobs.rpcOff ? answerJsonRpc(site, request) : notFound
}

function answerJsonRpc(site: Site, { body }: CoreRequest): CoreAnswer {
  const { id, params } = JSON.parse(body) as {
    readonly id: unknown
    readonly params: { readonly service: string; readonly method: string; readonly args: unknown[] }
  }
  const envelope = { jsonrpc: '2.0', id }
  try {
    const result = calledByRpc(site, params)
    // What says nothing has neither a result nor an error.
    return json(200, result === undefined ? envelope : { ...envelope, result })
  } catch (fault) {
    if (!(fault instanceof OdooFault)) throw fault
    const code = site.knobs.release === 17 ? 200 : 0
    const error = { code, message: 'Odoo Server Error', data: toldFault(fault, body) }
    return json(200, { ...envelope, error })
  }
}

function calledByRpc(
  site: Site,
  { service, method, args }: { service: string; method: string; args: readonly unknown[] },
): unknown {
  const [db, who, secret, model, name, positional, named] = args
  if (service === 'common' && method === 'version')
    return { server_serie: `${site.knobs.release}.0` }
  if (db !== database) {
    throw new OdooFault('psycopg2.OperationalError', `database "${String(db)}" does not exist`)
  }
  if (service === 'common') return who === login && secret === site.key ? userId : false
  if (who !== userId || secret !== site.key) throw accessDenied('Access Denied')
  const [ids = null] = positional as readonly (readonly number[])[]
  return called(site, {
    ...{ model: String(model), method: String(name), ids },
    named: (named ?? {}) as Given,
  })
}

function answerJson2(
  site: Site,
  { headers, body }: CoreRequest,
  path: RegExpExecArray,
): CoreAnswer {
  const [, model = '', method = ''] = path
  if (headers.authorization !== `bearer ${site.key}`) {
    return json(401, toldFault(accessDenied('Invalid apikey'), ''))
  }
  if (headers['x-odoo-database'] !== undefined && headers['x-odoo-database'] !== database) {
    return notFound
  }
  try {
    const { ids = null, ...named } = JSON.parse(body) as Given & { ids?: readonly number[] }
    const isOnModel = ['search_read', 'search', 'create', 'load', 'fields_get'].includes(method)
    if (isOnModel && ids !== null) {
      throw new OdooFault('builtins.TypeError', `${model}.${method} takes no ids`)
    }
    return json(200, called(site, { model, method, ids, named }) ?? null)
  } catch (fault) {
    if (!(fault instanceof OdooFault)) throw fault
    return json(statusOf(fault), toldFault(fault, body))
  }
}

/** A call, unless the database gives it up because of another one. */
function called(site: Site, call: Parameters<typeof callMethod>[2]): unknown {
  const { collisions } = site.knobs
  const writes = ['create', 'write', 'unlink', 'load'].includes(call.method)
  if (writes && collisions > 0) {
    site.knobs = { ...site.knobs, collisions: collisions - 1 }
    throw new OdooFault(
      'psycopg2.errors.SerializationFailure',
      'could not serialize access due to concurrent update',
    )
  }
  return callMethod(site.store, site.knobs, call)
}

function statusOf({ kind }: OdooFault): number {
  if (/AccessError/.test(kind)) return 403
  if (/MissingError|KeyError|AttributeError/.test(kind)) return 404
  return /ValidationError|ValueError|TypeError/.test(kind) ? 422 : 500
}
