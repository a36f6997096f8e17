/** A server nobody wrote an adapter for, for tests. */
import type { KeptRecord } from '../../../main/stand-ins/http/collections.ts'
import type { HttpKnobs } from '../../../main/stand-ins/http/knobs.ts'
import type { StandInOptions } from '../../support/stand-in-process.ts'
import { StandInProcess, commonArguments, startStandIn } from '../../support/stand-in-process.ts'

/** One in a process of its own. */
export class HttpStandIn extends StandInProcess {
  /** All records of a collection. */
  dump(collection: string): Promise<readonly KeptRecord[]> {
    return this.command('dump', collection)
  }

  /** Puts records there as somebody else's work; answers their ids. */
  load(
    collection: string,
    records: readonly Readonly<Record<string, unknown>>[],
  ): Promise<readonly string[]> {
    return this.command('load', { collection, records })
  }

  remove(collection: string, id: string): Promise<boolean> {
    return this.command('remove', { collection, id })
  }

  /** From now on only this key is accepted. */
  setKey(key: string): Promise<void> {
    return this.command('key', key)
  }

  /** No access token is good any more. */
  expire(): Promise<void> {
    return this.command('expire')
  }

  /** The time changes get from now on, ms since 1970; null: the real one. */
  changesAt(ms: number | null): Promise<void> {
    return this.command('clock', ms)
  }

  /** Turns knobs; those not named stay as they are. */
  turn(knobs: Partial<HttpKnobs>): Promise<void> {
    return this.command('knobs', knobs)
  }
}

/** Starts one that accepts this key. Call `stop()` when done. */
export async function startHttp(
  key = 'stand-in-key',
  options: StandInOptions = {},
): Promise<HttpStandIn> {
  const { child, url } = await startStandIn('http', [...commonArguments(options), '--key', key])
  return new HttpStandIn(child, url)
}

/** What it tells of people to somebody whose key is `k`. */
export async function people(url: string): Promise<readonly unknown[]> {
  const answer = await fetch(`${url}/api/people?limit=100`, { headers: { 'x-api-key': 'k' } })
  const { data } = (await answer.json()) as { data: { items: readonly object[] } }
  return data.items.map((one) => ({ ...one, updatedAt: null }))
}
