/** What the tests of the generic target share: its stand-in as a server of the suite, with every kind of record. */
import { entityNames, type EntityName } from '../../../main/contract/words.ts'
import type { KeptRecord } from '../../../main/stand-ins/http/collections.ts'
import type { PullServer } from '../conformance/server.ts'
import type { HttpStandIn } from './stand-in.ts'

export const httpKey = 'canary-http-key'

const pathOf = (entity: EntityName) => `/api/${entity}`

/** Each kind of record in a collection of its own name. */
export const everyKind = {
  entity: 'person',
  path: pathOf('person'),
  resultsPosition: 'data.items',
  also: entityNames
    .filter((name) => name !== 'person')
    .map((entity) => ({ entity, path: pathOf(entity) })),
} as const

/** Entries with their persons inside: those have no collection of their own. */
export const personsInside = {
  entity: 'organisation',
  path: pathOf('organisation'),
  resultsPosition: 'data.items',
  also: (
    ['event', 'race', 'startGroup', 'tag', 'eventParticipant', 'startGroupParticipant'] as const
  ).map((entity) => ({
    ...{ entity, path: pathOf(entity) },
    ...(entity === 'eventParticipant' ? { subObjects: [{ field: 'person' }] } : {}),
  })),
}

export function httpServer(
  process: HttpStandIn,
  settings: Readonly<Record<string, unknown>> = everyKind,
  begin: () => Promise<void> = async () => {},
): PullServer {
  /** As the server shows it: with the person who stands inside. */
  const whole = async (record: KeptRecord) => {
    const inside = settings === personsInside ? await process.dump('people') : []
    const person = inside.find(({ id }) => id === record['person'])
    return person ? { ...record, person } : record
  }
  return {
    process,
    auth: 'api-key',
    secrets: { apiKey: httpKey },
    settings,
    lockOut: () => process.setKey('another-key'),
    async letIn() {
      await process.setKey(httpKey)
      await begin()
    },
    stored: async (entity) =>
      Promise.all(
        (await process.dump(entity)).map(async (body) => ({
          remoteId: String(body.id),
          body: await whole(body),
        })),
      ),
    putTogether: async (entity, count, prefix) => {
      const updatedAt = prefix === 'two' ? '2026-10-02T10:00:00.000Z' : '2026-10-01T10:00:00.000Z'
      const records = Array.from({ length: count }, (_, n) => ({
        lastName: `${prefix} ${n}`,
        updatedAt,
      }))
      return process.load(entity, records)
    },
    removeThere: async (entity, remoteId) => {
      await process.remove(entity, remoteId)
    },
  }
}
