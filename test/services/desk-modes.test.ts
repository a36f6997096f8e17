import { call } from '@orpc/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DeskMode } from '../../main/contract/desk-modes.ts'
import { createDeskLocks, type DeskLocks } from '../../main/engine/services/desk/desk-locks.ts'
import { deskModeHandlers } from '../../main/engine/services/desk/desk-modes-service.ts'
import { deskHandlers } from '../../main/engine/services/desk/desk-service.ts'
import { mayCall } from '../../main/engine/services/desk/decide/desk-lock.ts'
import { settingsChange } from '../../main/contract/settings.ts'
import { importText } from '../support/demo-entrants.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

let test: TestCore
let desk: ReturnType<typeof deskHandlers> & ReturnType<typeof deskModeHandlers>
let locks: DeskLocks
let eventId: string
let raceId: string

beforeAll(async () => {
  test = await openTestCore()
  locks = await createDeskLocks(test.core.db)
  desk = { ...deskHandlers(test.core, locks), ...deskModeHandlers(test.core, locks) }
  await importText(test, 'bib,first_name,last_name,race,start_group\n7,Ana,Kip,10k,Wave 1\n')
  const [event] = await call(desk.events, undefined)
  eventId = event!.id
  raceId = event!.startGroups[0]!.raceId
})
afterAll(() => test.close())

const mode = (id: string, more: Partial<DeskMode> = {}): DeskMode => ({
  ...{ id, name: `Mode ${id}`, race: null, actions: ['checkIn'], shows: ['notes'], ...more },
})
const set = (modes: DeskMode[], event = eventId) => call(desk.setModes, { eventId: event, modes })
const modes = () => call(desk.modes, { eventId })

describe('the desk modes of an event', () => {
  it('are none until somebody makes one, and are kept as they were given, in their order', async () => {
    expect(await modes()).toEqual([])
    const given = [mode('b', { race: raceId, actions: [], shows: [] }), mode('a')]
    await set(given)
    expect(await modes()).toEqual(given)
    await set([mode('a', { name: 'Volunteer' })])
    expect(await modes()).toEqual([mode('a', { name: 'Volunteer' })])
  })

  it.each([
    ['two of the same name', () => [mode('a', { name: 'Hall' }), mode('b', { name: 'hall' })]],
    ['two of the same id', () => [mode('a'), mode('a', { name: 'Other' })]],
    ['a race of another event', () => [mode('a', { race: 'elsewhere' })]],
  ])('are refused with %s, and stay as they were', async (_what, given) => {
    await set([mode('kept')])
    await expect(set(given())).rejects.toMatchObject({ problem: { code: 'invalid' } })
    expect(await modes()).toEqual([mode('kept')])
  })

  it('are refused for an event that is not there', async () => {
    await expect(set([], 'nothing')).rejects.toMatchObject({ problem: { code: 'not-found' } })
  })
})

describe('the PIN of locked desks', () => {
  const check = (pin: string) => call(desk.unlock, { pin }, { context: { browser: 'tablet' } })

  it('is 4 to 8 digits, is asked for only once it is set, and is kept as no text', async () => {
    expect(await call(desk.pin, undefined)).toEqual({ isSet: false })
    await expect(check('2468')).rejects.toMatchObject({ problem: { code: 'wrong-use' } })
    for (const pin of ['123', '123456789', '12a4'])
      await expect(call(desk.setPin, { pin })).rejects.toThrow('Input validation failed')
    await call(desk.setPin, { pin: '2468' })
    expect(await call(desk.pin, undefined)).toEqual({ isSet: true })
    expect(await check('2468')).toEqual({ right: true, waitSeconds: 0 })
    expect(await check('2469')).toMatchObject({ right: false })
    const rows = await test.core.db.selectFrom('setting').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain('2468')
  })

  it('is guessed five times at once, however many desks guess, and then every half minute', async () => {
    await call(desk.setPin, { pin: '1357' })
    const guesses = await Promise.all(
      ['0000', '0001', '0002', '0003', '0004', '0005', '1357'].map(check),
    )
    expect(guesses.map(({ right }) => right)).not.toContain(true)
    expect(guesses.at(-1)).toEqual({ right: false, waitSeconds: 30 })
    await test.clock.walk(29_000)
    expect(await check('1357')).toEqual({ right: false, waitSeconds: 1 })
    await test.clock.walk(1_000)
    expect(await check('0006')).toEqual({ right: false, waitSeconds: 30 })
    await test.clock.walk(30_000)
    expect(await check('1357')).toEqual({ right: true, waitSeconds: 0 })
    expect(await check('0007')).toEqual({ right: false, waitSeconds: 0 })
  })
})

describe('a browser that is locked to a mode', () => {
  const lock = (browser: string, modeId: string) =>
    call(desk.lock, { eventId, modeId, pin: '97531' }, { context: { browser } })
  const lockOf = (browser: string) => locks.of(browser)?.mode ?? null

  it('stays so over a restart, follows what staff make of the mode, and outlives it', async () => {
    await call(desk.setPin, { pin: '97531' })
    await set([mode('a'), mode('b')])
    expect(await lock('tablet', 'a')).toMatchObject({ right: true })
    await lock('laptop', 'b')
    const wider = mode('a', { actions: ['checkIn', 'bib'] })
    await set([wider])
    const again = await createDeskLocks(test.core.db)
    expect(again.of('tablet')).toEqual({ eventId, mode: wider })
    expect(again.of('laptop')).toEqual({ eventId, mode: mode('b') })
    expect(again.of('elsewhere')).toBeNull()
    expect(again.of(undefined)).toBeNull()
  })

  it('is let go by the PIN alone, and lets go of no other', async () => {
    const leave = (pin: string) => call(desk.unlock, { pin }, { context: { browser: 'tablet' } })
    expect(await leave('97530')).toMatchObject({ right: false })
    expect(lockOf('tablet')).not.toBeNull()
    expect(await leave('97531')).toMatchObject({ right: true })
    expect(lockOf('tablet')).toBeNull()
    expect(lockOf('laptop')).toEqual(mode('b'))
  })

  it('is a window: a command is not locked, nor is anything locked to a mode that is gone', async () => {
    const asked = { eventId, modeId: 'a', pin: '97531' }
    await expect(call(desk.lock, asked, { context: {} })).rejects.toMatchObject({
      problem: { code: 'wrong-use' },
    })
    await expect(lock('tablet', 'gone')).rejects.toMatchObject({ problem: { code: 'not-found' } })
  })

  it('is not forgotten when another one is locked, let go or told of a change at the same time', async () => {
    await set([mode('a'), mode('b')])
    await lock('laptop', 'b')
    const [a] = await modes()
    await Promise.all([
      locks.lock('phone', { eventId, mode: a! }),
      locks.release('laptop'),
      locks.lock('door', { eventId, mode: a! }),
      locks.follow(eventId, [mode('a', { name: 'Hall' })]),
    ])
    const kept = await createDeskLocks(test.core.db)
    const hall = { eventId, mode: mode('a', { name: 'Hall' }) }
    for (const known of [locks, kept])
      expect(['phone', 'door', 'laptop'].map(known.of)).toEqual([hall, hall, null])
  })

  it('locks itself again without the PIN after it signed in anew, and stays as it cannot leave', async () => {
    const asked = { eventId, modeId: 'a' }
    const anew = { context: { browser: 'tablet, signed in anew' } }
    expect(await call(desk.lock, asked, anew)).toEqual({ right: true, waitSeconds: 0 })
    expect(lockOf('tablet, signed in anew')).toEqual(mode('a'))
    expect(await call(desk.unlock, { pin: '00000' }, anew)).toMatchObject({ right: false })
    expect(await call(desk.unlock, { pin: '97531' }, anew)).toMatchObject({ right: true })
  })

  it('is never locked where no PIN would lead out again', async () => {
    const fresh = await openTestCore()
    const handlers = deskModeHandlers(fresh.core, await createDeskLocks(fresh.core.db))
    const context = { browser: 'tablet' }
    await expect(
      call(handlers.lock, { eventId: 'any', modeId: 'a' }, { context }),
    ).rejects.toMatchObject({ problem: { message: 'No PIN is set.' } })
    await fresh.close()
  })

  it('changes no status of who is checked in where there is no check-in, and all else of them', async () => {
    await set([mode('data', { actions: ['data'] }), mode('all', { actions: ['data', 'checkIn'] })])
    const { rows } = await call(desk.search, { query: 'kip', eventId })
    const { id } = rows[0]!
    const change = (browser: string, fields: object) =>
      call(desk.change, { id, ...fields }, { context: { browser } })
    await lock('info', 'data')
    await lock('start', 'all')
    await change('start', { status: 'checkedIn' })
    expect(await change('info', { status: 'dns', notes: 'x' })).toMatchObject({
      outcome: 'wrong',
      problem: { fields: { status: expect.any(String) } },
      entrant: { status: 'checkedIn', notes: null },
    })
    expect(await change('info', { notes: 'x' })).toMatchObject({ outcome: 'ok' })
    expect(await change('start', { status: 'dns' })).toMatchObject({ outcome: 'ok' })
    expect(await change('info', { status: 'withdrawn' })).toMatchObject({ outcome: 'ok' })
  })
})

describe('what a locked desk may ask', () => {
  const volunteer = mode('v', { actions: ['checkIn', 'bib'] })
  const may = (name: string, input: unknown = {}, fromComputer = false) =>
    mayCall(volunteer, { name, input, fromComputer })
  const mayWith = (actions: DeskMode['actions'], name: string, input: unknown) =>
    mayCall(mode('m', { actions }), { name, input, fromComputer: false })

  it('is to find somebody and what its mode allows', () => {
    expect(may('desk.search')).toBe(true)
    expect(may('desk.checkIn')).toBe(true)
    expect(may('desk.change', { id: 'x', bib: '7', waiver: true })).toBe(true)
    expect(may('desk.change', { id: 'x', bib: '7', notes: 'x' })).toBe(false)
    expect(may('desk.change', { id: 'x', own: { own1_hotel: 'x' } })).toBe(false)
    expect(may('desk.walkUp')).toBe(false)
  })

  it('is no check-in by the status, and none taken back, where there is none', () => {
    const give = (actions: DeskMode['actions'], status: string) =>
      mayWith(actions, 'desk.change', { id: 'x', status })
    for (const status of ['checkedIn', 'registered']) {
      expect(give(['data'], status)).toBe(false)
      expect(give(['checkIn'], status)).toBe(false)
      expect(give(['data', 'checkIn'], status)).toBe(true)
    }
    expect(give(['data'], 'dns')).toBe(true)
  })

  it('is to add somebody with no more than it hands out itself', () => {
    const who = { eventId: 'e', firstName: 'Ana', lastName: 'Kip', startGroupId: 'g' }
    const add = (actions: DeskMode['actions'], more: object) =>
      mayWith(actions, 'desk.walkUp', { ...who, ...more })
    expect(add(['walkUp'], {})).toBe(true)
    expect(add(['checkIn', 'bib', 'tag', 'data'], {})).toBe(false)
    for (const [action, given] of [
      ['bib', { bib: '7' }],
      ['tag', { tag: '7' }],
      ['tag', { spareTag: '7' }],
      ['checkIn', { waiver: true }],
      ['checkIn', { status: 'checkedIn' }],
    ] as const) {
      expect(add(['walkUp', 'data'], given)).toBe(false)
      expect(add(['walkUp', action], given)).toBe(true)
    }
  })

  it('is what Marshal supports, which says whether there are questions to the support', () => {
    expect(may('targets.adapters')).toBe(true)
  })

  it('is the name of this computer in its own window, and no other setting', () => {
    const names = { operatorName: 'Eva', deviceName: 'Desk 2' }
    expect(may('settings.set', names, true)).toBe(true)
    expect(may('settings.set', { ...names, pausedAll: true }, true)).toBe(false)
    // A browser of the service has a name of its own.
    expect(may('settings.set', names)).toBe(false)
  })

  it('gives nobody a name of more than one line', () => {
    expect(settingsChange.safeParse({ deviceName: 'Desk 2' }).success).toBe(true)
    for (const name of ['deviceName', 'operatorName'])
      expect(settingsChange.safeParse({ [name]: 'Desk\n2' }).success).toBe(false)
  })

  it.each([
    ...[
      'records.list',
      'records.set',
      'imports.export',
      'targets.list',
      'sync.start',
      'desk.setPin',
    ],
    ...[
      'desk.setModes',
      'desk.lock',
      'settings.backup',
      'roster.page',
      'sessions.list',
      'toString',
    ],
  ])('is not %s', (name) => {
    expect(may(name)).toBe(false)
  })
})
