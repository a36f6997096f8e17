import { describe, expect, it, onTestFinished } from 'vitest'
import type { RemoteDeletion } from '../../main/contract/words.ts'
import { emsPeopleHere, emsPersons, startAtEms, type EmsMarshal } from '../targets/ems/at-ems.ts'
import {
  agreedPerson,
  at,
  persons,
  remotePerson,
  start,
} from '../targets/mock-sync-server/at-mock-sync.ts'
import { expectSameAt } from '../support/same-everywhere.ts'
import { startMockSync } from '../targets/mock-sync-server/stand-in.ts'
import { targetConfig } from '../support/test-target.ts'
import { mockSyncTarget } from '../targets/mock-sync-server/target.ts'

const policies: readonly RemoteDeletion[] = ['ignore', 'unlink', 'delete']

/** EMS and this side with so many persons each has; answers their ids at EMS. */
async function filled(count: number, config: Readonly<Record<string, unknown>> = {}) {
  const marshal = await startAtEms({ config })
  const ids = await marshal.server.load('people', emsPersons(count))
  expect(await marshal.sync()).toMatchObject({ result: 'success', inbound: { created: count } })
  return { marshal, ids }
}

/** Runs of both kinds find nothing more to do, and nothing travels. */
async function expectRest(marshal: EmsMarshal): Promise<void> {
  const from = marshal.departures.length
  for (const kind of ['delta', 'reconcile', 'delta'] as const) {
    expect(await marshal.sync({ kind })).toMatchObject({
      result: 'success',
      outbound: { created: 0, updated: 0, deleted: 0 },
      inbound: { created: 0, updated: 0, deleted: 0, conflicts: 0 },
    })
  }
  expect(marshal.departures.slice(from).filter(({ method }) => method !== 'GET')).toEqual([])
}

/** Once the listing leaves these out, though they are there. */
async function leaveOut({ server }: EmsMarshal, ids: readonly number[]): Promise<void> {
  const body = (await server.dump('people')).filter(({ id }) => !ids.includes(id))
  const match = { method: 'GET', path: '/api/people' }
  await server.fault({ match, times: 1, action: { kind: 'answer', status: 200, body } })
}

const linkOf = async (marshal: EmsMarshal, firstName: string) => {
  const found = (await emsPeopleHere(marshal)).find((one) => one['firstName'] === firstName)
  return found?.targets['timing']
}

describe('a record that a complete listing does not have any more', () => {
  it.each(policies)(
    'is treated by the policy %s, and never comes back by itself',
    async (policy) => {
      const { marshal, ids } = await filled(30, { remoteDeletion: policy })
      await marshal.server.remove('people', ids[24]!)
      expect(await marshal.sync({ kind: 'reconcile' })).toMatchObject({
        result: 'success',
        inbound: { deleted: policy === 'ignore' ? 0 : 1 },
      })
      const link = await linkOf(marshal, 'Runner25')
      if (policy === 'delete') expect(link).toBeUndefined()
      else if (policy === 'unlink')
        expect(link).toMatchObject({ state: 'unmatched', remoteId: null })
      else expect(link).toMatchObject({ state: 'linked' })
      expect(await emsPeopleHere(marshal)).toHaveLength(policy === 'delete' ? 29 : 30)
      await expectRest(marshal)
      expect(await marshal.server.dump('people')).toHaveLength(29)
    },
  )

  it('is found at a target that tells what changed, by its nightly listing only', async () => {
    const marshal = await start({ config: { remoteDeletion: 'delete' } })
    await marshal.server.put([
      remotePerson('a', { firstName: 'Ana', lastName: 'Silva' }),
      remotePerson('b', { firstName: 'Bo', lastName: 'Costa' }),
    ])
    await marshal.sync()
    await marshal.server.reset()
    await marshal.server.put([remotePerson('b', { firstName: 'Bo', lastName: 'Costa' })])
    expect(await marshal.sync()).toMatchObject({ inbound: { deleted: 0 } })
    expect(await marshal.sync({ kind: 'reconcile' })).toMatchObject({ inbound: { deleted: 1 } })
    expect(await persons(marshal)).toMatchObject([{ firstName: 'Bo' }])
  })

  it.each(['unlink', 'delete'] as const)(
    'is linked again or made anew when it reappears as it was (%s)',
    async (policy) => {
      const { marshal, ids } = await filled(3, { remoteDeletion: policy })
      await leaveOut(marshal, [ids[1]!])
      expect(await marshal.sync()).toMatchObject({ inbound: { deleted: 1 } })
      expect(await marshal.sync()).toMatchObject({ result: 'success' })
      const people = await emsPeopleHere(marshal)
      expect(people.map((one) => one['firstName']).sort()).toEqual([
        'Runner1',
        'Runner2',
        'Runner3',
      ])
      for (const { targets } of people) expect(targets['timing']).toMatchObject({ state: 'linked' })
      await expectRest(marshal)
    },
  )

  it('is linked again to the record it was, also where nothing else tells that they are one', async () => {
    const marshal = await startAtEms()
    const nameless = emsPersons(3).map(({ email: _, ...person }) => person)
    const ids = await marshal.server.load('people', nameless)
    await marshal.sync()
    const before = await emsPeopleHere(marshal)
    await leaveOut(marshal, ids)
    expect(await marshal.sync()).toMatchObject({ inbound: { deleted: 3 } })
    expect(await marshal.sync()).toMatchObject({ inbound: { created: 0 } })
    const after = await emsPeopleHere(marshal)
    const linksOf = (people: typeof before) =>
      people.map(({ id, targets }) => [id, targets['timing']?.remoteId])
    expect(linksOf(after)).toEqual(linksOf(before))
    await expectRest(marshal)
  })

  it('was missed by one listing that lied, and is there in the next: nothing happened', async () => {
    const { marshal, ids } = await filled(60)
    await leaveOut(marshal, ids.slice(0, 41))
    expect(await marshal.sync()).toMatchObject({ result: 'warning', guard: { planned: 41 } })
    expect(await marshal.sync()).toMatchObject({ result: 'success', guard: null })
    expect(await emsPeopleHere(marshal)).toHaveLength(60)
    await expectRest(marshal)
  })
})

describe('a listing that is not whole', () => {
  it.each([
    ['fails', { kind: 'answer', status: 500, body: {} }],
    ['is cut off', { kind: 'cut-before' }],
    ['asks for fewer requests', { kind: 'answer', status: 429, body: {} }],
    ['is half an answer', { kind: 'truncated-json' }],
    ['is a web page', { kind: 'html' }],
  ] as const)('because its second page %s deletes nothing', async (_how, action) => {
    const { marshal, ids } = await filled(30, { remoteDeletion: 'delete' })
    await marshal.server.remove('people', ids[0]!)
    await marshal.server.fault({ match: { pathPattern: 'people.*page=1&' }, times: 1, action })
    expect(await marshal.sync({ kind: 'reconcile' })).toMatchObject({ result: 'error' })
    expect(await emsPeopleHere(marshal)).toHaveLength(30)
    expect(await marshal.sync({ kind: 'reconcile' })).toMatchObject({ inbound: { deleted: 1 } })
    expect(await emsPeopleHere(marshal)).toHaveLength(29)
  })

  it('because a record could not be read deletes nothing', async () => {
    const marshal = await start({ config: { remoteDeletion: 'delete' } })
    await marshal.server.put([remotePerson('a', { firstName: 'Ana', lastName: 'Silva' })])
    await marshal.sync()
    await marshal.server.reset()
    await marshal.server.odd([{ entity: 'person', firstName: 'Nobody' }])
    expect(await marshal.sync({ kind: 'reconcile' })).toMatchObject({
      result: 'warning',
      inbound: { deleted: 0 },
    })
    expect(await persons(marshal)).toHaveLength(1)
  })
})

describe('a listing of nothing', () => {
  it('is stopped with the reason in the run log, and goes when a person lifts the guard', async () => {
    const { marshal, ids } = await filled(45, { remoteDeletion: 'delete' })
    for (const id of ids) await marshal.server.remove('people', id)
    const run = await marshal.sync({ kind: 'reconcile' })
    expect(run).toMatchObject({ result: 'warning', guard: { planned: 45, limit: 20 } })
    expect(run.guard).toMatchObject({ linked: 45, reason: expect.stringContaining('45 of 45') })
    const [logged] = (await marshal.client.sync.runs({ limit: 1 })).runs
    expect(logged!.guard).toEqual(run.guard)
    expect(await emsPeopleHere(marshal)).toHaveLength(45)
    expect(await marshal.status()).toMatchObject({ state: 'attention' })
    expect(await marshal.sync()).toMatchObject({ guard: { planned: 45 } })
    expect(await marshal.sync({ kind: 'reconcile', allowMassChange: true })).toMatchObject({
      guard: null,
      inbound: { deleted: 45 },
    })
    expect(await emsPeopleHere(marshal)).toEqual([])
    await expectRest(marshal)
  })
})

describe('drift', () => {
  it('of content that went there and back again is followed each time', async () => {
    const { marshal, ids } = await filled(3)
    for (const lastName of ['Costa', 'Silva', 'Costa', 'Silva']) {
      await marshal.server.amend('people', ids[0]!, { lastName })
      expect(await marshal.sync()).toMatchObject({ inbound: { updated: 1 } })
      const [ana] = (await emsPeopleHere(marshal)).filter((one) => one['firstName'] === 'Runner1')
      expect(ana).toMatchObject({ lastName })
    }
    await expectRest(marshal)
  })

  it('by which our own change was undone there is seen, and stands', async () => {
    const { marshal, ids } = await filled(3)
    const [ana] = (await emsPeopleHere(marshal)).filter((one) => one['firstName'] === 'Runner1')
    for (const time of [1, 2]) {
      await marshal.set('person', { lastName: 'Costa' }, ana!.id)
      expect(await marshal.sync(), `time ${time}`).toMatchObject({ outbound: { updated: 1 } })
      await marshal.server.amend('people', ids[0]!, { lastName: 'Silva' })
      expect(await marshal.sync()).toMatchObject({ inbound: { updated: 1 } })
      const now = await marshal.client.records.get({ entity: 'person', id: ana!.id })
      expect(now).toMatchObject({ lastName: 'Silva' })
    }
    await expectRest(marshal)
  })

  it('of both sides is settled by the rule', async () => {
    const { marshal, ids } = await filled(3)
    const [ana] = (await emsPeopleHere(marshal)).filter((one) => one['firstName'] === 'Runner1')
    await marshal.set('person', { lastName: 'Costa' }, ana!.id)
    await marshal.server.amend('people', ids[0]!, { lastName: 'Reis', phone: '+351912345678' })
    expect(await marshal.sync({ kind: 'reconcile' })).toMatchObject({ result: 'success' })
    const now = await marshal.client.records.get({ entity: 'person', id: ana!.id })
    expect(now).toMatchObject({ lastName: 'Costa', phone: '+351912345678' })
    expect((await marshal.server.dump('people'))[0]).toMatchObject({ lastName: 'Costa' })
    await expectRest(marshal)
  })

  it('to an older version, as after a backup was restored there, is seen by a full listing', async () => {
    const marshal = await start()
    const id = await agreedPerson(marshal)
    const [before] = await marshal.server.records()
    await marshal.server.put([{ ...before!, city: 'Lisboa', timestamp: at(30) }])
    await marshal.sync()
    expect(await persons(marshal)).toMatchObject([{ city: 'Lisboa' }])
    await marshal.server.put([before!])
    await marshal.sync()
    expect(await marshal.sync({ kind: 'reconcile' })).toMatchObject({ inbound: { updated: 1 } })
    expect(await persons(marshal)).toMatchObject([{ id, city: null }])
    await expectSameAt(marshal.client, mockSyncTarget, marshal.server)
    expect(await marshal.sync({ kind: 'reconcile' })).toMatchObject({ inbound: { updated: 0 } })
  })
})

describe('what is missing', () => {
  it('here because it was never told is created by a full listing', async () => {
    const marshal = await start()
    await marshal.server.put([remotePerson('a', { firstName: 'Ana', lastName: 'Silva' }, at(-60))])
    await marshal.sync()
    // A laptop that was away for a week brings something old.
    await marshal.server.put([
      remotePerson('b', { firstName: 'Bo', lastName: 'Costa' }, at(-700_000)),
    ])
    expect(await marshal.sync()).toMatchObject({ inbound: { created: 0 } })
    expect(await marshal.sync({ kind: 'reconcile' })).toMatchObject({ inbound: { created: 1 } })
    expect(await persons(marshal)).toHaveLength(2)
  })

  it('at one target is no reason to delete it at another, but a deletion is told to it', async () => {
    const { marshal, ids } = await filled(3, { remoteDeletion: 'delete' })
    const far = await startMockSync()
    onTestFinished(() => far.stop())
    const config = { ...targetConfig(mockSyncTarget, far.url), name: 'far' }
    await marshal.client.targets.add({ config: { ...config, direction: 'outbound' } })
    await marshal.sync({}, 'far')
    await marshal.server.remove('people', ids[0]!)
    await marshal.sync()
    expect(await marshal.sync({}, 'far')).toMatchObject({ outbound: { deleted: 1 } })
    expect((await far.records()).filter(({ deleted }) => !deleted)).toHaveLength(2)
  })
})
