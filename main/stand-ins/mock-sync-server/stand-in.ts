import type { CoreAnswer, CoreRequest } from '../kit/stand-in-core.ts'
import type { StandIn, StandInOptions } from '../kit/stand-in.ts'
import { MockSyncServer, type FormSubmission } from './core.ts'
import type { MockSyncKnobs } from './knobs.ts'
import { plainKnobs } from './knobs.ts'
import type { MockSyncRecord } from './record.ts'
import { sendWebhooks, type WebhookOrder } from './webhook-sender.ts'

/** The mock sync server: DataCollect's contract, with knobs for the ways such a server differs or misbehaves. */
export const mockSyncServer: StandIn = {
  name: 'mock-sync-server',
  system: 'Mock sync server',
  plays: [
    "DataCollect's testing contract: POST takes form submissions, 100 at most, GET ?since= answers what is newer.",
    'It wants no sign-in. Timestamps are those of the clients, and what shares one with the last seen is missed.',
  ],
  port: 4790,
  oddities: {
    'events-around': { says: 'answers {"events":[…]}', knobs: { pullShape: 'events' } },
    'data-around': { says: 'answers {"data":[…]}', knobs: { pullShape: 'data' } },
    'small-batches': { says: 'takes ten submissions at most', knobs: { batchLimit: 10 } },
    'no-ids': { says: 'leaves the ids out', knobs: { leaveOut: ['id'] } },
    'one-moment': {
      says: 'gives all records the same timestamp',
      knobs: { sameTimestamp: '2026-05-03T05:00:00.000Z' },
    },
  },
  signIn: () => ({ auth: 'none', secrets: {}, settings: {} }),
  make,
}

function make({ seed }: StandInOptions) {
  let knobs = plainKnobs
  let core = makeCore()
  let odd: Record<string, unknown>[] = []

  function makeCore(): MockSyncServer {
    return new MockSyncServer({
      ...(seed === null ? {} : { seed }),
      batchLimit: Infinity,
    })
  }

  function answer({ method, target, body, headers }: CoreRequest): CoreAnswer {
    if (knobs.apiKey !== null && headers['x-api-key'] !== knobs.apiKey)
      return json(401, { error: 'X-Api-Key is missing or wrong.' })
    if (method === 'POST' && knobs.batchLimit !== null && sizeOf(body) > knobs.batchLimit)
      return json(knobs.tooLargeStatus, {
        error: `${sizeOf(body)} submissions in one request; at most ${knobs.batchLimit} are accepted.`,
      })
    const plain = core.answer(method, target, body)
    if (method !== 'GET' || plain.status !== 200) return plain
    if (knobs === plainKnobs && odd.length === 0) return plain
    return json(200, shaped([...(JSON.parse(plain.body) as Record<string, unknown>[]), ...odd]))
  }

  function shaped(records: readonly Record<string, unknown>[]): unknown {
    const told = records.map((record) => {
      const copy: Record<string, unknown> =
        knobs.sameTimestamp === null ? { ...record } : { ...record, timestamp: knobs.sameTimestamp }
      for (const name of knobs.leaveOut) delete copy[name]
      return copy
    })
    return knobs.pullShape === 'bare' ? told : { [knobs.pullShape]: told }
  }

  return {
    collectionOf: () => '',
    answer,
    inFlight: null,
    reset: () => {
      knobs = plainKnobs
      odd = []
      core = makeCore()
    },
    commands: {
      dump: () => ({ records: core.changedSince(null), submissions: core.submissions() }),
      knobs: (turned: Partial<MockSyncKnobs>) => {
        knobs = { ...knobs, ...turned }
      },
      put: (records: MockSyncRecord[]) => core.put(records),
      submit: (batch: FormSubmission[]) => core.store(batch),
      webhooks: (order: WebhookOrder) => sendWebhooks(order),
      odd: (records: Record<string, unknown>[]) => {
        odd = records
      },
    },
  }
}

function sizeOf(body: string): number {
  try {
    const parsed = JSON.parse(body) as { data?: unknown }
    return Array.isArray(parsed.data) ? parsed.data.length : 0
  } catch {
    return 0
  }
}

function json(status: number, value: unknown): CoreAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
}
