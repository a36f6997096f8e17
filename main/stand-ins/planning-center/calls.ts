/** Calls below `/people/v2`. */
import type { CoreAnswer } from '../kit/stand-in-core.ts'
import { typeNames, type Attributes, type Church, type Vertex, type VertexType } from './church.ts'
import { included, json, shown } from './documents.ts'
import { notFound, PlanningCenterFault } from './fault.ts'
import { selected } from './queries.ts'

export interface Call {
  readonly method: string
  /** Parts of the path behind `/people/v2`. */
  readonly path: readonly string[]
  readonly query: URLSearchParams
  readonly body: string
}

/** Answers a call that is signed in. Throws `PlanningCenterFault`. */
export function answerTo(church: Church, call: Call): CoreAnswer {
  const [collection = '', id, below, ...more] = call.path
  const type = typeOf(collection)
  if (type === null || more.length > 0) throw notFound()
  if (id === undefined) return onCollection(church, type, call)
  const one = church.all(type).get(id)
  if (!one) throw notFound()
  if (below !== undefined) return onChildren(church, one, below, call)
  return onOne(church, one, call)
}

const typeOf = (collection: string): VertexType | null =>
  (Object.keys(typeNames) as VertexType[]).find((one) => typeNames[one] === collection) ?? null

function onCollection(church: Church, type: VertexType, call: Call): CoreAnswer {
  if (call.method === 'GET') return listed(church, [...church.all(type).values()], call)
  // What belongs to a person is made below the person.
  const isMade = call.method === 'POST' && (type === 'Person' || type === 'Campus')
  if (!isMade) throw notFound()
  const one = church.add(type, attributesIn(call.body, type))
  return json(201, { data: shown(church, one), included: [], meta: {} })
}

function onChildren(church: Church, one: Vertex, below: string, call: Call): CoreAnswer {
  const type = typeOf(below)
  const isChild = type === 'Email' || type === 'PhoneNumber' || type === 'Address'
  if (one.type !== 'Person' || !isChild) throw notFound()
  if (call.method === 'GET') return listed(church, church.childrenOf(below, one.id), call)
  if (call.method !== 'POST') throw notFound()
  const made = church.add(type, attributesIn(call.body, type), one.id)
  return json(201, { data: shown(church, made), included: [], meta: {} })
}

function onOne(church: Church, one: Vertex, { method, query, body }: Call): CoreAnswer {
  switch (method) {
    case 'GET': {
      const includes = includesIn(query)
      const data = shown(church, one, includes)
      return json(200, { data, included: included(church, [one], includes), meta: {} })
    }
    case 'PATCH':
      church.edit(one, attributesIn(body, one.type))
      return json(200, { data: shown(church, one), included: [], meta: {} })
    case 'DELETE':
      church.remove(one)
      return { status: 204, headers: {}, body: '' }
    default:
      throw notFound()
  }
}

function listed(church: Church, all: readonly Vertex[], { query }: Call): CoreAnswer {
  const { page, total, offset, size } = selected(church, all, query)
  const includes = includesIn(query)
  const next = offset + page.length < total ? { offset: offset + page.length } : null
  return json(200, {
    links: { self: 'https://api.planningcenteronline.com/people/v2' },
    data: page.map((one) => shown(church, one, includes)),
    included: included(church, page, includes),
    meta: {
      total_count: total,
      count: page.length,
      ...(next ? { next } : {}),
      ...(offset > 0 ? { prev: { offset: Math.max(0, offset - size) } } : {}),
      can_order_by: ['created_at', 'updated_at'],
      parent: { id: '1', type: 'Organization' },
    },
  })
}

const includesIn = (query: URLSearchParams): readonly string[] =>
  (query.get('include') ?? '').split(',').filter((name) => name !== '')

function attributesIn(text: string, type: VertexType): Attributes {
  const bad = (detail: string) => new PlanningCenterFault(400, detail, { title: 'Bad Request' })
  let sent: unknown
  try {
    sent = JSON.parse(text)
  } catch {
    throw bad('The body is no JSON')
  }
  const { data } = sent as { data?: { type?: unknown; attributes?: unknown } }
  if (typeof data !== 'object' || data === null) throw bad('data is missing')
  if (data.type !== type) throw bad(`data.type must be ${type}`)
  return (data.attributes ?? {}) as Attributes
}
