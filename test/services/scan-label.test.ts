import { call } from '@orpc/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { entryCode } from '../../main/contract/entry-code.ts'
import { deskHandlers } from '../../main/engine/services/desk/desk-service.ts'
import { recordHandlers } from '../../main/engine/services/data/records-service.ts'
import { importText } from '../support/demo-entrants.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

let test: TestCore
let desk: ReturnType<typeof deskHandlers>
let events: Readonly<Record<string, string>>

beforeAll(async () => {
  test = await openTestCore()
  desk = deskHandlers(test.core)
  const list =
    'bib,first_name,last_name\n7,Ana,Kip\n8,Bo,Lund\n,Cy,Nobib\n9,Dee,Gone\n10,Eve,Moved\n'
  await importText(test, list)
  await importText(test, list, { event: 'Autumn Run' })
  const known = await call(desk.events, undefined)
  events = Object.fromEntries(known.map(({ name, id }) => [name, id]))
})
afterAll(() => test.close())

async function labelOf(name: string, event = 'Spring Classic'): Promise<string> {
  const { rows } = await call(desk.search, { query: name, eventId: events[event]! })
  return entryCode(rows[0]!.id, rows[0]!.bib)!
}
const scan = (code: string, event = 'Spring Classic') =>
  call(desk.scan, { code, eventId: events[event]! })

describe('the label of an entrant', () => {
  it.each(['Ana', 'Cy'])('finds them by scanning and in the search box: %s', async (name) => {
    const code = await labelOf(name)
    const outcome = await scan(`${code}\n`)
    expect([outcome.outcome, outcome.entrant?.firstName]).toEqual(['ok', name])
    const { rows } = await call(desk.search, { query: code, eventId: events['Spring Classic']! })
    expect(rows.map(({ firstName }) => firstName)).toEqual([name])
  })

  it('is refused once they have another bib, and says which', async () => {
    const code = await labelOf('Eve')
    const before = await scan(code)
    const { id } = before.entrant!
    await call(desk.change, { id, bib: '77' })
    const outcome = await scan(code)
    expect(outcome).toMatchObject({ outcome: 'wrong', label: 'otherBib', entrant: { id } })
    expect(outcome).toMatchObject({ problem: { message: expect.stringContaining('bib 77 now') } })
    await call(desk.change, { id, bib: null })
    expect(await scan(code)).toMatchObject({
      label: 'otherBib',
      problem: { message: expect.stringContaining('no bib now') },
    })
    await call(desk.change, { id, bib: '10' })
    expect((await scan(code)).outcome).toBe('ok')
  })

  it('of another event leads to nobody', async () => {
    const code = await labelOf('Ana', 'Autumn Run')
    expect(await scan(code)).toMatchObject({
      outcome: 'wrong',
      label: 'otherEvent',
      entrant: null,
    })
    const { rows } = await call(desk.search, { query: code, eventId: events['Spring Classic']! })
    expect(rows).toEqual([])
  })

  it('of somebody deleted is never taken for a new tag', async () => {
    const code = await labelOf('Dee')
    const { id } = (await scan(code)).entrant!
    await call(recordHandlers(test.core).remove, { entity: 'eventParticipant', id })
    const outcome = await scan(code)
    expect(outcome).toMatchObject({ outcome: 'wrong', label: 'gone', entrant: null })
    expect(outcome.outcome === 'wrong' && outcome.problem.code).not.toBe('not-found')
  })
})
