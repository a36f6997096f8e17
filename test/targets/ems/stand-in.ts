/** An EMS in its own process. */
import type { CollectionName } from '../../../main/stand-ins/ems/dtos.ts'
import type { EmsFurniture, EmsKnobs } from '../../../main/stand-ins/ems/knobs.ts'
import type { StandInOptions } from '../../support/stand-in-process.ts'
import { commonArguments, StandInProcess, startStandIn } from '../../support/stand-in-process.ts'

/** A record as EMS shows it, with what it refers to nested inside. */
export interface EmsRecord {
  readonly id: number
  readonly [field: string]: unknown
}

export class EmsStandIn extends StandInProcess {
  /** Everything of a collection, lowest id first. */
  dump(collection: CollectionName): Promise<readonly EmsRecord[]> {
    return this.command('dump', collection)
  }

  /** Stores records without HTTP, by the rules of POST; answers their ids in order. */
  load(
    collection: CollectionName,
    entities: readonly Readonly<Record<string, unknown>>[],
  ): Promise<readonly number[]> {
    return this.command('load', { collection, entities })
  }

  /** Changes a record as somebody else would. */
  amend(
    collection: CollectionName,
    id: number,
    fields: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    return this.command('amend', { collection, id, fields })
  }

  /** Deletes a record as somebody else would. */
  remove(collection: CollectionName, id: number): Promise<void> {
    return this.command('remove', { collection, id })
  }

  /** Turns knobs until the next `reset`; those not named stay as they are. */
  turn(knobs: Partial<EmsKnobs>): Promise<void> {
    return this.command('knobs', knobs)
  }

  /** Starts over, now and after each `reset`, with what is set up there; the rest as in a small club. */
  furnish(furniture: Partial<EmsFurniture>): Promise<void> {
    return this.command('furnish', furniture)
  }

  /** From now on only this key, or this bearer token, is accepted. */
  async setKey(key: string): Promise<void> {
    await this.command('key', key)
  }
}

/** Starts an EMS stand-in. Call `stop()` when done. */
export async function startEms(
  options: StandInOptions & {
    readonly apiKey?: string
    readonly furniture?: Partial<EmsFurniture>
  } = {},
): Promise<EmsStandIn> {
  const { child, url } = await startStandIn('ems', [
    ...commonArguments(options),
    '--key',
    options.apiKey ?? 'stand-in-key',
  ])
  const standIn = new EmsStandIn(child, url)
  if (options.furniture) await standIn.furnish(options.furniture)
  return standIn
}
