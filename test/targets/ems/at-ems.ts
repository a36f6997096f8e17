/** EMS as the other side, which does not tell what changed: every run lists everything. */
import {
  startTestEngine,
  type TestEngine,
  type TestEngineOptions,
} from '../../support/test-engine.ts'
import { emsTarget } from './target.ts'
import type { EmsStandIn } from './stand-in.ts'

export type EmsMarshal = TestEngine<EmsStandIn>

/** Pages of twenty: thirty persons take two. */
const pageSize = 20

/** An engine whose target `timing` is EMS, with persons only unless told otherwise. */
export function startAtEms(
  options: Omit<TestEngineOptions<EmsStandIn>, 'target'> = {},
): Promise<EmsMarshal> {
  const config = { entities: ['person'], mode: 'mirror', settings: { pageSize } }
  return startTestEngine({
    target: emsTarget,
    ...options,
    config: options.config === false ? false : { ...config, ...options.config },
  })
}

/** Persons as EMS wants them. */
export function emsPersons(count: number, from = 1): readonly Readonly<Record<string, unknown>>[] {
  return Array.from({ length: count }, (_, at) => ({
    firstName: `Runner${from + at}`,
    lastName: 'Silva',
    email: `runner${from + at}@example.org`,
    gender: 'FEMALE',
    identityCountry: { id: 1051 },
  }))
}

export const emsPeopleHere = async ({ client }: EmsMarshal) =>
  (await client.records.list({ entity: 'person', limit: 1000 })).records
