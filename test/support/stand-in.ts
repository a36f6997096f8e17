/** Stand-in servers for tests: `startTagServer()` and `startMockSync()`, each its own process. */
import type { FormSubmission } from '../../main/engine/targets/mock-sync-server/server-core.ts'
import type { MockSyncRecord } from '../../main/engine/targets/mock-sync-server/server-record.ts'
import type { CollectionName, Entity } from '../../main/hosts/edge/demo/tagserver-collections.ts'
import type { MockSyncKnobs } from '../fakes/mock-sync/knobs.ts'
import type { WebhookAnswer, WebhookOrder } from '../fakes/mock-sync/webhook-sender.ts'
import type { StandInOptions } from './stand-in-process.ts'
import { StandInProcess, commonArguments, startStandIn } from './stand-in-process.ts'

export type { FaultAction, FaultRule, RequestMatch, RetryAfter } from '../fakes/kit/fault-rule.ts'
export type { LoggedRequest, TrafficStats } from '../fakes/kit/traffic.ts'
export type { StandInOptions } from './stand-in-process.ts'

/** The key a TagServer stand-in accepts unless told otherwise. */
export const standInKey = 'stand-in-key'

/** A TagServer in its own process. */
export class TagServerStandIn extends StandInProcess {
  /** The accepted `X-API-KEY`; changes with `setKey`. */
  apiKey: string = standInKey

  /** Number of entities per collection. */
  counts(): Promise<Readonly<Record<CollectionName, number>>> {
    return this.command('counts')
  }

  /** All entities of a collection, lowest id first. */
  dump(collection: CollectionName): Promise<readonly Entity[]> {
    return this.command('dump', collection)
  }

  /** All entities of all collections. */
  dumpAll(): Promise<Readonly<Record<CollectionName, readonly Entity[]>>> {
    return this.command('dump')
  }

  /** Stores entities without HTTP, by the rules of POST; returns their ids in order. */
  load(
    collection: CollectionName,
    entities: readonly Readonly<Record<string, unknown>>[],
  ): Promise<readonly number[]> {
    return this.command('load', { collection, entities })
  }

  /** These collections ignore every filter until the next `reset`. */
  ignoreFilters(collections: readonly CollectionName[]): Promise<void> {
    return this.command('unfiltered', collections)
  }

  /** From now on only this key is accepted. */
  async setKey(key: string): Promise<void> {
    this.apiKey = await this.command('key', key)
  }
}

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

/** Starts a TagServer stand-in. `apiKey` default: `standInKey`. Call `stop()` when done. */
export async function startTagServer(
  options: StandInOptions & { readonly apiKey?: string } = {},
): Promise<TagServerStandIn> {
  const apiKey = options.apiKey ?? standInKey
  const { child, url } = await startStandIn('tagserver', [
    ...commonArguments(options),
    '--key',
    apiKey,
  ])
  const standIn = new TagServerStandIn(child, url)
  standIn.apiKey = apiKey
  return standIn
}

/** Starts a mock sync server stand-in, empty or filled by `seed`. Call `stop()` when done. */
export async function startMockSync(
  options: StandInOptions & {
    readonly seed?: number
    readonly knobs?: Partial<MockSyncKnobs>
  } = {},
): Promise<MockSyncStandIn> {
  const { child, url } = await startStandIn('mock-sync', [
    ...commonArguments(options),
    ...(options.seed === undefined ? [] : ['--seed', String(options.seed)]),
  ])
  const standIn = new MockSyncStandIn(child, url)
  if (options.knobs !== undefined) await standIn.turn(options.knobs)
  return standIn
}
