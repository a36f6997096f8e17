/** The servers of a simulation, in this process: their state, their clock, and everything that ever changed there. */
import { MockSyncServer } from '../../main/stand-ins/mock-sync-server/core.ts'
import type { MockSyncRecord } from '../../main/stand-ins/mock-sync-server/record.ts'
import { TagServer } from '../../main/stand-ins/tagserver/core.ts'
import type { CollectionName } from '../../main/stand-ins/tagserver/collections.ts'
import type { HttpRequest } from '../../main/engine/ports.ts'
import type { TargetPlan } from './scenario.ts'

/** An answer before it goes onto the wire. */
export interface PlainAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A field of a record there, as it was from some moment on. */
export interface RemoteMoment {
  readonly moment: number
  readonly value: unknown
  readonly by: 'marshal' | 'others'
  /** True where a submission of Marshal's came and the server kept what it had. */
  readonly ignored: boolean
}

export interface OtherSide {
  readonly plan: TargetPlan
  readonly url: string
  /** Its clock, ms beyond the true time. */
  clockOffsetMs: number
  /** Whether it recognises a change it was sent before. */
  readonly knowsKeys: boolean
  answer(request: HttpRequest): PlainAnswer
}

export const apiKey = 'simulated-key'

/** The testing target, with somebody else at work on it. */
export class MockSide implements OtherSide {
  readonly plan: TargetPlan
  readonly url: string
  clockOffsetMs = 0
  readonly knowsKeys = true
  readonly #server = new MockSyncServer()
  readonly #moment: () => number
  readonly #trueTime: () => number
  readonly #ignored = new Set<string>()
  /** Records whose newest state the lists do not show yet: what they show instead, and until which true time. */
  /** Records that were there before the lists showed them: nobody who reads those can know of them. */
  readonly hidden = new Set<string>()
  readonly #late = new Map<string, { readonly shown: MockSyncRecord | undefined; until: number }>()
  readonly #history = new Map<string, RemoteMoment[]>()
  /** Records Marshal made there. */
  readonly madeByMarshal = new Set<string>()

  /**
   * @param moment a number for everything that happens
   * @param trueTime ms
   */
  constructor(plan: TargetPlan, url: string, moment: () => number, trueTime: () => number) {
    this.plan = plan
    this.url = url
    this.#moment = moment
    this.#trueTime = trueTime
  }

  answer({ method, url, body }: HttpRequest): PlainAnswer {
    const { pathname, search } = new URL(url)
    const text = typeof body === 'string' ? body : ''
    if (method === 'GET')
      return this.#asShown(this.#server.answer(method, pathname + search, text), url)
    const sent = (JSON.parse(text) as { data: readonly Submission[] }).data
    const poison = sent.find(({ data }) => Object.values(data).includes(poisonous))
    if (poison) return refusal(422, `${poison.entityGuid} ${notAcceptable}.`)
    const before = new Map(this.records().map((record) => [record.id, record]))
    const known = new Set(this.#server.submissions().map(({ guid }) => guid))
    const answer = this.#server.answer(method, pathname + search, text)
    const after = new Map(this.records().map((record) => [record.id, record]))
    for (const { guid, entityGuid, data } of sent) {
      // Who writes sees what they wrote.
      this.#late.delete(entityGuid)
      const was = before.get(entityGuid)
      const is = after.get(entityGuid)
      if (!was) this.madeByMarshal.add(entityGuid)
      if (was && was === is && !known.has(guid)) this.#ignored.add(entityGuid)
      for (const [field, value] of Object.entries(data)) {
        const now = is?.[field]
        if (now !== was?.[field])
          this.#note(entityGuid, field, { value: now, by: 'marshal', ignored: false })
        else if (now !== value)
          this.#note(entityGuid, field, { value, by: 'marshal', ignored: true })
      }
    }
    return answer
  }

  /** Somebody else changes, makes or deletes a record there, by the server's clock and after what is there. */
  change(
    now: number,
    verb: 'create' | 'update' | 'delete',
    { entity, id }: { readonly entity: string; readonly id: string },
    { data = {}, lateMs = 0 }: Foreign = {},
  ): void {
    const was = this.record(id)
    const time = was ? Math.max(now, Date.parse(was.timestamp) + 1) : now
    const moment = this.#moment()
    const submission = {
      guid: `others-${this.plan.name}-${moment}`,
      entityGuid: id,
      type: `${verb}-${entity}`,
      data: { entity, ...data },
      timestamp: new Date(time).toISOString(),
    }
    this.#server.store([submission])
    // Changes come to the lists in their order: what hides the first hides those after it.
    if (lateMs > 0 && !this.#late.has(id)) {
      this.#late.set(id, { shown: was, until: this.#trueTime() + lateMs })
      if (!was) this.hidden.add(id)
    }
    for (const [field, value] of Object.entries(data)) {
      this.#note(id, field, { value, by: 'others', ignored: false })
    }
  }

  /** A list as it is shown now: without what it does not show yet. */
  #asShown(answer: PlainAnswer, url: string): PlainAnswer {
    for (const [id, { until }] of this.#late) if (until <= this.#trueTime()) this.#late.delete(id)
    if (this.#late.size === 0 || answer.status !== 200) return answer
    const since = new URL(url).searchParams.get('since') ?? ''
    const records = JSON.parse(answer.body) as MockSyncRecord[]
    const shown = records.flatMap((record) => {
      const late = this.#late.get(record.id)
      if (!late) return [record]
      return late.shown && late.shown.timestamp > since ? [late.shown] : []
    })
    return { ...answer, body: JSON.stringify(shown) }
  }

  /** Whether the server ever kept what it had although Marshal sent something else: it goes by the later time. */
  hasIgnored(id: string): boolean {
    return this.#ignored.has(id)
  }

  records(): readonly MockSyncRecord[] {
    return this.#server.changedSince(null)
  }

  record(id: string): MockSyncRecord | undefined {
    return this.records().find((record) => record.id === id)
  }

  history(id: string, field: string): readonly RemoteMoment[] {
    return this.#history.get(`${id} ${field}`) ?? []
  }

  #note(id: string, field: string, written: Omit<RemoteMoment, 'moment'>): void {
    const key = `${id} ${field}`
    const moments = this.#history.get(key) ?? []
    this.#history.set(key, moments)
    moments.push({ moment: this.#moment(), ...written })
  }
}

interface Foreign {
  readonly data?: Readonly<Record<string, unknown>>
  /** How long after its time the lists begin to show it. */
  readonly lateMs?: number
}

interface Submission {
  readonly guid: string
  readonly entityGuid: string
  readonly data: Readonly<Record<string, unknown>>
}

/** How the mock side says so. */
export const notAcceptable = 'is not acceptable here'

/** A value the mock side refuses, with everything that travels beside it. */
export const poisonous = 'poison'

/** The in-house timing system: it only takes. */
export class TimingSide implements OtherSide {
  readonly plan: TargetPlan
  readonly url: string
  clockOffsetMs = 0
  readonly knowsKeys = false
  readonly server: TagServer

  constructor(plan: TargetPlan, url: string) {
    this.plan = plan
    this.url = url
    this.server = new TagServer({ apiKey })
  }

  answer({ method, url, headers, body }: HttpRequest): PlainAnswer {
    const { pathname, search } = new URL(url)
    const key = Object.entries(headers).find(([name]) => name.toLowerCase() === 'x-api-key')?.[1]
    return this.server.answer(method, pathname + search, typeof body === 'string' ? body : '', key)
  }

  dump(collection: string) {
    return this.server.dump(collection as CollectionName)
  }
}

function refusal(status: number, error: string): PlainAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ error }),
  }
}
