import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import {
  adaptersDocument,
  errorDocument,
  runsDocument,
  targetConfigDocument,
  targetDocument,
  targetsDocument,
  targetStatusDocument,
  testDocument,
} from '../support/command-documents.ts'
import { marshal } from '../support/run-marshal.ts'
import { standInKey } from '../targets/tagserver/stand-in.ts'
import { timingVan } from './timing-van.ts'

// Many processes, one after the other, each a full start of Marshal.
vi.setConfig({ testTimeout: 180_000 })

const van = timingVan()
const { json, run, config, addTarget, addPerson, sync } = van

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
  it('gets a sensitive field only where it is ticked, and says which', async () => {
    await addTarget()
    const ticked = config({ sensitive: ['person.identityNumber'] })
    expect((await run(['target', 'show', 'timing-van'])).stdout).toMatch(
      /sensitive fields +left out: person\.identityNumber/,
    )
    await addPerson('lastName=Voss', 'identityNumber=KANARIENVOGEL')
    const rehearsed = await run(['sync', '--rehearse'])
    expect(rehearsed.stdout).toContain(
      'timing-van: sensitive fields: left out: person.identityNumber',
    )
    await json(['target', 'remove', 'timing-van'])
    const refused = await run(['target', 'add', '-'], ticked.replace('identityNumber', 'city'))
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('Use some of: person.identityNumber.')
    expect((await run(['target', 'add', '-'], ticked)).code).toBe(0)
    expect((await run(['target', 'show', 'timing-van'])).stdout).toMatch(
      /sensitive fields +person\.identityNumber travel/,
    )
  })

  it('adds and shows one, never its secret; what is exported can be added again elsewhere', async () => {
    const added = targetDocument.parse(await addTarget()).target
    expect(added.config).toMatchObject({
      name: 'timing-van',
      adapter: 'tagserver',
      url: van.timing.url,
    })
    expect(added.secrets).toContainEqual(expect.objectContaining({ key: 'apiKey', stored: true }))
    const shown = await run(['--json', 'target', 'show', 'timing-van'])
    expect(targetDocument.parse(JSON.parse(shown.stdout)).target.config).toEqual(added.config)

    const exported = await run(['target', 'export', 'timing-van'])
    expect(exported.stdout + shown.stdout).not.toContain(standInKey)
    expect(targetConfigDocument.parse(JSON.parse(exported.stdout)).name).toBe('timing-van')
    const collect = await run(['target', 'export', 'timing-van', '--datacollect'])
    expect(collect.stdout).not.toContain(standInKey)
    const other = { ...(JSON.parse(collect.stdout) as object), name: 'van-2' }
    const taken = targetDocument.parse(
      await json(['target', 'add', '-'], { input: JSON.stringify(other) }),
    ).target
    expect(taken.config).toEqual({ ...added.config, name: 'van-2' })
    await json(['target', 'remove', 'van-2'])
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
    expect(refused.stderr).toContain('timing-van is paused: Paused by')
    expect(refused.stderr).toContain('Resume and sync with marshal sync --resume.')
    expect(runsDocument.parse(await json(['runs'])).runs).toEqual([])
    expect((await run(['sync', '--resume'])).code).toBe(0)
    await json(['target', 'pause', 'timing-van'])
    const resumed = (await json(['target', 'resume', 'timing-van'])) as { target: unknown }
    expect(targetStatusDocument.parse(resumed.target).state).not.toBe('paused')
  })

  it('takes a secret from stdin and keeps it out of every file in the clear', async () => {
    await addTarget({ secrets: {} })
    const canary = 'canary-5e1f-secret'
    await json(['target', 'secret', 'timing-van', 'apiKey'], { input: `${canary}\n` })
    await van.timing.setKey(canary)
    expect(testDocument.parse(await json(['target', 'test', 'timing-van'])).ok).toBe(true)
    await addPerson('lastName=Lee')
    await sync()
    for (const entry of await readdir(van.data, { recursive: true, withFileTypes: true })) {
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

    await van.timing.setKey('another')
    const refused = testDocument.parse(await json(['target', 'test', 'timing-van'], { code: 3 }))
    expect(refused.steps).toContainEqual(expect.objectContaining({ step: 'sign-in', ok: false }))

    await van.timing.unplug()
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
    const refused = await marshal(['target', 'add', '-'], { data: van.data, input: config() })
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
