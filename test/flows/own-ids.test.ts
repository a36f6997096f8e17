import { describe, expect, it } from 'vitest'
import { fakeClock } from '../support/fake-clock.ts'
import {
  agreedPerson,
  at,
  editThere,
  persons,
  remotePerson,
  start,
  type Marshal,
} from '../targets/mock-sync-server/at-mock-sync.ts'

/** What the target has, without what was deleted there. */
const liveThere = async ({ server }: Marshal) =>
  (await server.records()).filter(({ deleted }) => deleted !== true).map(({ id }) => id)

async function addAgain({ client }: Marshal): Promise<void> {
  const config = await client.targets.export({ name: 'timing' })
  await client.targets.remove({ name: 'timing' })
  await client.targets.add({ config })
}

describe('a record that a target has under an id of ours', () => {
  it('is the one it was made of, also when another one there fits and comes first', async () => {
    const marshal = await start()
    const { id } = await marshal.set('tag', { number: 'T-7' })
    await marshal.server.fault({
      match: { method: 'POST' },
      times: 2,
      action: { kind: 'cut-after-write' },
    })
    await marshal.sync()
    await marshal.server.put([{ id: 't', entity: 'tag', number: 'T-7', timestamp: at(-300) }])
    await marshal.sync()
    await marshal.sync()
    const { records } = await marshal.client.records.list({ entity: 'tag' })
    expect(records).toMatchObject([{ id, targets: { timing: { state: 'linked', remoteId: id } } }])
  })

  it('is deleted there when it was deleted here before anybody knew that it is there', async () => {
    const marshal = await start()
    const id = await agreedPerson(marshal)
    await marshal.remove('person', id)
    await addAgain(marshal)
    await marshal.sync()
    await marshal.sync()
    expect(await liveThere(marshal)).toEqual([])
    expect(await persons(marshal)).toEqual([])
    expect(await marshal.sync()).toMatchObject({ result: 'success', outbound: { deleted: 0 } })
  })

  it.each([
    [
      'the target',
      'delete',
      (marshal: Marshal, id: string) => editThere(marshal, id, { deleted: true }, 60),
    ],
    ['a person here', 'unlink', (marshal: Marshal, id: string) => marshal.remove('person', id)],
  ] as const)(
    'is a new one when somebody there saves it again after %s deleted it',
    async (_who, remoteDeletion, deletes) => {
      const marshal = await start({ config: { remoteDeletion } })
      const id = await agreedPerson(marshal)
      await deletes(marshal, id)
      await marshal.sync()
      expect(await persons(marshal)).toEqual([])
      await editThere(marshal, id, { deleted: false, city: 'Porto' }, 120)
      await marshal.sync()
      await marshal.sync()
      expect(await persons(marshal)).toMatchObject([
        { firstName: 'Ana', city: 'Porto', targets: { timing: { remoteId: id } } },
      ])
      expect(await liveThere(marshal)).toEqual([id])
    },
  )

  it('is a new one when a listing that left it out deleted it here, and the next has it', async () => {
    const marshal = await start({ config: { remoteDeletion: 'delete' } })
    const id = await agreedPerson(marshal)
    await marshal.server.fault({
      match: { method: 'GET' },
      times: 1,
      action: { kind: 'answer', status: 200, body: [] },
    })
    await marshal.sync({ kind: 'reconcile' })
    expect(await persons(marshal)).toEqual([])
    await marshal.sync({ kind: 'reconcile' })
    expect(await persons(marshal)).toMatchObject([{ firstName: 'Ana' }])
    expect(await liveThere(marshal)).toEqual([id])
  })
})

describe('a record that was deleted there and is kept here', () => {
  it('comes back with what was written there just before, once a change here brings it back', async () => {
    const clock = fakeClock(Date.now())
    const marshal = await start({
      clock,
      config: { remoteDeletion: 'ignore', sensitive: ['person.emergencyContactName'] },
    })
    const ana = { firstName: 'Ana', lastName: 'Silva' }
    await marshal.server.put([remotePerson('a', ana, at(-7200))])
    await marshal.sync()
    const [{ id } = { id: '' }] = await persons(marshal)
    await editThere(marshal, 'a', { emergencyContactName: 'Rui', deleted: true }, -3600)
    await marshal.sync()
    await marshal.set('person', { city: 'Porto' }, id)
    // The change waits until polls do not look back to it.
    clock.advance(600_000)
    await marshal.server.put([remotePerson('b', { firstName: 'Bo', lastName: 'Costa' }, at(-1))])
    await marshal.sync()
    await marshal.sync()
    expect((await persons(marshal)).find((one) => one.id === id)).toMatchObject({
      city: 'Porto',
      emergencyContactName: 'Rui',
    })
    expect(await liveThere(marshal)).toEqual(['a', 'b'])
  })
})
