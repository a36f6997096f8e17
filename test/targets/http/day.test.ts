/** The generic target in the hands of the engine: what counts as deleted, what a condition leaves alone, what a person sees. */
import { describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../../support/test-engine.ts'
import { secretsFor } from '../../support/test-target.ts'
import type { HttpStandIn } from './stand-in.ts'
import { httpTarget } from './target.ts'

type Marshal = TestEngine<HttpStandIn>

async function start(
  settings: Readonly<Record<string, unknown>> = {},
  config: Readonly<Record<string, unknown>> = {},
): Promise<Marshal> {
  const secrets = await secretsFor(httpTarget)
  await secrets.set('timing', 'webhookSecret', 'hook')
  return startTestEngine({
    target: httpTarget,
    secrets,
    config: {
      settings: { ...httpTarget.settings, ...settings },
      remoteDeletion: 'delete',
      ...config,
    },
  })
}

const persons = async ({ client }: Marshal) =>
  (await client.records.list({ entity: 'person', limit: 1000 })).records
    .map((one) => String(one['lastName']))
    .toSorted()

const twenty = Array.from({ length: 20 }, (_, n) => ({
  lastName: `Runner ${String(n).padStart(2, '0')}`,
  type: 'runner',
}))

describe('a first list that ends too early', () => {
  it('is no reason to make what it may have left out', async () => {
    const marshal = await start({ paging: 'none', totalPosition: 'total' })
    await marshal.server.turn({ tellsTotal: true })
    const people = Array.from({ length: 43 }, (_, n) => ({
      ...{ firstName: 'Ana', lastName: `Runner ${n}`, dateOfBirth: '1990-01-20' },
    }))
    await marshal.server.load('people', people)
    await marshal.set('person', people[40]!)
    await marshal.sync()
    expect(await marshal.server.dump('people')).toHaveLength(43)
    expect((await marshal.status()).state).not.toBe('up-to-date')
  })
})

describe('what a list lacks', () => {
  it('is deleted here once the list was whole', async () => {
    const marshal = await start()
    const [first = ''] = await marshal.server.load('people', twenty)
    await marshal.sync()
    expect(await persons(marshal)).toHaveLength(20)
    await marshal.server.remove('people', first)
    await marshal.sync()
    expect(await persons(marshal)).toEqual(twenty.slice(1).map(({ lastName }) => lastName))
  })

  it.each([
    [
      'a page failed',
      {},
      async ({ server }: Marshal) =>
        void (await server.fault({
          match: { pathPattern: 'page=2' },
          action: { kind: 'answer', status: 502 },
        })),
    ],
    ['only told deletions count', { restrictDeletion: true }, async () => {}],
    ['there were more pages than allowed', { pageSize: 10, maxPages: 2 }, async () => {}],
    [
      'the place of the records was gone',
      {},
      async ({ server }: Marshal) => server.turn({ shape: 'nowhere' }),
    ],
    [
      'the place of the records had null',
      {},
      async ({ server }: Marshal) => server.turn({ shape: 'null' }),
    ],
  ])('stays where %s', async (_what, settings, spoil) => {
    const marshal = await start({ ...settings, maxPages: 1_000 })
    const [first = ''] = await marshal.server.load('people', twenty)
    await marshal.sync()
    await marshal.server.remove('people', first)
    await spoil(marshal)
    if ('maxPages' in settings) {
      const all = { ...httpTarget.settings, ...settings }
      await marshal.client.targets.update({ name: 'timing', changes: { settings: all } })
    }
    await marshal.sync()
    expect(await persons(marshal)).toHaveLength(20)
  })

  it('stays where it only stopped fitting the condition', async () => {
    const marshal = await start({ conditions: '{"==": [{"var": "type"}, "runner"]}' })
    await marshal.server.load('people', [...twenty, { lastName: 'Crew', type: 'crew' }])
    await marshal.sync()
    expect(await persons(marshal)).not.toContain('Crew')
    await marshal.server.load('people', [{ ...twenty[0], id: 1, type: 'crew' }])
    await marshal.sync()
    expect(await persons(marshal)).toHaveLength(20)
  })
})

describe('a mapping', () => {
  const mapping = [
    { ours: 'person.firstName', theirs: 'name.given' },
    { ours: 'person.lastName', theirs: 'name.family' },
  ]

  it('by rows of fields goes both ways, and a silent second run sends nothing', async () => {
    const marshal = await start({ fields: ['firstName', 'lastName'] }, { mapping })
    await marshal.server.load('people', [{ name: { given: 'Ana', family: 'Silva' }, club: 'x' }])
    await marshal.sync()
    expect(await persons(marshal)).toEqual(['Silva'])
    const [ana] = (await marshal.client.records.list({ entity: 'person', limit: 10 })).records
    await marshal.set('person', { firstName: 'Anna' }, ana!.id)
    await marshal.set('person', { firstName: 'Bo', lastName: 'Berg' })
    expect((await marshal.sync()).outbound).toMatchObject({ created: 1, updated: 1, failed: 0 })
    expect(await marshal.server.dump('people')).toMatchObject([
      { name: { given: 'Anna', family: 'Silva' }, club: 'x' },
      { name: { given: 'Bo', family: 'Berg' } },
    ])
    expect((await marshal.sync()).outbound).toMatchObject({ created: 0, updated: 0, failed: 0 })
  })

  it('is rehearsed before anything is sent', async () => {
    const marshal = await start({ fields: ['firstName', 'lastName'] }, { mapping })
    await marshal.server.load('people', [{ name: { given: 'Ana', family: 'Silva' } }])
    await marshal.set('person', { firstName: 'Bo', lastName: 'Berg' })
    const report = await marshal.client.sync.rehearse({ name: 'timing', limit: 20 })
    expect(report.lines.map(({ display }) => display)).toEqual(expect.arrayContaining(['Bo Berg']))
    expect(await marshal.server.dump('people')).toHaveLength(1)
  })
})

describe('settings', () => {
  it('decide what travels: with other kinds of records the target has those', async () => {
    const marshal = await start({ entity: 'organisation', path: '/api/clubs' })
    expect((await marshal.client.targets.get({ name: 'timing' })).config.entities).toEqual([
      'organisation',
    ])
    await marshal.server.load('clubs', [{ name: 'Harriers' }])
    await marshal.sync()
    const also = [{ entity: 'person', path: '/api/people' }]
    const settings = { ...httpTarget.settings, entity: 'organisation', path: '/api/clubs', also }
    await marshal.client.targets.update({ name: 'timing', changes: { settings } })
    expect((await marshal.client.targets.get({ name: 'timing' })).config.entities).toEqual([
      'organisation',
      'person',
    ])
    await marshal.server.load('people', [{ lastName: 'Silva', organisation: 1 }])
    await marshal.sync()
    const [silva] = (await marshal.client.records.list({ entity: 'person', limit: 10 })).records
    const [club] = (await marshal.client.records.list({ entity: 'organisation', limit: 10 }))
      .records
    expect(silva).toMatchObject({ lastName: 'Silva', organisation: club!.id })
  })

  it('that do not fit are named', async () => {
    const marshal = await start()
    const changes = {
      settings: {
        conditions: 'type = runner',
        mappingIn: '{"cast": {"a": "toMoon"}}',
        path: 'people',
      },
    }
    await expect(marshal.client.targets.update({ name: 'timing', changes })).rejects.toMatchObject({
      data: {
        fields: {
          'settings.conditions': expect.stringContaining('JSON Logic'),
          'settings.mappingIn': expect.stringContaining('toMoon'),
          'settings.path': expect.stringContaining('begin with /'),
        },
      },
    })
  })
})
