/** The webhook trigger: who may call it, what it refuses, and what it answers while runs are queued or waited for. */
import { json } from '../kit/problem.ts'
import type { CoreAnswer, CoreRequest } from '../kit/stand-in-core.ts'
import type { OpenfnKnobs } from './knobs.ts'
import type { Store, WorkOrder } from './store.ts'
import type { Workflow } from './workflow.ts'

export const projectId = '7d1f1c52-3a6e-4b8f-9c11-0d5a2f6b7e80'
export const triggerId = '4a1c9d20-5b7e-4f63-8a9d-2e6f0c1b3d57'
/** A name of its own, which newer builds allow beside the id. */
const customPath = 'race-day'
export const userName = 'marshal'

export interface Platform {
  readonly knobs: OpenfnKnobs
  readonly key: string
  readonly store: Store
  readonly workflow: Workflow
}

/** Answers a request below `/i/`. */
export function answerWebhook(platform: Platform, request: CoreRequest): CoreAnswer {
  const { knobs } = platform
  const url = new URL(request.target, 'http://stand-in')
  const path = pathBehindTrigger(url.pathname, knobs)
  if (path === null) return notFound
  if (request.method === 'OPTIONS') return { status: 204, headers: {}, body: '' }
  const refusal = refusedSignIn(platform, request)
  if (refusal) return refusal
  if (request.method === 'GET') {
    return json(200, {
      message: 'This is a webhook trigger. Send what a run is to be given with POST.',
    })
  }
  if (request.method !== 'POST') return notFound
  const fault = refusedNow(knobs) ?? refusedBody(knobs, request)
  if (fault) return fault
  const order = makeOrder(platform, request, path)
  return knobs.reply === 'before_start' ? queued(platform, order) : waitedFor(platform, order)
}

const notFound = json(404, { error: 'Webhook not found' })

/** What stands behind the trigger in a path, null where it is another one. */
function pathBehindTrigger(pathname: string, { trigger, build }: OpenfnKnobs) {
  if (trigger === 'cron') return null
  const [, , first, ...more] = pathname.split('/')
  if (first === triggerId) return more
  const [name, ...rest] = more
  return first === projectId && name === customPath && build === 'newest' ? rest : null
}

/** 401 only for whoever shows nothing; a wrong key is told that there is no such webhook. */
function refusedSignIn({ knobs, key }: Platform, { headers }: CoreRequest): CoreAnswer | null {
  const { authorization, 'x-api-key': apiKey } = headers
  const pair = `Basic ${Buffer.from(`${userName}:${key}`).toString('base64')}`
  const isRight = { 'api-key': apiKey === key, basic: authorization === pair }
  if (knobs.signIns.length === 0 || knobs.signIns.some((kind) => isRight[kind])) return null
  const showsNothing = authorization === undefined && apiKey === undefined
  return showsNothing ? json(401, { error: 'Unauthorized' }) : notFound
}

/** What is refused whoever asks for whatever. */
function refusedNow({ noDatabase, busy, build, runs, trigger }: OpenfnKnobs): CoreAnswer | null {
  const isOlder = build === 'older'
  if (noDatabase) {
    const body = { error: 'service_unavailable', message: 'Try again shortly.', retry_after: 30 }
    const answer = json(503, body)
    return { ...answer, headers: { ...answer.headers, 'retry-after': '30' } }
  }
  if (trigger === 'disabled') {
    const message = 'Unable to process request, trigger is disabled. Enable it to queue work.'
    return json(403, isOlder ? { message } : { error: 'trigger_disabled', message })
  }
  if (busy) {
    const message = 'Too many runs in the last minute'
    return json(429, isOlder ? { error: message } : { error: 'too_many_requests', message })
  }
  if (runs === 'hard-limit') {
    const body = { error: 'runs_hard_limit', message: 'Runs limit exceeded' }
    return json(isOlder ? 402 : 429, body)
  }
  return null
}

function refusedBody({ largestBody }: OpenfnKnobs, request: CoreRequest): CoreAnswer | null {
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
    return json(415, { error: 'Unsupported Media Type' })
  }
  if (Buffer.byteLength(request.body) > largestBody) {
    return { status: 413, headers: { 'content-type': 'text/plain' }, body: 'Request too large' }
  }
  const body = parsed(request.body)
  if (typeof body === 'object' && body !== null) return null
  return json(422, { error: 'invalid_request', details: { body: ['is invalid'] } })
}

function makeOrder(
  { knobs, store, key }: Platform,
  { method, target, headers, body }: CoreRequest,
  path: readonly string[],
): WorkOrder {
  const { searchParams } = new URL(target, 'http://stand-in')
  const isOlder = knobs.build === 'older'
  const given = parsed(body)
  const order: WorkOrder = {
    id: `work-order-${store.workOrders.length + 1}`,
    state: knobs.runs === 'soft-limit' ? 'rejected' : 'pending',
    // A list at the top is wrapped.
    body: Array.isArray(given) ? { _json: given } : given,
    request: {
      ...{ method, path, queryParams: Object.fromEntries(searchParams) },
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          name,
          // Only what the sign-in has used up is taken out, and only by newer builds.
          !isOlder && String(value).includes(key) ? '[REDACTED]' : String(value),
        ]),
      ),
    },
  }
  store.workOrders.push(order)
  return order
}

/** Queued; what its run will say is not known yet. */
function queued(platform: Platform, order: WorkOrder): CoreAnswer {
  const { build } = platform.knobs
  const headers: Record<string, string> =
    build === 'newest' ? { 'x-meta-work-order-id': order.id } : {}
  const isRejected = order.state === 'rejected'
  if (!isRejected && !platform.knobs.queued) finish(platform, order)
  const error = isRejected && build === 'newest' ? { error: 'too_many_runs' } : {}
  const answer = json(200, { work_order_id: order.id, ...error })
  return { ...answer, headers: { ...answer.headers, ...headers } }
}

/** Answered when the run has ended, or when it takes too long. */
function waitedFor(platform: Platform, order: WorkOrder): CoreAnswer {
  const { run, replyShape } = platform.knobs
  if (order.state === 'rejected') {
    return json(429, { error: 'too_many_runs', work_order_id: order.id })
  }
  const state = finish(platform, order)
  if (run === 'timeout') {
    const message = 'The run is taking longer than expected.'
    return json(504, { error: 'timeout', message, work_order_id: order.id })
  }
  if (run === 204 || run === 304) return { status: run, headers: {}, body: '' }
  const data = run === 422 ? { reason: 'the run failed' } : { done: true }
  const meta = { work_order_id: order.id, run_id: `run of ${order.id}`, state }
  if (replyShape === 'wrapped') return json(run, { data, meta })
  const answer = json(run, data)
  return { ...answer, headers: { ...answer.headers, 'x-meta-work-order-id': order.id } }
}

/** Lets the workflow run over what was sent. A run that failed in the end has done its work before that. */
export function finish({ knobs, store, workflow }: Platform, order: WorkOrder): WorkOrder['state'] {
  const state = workflow.run(order.body) && knobs.run !== 422 ? 'success' : 'failed'
  store.workOrders[store.workOrders.indexOf(order)] = { ...order, state }
  return state
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
