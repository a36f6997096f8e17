/** A list of members, each of them a person with all her entries: what changes in any of these arrives there. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Fields } from '../../main/engine/model/record.ts'
import { changeRecords, type Change } from '../../main/engine/store/writer/record-change.ts'
import { writeScope } from '../../main/engine/store/links/scope.ts'
import {
  findTarget,
  insertTarget,
  type TargetSettings,
} from '../../main/engine/store/runs/targets.ts'
import { scopeOf } from '../../main/engine/services/targets/target-config.ts'
import { createBreaker } from '../../main/engine/sync/breaker.ts'
import { plainOptions } from '../../main/engine/sync/run-context.ts'
import { executeRun } from '../../main/engine/sync/runs/execute-run.ts'
import type { OutgoingChange, RemoteBody } from '../../main/engine/targets/kit/adapter.ts'
import { defineAdapter } from '../../main/engine/targets/kit/define-adapter.ts'
import { many, one, type PartsContent } from '../../main/engine/targets/kit/resource.ts'
import { noNetwork } from '../support/scripted-target.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

/** What a member's body says of her entries: bib, event and start group of each. */
function races({ many: { entries = [] } }: PartsContent): readonly string[] {
  return entries.map(({ fields, one: { event }, many: { places = [] } }) => {
    const groups = places.map((place) => place.one['group']?.fields['name'])
    return [fields['number'], event?.fields['name'], ...groups].join(' ')
  })
}

let test: TestCore
/** Members by their ids: their addresses, as at a mailing list. */
let members: Map<string, RemoteBody>
let writes: number

const list = defineAdapter({
  manifest: {
    name: 'list',
    label: 'List',
    description: 'Members with their races.',
    kind: 'testing',
    direction: 'outbound',
    auth: ['none'],
    settings: z.object({}),
    secrets: [],
    resources: [
      {
        root: 'person',
        remoteName: 'members',
        direction: 'outbound',
        fields: ['firstName', 'email'],
        shared: { field: 'email', idOf: (email) => email },
        parts: {
          entries: many('eventParticipant', {
            parts: {
              event: one('event'),
              places: many('startGroupParticipant', { parts: { group: one('startGroup') } }),
            },
          }),
        },
        changes: 'none',
        deletion: 'delete',
        toRemote: ({ firstName, email }, _refs, parts) => ({
          firstName,
          email,
          races: races(parts),
        }),
      },
    ],
    limits: { concurrency: 1, batchSize: 10 },
    idempotency: 'lookup',
    batches: false,
    defaults: { mode: 'master-leads', conflicts: 'master-wins' },
  },
  connect: async () => ({
    check: async () => [],
    probe: async () => {},
    send: async (_entity, changes) => changes.map(sendOne),
    find: async (_entity, { body }) => {
      const id = String(body['email'])
      const found = members.get(id)
      return found
        ? [
            {
              entity: 'person',
              remoteId: id,
              version: '',
              modifiedOn: null,
              deleted: false,
              body: found,
            },
          ]
        : []
    },
    close: async () => {},
  }),
})

function sendOne({ action, remoteId, body }: OutgoingChange) {
  writes += 1
  const id = action === 'delete' ? remoteId! : String(body['email'])
  if (remoteId !== null && remoteId !== id) {
    expect(members.has(id), `the address ${id} is taken`).toBe(false)
  }
  if (remoteId !== null) members.delete(remoteId)
  if (action !== 'delete') members.set(id, body)
  return { status: 'done', remoteId: id } as const
}

async function write(...changes: readonly Change[]): Promise<void> {
  const context = {
    who: 'Eva',
    origin: 'operator',
    source: null,
    now: test.core.ports.clock.now() * 1000,
  } as const
  const outcomes = await test.core.db
    .transaction()
    .execute((trx) => changeRecords(trx, changes, context))
  expect(outcomes.filter(({ status }) => status === 'refused')).toEqual([])
}

const make = (entity: Change['entity'], id: string, fields: Fields): Change => ({
  action: 'create',
  entity,
  id,
  fields,
})
const set = (entity: Change['entity'], id: string, fields: Fields): Change => ({
  action: 'update',
  entity,
  id,
  fields,
})
const remove = (entity: Change['entity'], id: string): Change => ({ action: 'delete', entity, id })

/** A run; what is there afterwards. A second run finds nothing to do. */
async function sync(): Promise<Readonly<Record<string, unknown>>> {
  const once = async () => {
    const core = { ...test.core, adapters: new Map([['list', list]]) }
    const target = (await findTarget(core.db, 'list'))!
    const request = {
      kind: 'delta',
      trigger: 'manual',
      options: { ...plainOptions, allowMassChange: true },
    } as const
    const signal = new AbortController().signal
    return executeRun(core, target, request, { breaker: createBreaker(core.ports.clock), signal })
  }
  const run = await once()
  expect(run).toMatchObject({ run: { result: 'success' }, error: null })
  const before = writes
  await once()
  expect(writes, 'requests of a run with nothing to do').toBe(before)
  return Object.fromEntries(
    [...members].map(([id, { firstName, races: said }]) => [
      id,
      [firstName, ...(said as string[])],
    ]),
  )
}

beforeEach(async () => {
  test = await openTestCore({ http: noNetwork })
  members = new Map()
  writes = 0
  const settings = {
    name: 'list',
    adapter: 'list',
    url: 'http://127.0.0.1',
    auth: 'none',
    settings: {},
    mode: 'master-leads',
    direction: 'outbound',
    conflicts: 'master-wins',
    remoteDeletion: 'ignore',
    entities: ['person'],
    filter: null,
    mapping: [],
    owners: {},
    sensitive: [],
    schedule: { delta: null, reconcile: null },
    allowInsecure: false,
  } satisfies TargetSettings
  await test.core.db.transaction().execute(async (trx) => {
    await writeScope(trx, await insertTarget(trx, settings, 1), scopeOf(list, settings))
  })
  await write(
    make('event', 'spring', { name: 'Spring' }),
    make('race', 'ten', { name: 'Ten', event: 'spring' }),
    make('startGroup', 'a', { name: 'A', race: 'ten' }),
    make('startGroup', 'b', { name: 'B', race: 'ten' }),
    make('person', 'ida', { firstName: 'Ida', lastName: 'Voss', email: 'ida@example.org' }),
    make('person', 'ben', { firstName: 'Ben', lastName: 'Okafor', email: 'ben@example.org' }),
    make('eventParticipant', 'seven', { event: 'spring', person: 'ida', number: '7' }),
    make('startGroupParticipant', 'place', { startGroup: 'a', eventParticipant: 'seven' }),
  )
})
afterEach(() => test.close())

describe('what a body says of other records', () => {
  it('arrives with the first run, and after each change of any of them', async () => {
    const ben = { 'ben@example.org': ['Ben'] }
    expect(await sync()).toEqual({ ...ben, 'ida@example.org': ['Ida', '7 Spring A'] })

    await write(set('event', 'spring', { name: 'Autumn' }))
    expect(await sync()).toEqual({ ...ben, 'ida@example.org': ['Ida', '7 Autumn A'] })

    await write(set('startGroup', 'a', { name: 'Elite' }))
    expect(await sync()).toEqual({ ...ben, 'ida@example.org': ['Ida', '7 Autumn Elite'] })

    await write(set('startGroupParticipant', 'place', { startGroup: 'b' }))
    expect(await sync()).toEqual({ ...ben, 'ida@example.org': ['Ida', '7 Autumn B'] })

    await write(set('eventParticipant', 'seven', { number: '007' }))
    expect(await sync()).toEqual({ ...ben, 'ida@example.org': ['Ida', '007 Autumn B'] })
  })

  it('leaves whoever it belonged to, and comes to whom it belongs now', async () => {
    await sync()
    await write(set('eventParticipant', 'seven', { person: 'ben' }))
    expect(await sync()).toEqual({
      'ben@example.org': ['Ben', '7 Spring A'],
      'ida@example.org': ['Ida'],
    })
    await write(remove('startGroupParticipant', 'place'), remove('eventParticipant', 'seven'))
    expect(await sync()).toEqual({ 'ben@example.org': ['Ben'], 'ida@example.org': ['Ida'] })
    await write(make('eventParticipant', 'eight', { event: 'spring', person: 'ida', number: '8' }))
    expect(await sync()).toEqual({
      'ben@example.org': ['Ben'],
      'ida@example.org': ['Ida', '8 Spring'],
    })
  })
})

describe('persons who are one member there', () => {
  const mia = make('person', 'mia', {
    firstName: 'Mia',
    lastName: 'Voss',
    email: 'ida@example.org',
  })
  const hers = make('eventParticipant', 'nine', { event: 'spring', person: 'mia', number: '9' })
  const ben = { 'ben@example.org': ['Ben'] }

  it('are said by the oldest, with the entries of all', async () => {
    await write(mia)
    expect(await sync()).toEqual({ ...ben, 'ida@example.org': ['Ida', '7 Spring A'] })
    await write(hers)
    expect(await sync()).toEqual({ ...ben, 'ida@example.org': ['Ida', '7 Spring A', '9 Spring'] })
    await write(set('eventParticipant', 'nine', { number: '10' }))
    expect(await sync()).toEqual({ ...ben, 'ida@example.org': ['Ida', '7 Spring A', '10 Spring'] })
  })

  it('part when one of them has an address of her own, whoever that is', async () => {
    await write(mia, hers)
    await sync()
    await write(set('person', 'mia', { email: 'mia@example.org' }))
    expect(await sync()).toEqual({
      ...ben,
      'ida@example.org': ['Ida', '7 Spring A'],
      'mia@example.org': ['Mia', '9 Spring'],
    })
    await write(set('person', 'mia', { email: 'ida@example.org' }))
    expect(await sync()).toEqual({ ...ben, 'ida@example.org': ['Ida', '7 Spring A', '9 Spring'] })
    await write(set('person', 'ida', { email: 'new@example.org' }))
    expect(await sync()).toEqual({
      ...ben,
      'ida@example.org': ['Mia', '9 Spring'],
      'new@example.org': ['Ida', '7 Spring A'],
    })
  })

  it('stay as one until the last of them goes', async () => {
    await write(mia, hers)
    await sync()
    await write(
      remove('startGroupParticipant', 'place'),
      remove('eventParticipant', 'seven'),
      remove('person', 'ida'),
    )
    expect(await sync()).toEqual({ ...ben, 'ida@example.org': ['Mia', '9 Spring'] })
    await write(remove('eventParticipant', 'nine'), remove('person', 'mia'))
    expect(await sync()).toEqual(ben)
  })

  it('have one address after the other: the member moves along', async () => {
    await sync()
    await write(set('person', 'ben', { email: 'benjamin@example.org' }))
    expect(await sync()).toEqual({
      'benjamin@example.org': ['Ben'],
      'ida@example.org': ['Ida', '7 Spring A'],
    })
  })

  it('is none who has no address, and goes with it', async () => {
    await write(make('person', 'tom', { firstName: 'Tom', lastName: 'Berg' }))
    await sync()
    await write(set('person', 'ben', { email: null }))
    expect(await sync()).toEqual({ 'ida@example.org': ['Ida', '7 Spring A'] })
  })
})
