/** A mock sync server stand-in for tests. */
import type { FormSubmission } from '../../../main/stand-ins/mock-sync-server/core.ts'
import type { MockSyncKnobs } from '../../../main/stand-ins/mock-sync-server/knobs.ts'
import type { MockSyncRecord } from '../../../main/stand-ins/mock-sync-server/record.ts'
import type {
  WebhookAnswer,
  WebhookOrder,
} from '../../../main/stand-ins/mock-sync-server/webhook-sender.ts'
import type { StandInOptions } from '../../support/stand-in-process.ts'
import { StandInProcess, commonArguments, startStandIn } from '../../support/stand-in-process.ts'

/** A mock sync server in its own process. */
export class MockSyncStandIn extends StandInProcess {
  /** The latest state of every entity, oldest first, as GET without `since` answers it. */
  async records(): Promise<readonly MockSyncRecord[]> {
    return (await this.#dump()).records
  }

  /** Every stored submission in the order of arrival; a repeated `guid` only once. */
  async submissions(): Promise<readonly FormSubmission[]> {
    return (await this.#dump()).submissions
  }

  /** The methods of all logged requests in order: push must come before pull. */
  async verbs(): Promise<readonly string[]> {
    return (await this.log()).map((request) => request.method)
  }

  /** Turns knobs; those not named stay as they are. */
  turn(knobs: Partial<MockSyncKnobs>): Promise<void> {
    return this.command('knobs', knobs)
  }

  /** Puts records there as another client's finished work. */
  put(records: readonly MockSyncRecord[]): Promise<void> {
    return this.command('put', records)
  }

  /** Stores submissions as if another client had pushed them. */
  submit(batch: readonly FormSubmission[]): Promise<void> {
    return this.command('submit', batch)
  }

  /** Records added as they are to the end of every pull: without `id`, without `timestamp`, nonsense. */
  odd(records: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
    return this.command('odd', records)
  }

  /** Sends webhooks to an address, in order; tells how each was answered. */
  sendWebhooks(order: WebhookOrder): Promise<readonly WebhookAnswer[]> {
    return this.command('webhooks', order)
  }

  #dump(): Promise<{
    readonly records: readonly MockSyncRecord[]
    readonly submissions: readonly FormSubmission[]
  }> {
    return this.command('dump')
  }
}

/** Starts a mock sync server stand-in, empty or filled by `seed`. Call `stop()` when done. */
export async function startMockSync(
  options: StandInOptions & {
    readonly seed?: number
    readonly knobs?: Partial<MockSyncKnobs>
  } = {},
): Promise<MockSyncStandIn> {
  const { child, url } = await startStandIn('mock-sync-server', [
    ...commonArguments(options),
    ...(options.seed === undefined ? [] : ['--seed', String(options.seed)]),
  ])
  const standIn = new MockSyncStandIn(child, url)
  if (options.knobs !== undefined) await standIn.turn(options.knobs)
  return standIn
}
