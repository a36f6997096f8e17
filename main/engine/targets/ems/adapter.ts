/**
 * EMS, the master system of events and entrants: fills the laptop, and gets back what is changed at the desk. One record
 * per request. Which of its habits are unverified is said in `api.ts`, what is lost on the way in `mapping.ts`.
 *
 * - It does not tell what changed, so each run lists everything: every quarter of an hour is often enough.
 * - Persons can be merged there; the ids of those merged into another one vanish, which is told as `gone`.
 * - Bibs are race numbers out of a stock. One that EMS does not have is refused, never made up.
 */
import { z } from 'zod'
import type { EntityName } from '../../../contract/words.ts'
import type { RemoteBody, RemoteRecord } from '../kit/adapter.ts'
import { defineAdapter, type Connecting, type OwnConnection } from '../kit/define-adapter.ts'
import {
  entityId,
  findByKeys,
  probeCollection,
  storedEntity,
  type StoredEntity,
} from '../kit/entity-collection.ts'
import {
  contentKeys,
  isEventEntity,
  naturalKeys,
  type EventEntity,
} from '../kit/event-collections.ts'
import type { HttpClient } from '../kit/http-client.ts'
import { recordsPerStep } from '../kit/records-per-step.ts'
import { sendEach } from '../kit/send-each.ts'
import { SyncError } from '../kit/sync-error.ts'
import { apiKeyHeader, collectionPath, mostInFlight, neverEmptied } from './api.ts'
import { listPage } from './listing.ts'
import { searchPeople } from './people-search.ts'
import { bindingOf, emsResources, raceEvent } from './mapping.ts'
import { listCategories, listOrganisations, NamedThings } from './named-things.ts'
import { remoteRecord } from './reading.ts'
import { freeUnique, sendOne } from './writing.ts'

const settings = z.object({
  batchSize: recordsPerStep(100),
  pageSize: z.int().min(1).max(2000).default(200).meta({
    title: 'Records per page',
    description: 'How many records EMS is asked for at once. 1 to 2,000.',
  }),
  country: z.string().length(2).default('ZA').meta({
    title: 'Country of persons without one',
    description: 'EMS wants a country for every person. Two letters.',
  }),
  timezone: z.string().min(1).default('Africa/Johannesburg').meta({
    title: 'Time zone of events without one',
    description: 'EMS wants a time zone for every event.',
  }),
  category: z.string().optional().meta({
    title: 'Category of entrants without one',
    description: 'EMS wants a category for every entrant. Empty: the only one the event has.',
  }),
  organisation: z.int().min(1).optional().meta({
    title: 'Organisation of new events',
    description: 'Its id in EMS, for events without an organiser. Empty: the only one there is.',
  }),
})

export const ems = defineAdapter({
  manifest: {
    name: 'ems',
    label: 'EMS',
    description:
      'The master system of events and entrants: fills this laptop and gets changes back.',
    kind: 'master',
    direction: 'both',
    auth: ['api-key', 'bearer'],
    settings,
    secrets: [
      { key: 'apiKey', label: 'API key', required: false },
      { key: 'token', label: 'Bearer token', required: false },
    ],
    resources: emsResources,
    limits: { concurrency: mostInFlight, batchSize: 100 },
    idempotency: 'lookup',
    batches: false,
    defaults: { mode: 'target-leads', conflicts: 'master-wins', delta: '*/15 * * * *' },
  },
  apiKeyIn: { header: apiKeyHeader },
  choices: { organisation: listOrganisations, category: listCategories },
  connect,
})

async function connect({
  client,
  settings: given,
}: Connecting<typeof settings>): Promise<OwnConnection> {
  const { pageSize, ...defaults } = given
  return {
    probe: (signal) => probeCollection(client, collectionPath('event'), signal),
    send: (name, changes, signal) => {
      const entity = known(name)
      const things = new NamedThings(client, signal)
      const write = { client, entity, defaults, things, signal }
      return sendEach(
        changes,
        { lanes: client.concurrency, signal },
        (change) => sendOne(write, change),
        entity === 'eventParticipant' ? (change) => freeUnique(write, change) : undefined,
      )
    },
    changes: (name, cursor, signal) =>
      listPage({ client, entity: known(name), size: pageSize, signal }, cursor),
    fetch: (entity, remoteId, signal) => fetchOne(client, known(entity), remoteId, signal),
    find: (name, { body }, signal) => {
      const entity = known(name)
      return findByKeys({
        client,
        path: collectionPath(entity),
        binding: bindingOf(entity),
        keys: naturalKeys[entity] ?? [],
        contentKeys: contentKeys[entity] ?? [],
        body,
        ...(entity === 'person' ? { search: () => searchPeople(client, body, signal) } : {}),
        comparable: (item) => comparable(entity, item, body),
        signal,
      })
    },
  }
}

async function fetchOne(
  client: HttpClient,
  entity: EventEntity,
  remoteId: string,
  signal: AbortSignal,
): Promise<RemoteRecord | null> {
  const path = `${collectionPath(entity)}/${entityId(remoteId, 'EMS')}`
  try {
    const { value } = await client.json(storedEntity, { method: 'GET', path, signal })
    return remoteRecord(entity, value)
  } catch (error) {
    if (error instanceof SyncError && error.code === 'gone') return null
    throw error
  }
}

/** As we would have sent it: what EMS must have and we did not give counts as not given. */
function comparable(entity: EventEntity, item: StoredEntity, sent: RemoteBody): RemoteBody {
  const notGiven = (neverEmptied[entity] ?? []).filter((name) => (sent[name] ?? null) === null)
  const nothing = Object.fromEntries(notGiven.map((name) => [name, null]))
  return entity === 'race'
    ? { ...item, event: raceEvent(item), ...nothing }
    : { ...item, ...nothing }
}

function known(entity: EntityName): EventEntity {
  if (!isEventEntity(entity)) throw new Error(`EMS has no ${entity}`)
  return entity
}
