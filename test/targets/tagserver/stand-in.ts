/** A TagServer stand-in for tests. */
import type { CollectionName, Entity } from '../../../main/stand-ins/tagserver/collections.ts'
import type { StandInOptions } from '../../support/stand-in-process.ts'
import { StandInProcess, commonArguments, startStandIn } from '../../support/stand-in-process.ts'

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
    return this.command('knobs', { unfiltered: collections })
  }

  /** From now on only this key is accepted. */
  async setKey(key: string): Promise<void> {
    this.apiKey = await this.command('key', key)
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
