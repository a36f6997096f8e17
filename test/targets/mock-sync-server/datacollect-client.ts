/**
 * DataCollect's own client of the mock sync server, as its facts are known: written anew from them, with what it does not
 * do (no headers, no retry, no look at what a push answers) left out here as well.
 */
import { randomUUID } from 'node:crypto'
import type { FormSubmission } from '../../../main/stand-ins/mock-sync-server/core.ts'

/** What a pulled record becomes there. */
export interface PulledEvent {
  readonly guid: string
  readonly entityGuid: string
  readonly type: 'external-pull'
  readonly data: Readonly<Record<string, unknown>>
  readonly timestamp: string
  readonly userId: 'system'
  readonly syncLevel: 1
}

const batchSize = 100

export class DataCollectClient {
  readonly #url: string
  /** Its event store. */
  readonly made: FormSubmission[] = []
  readonly applied: PulledEvent[] = []
  pushMark = ''
  pullMark: string | null = null

  constructor(url: string) {
    this.#url = url
  }

  /** Sign-in, then push, then pull: a push that fails prevents the pull. */
  async synchronise(): Promise<void> {
    await this.#push()
    await this.#pull()
  }

  async #push(): Promise<void> {
    const due = this.made.filter(({ timestamp }) => timestamp > this.pushMark)
    for (let at = 0; at < due.length; at += batchSize) {
      const batch = due.slice(at, at + batchSize)
      const answer = await fetch(this.#url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ data: batch }),
      })
      if (!answer.ok) throw new Error(`push answered ${answer.status}`)
      this.pushMark = greatest(batch, this.pushMark)
    }
  }

  async #pull(): Promise<void> {
    const url = new URL(this.#url)
    if (this.pullMark !== null) url.searchParams.set('since', this.pullMark)
    const answer = await fetch(url)
    if (!answer.ok) throw new Error(`pull answered ${answer.status}`)
    const body: unknown = await answer.json()
    // Anything but a bare array counts as nothing.
    const records = Array.isArray(body) ? (body as Readonly<Record<string, unknown>>[]) : []
    const events = records.map((data): PulledEvent => ({
      guid: randomUUID(),
      entityGuid: typeof data['id'] === 'string' ? data['id'] : randomUUID(),
      type: 'external-pull',
      data,
      timestamp:
        typeof data['timestamp'] === 'string' ? data['timestamp'] : new Date().toISOString(),
      userId: 'system',
      syncLevel: 1,
    }))
    this.applied.push(...events)
    if (events.length > 0) this.pullMark = greatest(events, this.pullMark ?? '')
  }
}

const greatest = (events: readonly { readonly timestamp: string }[], least: string) =>
  events.reduce((mark, { timestamp }) => (timestamp > mark ? timestamp : mark), least)
