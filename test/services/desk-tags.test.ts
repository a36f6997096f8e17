import { call } from '@orpc/server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DeskOutcome, EntrantCard } from '../../main/contract/desk.ts'
import { deskHandlers } from '../../main/engine/services/desk/desk-service.ts'
import { rows } from '../../main/engine/store/sql/statement.ts'
import { importText } from '../support/demo-entrants.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

let test: TestCore
let desk: ReturnType<typeof deskHandlers>
let event: string

beforeEach(async () => {
  test = await openTestCore({ who: 'Eva' })
  desk = deskHandlers(test.core)
  await importText(
    test,
    'bib,first_name,last_name,tag\n1,Ada,One,T-1\n2,Bea,Two,T-2\n3,Cia,Three,\n',
  )
  event = (await call(desk.events, undefined))[0]!.id
})
afterEach(() => test.close())

const entrantOf = (outcome: DeskOutcome): EntrantCard => {
  if (!outcome.entrant) throw new Error(JSON.stringify(outcome))
  return outcome.entrant
}
const scan = (code: string) => call(desk.scan, { code, eventId: event })
const known = async (bib: string) => entrantOf(await scan(bib))
const statusOf = async (number: string) =>
  (
    await rows<{ status: string }>(
      test.core.reader,
      `SELECT status FROM tag WHERE number = ?`,
      number,
    )
  )[0]?.status

describe('a spare tag', () => {
  it('is given from the card, and finds its runner when it is scanned', async () => {
    const ada = await known('1')
    const outcome = await call(desk.change, { id: ada.id, spareTag: 'T-9' })
    expect(outcome).toMatchObject({ outcome: 'ok', entrant: { tag: 'T-1', spareTag: 'T-9' } })
    expect(await statusOf('T-9')).toBe('inUse')
    expect(entrantOf(await scan('T-9')).id).toBe(ada.id)
    expect(await call(desk.change, { id: ada.id, spareTag: 'T-9' })).toMatchObject({
      outcome: 'already',
    })
  })

  it('of somebody else is refused with who has it, either way round', async () => {
    const [ada, bea] = [await known('1'), await known('2')]
    await call(desk.change, { id: ada.id, spareTag: 'T-9' })
    for (const change of [{ spareTag: 'T-9' }, { tag: 'T-9' }, { spareTag: 'T-1' }]) {
      const [field] = Object.keys(change)
      expect(await call(desk.change, { id: bea.id, ...change })).toMatchObject({
        outcome: 'wrong',
        problem: {
          code: 'taken',
          holder: { id: ada.id },
          fields: { [field!]: 'is taken by Ada One (1)' },
        },
      })
    }
    expect(await statusOf('T-9')).toBe('inUse')
    expect(await call(desk.change, { id: bea.id, spareTag: 'T-2' })).toMatchObject({
      outcome: 'wrong',
      problem: { code: 'invalid', fields: { spareTag: 'is the tag already' } },
    })
  })

  it('changes places with the first one, and goes back to stock when it is taken off', async () => {
    const ada = await known('1')
    await call(desk.change, { id: ada.id, spareTag: 'T-9' })
    expect(await call(desk.change, { id: ada.id, tag: 'T-9', spareTag: 'T-1' })).toMatchObject({
      outcome: 'ok',
      entrant: { tag: 'T-9', spareTag: 'T-1' },
    })
    expect([await statusOf('T-1'), await statusOf('T-9')]).toEqual(['inUse', 'inUse'])
    await call(desk.change, { id: ada.id, spareTag: null })
    expect([await statusOf('T-1'), await statusOf('T-9')]).toEqual(['stock', 'inUse'])
  })

  it('comes with a walk-up', async () => {
    const outcome = await call(desk.walkUp, {
      eventId: event,
      firstName: 'Dea',
      lastName: 'Four',
      tag: 'T-5',
      spareTag: 'T-6',
    })
    expect(outcome).toMatchObject({ outcome: 'ok', entrant: { tag: 'T-5', spareTag: 'T-6' } })
  })
})

describe('a relay team', () => {
  it('is put together at the desk; its bib finds all of them, and does not say which one', async () => {
    const ids = [await known('1'), await known('2'), await known('3')].map(({ id }) => id)
    for (const [at, id] of ids.entries()) {
      expect(
        await call(desk.change, { id, bib: '7', team: 'Fast Four', leg: at + 1 }),
      ).toMatchObject({ outcome: 'ok', entrant: { bib: '7', team: 'Fast Four', leg: at + 1 } })
    }
    const { rows: found } = await call(desk.search, { query: '7', eventId: event })
    expect(found.map(({ firstName, team, leg }) => [firstName, team, leg])).toEqual([
      ['Ada', 'Fast Four', 1],
      ['Bea', 'Fast Four', 2],
      ['Cia', 'Fast Four', 3],
    ])
    expect(await scan('7')).toMatchObject({
      outcome: 'wrong',
      problem: { message: 'Several legs of Fast Four wear bib 7.' },
    })
    expect(entrantOf(await scan('T-2')).firstName).toBe('Bea')
    expect(await call(desk.change, { id: ids[2]!, leg: 1 })).toMatchObject({
      outcome: 'wrong',
      problem: { code: 'taken', holder: { id: ids[0] }, fields: { leg: 'Ada One (7) is leg 1' } },
    })
  })
})
