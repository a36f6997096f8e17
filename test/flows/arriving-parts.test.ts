/** Parts that arrive with a root which is only sent: the root is asked for on their account, and nothing else of it counts. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import type { EntityName, RunKind } from '../../main/contract/words.ts'
import { scopeOf } from '../../main/engine/services/targets/target-config.ts'
import { changeRecords } from '../../main/engine/store/writer/record-change.ts'
import { writeScope } from '../../main/engine/store/links/scope.ts'
import {
  findTarget,
  insertTarget,
  type TargetSettings,
} from '../../main/engine/store/runs/targets.ts'
import { createBreaker } from '../../main/engine/sync/breaker.ts'
import { plainOptions } from '../../main/engine/sync/run-context.ts'
import { executeRun } from '../../main/engine/sync/runs/execute-run.ts'
import type { RemoteRecord } from '../../main/engine/targets/kit/adapter.ts'
import { defineAdapter } from '../../main/engine/targets/kit/define-adapter.ts'
import { many } from '../../main/engine/targets/kit/resource.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

let test: TestCore
/** Members by their addresses, and whether each wants mail. */
let members: Map<string, 'optedIn' | 'optedOut'>
let listings: number
/** Time there, microseconds since 1970; null: it tells none. */
let now: number | null

const record = (entity: RemoteRecord['entity'], email: string, status: string): RemoteRecord => ({
  ...{ entity, remoteId: email, version: status, modifiedOn: now, deleted: false },
  body: { email, status },
})

const list = defineAdapter({
  manifest: {
    name: 'list',
    label: 'List',
    description: 'Members and their consents.',
    kind: 'testing',
    direction: 'both',
    auth: ['none'],
    settings: z.object({}),
    secrets: [],
    resources: [
      {
        root: 'person',
        remoteName: 'members',
        direction: 'outbound',
        fields: ['email'],
        shared: { field: 'email', idOf: (email) => email },
        parts: {
          consents: many('contactPreference', {
            own: {
              remoteName: 'consents',
              direction: 'inbound',
              fields: ['person', 'channel', 'topic', 'status'],
              hard: ['person'],
              deletion: 'none',
              toRemote: () => ({}),
              fromRemote: ({ email, status }) => ({
                fields: { channel: 'email', topic: 'news', status: status as string },
                refs: { person: String(email) },
              }),
            },
          }),
        },
        changes: 'since',
        deletion: 'archive',
        toRemote: ({ email }) => ({ email }),
        fromRemote: ({ email }) => ({ fields: { email: String(email) }, refs: {} }),
      },
    ],
    limits: { concurrency: 1, batchSize: 10 },
    idempotency: 'key',
    batches: false,
    defaults: { mode: 'mirror', conflicts: 'master-wins' },
  },
  connect: async () => ({
    check: async () => [],
    probe: async () => {},
    send: async (_entity, changes) =>
      changes.map(({ body }) => {
        const email = String(body['email'])
        members.set(email, members.get(email) ?? 'optedIn')
        return { status: 'done', remoteId: email }
      }),
    changes: async (_entity, cursor) => {
      listings += cursor === null ? 1 : 0
      const all = [...members].flatMap(([email, status]) => [
        record('person', email, status),
        record('contactPreference', email, status),
      ])
      return { records: all, unreadable: [], cursor: 'end', more: false, complete: cursor === null }
    },
    close: async () => {},
  }),
})

async function sync(kind?: RunKind): Promise<void> {
  const core = { ...test.core, adapters: new Map([['list', list]]) }
  const target = (await findTarget(core.db, 'list'))!
  const request = { ...(kind ? { kind } : {}), trigger: 'manual', options: plainOptions } as const
  const breaker = createBreaker(core.ports.clock)
  const { run } = await executeRun(core, target, request, {
    breaker,
    signal: new AbortController().signal,
  })
  expect(run.result).toBe('success')
}

/** Rows that were staged, of one kind. */
const staged = (entity: EntityName) =>
  test.core.db.selectFrom('inbox').selectAll().where('entity', '=', entity).execute()
const consents = async () =>
  (await test.core.db.selectFrom('contact_preference').selectAll().execute()).map(
    ({ person, status }) => [person, status],
  )

beforeEach(async () => {
  const http = {
    open: () => ({ request: () => Promise.reject(new Error('No network')), close: async () => {} }),
  }
  test = await openTestCore({ http })
  members = new Map([['stranger@example.org', 'optedIn']])
  listings = 0
  now = null
  const settings = {
    ...{ name: 'list', adapter: 'list', url: 'http://127.0.0.1', auth: 'none', settings: {} },
    ...{ mode: 'mirror', direction: 'both', conflicts: 'master-wins', remoteDeletion: 'delete' },
    ...{ entities: ['person', 'contactPreference'], filter: null, mapping: [], owners: {} },
    ...{ sensitive: [], schedule: { delta: null, reconcile: null }, allowInsecure: false },
  } satisfies TargetSettings
  await test.core.db.transaction().execute(async (trx) => {
    await writeScope(trx, await insertTarget(trx, settings, 1), scopeOf(list, settings))
    const context = { who: 'Eva', origin: 'operator', source: null, now: 1 } as const
    const fields = { lastName: 'Voss', email: 'ida@example.org' }
    await changeRecords(trx, [{ action: 'create', entity: 'person', id: 'ida', fields }], context)
  })
})
afterEach(() => test.close())

it('are taken over, and of their roots nobody is made, matched or missed here', async () => {
  for (const kind of [undefined, undefined, 'reconcile', 'delta'] as const) await sync(kind)
  expect(await consents()).toEqual([['ida', 'optedIn']])
  expect(await test.core.db.selectFrom('person').selectAll().execute()).toHaveLength(1)
  members.delete('ida@example.org')
  await sync('reconcile')
  members.set('ida@example.org', 'optedOut')
  await sync()
  expect(await consents()).toEqual([['ida', 'optedOut']])
  expect(await staged('person')).toEqual([])
})

it('are listed once, then only asked for news', async () => {
  for (let run = 0; run < 4; run++) await sync()
  expect(listings).toBe(1)
})

it('of strangers rest until those are known here, and are then what they were told last', async () => {
  const state = async () =>
    (await staged('contactPreference')).map(({ remoteId, state }) => [remoteId, state])
  await sync()
  expect(await state()).toContainEqual(['stranger@example.org', 'waiting'])
  // The second state is older here than the third, which is the first again.
  for (const [status, at] of [
    ['optedOut', 2],
    ['optedIn', 3],
    ['optedOut', 4],
  ] as const) {
    now = at
    members.set('stranger@example.org', status)
    await sync()
  }
  const fields = { lastName: 'Stranger', email: 'stranger@example.org' }
  await test.core.db.transaction().execute(async (trx) => {
    const context = { who: 'Eva', origin: 'operator', source: null, now: 1 } as const
    await changeRecords(trx, [{ action: 'create', entity: 'person', id: 'sam', fields }], context)
  })
  await sync()
  await sync()
  expect(await consents()).toContainEqual(['sam', 'optedOut'])
})
