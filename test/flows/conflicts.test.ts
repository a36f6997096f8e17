import { describe, expect, it, onTestFinished } from 'vitest'
import type { ConflictRule } from '../../main/contract/words.ts'
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
import { startMockSync } from '../targets/mock-sync-server/stand-in.ts'
import { targetConfig } from '../support/test-target.ts'
import { mockSyncTarget } from '../targets/mock-sync-server/target.ts'

/** A person whose city and phone both sides changed, to different values. */
async function disputed(marshal: Marshal, name = 'Ana'): Promise<string> {
  const id = await agreedPerson(marshal, {
    firstName: name,
    lastName: 'Silva',
    city: 'Braga',
    phone: '+351911111111',
  })
  await marshal.set('person', { city: 'Porto', phone: '+351912222222' }, id)
  await editThere(marshal, id, { city: 'Lisboa', phone: '+351913333333' }, 60)
  await marshal.sync()
  return id
}

const open = async ({ client }: Marshal) => (await client.conflicts.list({})).conflicts

/** Both sides say the same, nothing waits, and several runs say nothing more. */
async function expectPeace(marshal: Marshal): Promise<void> {
  await marshal.sync()
  await expectSameAt(marshal.client, mockSyncTarget, marshal.server)
  const before = await marshal.server.submissions()
  for (let run = 0; run < 4; run++) {
    expect(await marshal.sync()).toMatchObject({
      result: 'success',
      outbound: { created: 0, updated: 0 },
      inbound: { created: 0, updated: 0, conflicts: 0 },
    })
  }
  await marshal.sync({ force: true })
  expect(await marshal.sync()).toMatchObject({ result: 'success' })
  expect((await marshal.server.submissions()).length).toBeGreaterThanOrEqual(before.length)
  await expectSameAt(marshal.client, mockSyncTarget, marshal.server)
  expect(await open(marshal)).toEqual([])
  expect(await marshal.status()).toMatchObject({ conflicts: 0, pending: 0, failed: 0 })
}

const asking = { config: { conflicts: 'merge-fields' } }

describe('a field that both sides changed', () => {
  const results: readonly (readonly [ConflictRule, string, number])[] = [
    ['master-wins', 'Porto', 0],
    ['latest-wins', 'Lisboa', 0],
    ['merge-fields', 'Porto', 1],
    ['review', 'Porto', 1],
  ]
  it.each(results)('under %s is %s here, with %i conflicts', async (rule, city, conflicts) => {
    const marshal = await start({ config: { conflicts: rule } })
    await disputed(marshal)
    expect(await persons(marshal)).toMatchObject([{ city }])
    expect(await open(marshal)).toHaveLength(conflicts)
    if (conflicts === 0) await expectPeace(marshal)
  })
})

describe('a conflict', () => {
  it('shows what was agreed, ours and theirs, and nothing that is settled already', async () => {
    const marshal = await start(asking)
    const id = await disputed(marshal)
    const { conflicts, total, next } = await marshal.client.conflicts.list({ target: 'timing' })
    expect({ total, next }).toEqual({ total: 1, next: null })
    expect(conflicts).toMatchObject([
      {
        target: 'timing',
        entity: 'person',
        recordId: id,
        display: 'Ana Silva',
        fields: [
          { field: 'phone', base: '+351911111111', ours: '+351912222222', theirs: '+351913333333' },
          { field: 'city', label: 'City', base: 'Braga', ours: 'Porto', theirs: 'Lisboa' },
        ],
      },
    ])
    expect(await marshal.client.conflicts.get({ id: conflicts[0]!.id })).toEqual(conflicts[0])
  })

  it('shows what the record says now, not what it said when they met', async () => {
    const marshal = await start(asking)
    const id = await disputed(marshal)
    await marshal.set('person', { city: 'Faro' }, id)
    const [conflict] = await open(marshal)
    expect(conflict!.fields[1]).toMatchObject({ field: 'city', ours: 'Faro', theirs: 'Lisboa' })
  })

  it('keeps its number when the target says the same or something else again', async () => {
    const marshal = await start(asking)
    const id = await disputed(marshal)
    const [first] = await open(marshal)
    await marshal.sync({ force: true })
    await editThere(marshal, id, { city: 'Évora' }, 120)
    await marshal.sync()
    const [second] = await open(marshal)
    expect(second).toMatchObject({ id: first!.id, openedOn: first!.openedOn })
    expect(second!.fields[1]).toMatchObject({ base: 'Braga', ours: 'Porto', theirs: 'Évora' })
  })

  it('settles itself when the target goes back to what was agreed', async () => {
    const marshal = await start(asking)
    const id = await disputed(marshal)
    const [conflict] = await open(marshal)
    await editThere(marshal, id, { city: 'Braga', phone: '+351911111111' }, 120)
    await marshal.sync()
    expect(await open(marshal)).toEqual([])
    expect(await marshal.server.records()).toMatchObject([{ city: 'Porto' }])
    expect(
      await marshal.client.conflicts.resolve({ ids: [conflict!.id], keep: 'theirs' }),
    ).toMatchObject({ count: 0, refused: [{ id: conflict!.id, message: /settled itself/ }] })
    await expectPeace(marshal)
  })

  it('settles itself when both sides come to say the same', async () => {
    const marshal = await start(asking)
    const id = await disputed(marshal)
    await editThere(marshal, id, { city: 'Porto', phone: '+351912222222' }, 120)
    await marshal.sync()
    expect(await open(marshal)).toEqual([])
    await expectPeace(marshal)
  })

  it('ends with its record: a deletion here is sent', async () => {
    const marshal = await start(asking)
    const id = await disputed(marshal)
    const [conflict] = await open(marshal)
    await marshal.remove('person', id)
    expect(await marshal.client.conflicts.resolve({ ids: [conflict!.id], keep: 'ours' })).toEqual({
      count: 0,
      refused: [{ id: conflict!.id, message: expect.stringContaining('deleted') }],
    })
    await marshal.sync()
    expect(await marshal.status()).toMatchObject({ conflicts: 0, pending: 0 })
    expect((await marshal.server.records()).filter(({ deleted }) => deleted !== true)).toEqual([])
  })
})

describe('settling a conflict', () => {
  it('for ours sends ours, and both sides are equal and silent', async () => {
    const marshal = await start(asking)
    await disputed(marshal)
    const [conflict] = await open(marshal)
    const done = await marshal.client.conflicts.resolve({ ids: [conflict!.id], keep: 'ours' })
    expect(done).toEqual({ count: 1, refused: [] })
    expect(await marshal.status()).toMatchObject({ conflicts: 0, pending: 1 })
    await marshal.sync()
    expect(await marshal.server.records()).toMatchObject([
      { city: 'Porto', phone: '+351912222222' },
    ])
    await expectPeace(marshal)
  })

  it('for theirs changes the record here, by the operator, and sends nothing', async () => {
    const marshal = await start(asking)
    const id = await disputed(marshal)
    const sent = await marshal.server.submissions()
    expect(await marshal.client.conflicts.resolve({ keep: 'theirs' })).toMatchObject({ count: 1 })
    expect(await persons(marshal)).toMatchObject([{ city: 'Lisboa', phone: '+351913333333' }])
    expect(await marshal.status()).toMatchObject({ conflicts: 0, pending: 0 })
    const { entries } = await marshal.client.records.history({ id })
    expect(entries[0]).toMatchObject({ origin: 'operator', action: 'update' })
    await marshal.sync()
    expect(await marshal.server.submissions()).toEqual(sent)
    await expectPeace(marshal)
  })

  it('field by field takes the one and sends the other', async () => {
    const marshal = await start(asking)
    await disputed(marshal)
    await marshal.client.conflicts.resolve({ keep: 'ours', fields: { phone: 'theirs' } })
    expect(await persons(marshal)).toMatchObject([{ city: 'Porto', phone: '+351913333333' }])
    await marshal.sync()
    expect(await marshal.server.records()).toMatchObject([
      { city: 'Porto', phone: '+351913333333' },
    ])
    await expectPeace(marshal)
  })

  it('in part leaves the rest open, and nothing is sent until it is whole', async () => {
    const marshal = await start(asking)
    const id = await disputed(marshal)
    const sent = await marshal.server.submissions()
    const [before] = await open(marshal)
    await marshal.client.conflicts.resolve({ fields: { phone: 'theirs' } })
    await marshal.sync()
    await marshal.sync({ force: true })
    const [after] = await open(marshal)
    expect(after).toMatchObject({ id: before!.id, fields: [{ field: 'city', base: 'Braga' }] })
    expect(await marshal.server.submissions()).toEqual(sent)
    expect(await persons(marshal)).toMatchObject([{ city: 'Porto', phone: '+351913333333' }])
    await editThere(marshal, id, { lastName: 'Sousa' }, 120)
    await marshal.sync()
    expect(await open(marshal)).toMatchObject([{ fields: [{ field: 'city' }] }])
    await marshal.client.conflicts.resolve({ keep: 'ours' })
    await expectPeace(marshal)
    expect(await marshal.server.records()).toMatchObject([
      { city: 'Porto', phone: '+351913333333', lastName: 'Sousa' },
    ])
  })

  it('tells other targets of what was taken over', async () => {
    const marshal = await start(asking)
    const far = await startMockSync()
    onTestFinished(() => far.stop())
    await marshal.client.targets.add({
      config: { ...targetConfig(mockSyncTarget, far.url), name: 'far' },
    })
    await disputed(marshal)
    await marshal.sync({}, 'far')
    await marshal.client.conflicts.resolve({ keep: 'theirs' })
    await marshal.sync({}, 'far')
    expect(await far.records()).toMatchObject([{ city: 'Lisboa' }])
  })

  it('once more, or of one that never was, is refused in words', async () => {
    const marshal = await start(asking)
    await disputed(marshal)
    const [conflict] = await open(marshal)
    await marshal.client.conflicts.resolve({ keep: 'ours' })
    const again = await marshal.client.conflicts.resolve({ ids: [conflict!.id], keep: 'theirs' })
    expect(again).toMatchObject({ count: 0, refused: [{ message: /was settled by/ }] })
    await expect(
      marshal.client.conflicts.resolve({ ids: ['4711'], keep: 'ours' }),
    ).rejects.toMatchObject({ data: { code: 'not-found' } })
    await expect(marshal.client.conflicts.resolve({ ids: ['1'] })).rejects.toMatchObject({
      data: { code: 'wrong-use' },
    })
  })
})

describe('a decision made while a run works the same record in', () => {
  /** Something done at the moment a page was decided and is about to be written. */
  async function amidst(config: Readonly<Record<string, string>>) {
    let act = async () => {}
    const marshal = await start({
      config,
      probe: async (point) => {
        if (point !== 'pull:apply') return
        const now = act
        act = async () => {}
        await now()
      },
    })
    return {
      marshal,
      meanwhile: (work: () => Promise<unknown>) => (act = async () => void (await work())),
    }
  }

  it('stands: what came since is decided anew from there', async () => {
    const { marshal, meanwhile } = await amidst({ conflicts: 'merge-fields' })
    const id = await disputed(marshal)
    await editThere(marshal, id, { lastName: 'Sousa' }, 120)
    meanwhile(() => marshal.client.conflicts.resolve({ keep: 'ours' }))
    await marshal.sync()
    await expectPeace(marshal)
    expect(await marshal.server.records()).toMatchObject([{ city: 'Porto', lastName: 'Sousa' }])
  })

  it('stands also for a match', async () => {
    const { marshal, meanwhile } = await amidst({ mode: 'master-leads', direction: 'inbound' })
    const { id } = await marshal.set('person', { firstName: 'Anna', lastName: 'Silva' })
    await marshal.server.put([remotePerson('a', { firstName: 'Ana', lastName: 'Silva' })])
    await marshal.sync()
    const { matches } = await marshal.client.matches.list({})
    await marshal.server.put([
      remotePerson('a', { firstName: 'Ana', lastName: 'Silva', city: 'Porto' }, at(-60)),
    ])
    meanwhile(() => marshal.client.matches.accept({ ids: [matches[0]!.id], recordId: id }))
    await marshal.sync()
    expect(await persons(marshal)).toMatchObject([
      { id, city: 'Porto', targets: { timing: { remoteId: 'a', state: 'linked' } } },
    ])
  })
})

describe('conflicts about the same fields', () => {
  it('are one group, and are settled together', async () => {
    const marshal = await start(asking)
    const names = Array.from({ length: 600 }, (_, n) => `Runner${n}`)
    const ids: string[] = []
    await marshal.importRecords(
      'person',
      ['firstName,lastName,city', ...names.map((name) => `${name},Silva,Braga`)].join('\n'),
    )
    await marshal.sync()
    for (const { id } of await persons(marshal)) ids.push(id)
    await marshal.importRecords('person', ['id,city', ...ids.map((id) => `${id},Porto`)].join('\n'))
    const there = await marshal.server.records()
    await marshal.server.put(there.map((one) => ({ ...one, city: 'Lisboa', timestamp: at(60) })))
    await marshal.sync()
    const { groups } = await marshal.client.conflicts.groups({})
    expect(groups).toMatchObject([
      { target: 'timing', entity: 'person', fields: [{ field: 'city' }], count: 600 },
    ])
    expect(groups[0]!.examples).toHaveLength(5)
    const page = await marshal.client.conflicts.list({ group: groups[0]!.key, limit: 200 })
    expect(page).toMatchObject({ total: 600, next: expect.any(String) })
    const done = await marshal.client.conflicts.resolve({ group: groups[0]!.key, keep: 'theirs' })
    expect(done).toEqual({ count: 600, refused: [] })
    expect((await marshal.client.conflicts.groups({})).groups).toEqual([])
    expect(await marshal.status()).toMatchObject({ conflicts: 0, pending: 0 })
    await expectPeace(marshal)
  })

  it('settled for theirs: who wants what somebody has already is refused, with who has it; the others go on', async () => {
    const marshal = await start(asking)
    const event = await marshal.set('event', { name: 'Spring Classic' })
    const entries: string[] = []
    for (const [name, number] of [
      ['Ana', '1'],
      ['Bo', '2'],
      ['Eva', '3'],
    ] as const) {
      const person = await marshal.set('person', { firstName: name, lastName: 'Silva' })
      const entry = { event: event.id, person: person.id, number }
      entries.push((await marshal.set('eventParticipant', entry)).id)
    }
    await marshal.sync()
    await marshal.sync()
    await marshal.set('eventParticipant', { number: '11' }, entries[0])
    await marshal.set('eventParticipant', { number: '12' }, entries[1])
    await editThere(marshal, entries[0]!, { number: '3' }, 60)
    await editThere(marshal, entries[1]!, { number: '22' }, 60)
    await marshal.sync()
    const report = await marshal.client.conflicts.resolve({ keep: 'theirs' })
    expect(report).toMatchObject({ count: 1, refused: [{ message: /Eva Silva/ }] })
    expect(await open(marshal)).toMatchObject([{ recordId: entries[0] }])
    await marshal.client.conflicts.resolve({ keep: 'ours' })
    await expectPeace(marshal)
  })
})

describe('consent', () => {
  it('withdrawn here while something else was asked is sent', async () => {
    const marshal = await start(asking)
    const person = await marshal.set('person', { firstName: 'Ana', lastName: 'Silva' })
    const fields = { person: person.id, channel: 'email', topic: 'news', status: 'unknown' }
    const { id } = await marshal.set('contactPreference', { ...fields, source: 'form' })
    await marshal.sync()
    await marshal.sync()
    await marshal.set('contactPreference', { status: 'optedIn', source: 'desk' }, id)
    await editThere(marshal, id, { source: 'web' }, 60)
    await marshal.sync()
    expect(await open(marshal)).toMatchObject([{ fields: [{ field: 'source' }] }])
    await marshal.set('contactPreference', { status: 'optedOut' }, id)
    await marshal.client.conflicts.resolve({ keep: 'theirs' })
    await expectPeace(marshal)
    expect(await marshal.server.records()).toContainEqual(
      expect.objectContaining({ id, status: 'optedOut', source: 'web' }),
    )
  })

  it('given there and withdrawn here after the question came up stays withdrawn', async () => {
    const marshal = await start({ config: { conflicts: 'review' } })
    const person = await marshal.set('person', { firstName: 'Ana', lastName: 'Silva' })
    const fields = { person: person.id, channel: 'email', topic: 'news', status: 'unknown' }
    const { id } = await marshal.set('contactPreference', fields)
    await marshal.sync()
    await marshal.sync()
    await editThere(marshal, id, { status: 'optedIn' }, 60)
    await marshal.sync()
    const [conflict] = await open(marshal)
    await marshal.set('contactPreference', { status: 'optedOut' }, id)
    const refused = await marshal.client.conflicts.resolve({ keep: 'theirs' })
    expect(refused).toMatchObject({
      count: 0,
      refused: [{ id: conflict!.id, message: /a withdrawal always wins/ }],
    })
    await marshal.client.conflicts.resolve({ keep: 'ours' })
    await expectPeace(marshal)
    expect(await marshal.server.records()).toContainEqual(
      expect.objectContaining({ id, status: 'optedOut' }),
    )
  })
})
