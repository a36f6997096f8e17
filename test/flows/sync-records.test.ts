import { describe, expect, it } from 'vitest'
import type { SyncRecordView } from '../../main/contract/targets.ts'
import { addEntrant, raceDay, startListOf } from '../support/race-day.ts'
import type { TestEngine } from '../support/test-engine.ts'
import { startAtTagServer } from '../targets/tagserver/target.ts'

type Asked = Omit<Parameters<TestEngine['client']['targets']['syncRecords']>[0], 'name'>

async function list({ client }: TestEngine, asked: Asked = {}): Promise<SyncRecordView[]> {
  const all: SyncRecordView[] = []
  for (let after: string | null = null; ;) {
    const page = await client.targets.syncRecords({ name: 'timing', after, ...asked })
    all.push(...page.records)
    if (page.next === null) return all
    after = page.next
  }
}

/** "Poison" is refused, so the entry and its place wait. */
async function withPoison() {
  const marshal = await startAtTagServer()
  const day = await raceDay(marshal)
  await marshal.server.fault({
    match: { method: 'POST', path: '/api/people', bodyContains: 'Poison' },
    action: { kind: 'answer', status: 400, body: { detail: 'Not this name.' } },
  })
  const ana = await addEntrant(marshal, day, { bib: '7', firstName: 'Ana' })
  const poison = await addEntrant(marshal, day, { bib: '8', firstName: 'Poison' })
  await marshal.sync()
  return { marshal, ana, poison }
}

describe('what a target knows of single records', () => {
  it('is listed with the state, the reason and the parent that is waited for', async () => {
    const { marshal, ana, poison } = await withPoison()
    expect(await list(marshal, { entity: 'person' })).toMatchObject([
      {
        recordId: ana.person.id,
        display: 'Ana Silva',
        state: 'linked',
        due: false,
        remoteId: expect.any(String),
        entitySyncedOn: expect.any(String),
        heldBy: null,
      },
      { recordId: poison.person.id, state: 'failed', errorCode: 'rejected', attempts: 1 },
    ])
    expect(await list(marshal, { state: 'held' })).toMatchObject([
      {
        recordId: poison.participant.id,
        heldBy: { recordId: poison.person.id, display: 'Poison Silva' },
        errorMessage: /^Poison Silva was refused/,
      },
      { recordId: poison.place.id, heldBy: { recordId: poison.participant.id } },
    ])
  })

  it('says of children of a record that was given up what they wait for, and they go with it later', async () => {
    const { marshal, poison } = await withPoison()
    await marshal.client.failures.discard({})
    const [entry] = await list(marshal, { state: 'held' })
    expect(entry).toMatchObject({
      recordId: poison.participant.id,
      heldBy: { display: 'Poison Silva' },
      errorMessage: /^Poison Silva was given up/,
    })
    expect(await marshal.status()).toMatchObject({ failed: 0, held: 2 })
    await marshal.set('person', { firstName: 'Petra' }, poison.person.id)
    expect(await marshal.sync()).toMatchObject({ result: 'success', outbound: { created: 3 } })
    expect(await list(marshal, { state: 'held' })).toEqual([])
    expect(await list(marshal, { due: true })).toEqual([])
  })

  it('goes on page by page, every record once, parents first', async () => {
    const marshal = await startAtTagServer()
    await marshal.importEntrants(startListOf(60))
    const all = await list(marshal, { limit: 1000 })
    const paged = await list(marshal, { limit: 25 })
    expect(paged).toEqual(all)
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
    expect(all.length).toBeGreaterThan(180)
    expect(await list(marshal, { due: true, limit: 17 })).toHaveLength(all.length)
    await marshal.sync()
    expect(await list(marshal, { due: true })).toEqual([])
    expect(await list(marshal, { state: 'linked', entity: 'tag', limit: 7 })).toHaveLength(60)
    expect(await list(marshal, { state: 'failed' })).toEqual([])
  })

  it('is found by our id or theirs, or the beginning of one', async () => {
    const { marshal, ana } = await withPoison()
    const [found] = await list(marshal, { search: ana.person.id })
    expect(found).toMatchObject({ recordId: ana.person.id })
    expect(await list(marshal, { search: found!.remoteId!, entity: 'person' })).toEqual([found])
    const begun = await list(marshal, { search: ana.person.id.slice(0, -1) })
    expect(begun).toContainEqual(found)
    expect(await list(marshal, { search: ana.person.id, state: 'failed' })).toEqual([])
    expect(await list(marshal, { search: "nobody' OR 1" })).toEqual([])
  })

  it('is refused in words for a target that is not there, or a position no page answered', async () => {
    const { marshal } = await withPoison()
    const { client } = marshal
    await expect(client.targets.syncRecords({ name: 'nowhere' })).rejects.toMatchObject({
      data: { code: 'not-found' },
    })
    await expect(list(marshal, { after: 'x' })).rejects.toMatchObject({
      data: { code: 'wrong-use' },
    })
    await expect(client.records.history({ before: 'yesterday' })).rejects.toMatchObject({
      data: { code: 'wrong-use' },
    })
  })
})

describe('the errors of a run', () => {
  it('are all there, page by page, beyond the hundred its view carries', async () => {
    const marshal = await startAtTagServer()
    await marshal.server.fault({
      match: { method: 'POST', path: '/api/people' },
      action: { kind: 'answer', status: 400, body: { detail: 'Not this name.' } },
    })
    const names = Array.from({ length: 130 }, (_, n) => `Runner${n},Silva`)
    await marshal.importRecords('person', ['firstName,lastName', ...names].join('\n'))
    const run = await marshal.sync()
    expect(run.errors).toHaveLength(100)
    const first = await marshal.client.sync.runErrors({ id: run.id, limit: 80 })
    const rest = await marshal.client.sync.runErrors({ id: run.id, limit: 80, after: first.next })
    expect([...first.errors, ...rest.errors]).toHaveLength(130)
    expect([...first.errors, ...rest.errors].slice(0, 100)).toEqual(run.errors)
    expect(rest.next).toBeNull()
    await expect(marshal.client.sync.runErrors({ id: 'none' })).rejects.toMatchObject({
      data: { code: 'not-found' },
    })
  })
})
