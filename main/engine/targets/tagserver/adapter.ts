/**
 * TagServer, the in-house timing system: outbound, one record per request.
 * Unverified: its API is not public; `api.ts` says what is assumed.
 */
import { z } from 'zod'
import type { EntityName } from '../../../contract/words.ts'
import type { EntityBinding, OutgoingChange, RemoteBody } from '../kit/adapter.ts'
import { bindingsOf } from '../kit/bindings.ts'
import { defineAdapter, type Connecting, type OwnConnection } from '../kit/define-adapter.ts'
import {
  entityId,
  entityPage,
  findByKeys,
  storedEntity,
  unlessGone,
} from '../kit/entity-collection.ts'
import type { HttpClient } from '../kit/http-client.ts'
import { numberedPage } from '../kit/numbered-listing.ts'
import { noParts } from '../kit/resource.ts'
import { sendEach } from '../kit/send-each.ts'
import { nestedId } from '../kit/shape.ts'
import {
  apiKeyHeader,
  apiPath,
  collections,
  contentKeys,
  isTagServerEntity,
  listedAtOnce,
  mostInFlight,
  naturalKeys,
  type TagServerEntity,
} from './api.ts'
import { tagServerResources } from './mapping.ts'

const settings = z.object({
  batchSize: z.int().min(1).max(1000).default(200).meta({
    title: 'Records per step',
    description: 'How many records are sent before the result is written down. 1 to 1,000.',
  }),
})

const bindings = bindingsOf(tagServerResources)

export const tagserver = defineAdapter({
  manifest: {
    name: 'tagserver',
    label: 'TagServer',
    description:
      'The in-house timing system: gets entrants, bibs, tags and start groups. An entrant has one tag there, and of a relay team the first leg wears the bib.',
    kind: 'timing',
    direction: 'outbound',
    auth: ['api-key'],
    settings,
    secrets: [{ key: 'apiKey', label: 'API key', required: true }],
    resources: tagServerResources,
    limits: { concurrency: mostInFlight, batchSize: 200 },
    idempotency: 'lookup',
    batches: false,
    defaults: { mode: 'master-leads', conflicts: 'master-wins' },
  },
  apiKeyIn: { header: apiKeyHeader },
  connect,
})

async function connect({ client }: Connecting<typeof settings>): Promise<OwnConnection> {
  return {
    async probe(signal) {
      const query = [
        ['page', 0],
        ['size', 1],
      ] as const
      const path = `${apiPath}/${collections.event}`
      await client.json(entityPage, { method: 'GET', path, query, missing: 'config', signal })
    },
    send: (entity, changes, signal) => {
      const path = collectionPath(entity)
      return sendEach(
        changes,
        { lanes: client.concurrency, signal },
        (change) => sendOne({ client, path, binding: bindingOf(entity), signal }, change),
        entity === 'eventParticipant'
          ? (change) => letGoOfTag({ client, path, binding: bindingOf(entity), signal }, change)
          : undefined,
      )
    },
    changes: (entity, cursor, signal) =>
      numberedPage(
        {
          client,
          path: collectionPath(entity),
          name: collections[known(entity)],
          entity,
          size: listedAtOnce,
          signal,
        },
        cursor,
      ),
    find: (entity, { body }, signal) =>
      findByKeys({
        client,
        path: collectionPath(entity),
        binding: bindingOf(entity),
        keys: naturalKeys[known(entity)],
        contentKeys: contentKeys[known(entity)] ?? [],
        body,
        signal,
      }),
  }
}

interface Sending {
  readonly client: HttpClient
  readonly path: string
  readonly binding: EntityBinding
  readonly signal: AbortSignal
}

async function sendOne(
  sending: Sending,
  { action, remoteId, body }: OutgoingChange,
): Promise<string> {
  const { client, path, signal } = sending
  if (action === 'create') {
    const request = { method: 'POST', path, body, missing: 'config', signal } as const
    return String((await client.json(storedEntity, request)).value.id)
  }
  const id = entityId(remoteId, 'TagServer')
  const one = `${path}/${id}`
  if (action === 'update') {
    const whole = { ...(await leftOut(sending, one, body)), ...body, id }
    await client.json(storedEntity, { method: 'PUT', path: one, body: whole, signal })
  } else {
    await client.status({ method: 'DELETE', path: one, signal }).catch(unlessGone)
  }
  return String(id)
}

/** A replacement clears what it leaves out, so what is not ours to say is said as it is there. */
async function leftOut(
  { client, binding, signal }: Sending,
  path: string,
  body: RemoteBody,
): Promise<RemoteBody> {
  const nothing = Object.fromEntries(binding.fields.map((name) => [name, null]))
  const whole = binding.toRemote(nothing, {}, noParts)
  if (Object.keys(whole).every((name) => Object.hasOwn(body, name))) return {}
  return (await client.json(storedEntity, { method: 'GET', path, signal })).value
}

/** The tag an entrant has at the server is not theirs any more, whatever the new one is. */
async function letGoOfTag(sending: Sending, change: OutgoingChange): Promise<void> {
  if (nestedId(change.body['tag']) !== null) {
    await sendOne(sending, { ...change, body: { ...change.body, tag: null } })
  }
}

function collectionPath(entity: EntityName): string {
  return `${apiPath}/${collections[known(entity)]}`
}

function known(entity: EntityName): TagServerEntity {
  if (!isTagServerEntity(entity)) throw new Error(`TagServer has no ${entity}`)
  return entity
}

function bindingOf(entity: EntityName): EntityBinding {
  const binding = bindings.find((one) => one.entity === entity)
  if (!binding) throw new Error(`TagServer has no ${entity}`)
  return binding
}
