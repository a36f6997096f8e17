import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { adapterView as viewShape } from '../../main/contract/targets.ts'
import type { Adapter, EntityBinding } from '../../main/engine/targets/kit/adapter.ts'
import {
  adapters,
  adapterView,
  findAdapter,
  registerAdapters,
} from '../../main/engine/targets/registry.ts'
import { adapterWords } from '../../renderer/adapter-words/adapter-words.ts'

const [example] = adapters
if (!example) throw new Error('no adapters')

const variant = (changes: Partial<Adapter['manifest']>): Adapter => ({
  ...example,
  manifest: { ...example.manifest, name: 'variant', ...changes },
})
const bound = (
  entity: EntityBinding['entity'],
  changes: Partial<EntityBinding>,
): EntityBinding => ({
  entity,
  remoteName: entity,
  direction: 'outbound',
  fields: [...(changes.hard ?? []), ...(changes.soft ?? [])],
  hard: [],
  soft: [],
  parts: {},
  shared: null,
  partOf: null,
  changes: 'none',
  deletion: 'none',
  toRemote: () => ({}),
  ...changes,
})

describe('the registry', () => {
  it('finds adapters by name', () => {
    expect(findAdapter('tagserver')?.manifest.label).toBe('TagServer')
    expect(findAdapter('toString')).toBeNull()
  })

  it('refuses declarations that cannot work', () => {
    const register = (bindings: readonly EntityBinding[]) => () =>
      registerAdapters([variant({ bindings })])
    expect(() => registerAdapters([example, example])).toThrow(example.manifest.name)
    expect(register([bound('tag', {}), bound('tag', {})])).toThrow('tag is bound twice')
    expect(register([bound('race', { hard: ['event'], fields: [] })])).toThrow('race.event')
    expect(register([bound('tag', { direction: 'both' })])).toThrow('fromRemote')
  })
})

describe('an adapter as people see it', () => {
  it.each(adapters.map((adapter) => [adapter.manifest.name, adapter] as const))(
    '%s fits the contract and explains every setting',
    (_name, adapter) => {
      const view = viewShape.parse(adapterView(adapter))
      const settings = view.settings as {
        readonly properties: Readonly<
          Record<string, { readonly title?: string; readonly description?: string }>
        >
        readonly required?: readonly string[]
      }
      for (const property of Object.values(settings.properties)) {
        expect(property.title).toBeTruthy()
        expect(property.description).toBeTruthy()
      }
      expect(settings.required ?? []).toEqual([])
      expect(view.entities).toHaveLength(adapter.manifest.bindings.length)
      expect(JSON.parse(JSON.stringify(view))).toEqual(view)
      expect(adapter.manifest.settings).toBeInstanceOf(z.ZodObject)
    },
  )
})

describe.each(['de', 'fr', 'es'])('an adapter in %s, which is not its own language', (language) => {
  it.each(adapters.map(({ manifest }) => [manifest.name, manifest] as const))(
    'has words for all of %s: add what is missing to renderer/adapter-words/',
    (name, { settings, secrets }) => {
      const words = adapterWords(language, name)
      expect(words?.description).toBeTruthy()
      expect(Object.keys(words?.settings ?? {}).toSorted()).toEqual(
        Object.keys(settings.shape).toSorted(),
      )
      expect(Object.keys(words?.secrets ?? {}).toSorted()).toEqual(
        secrets.map(({ key }) => key).toSorted(),
      )
    },
  )
})
