import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openLogFile } from '../../main/hosts/log-file.ts'
import { systemClock } from '../../main/hosts/system-clock.ts'
import { redactor, watchedSecrets } from '../../main/hosts/redactor.ts'
import { startListOf } from '../support/race-day.ts'
import { startTestEngine, type TestEngine } from '../support/test-engine.ts'
import { secretsInMemory } from '../support/test-core.ts'
import { startAtTagServer } from '../targets/tagserver/target.ts'
import { mockSyncTarget } from '../targets/mock-sync-server/target.ts'

const canary = 'canary-7f3a9c51e0d24b68'

const problemOf = async (work: Promise<unknown>) => {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  return (error as { readonly data?: { readonly code: string; readonly message: string } }).data
}

describe('a DataCollect configuration', () => {
  const externalSync = (url: string, extra: readonly object[] = []) => ({
    name: 'collect',
    externalSync: {
      type: 'mock-sync-server',
      auth: 'api-key',
      url,
      extraFields: [
        { name: 'batchSize', value: '25' },
        { name: 'timeout', value: '30000' },
        { name: 'apiKey', value: canary },
        ...extra,
      ],
    },
  })

  it('is taken as it is exported there, and works', async () => {
    const marshal = await startTestEngine({ target: mockSyncTarget, config: false })
    await marshal.server.turn({ apiKey: canary })
    const view = await marshal.client.targets.add({ config: externalSync(marshal.server.url) })
    expect(view.config).toMatchObject({
      name: 'collect',
      adapter: 'mock-sync-server',
      auth: 'api-key',
      settings: { batchSize: 25 },
    })
    await marshal.importEntrants(startListOf(3))
    expect(await marshal.sync({}, 'collect')).toMatchObject({ result: 'success' })
    expect((await marshal.server.records()).length).toBeGreaterThan(0)
  })

  it('keeps its secrets in the keychain and nowhere else', async () => {
    const marshal = await startTestEngine({ target: mockSyncTarget, config: false })
    const view = await marshal.client.targets.add({ config: externalSync(marshal.server.url) })
    expect(await marshal.secrets.get('collect', 'apiKey')).toBe(canary)
    expect(view.secrets).toContainEqual(expect.objectContaining({ key: 'apiKey', stored: true }))
    expect(JSON.stringify(view)).not.toContain(canary)
    expect(JSON.stringify(await marshal.client.targets.export({ name: 'collect' }))).not.toContain(
      canary,
    )
  })

  it('of an unknown type is refused at once, in words', async () => {
    const marshal = await startTestEngine({ target: mockSyncTarget, config: false })
    const config = { name: 'x', externalSync: { type: 'open-spp', url: marshal.server.url } }
    expect(await problemOf(marshal.client.targets.add({ config }))).toMatchObject({
      code: 'wrong-use',
      message: 'The DataCollect type open-spp is not known.',
    })
    expect(await marshal.client.targets.list()).toEqual([])
  })

  it('with a secret the adapter has no use for is refused before anything is stored', async () => {
    const marshal = await startTestEngine({ target: mockSyncTarget, config: false })
    const config = externalSync(marshal.server.url, [{ name: 'callbackToken', value: canary }])
    expect(await problemOf(marshal.client.targets.add({ config }))).toMatchObject({
      code: 'wrong-use',
    })
    expect(await marshal.secrets.keys('collect')).toEqual([])
  })
})

describe('a secret', () => {
  /** Every file below a folder, in one text. */
  async function everythingIn(folder: string): Promise<string> {
    const files = await readdir(folder, { recursive: true, withFileTypes: true })
    const texts = files
      .filter((file) => file.isFile())
      .map((file) => readFile(join(file.parentPath, file.name), 'latin1'))
    return (await Promise.all(texts)).join('\n')
  }

  async function expectNoTrace(marshal: TestEngine, dataDir: string): Promise<void> {
    const files = await everythingIn(dataDir)
    // The search works: what may be there is found.
    expect(files).toContain('timing')
    expect(files).not.toContain(canary)
    expect(files).not.toContain(Buffer.from(canary).toString('base64'))
    const { client } = marshal
    const shown = JSON.stringify([
      await client.targets.list(),
      await client.targets.export({ name: 'timing' }),
      await client.status.get(),
      await client.sync.runs({}),
      await client.failures.list({}),
      await client.settings.about(),
      await marshal.engine.metrics(),
      marshal.events,
    ])
    expect(shown).toContain('timing')
    expect(shown).not.toContain(canary)
  }

  it('leaves no trace in any file, answer, event or log line, also when things go wrong', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'marshal-canary-'))
    const known = redactor()
    const log = openLogFile(dataDir, { level: 'debug', redactor: known })
    onTestFinished(async () => {
      log.close()
      await rm(dataDir, { recursive: true, force: true })
    })
    const secrets = watchedSecrets(secretsInMemory(), known)
    const marshal = await startAtTagServer({ dataDir, log, secrets, clock: systemClock() })
    const { client, server } = marshal
    await server.setKey(canary)
    await client.targets.add({
      config: {
        name: 'timing',
        adapter: 'tagserver',
        url: server.url,
        auth: 'api-key',
        secrets: { apiKey: canary },
      },
    })
    await marshal.importEntrants(startListOf(5))
    expect(await client.targets.test({ name: 'timing' })).toMatchObject({ ok: true })
    expect(await marshal.sync()).toMatchObject({ result: 'success' })

    // A server that repeats the key in what it says.
    await server.fault({
      match: { method: 'PUT' },
      action: { kind: 'answer', status: 400, body: { detail: `Key ${canary} may not do this.` } },
    })
    const [person] = (await client.records.list({ entity: 'person' })).records
    await marshal.set('person', { phone: '+49 30 901820' }, person!.id)
    expect(await marshal.sync()).toMatchObject({ outbound: { failed: 1 } })
    await server.clearFaults()
    await server.fault({
      action: { kind: 'answer', status: 401, body: { detail: `Wrong key ${canary}.` } },
    })
    await client.failures.retry({})
    expect(await marshal.sync()).toMatchObject({ errors: [{ code: 'auth' }] })
    await server.clearFaults()
    await client.targets.resume({ name: 'timing' })
    await server.unplug()
    await marshal.sync()
    await client.settings.backup()
    await expectNoTrace(marshal, dataDir)
    await client.targets.remove({ name: 'timing' })
    expect(await everythingIn(dataDir)).not.toContain(canary)
    expect(await secrets.keys('timing')).toEqual([])
  })
})
