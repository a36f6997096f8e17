import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { syncErrorCodes } from '../../../main/contract/words.ts'
import type { Delivery } from '../../../main/engine/store/traffic/deliveries.ts'
import {
  agreedWithout,
  carriedLinks,
  newRemoteIds,
  sortOutcomes,
  type BatchFacts,
} from '../../../main/engine/sync/outbound/decide/sort-outcomes.ts'
import type { EntityBinding, SendOutcome } from '../../../main/engine/targets/kit/adapter.ts'
import { SyncError, type SyncErrorFacts } from '../../../main/engine/targets/kit/sync-error.ts'
import { runsignup } from '../../../main/engine/targets/runsignup/adapter.ts'
import { tagserver } from '../../../main/engine/targets/tagserver/adapter.ts'

const person = bindingOf(tagserver.manifest.bindings, 'person')
/** A person exists there only together with a registration. */
const comesAlong = bindingOf(runsignup.manifest.bindings, 'person')

function bindingOf(bindings: readonly EntityBinding[], entity: string): EntityBinding {
  return bindings.find((binding) => binding.entity === entity)!
}

function delivery(key: string, change: Partial<Delivery> = {}): Delivery {
  return {
    ...{ key, syncRecordNo: 1, entity: 'person', recordId: `ours-${key}`, action: 'create' },
    ...{ remoteId: null, remoteVersion: null, body: '{}', agreed: '{}', hash: 'h', stamp: 5 },
    ...{ remoteModifiedOn: 5, modifiedBy: 'Desk', mappingVersion: 1, waitsFor: null },
    ...{ carried: [], state: 'sending' },
    ...change,
  } as Delivery
}

const update = (key: string, remoteId: string) => delivery(key, { action: 'update', remoteId })
const done = (remoteId: string): SendOutcome => ({ status: 'done', remoteId })
const failed = (code: SyncError['code'], facts: SyncErrorFacts = {}): SendOutcome => ({
  status: 'failed',
  error: new SyncError(code, `It is ${code}.`, facts),
})

type Batch = readonly (readonly [Delivery, SendOutcome])[]

/** The keys in each list, of the lists that have any; `stop` is the code of the error. */
function sorted(batch: Batch, facts: Partial<BatchFacts> = {}): Readonly<Record<string, unknown>> {
  const delivered = batch.map(([one, outcome]) => ({ delivery: one, outcome }))
  const { stop, over, doubtful, ...lists } = sortOutcomes(delivered, {
    ...{ binding: person, byKey: false, again: false, known: new Set() },
    ...facts,
  })
  const keys = Object.entries({
    ...Object.fromEntries(
      Object.entries(lists).map(([name, items]) => [name, items.map((item) => item.delivery.key)]),
    ),
    doubtful: doubtful.map(({ key }) => key),
    over,
  })
  return {
    ...Object.fromEntries(keys.filter(([, list]) => list.length > 0)),
    ...(stop ? { stop: stop.code } : {}),
  }
}

describe('what became of a delivery', () => {
  it.each<[string, Delivery, SendOutcome, Readonly<Record<string, unknown>>]>([
    ['confirmed: it is over', delivery('a'), done('1'), { confirmed: ['a'], over: ['a'] }],
    [
      'refused: it waits for a person, and the target does not have it',
      delivery('a'),
      failed('rejected'),
      { failed: ['a'], over: ['a'] },
    ],
    [
      'an update that was not answered: it goes again, and may have arrived',
      update('a', '1'),
      failed('timeout', { maybeSent: true }),
      { retried: ['a'], unconfirmed: ['a'], doubtful: ['a'], over: ['a'] },
    ],
    [
      'a creation that was not answered: it is looked up, and what was frozen is kept',
      delivery('a'),
      failed('timeout', { maybeSent: true }),
      { lost: ['a'], unconfirmed: ['a'], doubtful: ['a'] },
    ],
    [
      'not tried, because the sign-in was refused: it stays due, and the run ends',
      delivery('a'),
      failed('auth'),
      { doubtful: ['a'], over: ['a'], stop: 'auth' },
    ],
  ])('%s', (_what, one, outcome, expected) => {
    expect(sorted([[one, outcome]])).toEqual(expected)
  })

  it('goes again by itself where a key tells a second copy: sending it is the look-up', () => {
    const lost: Batch = [[delivery('a'), failed('timeout', { maybeSent: true })]]
    expect(sorted(lost, { byKey: true })).toEqual({
      ...{ lost: ['a'], retried: ['a'], unconfirmed: ['a'], doubtful: ['a'] },
    })
  })

  it('is not known after a second attempt that did not arrive, unless it was refused', () => {
    const second: Batch = [
      [delivery('a'), failed('offline')],
      [delivery('b'), failed('rejected')],
    ]
    expect(sorted(second, { again: true })).toEqual({
      ...{ lost: ['a'], doubtful: ['a'], failed: ['b'], over: ['b'], stop: 'offline' },
    })
  })

  it('is no failure where it went there together with the record it came with', () => {
    const missing: Batch = [[update('a', '1'), failed('gone')]]
    expect(sorted(missing, { binding: comesAlong })).toEqual({ gone: ['a'], over: ['a'] })
    expect(sorted(missing)).toEqual({ failed: ['a'], over: ['a'] })
  })
})

describe('a remote id that is answered', () => {
  it('is asked for only where it is new and the record stays', () => {
    const remove = delivery('c', { action: 'delete', remoteId: '3' })
    const batch: Batch = [
      [delivery('a'), done('1')],
      [update('b', '2'), done('2')],
      [remove, done('')],
      [update('d', '4'), done('5')],
      [delivery('e'), failed('rejected')],
    ]
    const delivered = batch.map(([one, outcome]) => ({ delivery: one, outcome }))
    expect(newRemoteIds(delivered)).toEqual(['1', '5'])
  })

  it('is refused where another record of ours has it, or had it a moment ago', () => {
    const batch: Batch = [
      [delivery('a'), done('1')],
      [delivery('b'), done('2')],
      [delivery('c'), done('2')],
      [update('d', '1'), done('1')],
    ]
    expect(sorted(batch, { known: new Set(['1']) })).toEqual({
      ...{ confirmed: ['b', 'd'], failed: ['a', 'c'], over: ['a', 'b', 'c', 'd'] },
    })
  })
})

describe('what a target says of a confirmed record', () => {
  const sort = (one: Delivery, outcome: SendOutcome) =>
    sortOutcomes([{ delivery: one, outcome }], {
      ...{ binding: person, byKey: false, again: false, known: new Set<string>() },
    }).confirmed[0]!

  it('becomes the agreed content where it took something otherwise', () => {
    const agreed = JSON.stringify({ firstName: 'Ana', lastName: 'Silva' })
    const one = delivery('a', { agreed })
    const { kept } = sort(one, { ...done('1'), kept: { lastName: 'SILVA' } } as SendOutcome)
    expect(JSON.parse(kept!.agreed)).toMatchObject({ firstName: 'Ana', lastName: 'SILVA' })
    expect(kept!.hash).not.toBe(one.hash)
    expect(sort(one, { ...done('1'), kept: {} } as SendOutcome).kept).toBeNull()
    expect(sort(delivery('b', { agreed: null }), done('1')).kept).toBeNull()
  })

  it('links what came into being with it, as far as it is told', () => {
    const content = { entity: 'person', agreed: null, hash: null, stamp: 5 } as const
    const one = delivery('a', {
      carried: [
        { ...content, field: 'person', recordId: 'p' },
        { ...content, field: 'tag', recordId: 't' },
      ],
    })
    const made = { person: { remoteId: '9', remoteVersion: 'v' } }
    expect(carriedLinks(one, made)).toEqual([
      { ...content, field: 'person', recordId: 'p', remoteId: '9', remoteVersion: 'v' },
    ])
    expect(sort(one, { ...done('1'), made } as SendOutcome).carried).toHaveLength(1)
  })
})

describe('every batch', () => {
  const outcome = fc.oneof(
    fc.nat(5).map((id) => done(String(id))),
    fc
      .tuple(fc.constantFrom(...syncErrorCodes), fc.boolean())
      .map(([code, maybeSent]) => failed(code, { maybeSent })),
  )
  const action = fc.constantFrom<Delivery['action']>('create', 'update', 'delete')
  const batch = fc
    .array(fc.tuple(action, outcome), { maxLength: 12 })
    .map((items): Batch =>
      items.map(([kind, told], at) => [
        delivery(String(at), { action: kind, remoteId: kind === 'create' ? null : `old${at}` }),
        told,
      ]),
    )

  it('is either over or kept for a look-up, each delivery once, and no failure is a success', () => {
    fc.assert(
      fc.property(batch, fc.boolean(), fc.boolean(), (items, byKey, again) => {
        const delivered = items.map(([one, told]) => ({ delivery: one, outcome: told }))
        const facts = { binding: person, byKey, again, known: new Set(['0']) }
        const all = sortOutcomes(delivered, facts)
        const keys = (list: readonly { readonly delivery: Delivery }[]) =>
          list.map((item) => item.delivery.key)
        expect([...all.over, ...keys(all.lost)].toSorted()).toEqual(
          delivered.map((item) => item.delivery.key).toSorted(),
        )
        const confirmed = new Set(keys(all.confirmed))
        for (const list of [all.failed, all.retried, all.gone, all.lost, all.unconfirmed]) {
          for (const key of keys(list)) expect(confirmed.has(key)).toBe(false)
        }
        const linked = all.confirmed.filter(({ delivery: one }) => one.action !== 'delete')
        expect(new Set(linked.map(({ remoteId }) => remoteId)).size).toBe(linked.length)
        expect(linked.map(({ remoteId }) => remoteId)).not.toContain('0')
      }),
    )
  })
})

describe('what is there without some fields', () => {
  const partly = (code: SyncError['code'], remoteId = '7'): SendOutcome => ({
    ...(failed(code) as Extract<SendOutcome, { status: 'failed' }>),
    reached: { remoteId, without: ['email'] },
  })

  it('is linked, and waits like any other that failed', () => {
    expect(sorted([[delivery('a'), partly('rejected')]])).toEqual({
      ...{ reached: ['a'], failed: ['a'], over: ['a'] },
    })
    expect(sorted([[delivery('a'), partly('timeout')]])).toMatchObject({
      ...{ reached: ['a'], retried: ['a'], over: ['a'] },
    })
  })

  it('is made no second time, whatever the answer to the rest was', () => {
    const outcomes = sorted([[delivery('a'), partly('ambiguous')]])
    expect(outcomes).toMatchObject({ reached: ['a'], retried: ['a'] })
    expect(outcomes).not.toHaveProperty('lost')
  })

  it('is never linked to what is another record of ours', () => {
    expect(newRemoteIds([{ delivery: delivery('a'), outcome: partly('rejected') }])).toEqual(['7'])
    const batch: Batch = [
      [delivery('a'), partly('rejected')],
      [delivery('b'), partly('rejected', '8')],
      [delivery('c'), done('8')],
    ]
    expect(sorted(batch, { known: new Set(['7']) })).toMatchObject({ reached: ['b'] })
  })

  it('is agreed on as it was sent, and on those fields as before', () => {
    const sent = JSON.stringify({ lastName: 'Voss', email: 'new@example.org' })
    const one = { delivery: delivery('a', { agreed: sent }), remoteId: '7', without: ['email'] }
    const agreed = (before: string | null) =>
      JSON.parse(agreedWithout(person, one, before).agreed) as unknown
    expect(agreed(JSON.stringify({ lastName: 'V', email: 'old@example.org' }))).toMatchObject({
      ...{ lastName: 'Voss', email: 'old@example.org' },
    })
    expect(agreed(null)).toMatchObject({ lastName: 'Voss', email: null })
  })
})
