import { describe, expect, it } from 'vitest'
import { adapterView, findAdapter } from '../../main/engine/targets/registry.ts'
import { draftFaults } from '../../renderer/pages/targets/form/draft-faults.ts'
import { deltaPresets, presetOf } from '../../renderer/pages/targets/form/schedule-presets.ts'
import { afterTick, layersOf, neededBy } from '../../renderer/pages/targets/form/scope.ts'
import {
  configOf,
  draftOf,
  isUnprotected,
  newDraft,
  secretsFor,
} from '../../renderer/pages/targets/form/target-draft.ts'
import { saidBeside } from '../../main/contract/datacollect.ts'
import { readImport } from '../../renderer/pages/targets/read-import.ts'
import { firstFaultyStep } from '../../renderer/pages/targets/setup/setup-steps.ts'
import { targetConfig } from '../../main/contract/targets.ts'

const tagserver = adapterView(findAdapter('tagserver')!)
const mock = adapterView(findAdapter('mock-sync-server')!)
const mautic = adapterView(findAdapter('mautic')!)
const runsignup = adapterView(findAdapter('runsignup')!)

describe('The scope of a target', () => {
  const { graph, entities } = tagserver

  it('ticks along everything a record needs, directly or not', () => {
    const ticked = afterTick(graph, entities, [], { entity: 'startGroupParticipant', on: true })
    expect(new Set(ticked)).toEqual(
      new Set([
        'person',
        'event',
        'race',
        'startGroup',
        'eventParticipant',
        'startGroupParticipant',
      ]),
    )
  })

  it('keeps a parent ticked while something needs it, and says what', () => {
    const ticked = ['event', 'race'] as const
    expect(neededBy(graph, ticked, 'event')).toEqual(['race'])
    expect(afterTick(graph, entities, ticked, { entity: 'event', on: false })).toEqual(ticked)
    expect(afterTick(graph, entities, ['event'], { entity: 'event', on: false })).toEqual([])
  })

  it('lays the kinds out so that each needs only what is further left', () => {
    const layers = layersOf(graph).map((layer) => layer.map(({ entity }) => entity))
    const at = (entity: string) => layers.findIndex((layer) => layer.some((one) => one === entity))
    for (const { entity, hard } of graph) {
      for (const parent of hard) expect(at(parent)).toBeLessThan(at(entity))
    }
    expect(layers.flat()).toHaveLength(graph.length)
  })
})

describe('A draft', () => {
  const filled = {
    ...newDraft(tagserver),
    name: ' timing-van ',
    url: ' https://timing.example.org ',
    filterText: '{"==":[{"var":"person.country"},"DEU"]}',
    mapping: [
      { ours: 'person.email', theirs: 'email_address' },
      { ours: '', theirs: '' },
    ],
  }

  it('becomes a configuration the contract accepts, and comes back from it the same', () => {
    const config = targetConfig.parse(configOf(filled))
    expect(config.name).toBe('timing-van')
    expect(config.sensitive).toEqual([])
    expect(config.mapping).toEqual([{ ours: 'person.email', theirs: 'email_address' }])
    const { secrets: _, ...plain } = config
    expect(targetConfig.parse(configOf(draftOf(plain, tagserver)))).toEqual(config)
  })

  it('starts with the rhythm its system is used to', () => {
    const slow = { ...tagserver, defaults: { ...tagserver.defaults, delta: '*/15 * * * *' } }
    expect(newDraft(tagserver).schedule.delta).toBe('* * * * *')
    expect(newDraft(slow).schedule.delta).toBe('*/15 * * * *')
  })

  it('is unchanged when the same owners were chosen in another order', () => {
    const owned = (owners: typeof filled.owners) => JSON.stringify(configOf({ ...filled, owners }))
    expect(owned({ 'person.city': 'theirs', 'event.name': 'ours' })).toBe(
      owned({ 'event.name': 'ours', 'person.city': 'theirs' }),
    )
  })

  it('names a ticked sensitive field once, and none of a kind that is out of scope', () => {
    const ticked = (entities: typeof filled.entities) =>
      configOf({
        ...filled,
        entities,
        sensitive: ['person.medicalConditions', 'person.identityNumber'],
      }).sensitive
    expect(ticked(['person'])).toEqual(['person.identityNumber', 'person.medicalConditions'])
    expect(ticked(['tag'])).toEqual([])
  })

  it('asks only for the credentials its sign-in needs', () => {
    const asked = (auth: string) => secretsFor(mock, auth).map(({ key }) => key)
    // What proves a webhook is no sign-in.
    expect(asked('none')).toEqual(['webhookSecret'])
    expect(asked('basic')).toEqual(['username', 'password', 'webhookSecret'])
    const atMautic = (auth: string) => secretsFor(mautic, auth).map(({ key }) => key)
    expect(atMautic('basic')).toEqual(['username', 'password', 'webhookSecret'])
    expect(atMautic('client-credentials')).toEqual(['clientSecret', 'webhookSecret'])
    expect(secretsFor(runsignup, 'bearer').map(({ key }) => key)).toContain('clientSecret')
    const secrets = { typed: {}, stored: false }
    expect(draftFaults(filled, tagserver, secrets)).toEqual({ 'secrets.apiKey': 'common.required' })
    expect(draftFaults(filled, tagserver, { typed: {}, stored: true })).toEqual({})
  })

  it('is not saved without a row of the mapping that was begun', () => {
    const faultsWith = (ours: string, theirs: string) =>
      draftFaults({ ...filled, mapping: [{ ours, theirs }] }, tagserver, {
        ...{ typed: {}, stored: true },
      })
    expect(faultsWith('person.email', ' ')).toEqual({ mapping: 'targets.mapping.unfinished' })
    expect(faultsWith('', 'mail')).toEqual({ mapping: 'targets.mapping.unfinished' })
    expect(faultsWith('', '')).toEqual({})
  })

  it('warns of an address anybody can listen to, but not of this computer', () => {
    expect(isUnprotected('http://10.0.0.7/api')).toBe(true)
    expect(isUnprotected('http://127.0.0.1:4790')).toBe(false)
    expect(isUnprotected('https://timing.example.org')).toBe(false)
  })

  it('leads to the first step that has a fault', () => {
    expect(firstFaultyStep(['schedule.delta', 'settings.batchSize'])).toBe('connection')
    expect(firstFaultyStep(['mapping'])).toBe('scope')
    expect(firstFaultyStep([])).toBeNull()
  })

  it('knows the schedules people choose, and calls every other one their own', () => {
    expect(presetOf(deltaPresets, '*/5  * * * *')).toBe('fiveMinutes')
    expect(presetOf(deltaPresets, null)).toBe('never')
    expect(presetOf(deltaPresets, '0 6 * * 1')).toBe('own')
  })
})

describe('A configuration to be imported', () => {
  it("is recognised in Marshal's form and in both of DataCollect's", () => {
    const sync = { type: 'mock-sync-server', url: 'https://example.org' }
    expect(readImport('{"name":"a","adapter":"tagserver"}')).toMatchObject({ form: 'marshal' })
    for (const config of [sync, { name: 'outside', externalSync: sync }]) {
      const adapter = 'mock-sync-server'
      expect(readImport(JSON.stringify(config))).toMatchObject({ form: 'datacollect', adapter })
      const renamed = readImport(JSON.stringify(saidBeside(config, { name: 'new' })))
      expect(renamed).toMatchObject({ adapter, name: 'new' })
    }
  })

  it('is refused in words when it is something else', () => {
    const members = { name: 'Members', source: { location: 'https://a.example' }, sourceConfig: {} }
    expect(readImport(JSON.stringify(members))).toMatchObject({
      ...{ form: 'openconnector', adapter: 'http', name: 'Members', url: 'https://a.example' },
    })
    expect(readImport('').kind).toBe('empty')
    expect(readImport('{').kind).toBe('not-json')
    for (const text of ['[]', '7', '{"hello":"world"}']) {
      expect(readImport(text).kind).toBe('unknown-form')
    }
  })
})
