/** What a listing comes to, whatever its pages look like: played by an adapter whose pages are written down here. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RunKind } from '../../../main/contract/words.ts'
import { value } from '../../../main/engine/store/sql/statement.ts'
import type { RemoteRecord } from '../../../main/engine/targets/kit/adapter.ts'
import {
  openScriptedTarget,
  page,
  remotePerson,
  type ScriptedTarget,
} from '../../support/scripted-target.ts'

let scripted: ScriptedTarget
beforeEach(async () => {
  scripted = await openScriptedTarget()
})
afterEach(() => scripted.close())

const run = (kind: RunKind = 'reconcile') => scripted.run(kind)

describe('a record on several pages of a listing', () => {
  const young = remotePerson('a', { firstName: 'New', lastName: 'Silva' }, 2_000)
  const old = remotePerson('a', { firstName: 'Old', lastName: 'Silva' }, 1_000)
  const other = remotePerson('b', { firstName: 'Bo', lastName: 'Costa' }, 1_500)

  it.each([
    ['the newer first', [young], [other, old]],
    ['the older first', [old, other], [young]],
  ])('is what is newest, however often it is listed: %s', async (_order, first, second) => {
    scripted.pages = [page(first, true), page(second)]
    expect((await run()).run).toMatchObject({ inbound: { created: 2 } })
    for (let again = 0; again < 3; again++) {
      expect((await run()).run).toMatchObject({ inbound: { updated: 0, deleted: 0, conflicts: 0 } })
      expect(await scripted.firstNames()).toEqual(['Bo', 'New'])
    }
  })

  it('is what was seen last where no times are told', async () => {
    const untimed = (one: RemoteRecord) => ({ ...one, modifiedOn: null })
    scripted.pages = [page([untimed(young)], true), page([untimed(old)])]
    await run()
    for (let again = 0; again < 3; again++) {
      expect((await run()).run).toMatchObject({ inbound: { updated: 0 } })
      expect(await scripted.firstNames()).toEqual(['Old'])
    }
  })

  it('may be older than what was taken over, where the newer state is not there any more', async () => {
    scripted.pages = [page([young])]
    await run()
    scripted.pages = [page([old])]
    expect((await run()).run).toMatchObject({ inbound: { updated: 1 } })
    expect(await scripted.firstNames()).toEqual(['Old'])
  })

  it('is gone where its deletion is newer than what another page has of it', async () => {
    scripted.pages = [page([old])]
    await run()
    scripted.pages = [page([{ ...young, deleted: true }], true), page([old])]
    expect((await run()).run).toMatchObject({ inbound: { deleted: 1 } })
    expect((await run()).run).toMatchObject({ inbound: { deleted: 0, updated: 0 } })
  })
})

describe('a listing in which an id cannot be read', () => {
  const [ana, bo] = [
    remotePerson('a', { lastName: 'Silva' }),
    remotePerson('b', { lastName: 'Costa' }),
  ]
  const half = remotePerson('x\ud800', { lastName: 'Reis' })

  it('tells nothing of what is absent, whichever page it is on', async () => {
    scripted.pages = [page([ana, bo])]
    await run()
    scripted.pages = [page([half], true), page([ana])]
    const first = (await run()).run
    expect(first).toMatchObject({ result: 'warning', inbound: { deleted: 0, failed: 1 } })
    expect(first.errors[0]).toMatchObject({ remoteId: null, code: 'bad-response' })
    scripted.pages = [page([ana])]
    expect((await run()).run).toMatchObject({ inbound: { deleted: 1 } })
  })

  it('counts as there under its id where only its time cannot be', async () => {
    scripted.pages = [page([ana, bo])]
    await run()
    scripted.pages = [page([ana, { ...bo, modifiedOn: Date.UTC(2260, 0) * 1000 }])]
    const { run: told } = await run()
    expect(told).toMatchObject({ inbound: { deleted: 0, failed: 1 }, errors: [{ remoteId: 'b' }] })
    expect(told.errors[0]!.message).toContain('2260')
  })
})

describe('a listing that does not end', () => {
  it.each([
    ['brings nothing', (): readonly RemoteRecord[] => []],
    [
      'brings ever new records',
      (at: number) =>
        Array.from({ length: 1_000 }, (_, n) => remotePerson(`${at}-${n}`, { lastName: 'Silva' })),
    ],
  ])('is an error in words where it %s', async (_what, records) => {
    scripted.bounds = { records: 20_000, emptyPages: 50, ms: 3_600_000 }
    scripted.pages = (at) => page(records(at), true)
    const { run: told, error } = await run()
    expect(error).toMatchObject({ code: 'bad-response' })
    expect(told).toMatchObject({ result: 'error', inbound: { created: 0 } })
    expect(told.errors[0]!.message).toMatch(/people does not end/)
    expect(await waiting()).toBe(0)
  })

  it('is an error in words where it takes longer than anybody waits', async () => {
    scripted.pages = (at) => {
      scripted.test.clock.advance(60_000)
      return page([remotePerson(`${at}`, { lastName: 'Silva' })], true)
    }
    const { run: told } = await run()
    expect(told.errors[0]!.message).toMatch(/after 120 minutes/)
  })

  const waiting = () =>
    value<number>(
      scripted.test.core.reader,
      `SELECT count(*) AS value FROM inbox WHERE state = 'new'`,
    )
})
