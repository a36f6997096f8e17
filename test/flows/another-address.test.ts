import { describe, expect, it, onTestFinished } from 'vitest'
import { isSamePlace } from '../../main/contract/same-place.ts'
import { startListOf } from '../support/race-day.ts'
import { expectSameAt } from '../support/same-everywhere.ts'
import { startTagServer } from '../targets/tagserver/stand-in.ts'
import { tagserverTarget, startAtTagServer } from '../targets/tagserver/target.ts'

const entrants = 10

async function filled() {
  const marshal = await startAtTagServer()
  await marshal.importEntrants(startListOf(entrants))
  expect(await marshal.sync()).toMatchObject({ result: 'success' })
  return marshal
}

async function emptyServer() {
  const other = await startTagServer()
  onTestFinished(() => other.stop())
  return other
}

describe('A target whose address is changed', () => {
  it('to another server is filled like a new one, and not said to be up to date before', async () => {
    const marshal = await filled()
    const other = await emptyServer()
    await marshal.client.targets.update({ name: 'timing', changes: { url: other.url } })
    expect(await marshal.status()).toMatchObject({ lastSuccessOn: null })
    expect((await marshal.status()).state).not.toBe('up-to-date')
    expect(await marshal.sync()).toMatchObject({ kind: 'initial', result: 'success' })
    await expectSameAt(marshal.client, tagserverTarget, other)
    const { runs } = await marshal.client.sync.runs({ limit: 10 })
    expect(runs.map(({ kind }) => kind)).toEqual(['initial', 'initial'])
  })

  it('and back again makes nothing twice', async () => {
    const marshal = await filled()
    const other = await emptyServer()
    const there = await marshal.server.counts()
    await marshal.client.targets.update({ name: 'timing', changes: { url: other.url } })
    await marshal.client.targets.update({ name: 'timing', changes: { url: marshal.server.url } })
    expect(await marshal.sync()).toMatchObject({
      kind: 'initial',
      result: 'success',
      outbound: { created: 0, updated: 0 },
    })
    expect(await marshal.server.counts()).toEqual(there)
    await expectSameAt(marshal.client, tagserverTarget, marshal.server)
  })

  it('in writing only keeps what is known', async () => {
    const marshal = await filled()
    const url = `${marshal.server.url}/`
    await marshal.client.targets.update({ name: 'timing', changes: { url } })
    expect(await marshal.sync()).toMatchObject({ kind: 'delta', result: 'success' })
  })
})

describe('The same place', () => {
  const at = (url: string, settings = {}) => ({ url, settings })
  it.each([
    ['https://a.example', 'http://a.example', true],
    ['https://a.example/api/', 'https://a.example/api', true],
    ['https://a.example', 'https://b.example', false],
    ['https://a.example', 'https://a.example:8443', false],
    ['https://a.example/spring', 'https://a.example/autumn', false],
  ])('%s and %s: %s', (before, now, same) => {
    expect(isSamePlace(at(before), at(now))).toBe(same)
  })

  it('is another when a setting chooses other records', () => {
    const before = at('https://a.example', { raceId: '1', pageSize: 5 })
    expect(
      isSamePlace(before, at('https://a.example', { raceId: '1', pageSize: 9 }), ['raceId']),
    ).toBe(true)
    expect(
      isSamePlace(before, at('https://a.example', { raceId: '2', pageSize: 5 }), ['raceId']),
    ).toBe(false)
  })
})
