import { describe, expect, it } from 'vitest'
import { ProblemError, type Problem } from '../../main/contract/problem.ts'
import { readTargetConfig } from '../../main/engine/services/targets/target-config.ts'
import { adapters, registerAdapters } from '../../main/engine/targets/registry.ts'

const registry = registerAdapters(adapters)
const read = (input: unknown) => readTargetConfig(registry, input).settings

const timing = (more: object = {}) => ({
  name: 'timing-van',
  adapter: 'tagserver',
  url: 'https://timing.example.org',
  ...more,
})

function refusal(input: unknown): Problem {
  try {
    read(input)
  } catch (error) {
    if (error instanceof ProblemError) return error.problem
    throw error
  }
  throw new Error('It was taken')
}

describe('a target configuration', () => {
  it('is taken as the documentation shows it: "both" goes as far as the adapter can', () => {
    const settings = read(
      timing({
        auth: 'api-key',
        settings: { batchSize: 200 },
        secrets: { apiKey: '…' },
        mode: 'mirror',
        direction: 'both',
        conflicts: 'master-wins',
        remoteDeletion: 'unlink',
        entities: ['event', 'race', 'person', 'eventParticipant', 'tag'],
        filter: { '==': [{ var: 'eventParticipant.status' }, 'registered'] },
        mapping: [{ ours: 'person.email', theirs: 'email_address' }],
        schedule: { delta: '* * * * *', reconcile: '0 3 * * *' },
      }),
    )
    expect(settings).toMatchObject({ direction: 'outbound', mode: 'mirror', auth: 'api-key' })
  })

  it('that asks for the way the adapter cannot go is refused, with what it can', () => {
    expect(refusal(timing({ direction: 'inbound' }))).toMatchObject({
      message: 'TagServer can only work outbound, not inbound.',
      fix: 'Use outbound, or leave the direction out.',
    })
  })

  it('signs in as is usual for the adapter when it does not say how', () => {
    expect(read(timing()).auth).toBe('api-key')
    const mock = { name: 'm', adapter: 'mock-sync-server', url: 'http://127.0.0.1:1' }
    expect(read(mock).auth).toBe('none')
    expect(read({ ...mock, secrets: { apiKey: 'x' } }).auth).toBe('api-key')
  })

  it.each([
    ['no name', { adapter: 'tagserver' }, 'name: is missing', 'name'],
    ['a number for a name', { name: 5, adapter: 'tagserver' }, 'name: must be text', 'name'],
    [
      'a mode there is not',
      timing({ mode: 'fast' }),
      'mode: must be one of mirror, master-leads, target-leads',
      'mode',
    ],
    ['a word it does not know', timing({ colour: 'red' }), 'colour: is not known', 'colour'],
    ['a list', [], 'configuration: must be an object', 'configuration'],
    [
      'a setting that is too small',
      timing({ settings: { batchSize: 0 } }),
      'batchSize: must be at least 1',
      'settings.batchSize',
    ],
    [
      'a setting of another kind',
      timing({ settings: { batchSize: 'many' } }),
      'batchSize: must be a number',
      'settings.batchSize',
    ],
    [
      'a misspelt setting',
      timing({ settings: { batchSiz: 5 } }),
      'batchSiz: is not known',
      'settings.batchSiz',
    ],
  ])('with %s is refused in words for people', (_what, input, words, field) => {
    const { message, fix, fields } = refusal(input)
    expect(message).toMatch(new RegExp(`: ${words}\\.$`))
    expect(fix).toBe('Correct the configuration and add it again.')
    expect(Object.keys(fields ?? {})).toEqual([field])
  })
})

describe('a DataCollect configuration', () => {
  const collect = (more: object = {}) => ({
    externalSync: { type: 'tagserver', url: 'http://127.0.0.1:1', ...more },
  })

  it('of a type there is no adapter for names those there are', () => {
    const { message, fix } = refusal(collect({ type: 'household-adapter' }))
    expect(message).toBe('The DataCollect type household-adapter is not known.')
    expect(fix).toBe(`Use one of: ${[...registry.keys()].join(', ')}.`)
  })

  it('that lacks something says what', () => {
    expect(refusal({ externalSync: { type: 'tagserver' } }).message).toBe(
      'This is not a DataCollect configuration: url: is missing.',
    )
    expect(refusal({ externalSync: null }).message).toContain('must be an object')
  })

  it('with a field named like a part of every object ignores it as any other it has no use for', () => {
    const extraFields = ['constructor', '__proto__', 'toString'].map((name) => ({
      name,
      value: 'x',
    }))
    expect(read(collect({ extraFields })).settings).toEqual({ batchSize: 200 })
  })
})
