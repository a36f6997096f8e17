/** Plays Example System, for tests. */
import type { PlainRecord } from '../../../main/stand-ins/kit/plain-core.ts'
import type { StandInOptions } from '../../support/stand-in-process.ts'
import { StandInProcess, commonArguments, startStandIn } from '../../support/stand-in-process.ts'

/** Example System in a process of its own. */
export class ExampleSystemStandIn extends StandInProcess {
  /** All records. */
  dump(): Promise<readonly PlainRecord[]> {
    return this.command('dump')
  }

  /** From now on only this key is accepted. */
  setKey(key: string): Promise<void> {
    return this.command('key', key)
  }
}

/** Starts one that accepts this key. Call `stop()` when done. */
export async function startExampleSystem(
  key: string,
  options: StandInOptions = {},
): Promise<ExampleSystemStandIn> {
  const { child, url } = await startStandIn('example-system', [
    ...commonArguments(options),
    '--key',
    key,
  ])
  return new ExampleSystemStandIn(child, url)
}

/**
 * What it tells of people to somebody whose key is `k`: asked by `test/stand-ins/open-stand-in.test.ts`. Path and header are
 * those of the stand-in.
 */
export async function people(url: string): Promise<readonly unknown[]> {
  const headers = { 'x-api-key': 'k' }
  const answer = await fetch(`${url}/entries?page=1&per_page=100`, { headers })
  return ((await answer.json()) as { entries: unknown[] }).entries
}
