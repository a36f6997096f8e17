/** An engine with a schedule whose target `timing` sends webhooks, signed by the engine's own clock. */
import type { RunView } from '../../../main/contract/sync.ts'
import type { WebhookAnswer } from '../../../main/engine/engine.ts'
import type { OutgoingWebhook } from '../../../main/stand-ins/mock-sync-server/webhook-sender.ts'
import {
  startTestEngine,
  type TestEngine,
  type TestEngineOptions,
} from '../../support/test-engine.ts'
import { requestOf, webhookSecret } from './webhook-request.ts'
import { mockSyncTarget } from './target.ts'
import type { MockSyncStandIn } from './stand-in.ts'

/** A stream of webhooks waits no longer than this for its run, virtual ms. */
const longestPauseMs = 6_000

export interface Hooked extends TestEngine<MockSyncStandIn> {
  /** Hands webhooks to the engine one after the other; answers their statuses. */
  hear(...webhooks: readonly OutgoingWebhook[]): Promise<readonly number[]>
  answerTo(webhook: OutgoingWebhook, target?: string): Promise<WebhookAnswer>
  /** Lets webhooks pause, and the runs that were asked for end. */
  processStaged(): Promise<void>
  /** The same, until everything rests. */
  rest(): Promise<void>
  /** Runs nobody asked for, oldest first. */
  runs(): Promise<readonly RunView[]>
}

/** Starts it; its first fill is done. */
export async function startHooked(
  options: Omit<TestEngineOptions<MockSyncStandIn>, 'target'> = {},
): Promise<Hooked> {
  const marshal = await startTestEngine({
    target: mockSyncTarget,
    schedule: true,
    ...options,
    config: options.config === false ? false : { secrets: { webhookSecret }, ...options.config },
  })
  const { client, clock, engine } = marshal
  const runs = async () => {
    const all = (await client.sync.runs({ limit: 100 })).runs.toReversed()
    return all.filter(({ trigger }) => trigger !== 'manual')
  }
  const hooked: Hooked = {
    ...marshal,
    runs,
    answerTo: (webhook, target = 'timing') =>
      engine.receiveWebhook(target, requestOf(webhook, clock.now())),
    async hear(...webhooks) {
      const statuses: number[] = []
      for (const webhook of webhooks) statuses.push((await hooked.answerTo(webhook)).status)
      return statuses
    },
    async processStaged() {
      await clock.walk(longestPauseMs)
      if ((await marshal.status()).state === 'paused') return
      // For no record at all: asks the target nothing, and begins when what was asked for before has ended.
      await marshal.sync({ records: [] })
    },
    async rest() {
      // A run may be followed by one that waited behind it, and by one for what it changed here.
      for (let round = 0; round < 3; round++) await hooked.processStaged()
    },
  }
  await marshal.sync()
  await hooked.rest()
  return hooked
}
