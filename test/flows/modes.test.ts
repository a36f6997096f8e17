import { describe, expect, it } from 'vitest'
import type { Mode, RunKind } from '../../main/contract/words.ts'
import {
  agreedPerson,
  at,
  editThere,
  persons,
  remotePerson,
  start,
  type Marshal,
} from '../targets/mock-sync-server/at-mock-sync.ts'
import { expectSameAt } from '../support/same-everywhere.ts'
import { mockSyncTarget } from '../targets/mock-sync-server/target.ts'

type AskedKind = Exclude<RunKind, 'webhook'>

const kinds: readonly AskedKind[] = ['initial', 'delta', 'reconcile']
const modes: readonly Mode[] = ['mirror', 'master-leads', 'target-leads']
const cells = modes.flatMap((mode) => kinds.map((kind) => [mode, kind] as const))

/** First names that are here, and those that are there. */
async function sides(marshal: Marshal) {
  const named = (list: readonly { readonly [field: string]: unknown }[]) =>
    list.map((one) => [one['firstName'], one['city'] ?? null].filter(Boolean).join(' ')).sort()
  const there = (await marshal.server.records()).filter(({ deleted }) => !deleted)
  return { here: named(await persons(marshal)), there: named(there) }
}

/** Ana and Bo are linked; Ana moved there, Bo moved here; Rui is only there, Lena only here. */
async function apart(mode: Mode, config: Readonly<Record<string, unknown>> = {}) {
  const marshal = await start({ config: { ...config, mode: 'mirror', direction: 'both' } })
  const ana = await agreedPerson(marshal, { firstName: 'Ana', lastName: 'Silva' })
  const bo = await agreedPerson(marshal, { firstName: 'Bo', lastName: 'Costa' })
  await marshal.client.targets.update({ name: 'timing', changes: { mode, ...config } })
  await marshal.sync()
  await editThere(marshal, ana, { city: 'Lisboa' }, 60)
  await marshal.set('person', { city: 'Porto' }, bo)
  const lena = await marshal.set('person', { firstName: 'Lena', lastName: 'Reis' })
  await marshal.server.put([remotePerson('rui', { firstName: 'Rui', lastName: 'Alves' }, at(-30))])
  return { marshal, ana, bo, lena: lena.id }
}

/** Runs of every kind change nothing on either side. */
async function expectRest(marshal: Marshal): Promise<void> {
  const before = await sides(marshal)
  const sent = await marshal.server.submissions()
  for (const kind of ['delta', 'reconcile', 'initial'] as const) {
    expect(await marshal.sync({ kind }), kind).toMatchObject({
      outbound: { created: 0, updated: 0, deleted: 0 },
      inbound: { created: 0, updated: 0, deleted: 0 },
    })
  }
  expect(await marshal.server.submissions()).toEqual(sent)
  expect(await sides(marshal)).toEqual(before)
}

const both = ['Ana Lisboa', 'Bo Porto']
const outcomes: Readonly<Record<Mode, { here: string[]; there: string[]; unmatched: number }>> = {
  mirror: { here: [...both, 'Lena', 'Rui'], there: [...both, 'Lena', 'Rui'], unmatched: 0 },
  'master-leads': { here: [...both, 'Lena'], there: [...both, 'Lena', 'Rui'], unmatched: 1 },
  'target-leads': { here: [...both, 'Lena', 'Rui'], there: [...both, 'Rui'], unmatched: 1 },
}

describe('the mode of a target', () => {
  it.each(cells)(
    '%s, in a run of kind %s, decides every case and then rests',
    async (mode, kind) => {
      const { marshal } = await apart(mode)
      const { unmatched, ...expected } = outcomes[mode]
      expect(await marshal.sync({ kind })).toMatchObject({ kind, result: 'success' })
      expect(await sides(marshal)).toEqual(expected)
      expect(await marshal.status()).toMatchObject({ pending: 0, failed: 0, unmatched })
      await expectRest(marshal)
    },
  )

  it.each(cells)('%s, in a run of kind %s, asks where the rule wants it', async (mode, kind) => {
    const { marshal } = await apart(mode, { conflicts: 'review' })
    expect(await marshal.sync({ kind })).toMatchObject({
      result: 'warning',
      inbound: { conflicts: 1, updated: 0 },
    })
    const { here, there } = await sides(marshal)
    expect(here).toContain('Ana')
    expect(there).toContain('Ana Lisboa')
    expect(there).toContain('Bo Porto')
    expect(await marshal.status()).toMatchObject({ conflicts: 1, pending: 0 })
    expect(await marshal.sync({ kind })).toMatchObject({ outbound: { updated: 0, created: 0 } })
    expect(await sides(marshal)).toEqual({ here, there })
  })

  it.each(modes)('%s, from the very first run, links what both have', async (mode) => {
    const marshal = await start({ config: { mode } })
    const fields = { firstName: 'Ana', lastName: 'Silva', email: 'ana@example.org' }
    await marshal.set('person', fields)
    await marshal.set('person', { firstName: 'Lena', lastName: 'Reis' })
    await marshal.server.put([
      remotePerson('a', { ...fields, city: 'Lisboa' }),
      remotePerson('rui', { firstName: 'Rui', lastName: 'Alves' }),
    ])
    expect(await marshal.sync()).toMatchObject({ kind: 'initial', result: 'success' })
    const expected = {
      mirror: { here: ['Ana Lisboa', 'Lena', 'Rui'], there: ['Ana Lisboa', 'Lena', 'Rui'] },
      'master-leads': { here: ['Ana Lisboa', 'Lena'], there: ['Ana Lisboa', 'Lena', 'Rui'] },
      // What both have is one record, wherever it was first.
      'target-leads': { here: ['Ana Lisboa', 'Lena', 'Rui'], there: ['Ana Lisboa', 'Rui'] },
    }
    expect(await sides(marshal)).toEqual(expected[mode])
    await expectRest(marshal)
  })
})

describe('chosen records', () => {
  it('go and nothing else does: neither other changes nor what is there', async () => {
    const { marshal, bo } = await apart('mirror')
    expect(await marshal.sync({ records: [bo] })).toMatchObject({
      outbound: { created: 0, updated: 1 },
      inbound: { found: 0 },
    })
    expect(await sides(marshal)).toEqual({
      here: ['Ana', 'Bo Porto', 'Lena'],
      there: ['Ana Lisboa', 'Bo Porto', 'Rui'],
    })
    expect(await marshal.status()).toMatchObject({ pending: 1 })
  })

  it('go out of the review list where the target leads, and are linked from then on', async () => {
    const { marshal, lena } = await apart('target-leads')
    await marshal.sync()
    expect(await marshal.sync({ records: [lena] })).toMatchObject({ outbound: { created: 1 } })
    await marshal.set('person', { city: 'Faro' }, lena)
    expect(await marshal.sync()).toMatchObject({ outbound: { updated: 1 } })
    expect(await marshal.status()).toMatchObject({ unmatched: 0, pending: 0 })
    await expectSameAt(marshal.client, mockSyncTarget, marshal.server)
    await expectRest(marshal)
  })
})

describe('the direction of a target', () => {
  it.each(kinds)('inbound only sends nothing in a run of kind %s', async (kind) => {
    const { marshal } = await apart('mirror', { direction: 'inbound' })
    const sent = await marshal.server.submissions()
    expect(await marshal.sync({ kind })).toMatchObject({ result: 'success' })
    expect(await sides(marshal)).toEqual({
      here: ['Ana Lisboa', 'Bo Porto', 'Lena', 'Rui'],
      there: ['Ana Lisboa', 'Bo', 'Rui'],
    })
    expect(await marshal.server.submissions()).toEqual(sent)
    expect(await marshal.status()).toMatchObject({ state: 'up-to-date', pending: 0 })
    await expectRest(marshal)
  })

  it.each(kinds)('outbound only asks nothing in a run of kind %s', async (kind) => {
    const { marshal } = await apart('mirror', { direction: 'outbound' })
    const from = marshal.departures.length
    expect(await marshal.sync({ kind })).toMatchObject({ inbound: { found: 0 } })
    expect(marshal.departures.slice(from).filter(({ method }) => method === 'GET')).toEqual([])
    expect((await sides(marshal)).here).toEqual(['Ana', 'Bo Porto', 'Lena'])
    expect((await sides(marshal)).there).toContain('Lena')
    await expectRest(marshal)
  })

  it('turned to inbound leaves nothing waiting, and back sends what changed meanwhile', async () => {
    const { marshal, ana, bo, lena } = await apart('mirror')
    await marshal.sync()
    await marshal.set('person', { city: 'Braga' }, bo)
    expect(await marshal.status()).toMatchObject({ pending: 1 })
    const turn = (direction: string) =>
      marshal.client.targets.update({ name: 'timing', changes: { direction: direction as 'both' } })
    await turn('inbound')
    expect(await marshal.status()).toMatchObject({ pending: 0, held: 0, failed: 0 })
    await marshal.set('person', { city: 'Sintra' }, ana)
    await marshal.set('person', { firstName: 'Nuno', lastName: 'Dias' })
    await marshal.remove('person', lena)
    await marshal.sync()
    expect(await marshal.status()).toMatchObject({ pending: 0 })
    await turn('both')
    expect(await marshal.sync()).toMatchObject({ result: 'success' })
    expect(await sides(marshal)).toEqual({
      here: ['Ana Sintra', 'Bo Braga', 'Nuno', 'Rui'],
      there: ['Ana Sintra', 'Bo Braga', 'Nuno', 'Rui'],
    })
    await expectSameAt(marshal.client, mockSyncTarget, marshal.server)
    await expectRest(marshal)
  })

  it('turned to outbound and back takes over what happened there meanwhile', async () => {
    const { marshal } = await apart('mirror', { direction: 'outbound' })
    await marshal.sync()
    await marshal.client.targets.update({ name: 'timing', changes: { direction: 'both' } })
    expect(await marshal.sync()).toMatchObject({ result: 'success' })
    expect((await sides(marshal)).here).toEqual(['Ana Lisboa', 'Bo Porto', 'Lena', 'Rui'])
    await expectSameAt(marshal.client, mockSyncTarget, marshal.server)
    await expectRest(marshal)
  })
})

describe('a mode changed afterwards', () => {
  const turn = (marshal: Marshal, mode: Mode) =>
    marshal.client.targets.update({ name: 'timing', changes: { mode } })

  it('to target-leads keeps what was not sent yet in the review list', async () => {
    const marshal = await start()
    await marshal.sync()
    await marshal.set('person', { firstName: 'Lena', lastName: 'Reis' })
    await turn(marshal, 'target-leads')
    await marshal.sync()
    expect(await marshal.server.records()).toEqual([])
    expect(await marshal.status()).toMatchObject({ pending: 0, unmatched: 1 })
  })

  it('from target-leads sends what waited in the review list', async () => {
    const marshal = await start({ config: { mode: 'target-leads' } })
    await marshal.set('person', { firstName: 'Lena', lastName: 'Reis' })
    await marshal.sync()
    await turn(marshal, 'mirror')
    await marshal.sync()
    expect(await marshal.server.records()).toMatchObject([{ firstName: 'Lena' }])
    expect(await marshal.status()).toMatchObject({ pending: 0, unmatched: 0 })
    await expectRest(marshal)
  })

  it.each(['mirror', 'target-leads'] as const)(
    'from master-leads to %s takes over with the next full run what only the target has',
    async (mode) => {
      const marshal = await start({ config: { mode: 'master-leads' } })
      await marshal.server.put([remotePerson('rui', { firstName: 'Rui', lastName: 'Alves' })])
      await marshal.sync()
      expect(await marshal.status()).toMatchObject({ unmatched: 1 })
      await turn(marshal, mode)
      await marshal.sync({ kind: 'reconcile' })
      expect((await sides(marshal)).here).toEqual(['Rui'])
      expect(await marshal.status()).toMatchObject({ unmatched: 0, pending: 0 })
      await expectRest(marshal)
    },
  )
})
