/** Fields that are records of their own there: in bodies, in versions, and on their way. */
import { describe, expect, it } from 'vitest'
import { withBorder } from '../../main/engine/targets/kit/border.ts'
import type { Connection, SendOutcome } from '../../main/engine/targets/kit/adapter.ts'
import { noParts, type RemoteBody, type Resource } from '../../main/engine/targets/kit/resource.ts'
import {
  sendSlices,
  sliceIds,
  sliceVersion,
  withSlices,
  type KeptSlice,
  type SliceCalls,
} from '../../main/engine/targets/kit/slices.ts'
import { SyncError } from '../../main/engine/targets/kit/sync-error.ts'

const plain = (field: string) => ({
  remoteName: `${field}s`,
  fields: [field],
  toRemote: (fields: Readonly<Record<string, unknown>>): RemoteBody | null =>
    (fields[field] ?? null) === null ? null : { value: fields[field] },
  fromRemote: (raw: RemoteBody | null) => ({ [field]: (raw?.['value'] ?? null) as string | null }),
})
const slices = { email: plain('email'), phone: plain('phone') }
const person: Resource = withSlices({
  root: 'person',
  remoteName: 'people',
  direction: 'both',
  fields: ['lastName'],
  slices,
  changes: 'since',
  deletion: 'delete',
  toRemote: ({ lastName }) => ({ name: lastName }),
  fromRemote: (raw) => ({ fields: { lastName: raw['name'] as string }, refs: {} }),
})

describe('a body', () => {
  it('has what its slices say under their names, and nothing of what does not travel', () => {
    expect(person.fields).toEqual(['lastName', 'email', 'phone'])
    const body = person.toRemote({ lastName: 'Voss', email: null }, {}, noParts)
    expect(body).toEqual({ name: 'Voss', email: null })
  })

  it('is read with what it has of them', () => {
    const read = (raw: RemoteBody) => person.fromRemote!(raw).fields
    expect(read({ name: 'Voss', email: { value: 'a@b.c' }, phone: null })).toEqual({
      ...{ lastName: 'Voss', email: 'a@b.c', phone: null },
    })
    expect(read({ name: 'Voss' })).toEqual({ lastName: 'Voss' })
  })
})

describe('a version', () => {
  it('tells the ids of one root, and nothing of another one', () => {
    const version = sliceVersion('hash', '7', { email: '1' })
    expect(sliceIds(version, '7')).toEqual({ email: '1' })
    for (const [told, of] of [
      [version, '8'],
      ['hash', '7'],
      [null, '7'],
    ] as const)
      expect(sliceIds(told, of)).toEqual({})
  })
})

/** A system that keeps slices in lists, and the calls it was asked. */
function system(kept: Readonly<Record<string, readonly KeptSlice[]>>, fails?: SyncError) {
  const asked: string[] = []
  const call = (what: string) => {
    asked.push(what)
    if (fails && what.startsWith('change email')) throw fails
  }
  const calls: SliceCalls = {
    async there(name) {
      call(`there ${name}`)
      return kept[name] ?? []
    },
    async create(name) {
      call(`create ${name}`)
      return 'new'
    },
    async change(name, id) {
      call(`change ${name} ${id}`)
      if (!(kept[name] ?? []).some((one) => one.id === id)) throw new SyncError('gone', 'not there')
    },
    async remove(name, id) {
      call(`remove ${name} ${id}`)
    },
  }
  return { asked, calls }
}

describe('sending', () => {
  const value = (text: string) => ({ value: text })
  const kept = (id: string, text: string): KeptSlice => ({ id, body: value(text) })

  it('makes each of a new root, and asks for nothing', async () => {
    const { asked, calls } = system({})
    const known = { ids: {}, isNew: true }
    const sent = await sendSlices(slices, { email: value('a'), phone: null }, known, calls)
    expect(asked).toEqual(['create email'])
    expect(sent).toEqual({ ids: { email: 'new' }, instead: {}, failure: null })
  })

  it('changes the one that is known, and looks for one that is not', async () => {
    const { asked, calls } = system({ email: [kept('1', 'a')], phone: [kept('2', '555')] })
    const known = { ids: { email: '1' }, isNew: false }
    const wanted = { email: value('b'), phone: value('555') }
    const { ids } = await sendSlices(slices, wanted, known, calls)
    expect(asked).toEqual(['change email 1', 'there phone'])
    expect(ids).toEqual({ email: '1', phone: '2' })
  })

  it('makes one that is known and gone, or changes what took its place', async () => {
    for (const [there, last] of [
      [[], 'create email'],
      [[kept('3', 'x')], 'change email 3'],
    ] as const) {
      const { asked, calls } = system({ email: there })
      const known = { ids: { email: '1' }, isNew: false }
      await sendSlices(slices, { email: value('b') }, known, calls)
      expect(asked).toEqual(['change email 1', 'there email', last])
    }
  })

  it('deletes ours, and tells what is there in its place', async () => {
    const { asked, calls } = system({ email: [kept('1', 'a'), kept('2', 'b')] })
    const known = { ids: { email: '1' }, isNew: false }
    const sent = await sendSlices(slices, { email: null }, known, calls)
    expect(asked).toEqual(['there email', 'remove email 1'])
    expect(sent).toMatchObject({ ids: { email: '2' }, instead: { email: value('b') } })
  })

  it.each([
    ['goes on after one that is refused', 'rejected', ['email'], 2],
    ['ends where the others would meet the same', 'auth', ['email', 'phone'], 1],
  ] as const)('%s', async (_what, code, without, requests) => {
    const error = new SyncError(code, 'No.')
    const { asked, calls } = system({ email: [kept('1', 'a')], phone: [kept('2', '5')] }, error)
    const known = { ids: { email: '1', phone: '2' }, isNew: false }
    const wanted = { email: value('b'), phone: value('6') }
    const { failure, ids } = await sendSlices(slices, wanted, known, calls)
    expect(failure).toMatchObject({ error: { code, message: 'emails: No.' }, without })
    expect(asked).toHaveLength(requests)
    expect(ids).toEqual(known.ids)
  })

  it('passes a defect on', async () => {
    const calls = { ...system({}).calls, create: () => Promise.reject(new TypeError('bug')) }
    const known = { ids: {}, isNew: true }
    await expect(sendSlices(slices, { email: value('a') }, known, calls)).rejects.toThrow('bug')
  })
})

it('what is there in part is looked at like what is there', async () => {
  const partly = (remoteId: string, remoteModifiedOn: number): SendOutcome => ({
    status: 'failed',
    error: new SyncError('rejected', 'No.'),
    reached: { remoteId, remoteModifiedOn, without: ['email'] },
  })
  const outcomes = [partly('\ud800', 1), partly('7', Number.MAX_SAFE_INTEGER)]
  const bare = { send: async () => outcomes } as unknown as Connection
  const [half, late] = await withBorder(bare).send('person', [], new AbortController().signal)
  expect(half).toMatchObject({ status: 'failed', error: { code: 'ambiguous', maybeSent: true } })
  expect(half).not.toHaveProperty('reached')
  expect(late).toMatchObject({ reached: { remoteId: '7', remoteModifiedOn: null } })
})
