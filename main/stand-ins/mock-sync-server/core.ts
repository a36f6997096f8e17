/**
 * The testing target: the server side of DataCollect's `mock-sync-server` contract, as state and
 * answers, without network and clock. `marshal mock-server` puts it on a port.
 *
 * Source: idpass-data-collect, MockSyncServerAdapter (client side only; no server was ever published,
 * so what the server answers is read off the client): one address for both verbs, `POST {"data":[…]}`
 * with at most 100 form submissions, `GET ?since=` answered with a bare array of strictly newer records.
 * Ours besides: `GET ?id=` answers the one record with that id, or an empty array.
 *
 * Kept as the contract has it, traps included: timestamps are the clients' own, compared as strings,
 * and "strictly newer" loses a record that shares its timestamp with the last one somebody saw.
 */
import { generateRecords } from './generated-records.ts'
import type { MockSyncRecord } from './record.ts'

/** One pushed change, as DataCollect's clients send it. `syncLevel` travels as a number. */
export interface FormSubmission {
  readonly guid: string
  readonly entityGuid: string
  /** `create-<entity>`, `update-<entity>` or `delete-<entity>`. */
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
  /** ISO 8601 UTC. */
  readonly timestamp: string
  readonly userId?: string
  readonly syncLevel?: number
}

/** An answer before it is put on the wire. */
export interface MockSyncAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * - `seed`: fills the server with the same generated records for the same number; absent = empty.
 * - `batchLimit`: submissions accepted in one POST, default 100 (DataCollect's fixed batch
 *   size); a larger POST is answered with 413.
 */
export interface MockSyncServerOptions {
  readonly seed?: number
  readonly batchLimit?: number
}

const isoUtc = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/
const submissionType = /^(create|update|delete)-(.+)$/

/** The server's memory and its answers. Every method is synchronous and none reads a clock. */
export class MockSyncServer {
  readonly #options: MockSyncServerOptions
  readonly #submissions = new Map<string, FormSubmission>()
  readonly #records = new Map<string, MockSyncRecord>()
  #ordered: readonly MockSyncRecord[] | null = null

  constructor(options: MockSyncServerOptions = {}) {
    this.#options = options
    if (options.seed !== undefined) this.put(generateRecords(options.seed))
  }

  /** Answers one request; `target` is path and query (any path: one address serves both verbs). */
  answer(method: string, target: string, body: string): MockSyncAnswer {
    if (method === 'GET') {
      const id = queryOf(target)?.get('id') ?? null
      if (id !== null) return json(200, this.recordsOf(id))
      const since = readSince(target)
      if (since === 'unreadable') return refusal(400, '"since" must be an ISO 8601 instant in UTC.')
      return json(200, this.changedSince(since))
    }
    if (method !== 'POST') return refusal(405, `${method} is not possible; use GET or POST.`)
    const batch = readBatch(body)
    if (typeof batch === 'string') return refusal(400, batch)
    const limit = this.#options.batchLimit ?? 100
    if (batch.length > limit)
      return refusal(
        413,
        `${batch.length} submissions in one request; at most ${limit} are accepted.`,
      )
    return json(200, this.store(batch))
  }

  /**
   * Takes submissions in order. A `guid` seen before is stored once; a submission older than the
   * state of its entity is kept but does not change that state.
   */
  store(batch: readonly FormSubmission[]): { readonly stored: number; readonly repeated: number } {
    let stored = 0
    for (const submission of batch) {
      if (this.#submissions.has(submission.guid)) continue
      this.#submissions.set(submission.guid, submission)
      this.#apply(submission)
      stored++
    }
    return { stored, repeated: batch.length - stored }
  }

  /** Records with a timestamp strictly greater than `since` (all for `null`), oldest first. */
  changedSince(since: string | null): readonly MockSyncRecord[] {
    const ordered = (this.#ordered ??= [...this.#records.values()].sort(byTimestamp))
    if (since === null) return ordered
    let low = 0
    let high = ordered.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((ordered[middle]?.timestamp ?? '') > since) high = middle
      else low = middle + 1
    }
    return ordered.slice(low)
  }

  /** The record with this id, or none. */
  recordsOf(id: string): readonly MockSyncRecord[] {
    const record = this.#records.get(id)
    return record ? [record] : []
  }

  /** Every submission that was stored, in the order of arrival. */
  submissions(): readonly FormSubmission[] {
    return [...this.#submissions.values()]
  }

  /** Puts records there as if another client had pushed them. */
  put(records: readonly MockSyncRecord[]): void {
    for (const record of records) this.#set(record)
  }

  /** Forgets everything, generated records included. */
  reset(): void {
    this.#submissions.clear()
    this.#records.clear()
    this.#ordered = null
  }

  #apply(submission: FormSubmission): void {
    const [, verb, typeEntity = ''] = submissionType.exec(submission.type) ?? []
    const current = this.#records.get(submission.entityGuid)
    if (current !== undefined && current.timestamp > submission.timestamp) return
    const { entity: named, ...fields } = submission.data
    const entity = typeof named === 'string' ? named : typeEntity
    const { deleted: _, ...kept } = verb === 'create' ? {} : { ...current }
    this.#set({
      ...kept,
      ...fields,
      id: submission.entityGuid,
      entity,
      timestamp: submission.timestamp,
      ...(verb === 'delete' ? { deleted: true as const } : {}),
    })
  }

  /** Deleting first moves the record to the end of the map: arrival order settles equal timestamps. */
  #set(record: MockSyncRecord): void {
    this.#records.delete(record.id)
    this.#records.set(record.id, record)
    this.#ordered = null
  }
}

function byTimestamp(a: MockSyncRecord, b: MockSyncRecord): number {
  return a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0
}

function queryOf(target: string): URLSearchParams | null {
  const mark = target.indexOf('?')
  return mark < 0 ? null : new URLSearchParams(target.slice(mark + 1))
}

function readSince(target: string): string | null | 'unreadable' {
  const since = queryOf(target)?.get('since') ?? null
  if (since === null || since === '') return null
  return isoUtc.test(since) ? since : 'unreadable'
}

/** The submissions of a body, or in words what is wrong with it. */
export function readBatch(body: string): readonly FormSubmission[] | string {
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    return 'The body is not JSON.'
  }
  if (!isObject(parsed) || !Array.isArray(parsed['data']))
    return 'The body must be {"data":[…]} with form submissions.'
  const submissions: readonly unknown[] = parsed['data']
  const wrong = submissions.findIndex((submission) => !isSubmission(submission))
  if (wrong >= 0)
    return `data[${wrong}] is not a form submission: it needs guid, entityGuid, a type like create-person, data and a UTC timestamp.`
  return submissions as readonly FormSubmission[]
}

function isSubmission(value: unknown): boolean {
  if (!isObject(value)) return false
  const { guid, entityGuid, type, data, timestamp } = value
  return (
    isFilled(guid) &&
    isFilled(entityGuid) &&
    typeof type === 'string' &&
    submissionType.test(type) &&
    isObject(data) &&
    typeof timestamp === 'string' &&
    isoUtc.test(timestamp)
  )
}

function isFilled(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function json(status: number, value: unknown): MockSyncAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
}

function refusal(status: number, error: string): MockSyncAnswer {
  return json(status, { error })
}
