import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { at, remotePerson } from '../targets/mock-sync-server/at-mock-sync.ts'
import { standInKey } from '../targets/tagserver/stand-in.ts'
import { startMockSync } from '../targets/mock-sync-server/stand-in.ts'
import { startHooked, type Hooked } from '../targets/mock-sync-server/at-webhooks.ts'

const ana = { firstName: 'Ana', lastName: 'Silva' }
const named = (id: string) => ({ entity: 'person', id })
const minute = 60_000
const day = 24 * 60 * minute

const names = async ({ client }: Hooked) =>
  (await client.records.list({ entity: 'person', limit: 1000 })).records
    .map(({ display }) => display)
    .sort()

/** What the stand-in was asked since its traffic was looked at last. */
async function asked({ server }: Hooked, before: number): Promise<readonly string[]> {
  const log = await server.log()
  return log.slice(before).map(({ method, path }) => `${method} ${path}`)
}

/** A person both sides have. */
async function withAna(options: Parameters<typeof startHooked>[0] = {}): Promise<Hooked> {
  const standIn = await startMockSync()
  onTestFinished(() => standIn.stop())
  await standIn.put([remotePerson('a', ana, at(-600))])
  const marshal = await startHooked({ standIn, ...options })
  expect(await names(marshal)).toEqual(['Ana Silva'])
  return marshal
}

describe('a webhook', () => {
  it('with a record in full is worked in without asking the target anything', async () => {
    const marshal = await withAna()
    const before = (await marshal.server.log()).length
    const news = remotePerson('a', { ...ana, lastName: 'Costa' }, at(-300))
    expect(await marshal.hear({ body: news })).toEqual([200])
    await marshal.rest()
    expect(await names(marshal)).toEqual(['Ana Costa'])
    expect(await asked(marshal, before)).toEqual([])
    const [run] = (await marshal.runs()).filter(({ kind }) => kind === 'webhook')
    expect(run).toMatchObject({
      kind: 'webhook',
      trigger: 'webhook',
      result: 'success',
      inbound: { found: 0, updated: 1 },
    })
  })

  it('that only names a record has it fetched, and nothing listed', async () => {
    const marshal = await withAna()
    const before = (await marshal.server.log()).length
    await marshal.server.put([remotePerson('b', { firstName: 'Bo', lastName: 'Costa' })])
    await marshal.hear({ body: named('b') })
    await marshal.rest()
    expect(await names(marshal)).toEqual(['Ana Silva', 'Bo Costa'])
    expect(await asked(marshal, before)).toEqual(['GET /?id=b'])
    const [run] = (await marshal.runs()).filter(({ kind }) => kind === 'webhook')
    expect(run).toMatchObject({ result: 'success', inbound: { found: 1, created: 1 } })
  })

  it('about a record that is gone there is its deletion', async () => {
    const marshal = await withAna({ config: { remoteDeletion: 'delete' } })
    await marshal.server.reset()
    await marshal.hear({ body: named('a') }, { body: named('never there') })
    await marshal.rest()
    expect(await names(marshal)).toEqual([])
    expect((await marshal.runs()).at(-1)).toMatchObject({ result: 'success' })
  })

  it('of our own change coming back changes nothing and sends nothing', async () => {
    const marshal = await withAna()
    const { id } = await marshal.set('person', { firstName: 'Bo', lastName: 'Costa' })
    await marshal.until(({ pending }) => pending === 0)
    const [echo] = (await marshal.server.records()).filter((record) => record.id === id)
    const before = await marshal.server.submissions()
    await marshal.hear({ body: echo }, { body: { ...echo } }, { body: named(id) })
    await marshal.rest()
    expect(await marshal.server.submissions()).toEqual(before)
    expect((await marshal.runs()).at(-1)).toMatchObject({ inbound: { updated: 0, created: 0 } })
  })

  it('is sent on: what it changed here goes to the others, and our edits to its sender', async () => {
    const marshal = await withAna()
    const news = remotePerson('a', { ...ana, phone: '+351912345678' }, at(-300))
    await marshal.server.put([news])
    const [person] = (await marshal.client.records.list({ entity: 'person' })).records
    await marshal.set('person', { city: 'Porto' }, person!.id)
    await marshal.hear({ body: news })
    await marshal.rest()
    expect(await marshal.server.records()).toMatchObject([
      { phone: '+351912345678', city: 'Porto' },
    ])
  })

  it('about an entity the target does not share is taken in and forgotten', async () => {
    const marshal = await withAna({ config: { entities: ['person'] } })
    const before = (await marshal.runs()).length
    expect(
      await marshal.hear(
        { body: { entity: 'tag', id: 't' } },
        { body: { entity: 'tag', id: 't', timestamp: at(0), number: '1' } },
      ),
    ).toEqual([200, 200])
    await marshal.rest()
    expect(await marshal.runs()).toHaveLength(before)
  })
})

describe('what is not taken in', () => {
  it('names nobody, or a target that is not received from', async () => {
    const marshal = await startHooked()
    const far = await startMockSync()
    onTestFinished(() => far.stop())
    const add = (config: Record<string, unknown>) =>
      marshal.client.targets.add({
        config: { url: far.url, schedule: { delta: null, reconcile: null }, ...config } as never,
      })
    await add({ name: 'out', adapter: 'mock-sync-server', direction: 'outbound' })
    await add({
      name: 'van',
      adapter: 'tagserver',
      auth: 'api-key',
      secrets: { apiKey: standInKey },
    })
    for (const name of ['nobody', 'out', 'van', '', '__proto__', 'timing ']) {
      expect(await marshal.answerTo({ body: named('a') }, name)).toEqual({
        status: 404,
        message: 'There is nothing here',
      })
    }
  })

  it('is unsigned, wrongly signed, or five minutes old', async () => {
    const marshal = await startHooked()
    expect(
      await marshal.hear(
        { body: named('a'), signature: 'none' },
        { body: named('a'), signature: 'wrong' },
        { body: named('a'), agoMs: 5 * minute + 1 },
        { body: named('a'), agoMs: -5 * minute - 1 },
        { body: named('a'), agoMs: 5 * minute - 1 },
      ),
    ).toEqual([401, 401, 401, 401, 200])
  })

  it('cannot be read, or is larger than 1 MB', async () => {
    const marshal = await startHooked()
    const large = { ...named('a'), notes: 'x'.repeat(1024 * 1024) }
    expect(await marshal.hear({ body: 'nonsense' }, { body: [] }, { body: large })).toEqual([
      400, 400, 413,
    ])
  })

  it('comes before a secret is stored, or after it was replaced', async () => {
    const lines: string[] = []
    const note = (message: string, details?: unknown) =>
      void lines.push(`${message} ${JSON.stringify(details)}`)
    const marshal = await startHooked({
      config: { secrets: {} },
      log: { debug: note, info: note, warn: note, error: note },
    })
    expect(await marshal.hear({ body: named('a') }, { body: named('a') })).toEqual([409, 409])
    const complaints = lines.filter((line) => line.includes('A webhook was not taken in'))
    expect(complaints).toHaveLength(1)
    expect(complaints[0]).toContain('The webhook secret is missing')
    const store = (value: string) =>
      marshal.client.targets.secret({ name: 'timing', key: 'webhookSecret', value })
    await store('canary-webhook-secret')
    expect(await marshal.hear({ body: named('a') })).toEqual([200])
    await store('another')
    expect(await marshal.hear({ body: named('a') })).toEqual([401])
    expect(lines.join('\n')).not.toContain('canary')
  })
})

describe('a webhook that comes again', () => {
  it('is answered and forgotten, also after a restart, for a week', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'marshal-hooks-'))
    onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
    const standIn = await startMockSync()
    onTestFinished(() => standIn.stop())
    const again = { body: named('a'), deliveryId: 'd-1' }
    const long = { body: named('a'), deliveryId: 'd'.repeat(9_000) }

    const first = await startHooked({ standIn })
    await first.hear(again, long)
    await first.rest()
    const { length } = await first.runs()
    expect(await first.hear(again, again, long)).toEqual([200, 200, 200])
    await first.rest()
    expect(await first.runs()).toHaveLength(length)
    const file = join(dataDir, 'marshal.db')
    await first.engine.backupTo(file)
    await first.close()

    const second = await startHooked({ standIn, dataDir, secrets: first.secrets })
    const before = (await second.runs()).length
    second.clock.jumpTo(second.clock.now() + 6 * day)
    expect(await second.hear(again, long)).toEqual([200, 200])
    await second.rest()
    expect((await second.runs()).filter(({ kind }) => kind === 'webhook')).toHaveLength(1)
    second.clock.jumpTo(second.clock.now() + 2 * day)
    await second.hear(again)
    await second.rest()
    expect((await second.runs()).filter(({ kind }) => kind === 'webhook')).toHaveLength(2)
    expect(before).toBeGreaterThan(0)
  })

  it('as a replay of an old recording is refused whatever delivery it claims to be', async () => {
    const marshal = await withAna()
    const stale = { body: remotePerson('a', { ...ana, lastName: 'Old' }, at(-900)) }
    expect(await marshal.hear({ ...stale, agoMs: 10 * minute })).toEqual([401])
    // Within the window it passes, and says nothing new.
    expect(await marshal.hear(stale)).toEqual([200])
    await marshal.rest()
    expect(await names(marshal)).toEqual(['Ana Silva'])
  })
})

describe('webhooks for a target at rest', () => {
  it.each(['this target', 'everything'] as const)(
    'are taken in and worked in when it goes on: %s paused',
    async (what) => {
      const marshal = await withAna()
      if (what === 'everything') await marshal.client.sync.pauseAll({ paused: true })
      else await marshal.client.targets.pause({ name: 'timing' })
      const news = remotePerson('a', { ...ana, lastName: 'Costa' }, at(-300))
      await marshal.server.put([news, remotePerson('b', { firstName: 'Bo', lastName: 'Costa' })])
      expect(await marshal.hear({ body: news }, { body: named('b') })).toEqual([200, 200])
      const { message } = await marshal.answerTo({ body: named('b') })
      expect(message).toBe('Taken in; worked in later')
      await marshal.rest()
      expect(await names(marshal)).toEqual(['Ana Silva'])
      if (what === 'everything') await marshal.client.sync.pauseAll({ paused: false })
      else await marshal.client.targets.resume({ name: 'timing' })
      await marshal.passTime(async () => (await names(marshal)).length === 2, day)
      expect(await names(marshal)).toEqual(['Ana Costa', 'Bo Costa'])
    },
  )
})

describe('a storm of webhooks', () => {
  it('is worked in by a run or two, with nothing lost', async () => {
    const marshal = await withAna()
    const many = Array.from({ length: 500 }, (_, n) =>
      remotePerson(`p${n}`, { firstName: 'Runner', lastName: `No${n}` }, at(-300)),
    )
    await marshal.server.put(many)
    const before = (await marshal.runs()).length
    const answers = await Promise.all(
      many.map((record, n) => marshal.answerTo({ body: n % 2 === 0 ? record : named(record.id) })),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    await marshal.rest()
    expect(await names(marshal)).toHaveLength(501)
    const runs = (await marshal.runs()).slice(before)
    expect(runs.filter(({ kind }) => kind === 'webhook').length).toBeLessThanOrEqual(2)
    for (const run of runs) expect(run).toMatchObject({ result: 'success' })
  })
})

describe('records that cannot be fetched', () => {
  const bo = remotePerson('b', { firstName: 'Bo', lastName: 'Costa' })
  const cem = remotePerson('c', { firstName: 'Cem', lastName: 'Kaya' })

  it('hold up no others, are named, and are fetched by the next run', async () => {
    const marshal = await withAna()
    await marshal.server.put([bo, cem])
    await marshal.server.fault({
      match: { path: '/?id=b' },
      times: 1,
      action: { kind: 'answer', status: 500, body: { error: 'Out of order' } },
    })
    await marshal.hear({ body: named('b') }, { body: named('c') })
    await marshal.rest()
    const [run] = (await marshal.runs()).filter(({ kind }) => kind === 'webhook')
    expect(run).toMatchObject({ result: 'warning', inbound: { created: 1, failed: 1 } })
    expect(run!.errors).toMatchObject([{ remoteId: 'b', code: 'server' }])
    expect(await names(marshal)).toEqual(['Ana Silva', 'Cem Kaya'])
    await marshal.sync()
    const log = await marshal.server.log()
    expect(log.filter(({ path }) => path === '/?id=b')).toHaveLength(2)
    expect(await names(marshal)).toEqual(['Ana Silva', 'Bo Costa', 'Cem Kaya'])
  })

  it('because nobody answers are fetched when it does', async () => {
    const marshal = await withAna()
    await marshal.server.put([bo])
    await marshal.server.unplug()
    await marshal.hear({ body: named('b') })
    await marshal.rest()
    expect(await marshal.status()).toMatchObject({ state: 'waiting' })
    await marshal.server.plug()
    await marshal.passTime(async () => (await names(marshal)).length === 2, day)
  })

  it('are asked for a week and then given up', async () => {
    const marshal = await withAna()
    await marshal.server.fault({
      match: { path: '/?id=b' },
      action: { kind: 'answer', status: 400, body: { error: 'Never' } },
    })
    await marshal.hear({ body: named('b') })
    await marshal.rest()
    expect(await marshal.sync()).toMatchObject({ result: 'warning', inbound: { failed: 1 } })
    marshal.clock.jumpTo(marshal.clock.now() + 7 * day + minute)
    expect(await marshal.sync()).toMatchObject({ result: 'warning' })
    expect(await marshal.sync()).toMatchObject({ result: 'success' })
  })

  it('are not given up by a run that does not ask for them', async () => {
    const marshal = await withAna()
    await marshal.server.fault({
      match: { path: '/?id=b' },
      action: { kind: 'answer', status: 400, body: { error: 'Never' } },
    })
    await marshal.hear({ body: named('b') })
    await marshal.rest()
    marshal.clock.jumpTo(marshal.clock.now() + 7 * day + minute)
    expect(await marshal.sync({ entities: ['tag'] })).toMatchObject({ result: 'success' })
    expect(await marshal.sync()).toMatchObject({ result: 'warning', inbound: { failed: 1 } })
  })

  it('or were named again while they were, are fetched once more', async () => {
    const marshal = await withAna()
    await marshal.server.put([bo])
    const { done } = await marshal.server.onceWhileReceiving(async () => {
      // Frozen after the server has read it, answered with what is there by then: so the change is told of twice.
      await marshal.hear({ body: named('b') })
    })
    await marshal.hear({ body: named('b') })
    await marshal.rest()
    await done
    await marshal.rest()
    const log = await marshal.server.log()
    expect(log.filter(({ path }) => path === '/?id=b')).toHaveLength(2)
    expect(await names(marshal)).toEqual(['Ana Silva', 'Bo Costa'])
  })
})
