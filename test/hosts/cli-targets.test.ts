import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  adaptersDocument,
  countDocument,
  errorDocument,
  failuresDocument,
  runsDocument,
  statusDocument,
  targetConfigDocument,
  targetDocument,
  targetsDocument,
  targetStatusDocument,
  testDocument,
} from '../support/command-documents.ts'
import { dataFolderForTest, marshal, marshalJson, RunningMarshal } from '../support/run-marshal.ts'
import { standInKey, startTagServer, type TagServerStandIn } from '../support/stand-in.ts'

// Many processes, one after the other, each a full start of Marshal.
vi.setConfig({ testTimeout: 180_000 })

const env = { MARSHAL_PASSPHRASE: 'correct horse battery staple' }

let data: string
let timing: TagServerStandIn
const closers: (() => Promise<unknown>)[] = []

beforeEach(async () => {
  const folder = await dataFolderForTest()
  data = folder.dir
  timing = await startTagServer()
  closers.push(() => timing.stop(), folder.remove)
})
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

const json = (args: readonly string[], more: { code?: number; input?: string } = {}) =>
  marshalJson(args, { data, env, ...more })
const run = (args: readonly string[], input?: string) =>
  marshal(args, { data, env, ...(input === undefined ? {} : { input }) })

const config = (more: Readonly<Record<string, unknown>> = {}) =>
  JSON.stringify({
    name: 'timing-van',
    adapter: 'tagserver',
    url: timing.url,
    auth: 'api-key',
    secrets: { apiKey: standInKey },
    ...more,
  })

const addTarget = (more: Readonly<Record<string, unknown>> = {}) =>
  json(['target', 'add', '-'], { input: config(more) })

const addPerson = (...fields: readonly string[]) =>
  json(['record', 'set', 'person', ...fields.flatMap((field) => ['--field', field])]) as Promise<{
    records: [{ id: string }]
  }>

const sync = async (args: readonly string[] = [], code = 0) =>
  runsDocument.parse(await json(['sync', ...args], { code })).runs

describe('marshal adapters', () => {
  it('lists what can be connected, each with a schema of its settings', async () => {
    const { adapters } = adaptersDocument.parse(await json(['adapters']))
    expect(adapters.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['tagserver', 'mock-sync-server']),
    )
    const one = adaptersDocument.parse(await json(['adapters', 'tagserver'])).adapters
    expect(one.map(({ name }) => name)).toEqual(['tagserver'])
    expect(one[0]!.secrets).toContainEqual(expect.objectContaining({ key: 'apiKey' }))
  })

  it('refuses an unknown one and names the known', async () => {
    const refused = await run(['adapters', 'horse'])
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('tagserver')
  })
})

describe('marshal target', () => {
  it('adds and shows one, never its secret; what is exported can be added again elsewhere', async () => {
    const added = targetDocument.parse(await addTarget()).target
    expect(added.config).toMatchObject({
      name: 'timing-van',
      adapter: 'tagserver',
      url: timing.url,
    })
    expect(added.secrets).toContainEqual(expect.objectContaining({ key: 'apiKey', stored: true }))
    const shown = await run(['--json', 'target', 'show', 'timing-van'])
    expect(targetDocument.parse(JSON.parse(shown.stdout)).target.config).toEqual(added.config)

    const exported = await run(['target', 'export', 'timing-van'])
    expect(exported.stdout + shown.stdout).not.toContain(standInKey)
    expect(targetConfigDocument.parse(JSON.parse(exported.stdout)).name).toBe('timing-van')
    await json(['target', 'remove', 'timing-van'])
    expect(targetsDocument.parse(await json(['target', 'list'])).targets).toEqual([])
    // Only the secret has to be given anew.
    const again = await run(['target', 'add', '-'], exported.stdout)
    expect(again.code).toBe(0)
    expect(again.stderr).toContain('marshal target secret timing-van apiKey')
  })

  it('pauses and resumes one; a paused one is not synced', async () => {
    await addTarget()
    const paused = (await json(['target', 'pause', 'timing-van'])) as { target: unknown }
    expect(targetStatusDocument.parse(paused.target)).toMatchObject({ state: 'paused' })
    const refused = await run(['sync'])
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('paused')
    const resumed = (await json(['target', 'resume', 'timing-van'])) as { target: unknown }
    expect(targetStatusDocument.parse(resumed.target).state).not.toBe('paused')
  })

  it('takes a secret from stdin and keeps it out of every file in the clear', async () => {
    await addTarget({ secrets: {} })
    const canary = 'canary-5e1f-secret'
    await json(['target', 'secret', 'timing-van', 'apiKey'], { input: `${canary}\n` })
    await timing.setKey(canary)
    expect(testDocument.parse(await json(['target', 'test', 'timing-van'])).ok).toBe(true)
    await addPerson('lastName=Lee')
    await sync()
    for (const entry of await readdir(data, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const bytes = await readFile(join(entry.parentPath, entry.name))
      expect(bytes.includes(canary), entry.name).toBe(false)
    }
  })

  it('tests address, sign-in and permission step by step; exit 3 when it does not work', async () => {
    await addTarget()
    const good = testDocument.parse(await json(['target', 'test', 'timing-van']))
    expect(good.ok).toBe(true)
    expect(good.steps.map(({ step }) => step)).toEqual(
      expect.arrayContaining(['address', 'sign-in']),
    )

    await timing.setKey('another')
    const refused = testDocument.parse(await json(['target', 'test', 'timing-van'], { code: 3 }))
    expect(refused.steps).toContainEqual(expect.objectContaining({ step: 'sign-in', ok: false }))

    await timing.unplug()
    const gone = testDocument.parse(await json(['target', 'test', 'timing-van'], { code: 3 }))
    expect(gone.steps).toContainEqual(expect.objectContaining({ step: 'address', ok: false }))
  })

  it('takes a DataCollect configuration', async () => {
    const input = JSON.stringify({
      externalSync: {
        type: 'mock-sync-server',
        url: 'http://127.0.0.1:1',
        extraFields: [{ name: 'batchSize', value: '50' }],
      },
    })
    const { target } = targetDocument.parse(await json(['target', 'add', '-'], { input }))
    expect(target.config.adapter).toBe('mock-sync-server')
  })

  it.each([
    ['malformed JSON', '{"name":\n "x",,}', /line 2, column \d+/],
    ['an empty file', '', /not valid JSON/],
    ['an unknown adapter', '{"name":"x","adapter":"horse","url":"https://x.example"}', /horse/],
    [
      'an unknown DataCollect type',
      '{"externalSync":{"type":"horse","url":"https://x.example"}}',
      /horse/,
    ],
    [
      'a misspelt setting',
      '{"name":"x","adapter":"tagserver","url":"https://x.example","setings":{}}',
      /setings/,
    ],
    ['no name', '{"adapter":"tagserver","url":"https://x.example"}', /name/],
    ['no object at all', '[1]', /./],
  ])('refuses %s with one clear line and exit code 2', async (_what, input, said) => {
    const refused = await run(['target', 'add', '-'], input)
    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(said)
    expect(refused.stderr.trim().split('\n')).toHaveLength(1)
    expect(targetsDocument.parse(await json(['target', 'list'])).targets).toEqual([])
  })

  it('says what to do where there is no keychain, and adds nothing half', async () => {
    const refused = await marshal(['target', 'add', '-'], { data, input: config() })
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('MARSHAL_PASSPHRASE')
    expect(targetsDocument.parse(await json(['target', 'list'])).targets).toEqual([])
  })

  it.each(['show', 'remove', 'test', 'pause', 'resume', 'export'])(
    '%s of an unknown name exits 2 and says so',
    async (command) => {
      const refused = await run(['--json', 'target', command, 'nobody'])
      expect(refused.code).toBe(2)
      expect(errorDocument.parse(JSON.parse(refused.stdout)).error.message).toContain('nobody')
    },
  )
})

describe('marshal sync', () => {
  it('sends what is new, then what changed, then nothing', async () => {
    await addTarget()
    const { records } = await addPerson('firstName=Ana', 'lastName=Núñez')
    expect(await sync()).toMatchObject([
      {
        target: 'timing-van',
        kind: 'initial',
        trigger: 'manual',
        result: 'success',
        outbound: { created: 1 },
      },
    ])
    await json(['record', 'set', 'person', records[0].id, '--field', 'firstName=Anna'])
    expect(statusDocument.parse(await json(['status'])).targets[0]).toMatchObject({ pending: 1 })
    expect(await sync()).toMatchObject([{ kind: 'delta', outbound: { created: 0, updated: 1 } }])
    expect(await timing.dump('people')).toMatchObject([{ firstName: 'Anna', lastName: 'Núñez' }])

    const writes = async () => (await timing.log()).filter(({ method }) => method !== 'GET').length
    const before = await writes()
    expect(await sync()).toMatchObject([{ outbound: { created: 0, updated: 0, failed: 0 } }])
    expect(await writes()).toBe(before)

    const status = statusDocument.parse(await json(['status']))
    expect(status.targets).toMatchObject([{ name: 'timing-van', pending: 0, failed: 0 }])
    expect(runsDocument.parse(await json(['runs', 'timing-van'])).runs).toHaveLength(3)
    expect(runsDocument.parse(await json(['runs', '--limit', '1'])).runs).toHaveLength(1)
  })

  it('rehearses without a byte being sent or a row being written', async () => {
    await addTarget()
    await addPerson('lastName=Lee')
    const [rehearsed] = await sync(['--rehearse'])
    expect(rehearsed).toMatchObject({ rehearsal: true, outbound: { created: 1 } })
    expect(await timing.counts()).toMatchObject({ people: 0 })
    expect(statusDocument.parse(await json(['status'])).targets[0]).toMatchObject({ pending: 1 })
  })

  it('sends only the named record', async () => {
    await addTarget()
    const { records } = await addPerson('lastName=Lee')
    await addPerson('lastName=Roy')
    await sync(['timing-van', '--record', records[0].id])
    expect(await timing.dump('people')).toMatchObject([{ lastName: 'Lee' }])
  })

  it('exits 1 when a record is refused; failures can be listed, retried and discarded', async () => {
    await addTarget()
    await addPerson('lastName=Good')
    await addPerson('lastName=Poison')
    await timing.fault({
      match: { method: 'POST', path: '/api/people', bodyContains: 'Poison' },
      action: {
        kind: 'answer',
        status: 400,
        body: { title: 'Bad', status: 400, detail: 'No poison here' },
      },
    })
    expect(await sync([], 1)).toMatchObject([
      { result: 'warning', outbound: { created: 1, failed: 1 } },
    ])
    const { failures } = failuresDocument.parse(await json(['failures', 'list']))
    expect(failures).toMatchObject([
      { target: 'timing-van', entity: 'person', display: 'Poison', code: 'rejected' },
    ])
    expect(failures[0]!.message).toContain('No poison here')
    expect(
      failuresDocument.parse(await json(['failures', 'list', '--code', 'gone'])).failures,
    ).toEqual([])

    await timing.clearFaults()
    expect(countDocument.parse(await json(['failures', 'retry', failures[0]!.id]))).toEqual({
      count: 1,
    })
    expect(await sync()).toMatchObject([{ outbound: { created: 1 } }])
    expect(await timing.counts()).toMatchObject({ people: 2 })
    expect(
      countDocument.parse(await json(['failures', 'discard', '--target', 'timing-van'])),
    ).toEqual({ count: 0 })
  })

  it('exits 3 when the target does not answer, and loses nothing', async () => {
    await addTarget()
    await addPerson('lastName=Lee')
    await timing.unplug()
    const [failed] = await sync([], 3)
    expect(failed).toMatchObject({ result: 'error', outbound: { created: 0, failed: 0 } })
    expect(statusDocument.parse(await json(['status'])).targets[0]).toMatchObject({
      pending: 1,
      failed: 0,
    })
  })

  it('exits 3 when the sign-in is refused, pauses the target, and fails no record', async () => {
    await addTarget({ secrets: { apiKey: 'wrong' } })
    await addPerson('lastName=Lee')
    await sync([], 3)
    expect(statusDocument.parse(await json(['status'])).targets[0]).toMatchObject({
      state: 'paused',
      failed: 0,
      pending: 1,
      pausedReason: expect.any(String),
    })
  })

  it('tells history and failures only of targets there are', async () => {
    await addTarget()
    for (const args of [
      ['runs', 'nobody'],
      ['failures', 'list', '--target', 'nobody'],
      ['failures', 'retry', '--target', 'nobody'],
      ['failures', 'discard', '4711'],
    ])
      expect(errorDocument.parse(await json(args, { code: 2 })).error.code).toBe('not-found')
  })

  it('exits 2 when the stored secrets cannot be read here, says why, and pauses nothing', async () => {
    await addTarget()
    await addPerson('lastName=Lee')
    const locked = await marshal(['sync'], { data })
    expect(locked.code).toBe(2)
    expect(locked.stdout).toMatch(/vault\.json, which needs its passphrase.*MARSHAL_PASSPHRASE/)
    const shown = await marshal(['target', 'show', 'timing-van'], { data })
    expect(shown.stdout).toContain('apiKey cannot be read here')
    const test = await marshal(['target', 'test', 'timing-van'], { data })
    expect(test).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/passphrase/) })
    expect((await sync())[0]).toMatchObject({ result: 'success', outbound: { created: 1 } })
  })

  it('exits 2 for an unknown target or kind', async () => {
    expect((await run(['sync', 'nobody'])).code).toBe(2)
    expect((await run(['sync', '--kind', 'weekly'])).code).toBe(2)
  })

  it('stops at Ctrl-C where it is, and goes on from there next time', async () => {
    await addTarget()
    const rows = Array.from({ length: 400 }, (_, at) => `P${at},Runner${at}`).join('\n')
    await writeFile(join(data, 'p.csv'), `firstName,lastName\n${rows}\n`)
    await json(['import', join(data, 'p.csv'), '--entity', 'person'])
    await timing.latency(20)
    const running = new RunningMarshal(['--json', 'sync'], { data, env })
    await timing.succeeded({ kind: 'POST people', atLeast: 20 })
    const stopped = await running.end('SIGINT')
    expect(stopped.code).toBe(1)
    expect(runsDocument.parse(JSON.parse(stopped.stdout)).runs).toMatchObject([
      { result: 'cancelled' },
    ])
    await timing.latency(0)
    await sync()
    expect(await timing.counts()).toMatchObject({ people: 400 })
  })
})
