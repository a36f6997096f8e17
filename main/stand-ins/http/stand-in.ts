import { inventedPeople } from '../kit/invented-people.ts'
import { json, problem } from '../kit/problem.ts'
import type { CoreAnswer, CoreRequest, StandInCore } from '../kit/stand-in-core.ts'
import type { StandIn, StandInOptions } from '../kit/stand-in.ts'
import { Collections, type KeptRecord, type Written } from './collections.ts'
import { plainKnobs, type HttpKnobs } from './knobs.ts'
import { pageOf } from './listing.ts'
import { document, readFlat } from './xml.ts'

/** A server nobody wrote an adapter for: collections below `/api`, in whatever manner its knobs say. */
export const http: StandIn = {
  name: 'http',
  system: 'Generic HTTP',
  plays: [
    'Any collection below /api, such as /api/people: POST makes a record, PUT replaces it, PATCH changes it, DELETE deletes it.',
    'It gives the ids itself. Listings stand below data.items, in pages by number without a total.',
  ],
  port: 4800,
  oddities: {
    xml: { says: 'speaks XML, with the ids as attributes', knobs: { format: 'xml' } },
    'next-links': { says: 'gives links to next pages in the body', knobs: { paging: 'next-link' } },
    cursors: { says: 'gives a cursor for the next page', knobs: { paging: 'cursor' } },
    offsets: { says: 'takes an offset instead of a page number', knobs: { paging: 'offset' } },
    'link-headers': {
      says: 'gives next pages in the Link header',
      knobs: { paging: 'link-header' },
    },
    'bare-lists': {
      says: 'answers bare lists, without pages',
      knobs: { paging: 'none', shape: 'root' },
    },
    'errors-in-200': {
      says: 'refuses with 200 and a status in the body',
      knobs: { refusesWith200: true },
    },
    'no-results': { says: 'answers listings without the records', knobs: { shape: 'nowhere' } },
  },
  signIn: (key) => ({
    auth: 'api-key',
    secrets: { apiKey: key },
    settings: { path: '/api/people', resultsPosition: 'data.items' },
  }),
  make,
}

const prefix = '/api/'
const tokenPath = '/oauth/token'

function make({ key, seed }: StandInOptions): StandInCore {
  const kept = new Collections()
  let knobs = plainKnobs
  let accepted = key
  let answered = 0
  let tokens = 0
  const begin = () => {
    kept.clear()
    if (seed !== null)
      kept.load(
        'people',
        inventedPeople(seed).map((one) => ({ ...one })),
        plainKnobs,
      )
  }
  begin()

  function answer(request: CoreRequest): CoreAnswer {
    if (request.target === tokenPath) return token(request)
    if (!isSignedIn(request)) return problem(401, 'This key is not known.')
    answered += 1
    const told = respond(request)
    if (knobs.usedUpAfter === null) return told
    const remaining = String(Math.max(0, knobs.usedUpAfter - answered))
    return {
      ...told,
      headers: { ...told.headers, 'x-ratelimit-remaining': remaining, 'x-ratelimit-reset': '1' },
    }
  }

  /** The key in a header or in the address, as a password, or a token that was given for it. */
  function isSignedIn({ target, headers }: CoreRequest): boolean {
    const { searchParams } = new URL(target, 'http://stand-in')
    const [kind, credentials = ''] = (headers.authorization ?? '').split(' ')
    const password = kind === 'Basic' ? atob(credentials).split(':')[1] : undefined
    const bearer = kind === 'Bearer' ? credentials : undefined
    return (
      [headers['x-api-key'], searchParams.get('key'), password, bearer].includes(accepted) ||
      (bearer !== undefined && bearer === `token-${tokens}-for-${accepted}`)
    )
  }

  /** Client credentials (OAuth 2): only the newest token is good. */
  function token({ method, body }: CoreRequest): CoreAnswer {
    const asked = new URLSearchParams(body)
    const isKnown =
      asked.get('grant_type') === 'client_credentials' && asked.get('client_secret') === accepted
    if (method !== 'POST' || !isKnown) return json(401, { error: 'invalid_client' })
    tokens += 1
    return json(200, { access_token: `token-${tokens}-for-${accepted}`, expires_in: 3600 })
  }

  function respond({ method, target, headers, body }: CoreRequest): CoreAnswer {
    const { pathname, searchParams: query } = new URL(target, 'http://stand-in')
    if (!pathname.startsWith(prefix)) return problem(404, 'There is nothing here.')
    const [collection = '', id, ...more] = pathname
      .slice(prefix.length)
      .split('/')
      .map(decodeURIComponent)
    if (collection === '' || more.length > 0) return problem(404, 'There is nothing here.')
    if (id === undefined && method === 'GET') {
      const self = `http://${headers.host ?? 'stand-in'}`
      const gone = knobs.keepsDeleted ? kept.deleted(collection) : []
      const all = [...kept.all(collection), ...gone]
      return listing(collection, pageOf(all, { self, path: pathname, query }, knobs))
    }
    if (method === 'GET') return shown(collection, kept.one(collection, id!))
    if (method === 'DELETE') {
      return kept.remove(collection, id ?? '') ? { status: 204, headers: {}, body: '' } : missing()
    }
    const sent = read(body, String(headers['content-type'] ?? ''))
    if (sent === null) return refused('The body is no object.')
    if (method === 'POST' && id === undefined)
      return written(collection, kept.create(collection, sent, knobs), 201)
    if ((method === 'PUT' || method === 'PATCH') && id !== undefined) {
      const change = { sent, whole: method === 'PUT' }
      return written(collection, kept.change(collection, id, change, knobs), 200)
    }
    return problem(405, `${method} is not possible here.`)
  }

  function read(body: string, type: string): Readonly<Record<string, unknown>> | null {
    if (knobs.format === 'xml') return /\bxml\b/.test(type) ? readFlat(body) : null
    try {
      const value: unknown = JSON.parse(body)
      return typeof value === 'object' && value !== null && !Array.isArray(value)
        ? (value as Record<string, unknown>)
        : null
    } catch {
      return null
    }
  }

  const refused = (why: string): CoreAnswer =>
    knobs.refusesWith200 ? json(200, { status: 'error', message: why }) : problem(422, why)
  const missing = () => problem(404, 'There is no such record.')

  function written(collection: string, what: Written, status: number): CoreAnswer {
    if (what.kind === 'missing') return missing()
    if (what.kind === 'refused') return refused(what.why)
    if (status === 200 && knobs.silently) return { status: 204, headers: {}, body: '' }
    if (!knobs.tersely) return { ...shown(collection, what.record), status }
    return { ...told({ id: what.record.id }), status }
  }

  function shown(collection: string, record: KeptRecord | undefined): CoreAnswer {
    return record ? told(whole(collection, record)) : missing()
  }

  /** With the records that stand inside it. */
  function whole(collection: string, record: KeptRecord): Readonly<Record<string, unknown>> {
    const inside = Object.entries(knobs.embeds[collection] ?? {}).map(([field, other]) => {
      const one = record[field] === null ? undefined : kept.one(other, String(record[field]))
      return [field, one ? whole(other, one) : (record[field] ?? null)] as const
    })
    return { ...record, ...Object.fromEntries(inside) }
  }

  function told(record: Readonly<Record<string, unknown>>): CoreAnswer {
    if (knobs.format === 'xml') return xml('record', withAttribute(record))
    const status = knobs.refusesWith200 ? { status: 'ok' } : {}
    return json(200, knobs.wrapsItems ? { ...status, data: record } : { ...record, ...status })
  }

  function listing(
    collection: string,
    { rows, headers, beside }: ReturnType<typeof pageOf>,
  ): CoreAnswer {
    const records = rows.map((row) => whole(collection, row))
    const status = knobs.refusesWith200 ? { status: 'ok' } : {}
    const made =
      knobs.format === 'xml'
        ? xml('response', { ...beside, records: { record: records.map(withAttribute) } })
        : json(200, shaped(records, { ...beside, ...status }))
    return { ...made, headers: { ...made.headers, ...headers } }
  }

  function shaped(records: readonly unknown[], beside: Readonly<Record<string, unknown>>): unknown {
    switch (knobs.shape) {
      case 'root':
        return records
      case 'nested':
        return { ...beside, data: { items: records } }
      case 'items':
      case 'data':
        return { ...beside, [knobs.shape]: records }
      case 'null':
        return { ...beside, data: { items: null } }
      case 'nowhere':
        return { ...beside, data: {} }
    }
  }

  return {
    collectionOf: (target) => target.split(/[/?]/)[2] ?? '',
    answer,
    inFlight: null,
    reset: () => {
      knobs = plainKnobs
      accepted = key
      answered = 0
      tokens = 0
      begin()
    },
    commands: {
      dump: (collection: string) => kept.all(collection),
      load: ({
        collection,
        records,
      }: {
        collection: string
        records: readonly Record<string, unknown>[]
      }) => kept.load(collection, records, knobs),
      remove: ({ collection, id }: { collection: string; id: string }) =>
        kept.remove(collection, id),
      /** No token is good any more. */
      expire: () => {
        tokens += 1
      },
      key: (now: string) => {
        accepted = now
      },
      clock: (ms: number | null) => {
        kept.time = ms
      },
      knobs: (turned: Partial<HttpKnobs>) => {
        knobs = { ...knobs, ...turned }
        answered = 0
      },
    },
  }
}

const withAttribute = ({ id, ...rest }: Readonly<Record<string, unknown>>) => ({
  '@': { id },
  ...rest,
})

const xml = (name: string, value: unknown): CoreAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/xml' },
  body: document(name, value),
})
