import { call } from '@orpc/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CheckInRuleSet } from '../../main/contract/desk.ts'
import { deskHandlers } from '../../main/engine/services/desk/desk-service.ts'
import { recordHandlers } from '../../main/engine/services/data/records-service.ts'
import { importText } from '../support/demo-entrants.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

const off: CheckInRuleSet = {
  bib: 'off',
  startGroup: 'off',
  dateOfBirth: 'off',
  waiver: 'off',
  paid: 'off',
}
let test: TestCore
let desk: ReturnType<typeof deskHandlers>
let eventId: string

beforeAll(async () => {
  test = await openTestCore()
  desk = deskHandlers(test.core)
  await importText(
    test,
    `bib,first_name,last_name,date_of_birth,start_group,waiver
7,Ana,Kip,1990-01-02,Wave 1,no
8,Bo,Lund,,Wave 1,yes
,Cleo,Anand,,,
`,
  )
  eventId = (await call(desk.events, undefined))[0]!.id
})
afterAll(() => test.close())

const rules = (some: Partial<CheckInRuleSet>) =>
  call(desk.setRules, { eventId, rules: { ...off, ...some } })
async function idOf(query: string) {
  return (await call(desk.search, { query, eventId })).rows[0]!.id
}

describe('what an event asks for before a check-in', () => {
  it('is nothing until somebody says so, and is kept as it was said', async () => {
    expect(await call(desk.rules, { eventId })).toEqual(off)
    await rules({ bib: 'refuse', waiver: 'warn' })
    expect(await call(desk.rules, { eventId })).toEqual({ ...off, bib: 'refuse', waiver: 'warn' })
  })

  it('refuses by name of what is missing, and changes nothing', async () => {
    await rules({ bib: 'refuse', startGroup: 'refuse', dateOfBirth: 'warn' })
    const id = await idOf('cleo')
    expect(await call(desk.checkIn, { id })).toMatchObject({
      outcome: 'wrong',
      missing: ['bib', 'startGroup'],
      problem: {
        message: 'Cleo Anand is not checked in: no bib, no start group.',
        fields: { bib: 'no bib', startGroupId: 'no start group' },
      },
      entrant: { status: 'registered' },
    })
  })

  it('checks in and says what is missing where it only warns', async () => {
    await rules({ waiver: 'warn', paid: 'warn' })
    const id = await idOf('kip')
    const outcome = await call(desk.checkIn, { id })
    expect(outcome).toMatchObject({ outcome: 'ok', missing: ['waiver', 'paid'] })
    expect(outcome.entrant?.status).toBe('checkedIn')
    await call(desk.change, { id, waiver: true, paid: true })
    await call(desk.checkIn, { id, undo: true })
    expect(await call(desk.checkIn, { id })).not.toHaveProperty('missing')
  })

  it('holds for a status set on the card and for a walk-up; other changes of who is checked in go on', async () => {
    await rules({ waiver: 'refuse' })
    const refused = await call(desk.change, { id: await idOf('cleo'), status: 'checkedIn' })
    expect(refused).toMatchObject({ outcome: 'wrong', entrant: { status: 'registered' } })
    expect(refused, 'in codes, for every language').toMatchObject({ missing: ['waiver'] })
    const walkUp = { eventId, firstName: 'Dee', lastName: 'Moss', status: 'checkedIn' as const }
    expect(await call(desk.walkUp, walkUp)).toMatchObject({ outcome: 'wrong' })
    expect(await call(desk.walkUp, { ...walkUp, waiver: true })).toMatchObject({ outcome: 'ok' })
    await call(desk.change, { id: await idOf('dee'), waiver: false })
    const later = await call(desk.change, { id: await idOf('dee'), notes: 'Late' })
    expect(later).toMatchObject({ outcome: 'ok', entrant: { notes: 'Late' } })
  })

  it('holds for a record that is edited, alone or with many others: all of them or none', async () => {
    await rules({ waiver: 'refuse' })
    const records = recordHandlers(test.core)
    const entity = 'eventParticipant'
    const [cleo, bo] = [await idOf('cleo'), await idOf('lund')]
    const fields = { status: 'checkedIn' }
    await expect(call(records.set, { entity, id: cleo, fields })).rejects.toHaveProperty(
      'problem.lacking',
      { entrants: [{ name: 'Cleo Anand', rules: ['waiver'] }], count: 1 },
    )
    await expect(call(records.set, { entity, id: cleo, fields })).rejects.toThrow(
      'Cleo Anand is not checked in',
    )
    const both = [cleo, bo].map((id) => ({ id, fields }))
    await expect(call(records.setMany, { entity, changes: both })).rejects.toHaveProperty(
      'problem.lacking.count',
      1,
    )
    await expect(call(records.setMany, { entity, changes: both })).rejects.toThrow(
      'Nobody is checked in, as one of them lacks',
    )
    expect(await call(desk.entrant, { id: bo })).toMatchObject({ status: 'registered' })
    const done = await call(records.setMany, { entity, changes: [{ id: bo, fields }] })
    const checkedIn = await call(desk.entrant, { id: bo })
    expect(checkedIn).toMatchObject({ status: 'checkedIn', checkedInBy: test.core.who() })
    expect(checkedIn.checkedInOn).not.toBeNull()
    await call(records.setMany, { entity, changes: done.undo })
    const undone = { status: 'registered', checkedInOn: null, checkedInBy: null }
    expect(await call(desk.entrant, { id: bo })).toMatchObject(undone)
  })

  it('needs an event that exists', async () => {
    await expect(call(desk.setRules, { eventId: 'x', rules: off })).rejects.toThrow(
      'does not exist',
    )
  })
})
