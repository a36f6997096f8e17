/** A hub and its desks as the window sets them up and shows them: opened, invited, joined, revoked, shut. */
import { mkdir, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { mostBehind } from '../../main/contract/devices.ts'
import { systemClock } from '../../main/hosts/system-clock.ts'
import {
  content,
  entrant,
  openLaptop,
  read,
  set,
  sync,
  type Laptop,
} from '../support/hub-and-desks.ts'

const problemOf = (asked: Promise<unknown>) =>
  asked.then(
    () => null,
    (error: { readonly data?: { readonly message: string } }) =>
      error.data?.message ?? String(error),
  )

async function invited(hub: Laptop): Promise<string> {
  return (await hub.client.devices.invite()).lines[0]!
}

async function openedHub(): Promise<Laptop> {
  const hub = await openLaptop(false)
  await hub.client.devices.open()
  return hub
}

async function joined(hub: Laptop, name: string): Promise<Laptop> {
  const desk = await openLaptop(false)
  await desk.client.devices.join({ invitation: await invited(hub), name })
  return desk
}

const desksOf = async (hub: Laptop) => (await hub.client.devices.get()).desks

it('nobody is let in before a person opens the hub, nor after it is shut; who was let in stays known', async () => {
  const hub = await openLaptop(false)
  expect(await hub.client.devices.get()).toEqual({
    ...{ mayOpen: true, open: null, desks: [], hub: null, notices: [], moreNotices: 0 },
  })
  expect(await problemOf(hub.client.devices.invite())).toMatch(/lets no desks in/)
  await hub.client.devices.open()
  await hub.client.devices.open()
  const { open } = await hub.client.devices.get()
  expect(open?.urls).toEqual([expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+\/#[0-9a-f]{64}$/)])
  const desk = await joined(hub, 'Desk 1')
  await sync(desk)
  await hub.client.devices.shut()
  expect(await hub.client.devices.get()).toMatchObject({ open: null, desks: [{ name: 'Desk 1' }] })
  await sync(desk, 'error')
})

it('one line makes a laptop a desk: it gets its name, everything the hub has, and is listed there', async () => {
  const hub = await openedHub()
  const event = await set(hub, 'event', { name: 'Spring Classic' })
  await entrant(hub, event.id, 'Huber', '1')
  const desk = await openLaptop(false)
  const answer = await desk.client.devices.join({
    invitation: await invited(hub),
    name: ' Desk 1 ',
  })
  await sync(desk)
  expect(await content(desk)).toEqual(await content(hub))
  expect(await desk.client.devices.get()).toMatchObject({
    ...{ hub: { target: 'hub', url: answer.url }, desks: [], open: null },
  })
  expect((await desk.client.settings.get()).deviceName).toBe('Desk 1')
  expect(await desksOf(hub)).toMatchObject([{ name: 'Desk 1', here: true, behind: 0 }])
})

it('says how far a desk is behind what others changed, and no further than anybody wants to know', async () => {
  const hub = await openedHub()
  const event = await set(hub, 'event', { name: 'Spring Classic' })
  const { id } = await entrant(hub, event.id, 'Huber', '1')
  const [one, two] = [await joined(hub, 'Desk 1'), await joined(hub, 'Desk 2')]
  const behind = async () => (await desksOf(hub)).map((desk) => desk.behind)
  expect(await behind(), 'they have not asked').toEqual([null, null])
  await sync(one)
  await sync(two)
  await set(hub, 'eventParticipant', { team: 'TSV' }, id)
  await set(hub, 'eventParticipant', { team: 'LG Nord' }, id)
  expect(await behind(), 'one record, changed twice').toEqual([1, 1])
  await sync(one)
  expect(await behind()).toEqual([0, 1])
  await set(one, 'eventParticipant', { shirt: 'M' }, id)
  await one.client.sync.run({ targets: ['hub'], records: [id] })
  expect(await behind(), 'its own change is no news to it').toEqual([0, 1])
  const rows = Array.from({ length: mostBehind + 50 }, (_, n) => `Runner ${n}`).join('\n')
  await hub.engine.importFile(
    { name: 'persons.csv', open: () => textOf(`lastName\n${rows}`) },
    { entity: 'person', map: {}, rehearse: false },
    () => {},
    new AbortController().signal,
  )
  expect(await behind()).toEqual([mostBehind, mostBehind])
})

async function* textOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

it('shows how far the clock of a desk is off', async () => {
  const hub = await openedHub()
  const clock = systemClock()
  const desk = await openLaptop(false, undefined, undefined, {
    ...clock,
    now: () => clock.now() - 90_000,
  })
  await desk.client.devices.join({ invitation: await invited(hub), name: 'Desk 1' })
  expect((await desksOf(hub))[0]).toMatchObject({ clockOffsetMs: null })
  await sync(desk)
  const [{ clockOffsetMs } = { clockOffsetMs: null }] = await desksOf(hub)
  expect(clockOffsetMs).toBeGreaterThan(-100_000)
  expect(clockOffsetMs).toBeLessThan(-85_000)
})

it('a revoked desk is gone from the list and is let in no more', async () => {
  const hub = await openedHub()
  const desk = await joined(hub, 'Desk 1')
  await sync(desk)
  const [{ id } = { id: '' }] = await desksOf(hub)
  await hub.client.devices.revoke({ id })
  expect(await desksOf(hub)).toEqual([])
  await sync(desk, 'error')
  expect((await desk.client.status.get()).targets[0]).toMatchObject({ errorCode: 'auth' })
  expect(await problemOf(hub.client.devices.revoke({ id }))).toMatch(/not let in any more/)
})

it('a revoked desk comes in again with a new invitation of the same hub, and tells what it did meanwhile', async () => {
  const hub = await openedHub()
  const desk = await joined(hub, 'Desk 1')
  await sync(desk)
  await hub.client.devices.revoke({ id: (await desksOf(hub))[0]!.id })
  await sync(desk, 'error')
  const { id } = await set(desk, 'event', { name: 'Spring Classic' })
  const again = { invitation: await invited(hub), name: 'Desk 1' }
  expect(await problemOf(desk.client.devices.join({ ...again, code: 'WRONG-22222' }))).toMatch(
    /wrong, was used already/,
  )
  expect((await desk.client.devices.get()).hub).toMatchObject({ target: 'hub' })
  await desk.client.devices.join(again)
  await sync(desk)
  expect(await hub.client.records.get({ entity: 'event', id })).toMatchObject({
    name: 'Spring Classic',
  })
  expect(await desksOf(hub)).toMatchObject([{ name: 'Desk 1', here: true }])
})

it('a desk finds the hub it knows at another address with a new invitation, with all it has to tell', async () => {
  const hub = await openedHub()
  const desk = await joined(hub, 'Desk 1')
  await sync(desk)
  const before = (await desk.client.devices.get()).hub
  await hub.client.devices.shut()
  hub.door.listenAt({ host: '127.0.0.1', port: 0 })
  await hub.client.devices.open()
  const { id } = await set(desk, 'event', { name: 'Spring Classic' })
  await sync(desk, 'error')
  await desk.client.devices.join({ invitation: await invited(hub), name: 'Desk 1' })
  const { hub: after } = await desk.client.devices.get()
  expect(after).toMatchObject({ target: before!.target })
  expect(after!.url).not.toBe(before!.url)
  await sync(desk)
  expect(await hub.client.records.get({ entity: 'event', id })).toMatchObject({
    name: 'Spring Classic',
  })
})

it('a hub that cannot write down where it is listens no more, and may be opened again', async () => {
  const hub = await openLaptop(false)
  const port = await freePort()
  hub.door.listenAt({ host: '127.0.0.1', port })
  const note = `${hub.dataDir}/hub/running.json`
  await mkdir(note, { recursive: true })
  expect(await problemOf(hub.client.devices.open())).not.toBeNull()
  await rm(note, { recursive: true })
  expect(await problemOf(hub.client.devices.open())).toBeNull()
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

it('whoever comes, and what is opened, is told to the window', async () => {
  const hub = await openLaptop(true)
  await hub.engine.start()
  let told = 0
  hub.engine.onLive((event) => void (told += event.type === 'devices' ? 1 : 0))
  await hub.client.devices.open()
  expect(told).toBe(1)
  const desk = await joined(hub, 'Desk 1')
  expect(told, 'paired').toBe(2)
  await sync(desk)
  expect(told, 'asks for the first time').toBe(3)
})

it('what cannot be joined is said in words, and leaves nothing behind', async () => {
  const hub = await openedHub()
  const line = await invited(hub)
  const desk = await openLaptop(false)
  const join = (invitation: string, more = {}) =>
    problemOf(desk.client.devices.join({ invitation, name: 'Desk 1', ...more }))
  expect(await join('the race office')).toMatch(/no address of a hub/)
  expect(await join('https://127.0.0.1:4782/')).toMatch(/certificate of the hub/)
  expect(await join(line.slice(0, line.lastIndexOf('.')))).toMatch(/code .* is missing/)
  expect(await join(line, { code: 'WRONG-22222' })).toMatch(/wrong, was used already/)
  expect(await desk.client.targets.list()).toEqual([])
  expect(await join(line)).toBeNull()
  expect(await join(await invited(hub))).toMatch(/a desk of the hub hub already/)
  const late = await openLaptop(false)
  expect(await problemOf(late.client.devices.join({ invitation: line, name: 'Late' }))).toMatch(
    /was used already/,
  )
})

it('a laptop with the demo event, or with systems of its own, does not join; the code is not spent', async () => {
  const hub = await openedHub()
  const line = await invited(hub)
  const [demo, own] = [await openLaptop(false), await openLaptop(false)]
  await demo.client.demo.add()
  const join = ({ client }: Laptop) =>
    problemOf(client.devices.join({ invitation: line, name: 'Desk 1' }))
  expect(await join(demo)).toMatch(/demo event is here/)
  await own.client.targets.add({
    config: { name: 'timing', adapter: 'tagserver', url: 'http://127.0.0.1:1', auth: 'api-key' },
  })
  expect(await join(own)).toMatch(/talks to timing itself/)
  await demo.client.demo.remove()
  expect(await join(demo)).toBeNull()
})

it('what two desks did differently waits with its facts until a person has looked; sensitive values are not shown', async () => {
  const hub = await openedHub()
  const event = await set(hub, 'event', { name: 'Spring Classic' })
  const { id } = await entrant(hub, event.id, 'Huber', '1')
  const [one, two] = [await joined(hub, 'Desk 1'), await joined(hub, 'Desk 2')]
  for (const desk of [one, two]) {
    await desk.client.settings.set({ operatorName: 'Maria' })
    await sync(desk)
  }
  const person = String((await read(hub, id))['person'])
  const clubs = await Promise.all(
    ['TSV', 'LG Nord'].map((name) => set(hub, 'organisation', { name })),
  )
  for (const desk of [one, two]) await sync(desk)
  for (const [desk, team, club] of [
    [one, 'TSV', clubs[0]],
    [two, 'LG Nord', clubs[1]],
  ] as const) {
    await set(desk, 'eventParticipant', { team }, id)
    await set(desk, 'person', { organisation: club!.id }, person)
    await set(desk, 'person', { emergencyContactName: `Anna, ${team}` }, person)
    await sync(desk)
  }
  const { notices } = await hub.client.devices.get()
  expect(notices).toMatchObject([
    {
      ...{ kind: 'value', field: { name: 'team' }, lost: 'LG Nord', kept: 'TSV' },
      ...{ sensitive: false, keptBy: 'Maria @ Desk 1', lostBy: 'Maria @ Desk 2' },
    },
    { field: { name: 'emergencyContactName' }, sensitive: true, lost: null, kept: null },
    { field: { name: 'organisation' }, lost: 'LG Nord', kept: 'TSV' },
  ])
  expect(await hub.client.devices.settle({ ids: notices.map((notice) => notice.id) })).toEqual({
    count: 3,
  })
  expect((await hub.client.devices.get()).notices).toEqual([])
})
