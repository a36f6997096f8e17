/** The other side of a mock sync server: what another client puts there, and an engine that receives it. */
import type { MockSyncRecord } from '../../../main/stand-ins/mock-sync-server/record.ts'
import { systemClock } from '../../../main/hosts/system-clock.ts'
import {
  startTestEngine,
  type TestEngine,
  type TestEngineOptions,
} from '../../support/test-engine.ts'
import { mockSyncTarget } from './target.ts'
import type { MockSyncStandIn } from './stand-in.ts'

export type Marshal = TestEngine<MockSyncStandIn>

/** Both sides go by the same clock, as far as computers do. */
export const start = (options: Omit<TestEngineOptions<MockSyncStandIn>, 'target'> = {}) =>
  startTestEngine({ target: mockSyncTarget, clock: systemClock(), ...options })

/** A moment of the remote clock: so many seconds from now. */
export const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString()

export const remotePerson = (
  id: string,
  fields: Readonly<Record<string, unknown>>,
  timestamp = at(-600),
): MockSyncRecord => ({ id, entity: 'person', timestamp, ...fields })

export const persons = async ({ client }: Marshal) =>
  (await client.records.list({ entity: 'person', limit: 1000 })).records

/** A person both sides have and agree on. */
export async function agreedPerson(
  marshal: Marshal,
  fields: Readonly<Record<string, string>> = { firstName: 'Ana', lastName: 'Silva' },
): Promise<string> {
  const { id } = await marshal.set('person', fields)
  await marshal.sync()
  await marshal.sync()
  return id
}

/** Another client's edit of a record both sides have, so many seconds from now. */
export async function editThere(
  marshal: Marshal,
  id: string,
  fields: Readonly<Record<string, unknown>>,
  seconds: number,
): Promise<void> {
  const current = (await marshal.server.records()).find((record) => record.id === id)!
  await marshal.server.put([{ ...current, ...fields, timestamp: at(seconds) }])
}
