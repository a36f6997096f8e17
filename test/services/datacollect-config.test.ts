/** DataCollect's form of a configuration: what is exported is imported as it was, whatever the adapter. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { dataCollectConfig } from '../../main/contract/datacollect.ts'
import type { TargetConfig } from '../../main/contract/targets.ts'
import { toDataCollect } from '../../main/engine/services/targets/datacollect-config.ts'
import { readTargetConfig } from '../../main/engine/services/targets/target-config.ts'
import type { TargetSettings } from '../../main/engine/store/runs/targets.ts'
import { sensitiveChoices } from '../../main/engine/targets/kit/sensitive.ts'
import { adapters, findAdapter, registerAdapters } from '../../main/engine/targets/registry.ts'

const registry = registerAdapters(adapters)
const read = (input: unknown) => readTargetConfig(registry, input)
const written = (settings: TargetSettings) =>
  toDataCollect(findAdapter(settings.adapter)!.manifest, settings as TargetConfig)

/** Values that look like something else when they are text. */
const odd = ['', 'a', '7', '25', '0100', '-3', '1.5', 'true', 'false', 7, 25, 150, 1.5, true, false]

const settingsOf = (shape: Readonly<Record<string, z.ZodType>>) =>
  fc.record(
    Object.fromEntries(
      Object.entries(shape).map(([name, schema]) => {
        const usual = schema.safeParse(undefined).data
        const fits = odd.filter((value) => schema.safeParse(value).success)
        return [name, fc.constantFrom(...fits, ...(usual === undefined ? [] : [usual]))]
      }),
    ),
  )

const rest = fc.record({
  mode: fc.constantFrom('mirror', 'master-leads', 'target-leads'),
  conflicts: fc.constantFrom('master-wins', 'latest-wins', 'merge-fields', 'review'),
  remoteDeletion: fc.constantFrom('ignore', 'unlink', 'delete'),
  filter: fc.constantFrom(null, { '==': [{ var: 'person.city' }, 'Lund'] }),
  mapping: fc.constantFrom([], [{ ours: 'person.email', theirs: 'contact.mail' }]),
  schedule: fc.record({
    delta: fc.constantFrom(null, '* * * * *'),
    reconcile: fc.constantFrom(null, '0 3 * * *'),
  }),
  allowInsecure: fc.boolean(),
})

describe.each(adapters.map((adapter) => [adapter.manifest.name, adapter] as const))(
  '%s',
  (name, adapter) => {
    const { manifest } = adapter
    const { shape } = manifest.settings
    const given = fc.record({
      name: fc.constantFrom('van', 'Race 7', 'Ä_b.c-d'),
      url: fc.constantFrom('https://example.org', 'http://127.0.0.1:4790/sync?x=1'),
      auth: fc.constantFrom(...manifest.auth),
      sensitive: fc.subarray([...sensitiveChoices(adapter, [])]),
    })

    it('is exported for DataCollect and imported as it was', () => {
      fc.assert(
        fc.property(given, settingsOf(shape), rest, (plain, settings, more) => {
          fc.pre(manifest.settings.safeParse(settings).success)
          const before = read({ adapter: name, ...plain, ...more, settings }).settings
          const config = written(before)
          expect(dataCollectConfig.parse(JSON.parse(JSON.stringify(config)))).toEqual(config)
          expect(read(config).settings).toEqual(before)
          // Its inside alone is what DataCollect itself keeps.
          const inside = { ...config.externalSync, name: config.name }
          expect(read(inside).settings).toEqual(before)
        }),
        { numRuns: 60 },
      )
    })
  },
)

describe('a configuration of DataCollect', () => {
  const collect = (type: string, fields: Readonly<Record<string, string>> = {}) => ({
    name: 'collect',
    externalSync: {
      type,
      auth: 'api-key',
      url: 'https://example.org/i/x',
      extraFields: Object.entries(fields).map(([name, value]) => ({ name, value })),
    },
  })

  it.each([
    ['openfn-adapter', 'openfn', { batchSize: '25' }],
    ['openspp-adapter', 'openspp', { database: 'registry', login: '25', pageSize: '50' }],
    ['mock-sync-server', 'mock-sync-server', { batchSize: '50', defaultEntity: 'tag' }],
    ['tagserver', 'tagserver', { batchSize: '10' }],
  ] as const)('of the type %s is one of ours, and is exported as it came', (type, ours, fields) => {
    const imported = read(collect(type, fields))
    expect(imported.settings.adapter).toBe(ours)
    const exported = written(imported.settings)
    const { externalSync } = collect(type, fields)
    expect(exported).toMatchObject({
      name: 'collect',
      externalSync: {
        ...externalSync,
        extraFields: expect.arrayContaining(externalSync.extraFields) as unknown,
      },
    })
    expect(read(exported)).toEqual(imported)
  })

  it('gives the secrets of its adapter, which no export has', () => {
    const fields = { apiKey: 'canary-1', callbackToken: 'canary-2', batchSize: '5' }
    const { settings, secrets } = read(collect('openfn-adapter', fields))
    expect(secrets).toEqual({ apiKey: 'canary-1', callbackToken: 'canary-2' })
    expect(JSON.stringify(written(settings))).not.toContain('canary')
  })

  it('with a field of ours that somebody has spoilt is refused in words', () => {
    for (const marshal of ['{', '[]', 'null', '{"settings":5}']) {
      expect(() => read(collect('openfn-adapter', { marshal }))).toThrow(
        'The extra field "marshal" cannot be read: it is not what Marshal has written.',
      )
    }
    const odder = { marshal: '{"settings":{"nothing":1},"adapter":"tagserver"}' }
    expect(() => read(collect('openfn-adapter', odder))).toThrow('nothing: is not known')
  })
})
