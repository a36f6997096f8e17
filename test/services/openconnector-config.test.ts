/** Synchronisations of OpenConnector, read into targets: what is taken, and that nothing is left out silently. */
import { describe, expect, it } from 'vitest'
import { adapters } from '../../main/engine/targets/registry.ts'
import { registerAdapters } from '../../main/engine/targets/registry.ts'
import {
  fromOpenConnector,
  isOpenConnector,
} from '../../main/engine/services/targets/openconnector-config.ts'
import { readTargetConfig } from '../../main/engine/services/targets/target-config.ts'

const registry = registerAdapters(adapters)

/** As OpenConnector exports one, with its source and mapping put inside. */
const members = {
  id: 12,
  uuid: '6f0c0d7e-3a53-4c9e-9a7a-0b8f3a9c1f11',
  name: 'Members',
  sourceId: '4',
  sourceType: 'api',
  sourceHash: '',
  source: { location: 'https://club.example.org/api/', type: 'api', auth: 'apikey' },
  sourceConfig: {
    endpoint: 'members?active=1',
    idPosition: 'meta.id',
    resultsPosition: 'data.items',
    paginationQuery: 'p',
    maxPages: 20,
    headers: { 'Accept-Language': 'nl', Authorization: 'Bearer x' },
    query: { type: 'runner' },
    restrictDeletion: true,
  },
  sourceTargetMapping: {
    passThrough: true,
    mapping: { lastName: 'name.family', city: '{{ address.city|upper }}' },
    unset: ['name'],
    cast: { number: 'string' },
  },
  targetType: 'register/schema',
  targetId: '1/2',
  targetConfig: [],
  conditions: [{ '==': [{ var: 'type' }, 'runner'] }],
  followUps: [3],
  actions: [],
}

describe('a synchronisation', () => {
  it('is told apart from other forms', () => {
    expect(isOpenConnector(members)).toBe(true)
    expect(isOpenConnector({ adapter: 'http', sourceConfig: {} })).toBe(false)
    expect(isOpenConnector({ type: 'mock-sync-server', url: 'x' })).toBe(false)
    expect(isOpenConnector(null)).toBe(false)
  })

  it('is a target that receives, and works as it is', () => {
    const { config } = fromOpenConnector(members)
    expect(config).toEqual({
      name: 'Members',
      adapter: 'http',
      url: 'https://club.example.org/api',
      auth: 'api-key',
      direction: 'inbound',
      settings: {
        path: '/members',
        query: 'active=1&type=runner',
        headers: 'Accept-Language: nl',
        sourceIdField: 'meta.id',
        resultsPosition: 'data.items',
        paging: 'page',
        pageParameter: 'p',
        sizeParameter: '',
        maxPages: 20,
        conditions: '{"==":[{"var":"type"},"runner"]}',
        mappingIn:
          '{"passThrough":true,"mapping":{"lastName":"name.family"},"unset":["name"],"cast":{"number":"string"}}',
        restrictDeletion: true,
      },
    })
    expect(readTargetConfig(registry, members).settings).toMatchObject({
      direction: 'inbound',
      entities: ['person'],
    })
  })

  it('names all that it says and nothing here does', () => {
    expect(fromOpenConnector(members).leftOut).toEqual([
      { code: 'secret-header', at: 'Authorization' },
      { code: 'pages', at: 'sourceConfig.paginationQuery' },
      { code: 'template', at: 'sourceTargetMapping.city' },
      { code: 'follow-ups', at: 'followUps' },
    ])
  })

  it('keeps no secret of the address or the source, and says so', () => {
    const { config, leftOut } = fromOpenConnector({
      sourceConfig: { endpoint: '/members?token=canary&type=runner', query: { api_key: 'canary' } },
      source: { location: 'https://club.example.org', apikey: 'canary', password: 'canary' },
    })
    expect(JSON.stringify(config)).not.toContain('canary')
    expect(config['settings']).toMatchObject({ query: 'type=runner' })
    expect(leftOut.filter(({ code }) => code !== 'pages')).toEqual([
      { code: 'secret-parameter', at: 'token' },
      { code: 'secret-parameter', at: 'api_key' },
      { code: 'credentials', at: 'source.apikey' },
      { code: 'credentials', at: 'source.password' },
    ])
  })

  it('with a mapping that is only named says so', () => {
    const { config, leftOut } = fromOpenConnector({ ...members, sourceTargetMapping: '17' })
    expect(config['settings']).not.toHaveProperty('mappingIn')
    expect(leftOut).toContainEqual({ code: 'mapping-elsewhere', at: 'sourceTargetMapping' })
  })

  it('of one object has no pages', () => {
    const { config } = fromOpenConnector({
      sourceConfig: { resultsPosition: '_object', endpoint: '/me' },
    })
    expect(config['settings']).toEqual({ path: '/me', resultsPosition: '_root', paging: 'none' })
  })

  it('from a register to an interface sends', () => {
    const { config } = fromOpenConnector({
      ...members,
      sourceType: 'register/schema',
      sourceConfig: [],
      targetType: 'api',
      targetConfig: { endpoint: '/members', idPosition: 'id', idInRequestBody: true },
    })
    expect(config).toMatchObject({
      direction: 'outbound',
      settings: {
        path: '/members',
        sourceIdField: 'id',
        idInRequestBody: true,
        mappingOut: expect.stringContaining('name.family'),
      },
    })
  })

  it('takes what a person adds: address, kind of record, sign-in', () => {
    const said = {
      url: 'https://other.example.org',
      entity: 'organisation',
      auth: 'none',
      name: 'Clubs',
    }
    expect(readTargetConfig(registry, { ...members, ...said }).settings).toMatchObject({
      ...{
        name: 'Clubs',
        url: 'https://other.example.org',
        auth: 'none',
        entities: ['organisation'],
      },
    })
  })

  it('without an address is refused in words', () => {
    expect(() => readTargetConfig(registry, { ...members, source: undefined })).toThrow(
      'address (url) is missing',
    )
    expect(() => readTargetConfig(registry, { sourceConfig: 'x' })).toThrow('not a synchronisation')
  })
})
