/** OpenFn in a process of its own, and what workflows and people there do. */
import { collectionName } from '../../../main/stand-ins/openfn/collections.ts'
import type { OpenfnKnobs } from '../../../main/stand-ins/openfn/knobs.ts'
import { tokenFor } from '../../../main/stand-ins/openfn/stand-in.ts'
import type { Item, WorkOrder } from '../../../main/stand-ins/openfn/store.ts'
import {
  commonArguments,
  StandInProcess,
  startStandIn,
  type StandInOptions,
} from '../../support/stand-in-process.ts'

/** A record as a workflow keeps it. */
export type Kept = Readonly<Record<string, unknown>>

export class OpenfnStandIn extends StandInProcess {
  /** All items of the collection, oldest first. */
  items(): Promise<readonly Item[]> {
    return this.command('dump')
  }

  /** The record under a key. Fails the test where there is none. */
  async record(key: string): Promise<Kept> {
    const found = (await this.items()).find((item) => item.key === key)
    if (!found) throw new Error(`There is no item ${key}.`)
    return JSON.parse(found.value) as Kept
  }

  /** Everything that was accepted, in order. */
  workOrders(): Promise<readonly WorkOrder[]> {
    return this.command('workOrders')
  }

  /** Puts values there as a workflow would: an object as JSON, text as it is. */
  put(values: Readonly<Record<string, Kept | string>>): Promise<void> {
    const items = Object.entries(values).map(([key, value]) => ({
      key,
      value: typeof value === 'string' ? value : JSON.stringify(value),
    }))
    return this.command('put', items)
  }

  /** Lets runs that wait begin, and end. */
  runAll(): Promise<void> {
    return this.command('run')
  }

  /** The clock times of items are taken from, ms; null: the real one. */
  itemClock(ms: number | null): Promise<void> {
    return this.command('clock', ms)
  }

  /** Turns knobs; those not named stay as they are. */
  turn(knobs: Partial<OpenfnKnobs>): Promise<void> {
    return this.command('knobs', knobs)
  }

  /** From now on only this key, and the token that goes with it, is accepted. */
  setKey(key: string): Promise<void> {
    return this.command('key', key)
  }
}

/** Starts one with nothing in its collection. Call `stop()` when done. */
export async function startOpenfn(
  options: StandInOptions & { readonly key?: string } = {},
): Promise<OpenfnStandIn> {
  const { child, url } = await startStandIn('openfn', [
    ...commonArguments(options),
    '--key',
    options.key ?? 'stand-in-key',
  ])
  return new OpenfnStandIn(child, url)
}

/** What it tells of people to somebody with the token that goes with the key `k`. */
export async function people(url: string): Promise<readonly unknown[]> {
  const collection = new URL(`/collections/${collectionName}?key=person:*`, url)
  const headers = { authorization: `Bearer ${tokenFor('k')}` }
  const answer = await fetch(collection, { headers })
  return ((await answer.json()) as { items: unknown[] }).items
}
