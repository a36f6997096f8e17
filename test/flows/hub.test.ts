/** A hub and its desks over real HTTP with TLS, each a whole engine on a folder of its own. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { FieldValue } from '../../main/contract/records.ts'
import { ProblemError } from '../../main/contract/problem.ts'
import type { EntityName } from '../../main/contract/words.ts'
import { createEngine, migrations, restoreDatabase, type Engine } from '../../main/engine/engine.ts'
import type { Secrets } from '../../main/engine/ports.ts'
import { openDevices } from '../../main/hosts/edge/hub/devices.ts'
import { startHubServer, type HubServer } from '../../main/hosts/edge/hub/hub-server.ts'
import { pairWithHub } from '../../main/hosts/edge/hub/pair.ts'
import { fingerprintOf, selfSigned } from '../../main/hosts/edge/hub/self-signed.ts'
import { createPorts, type HostPorts } from '../../main/hosts/ports.ts'
import { systemClock } from '../../main/hosts/system-clock.ts'
import { undiciHttp } from '../../main/hosts/undici-http.ts'
import { secretsInMemory } from '../support/test-core.ts'

const certificate = selfSigned()
const fingerprint = fingerprintOf(certificate.cert)

interface Laptop {
  readonly engine: Engine
  readonly client: Engine['client']
  readonly dataDir: string
  readonly ports: HostPorts
}

async function openLaptop(schedule: boolean, at?: string, secrets?: Secrets): Promise<Laptop> {
  const dataDir = at ?? (await mkdtemp(join(tmpdir(), 'marshal-laptop-')))
  const ports = await createPorts({
    ...{ dataDir, secrets: secrets ?? secretsInMemory(), logLevel: 'error' },
  })
  const engine = await createEngine(ports, { host: 'edge', version: '0.0.0-test', schedule })
  let open = true
  const stop = engine.stop.bind(engine)
  engine.stop = async () => {
    if (open) await stop()
    open = false
  }
  onTestFinished(async () => {
    await engine.stop()
    ports.log.close()
    if (!at) await rm(dataDir, { recursive: true, force: true })
  })
  return { engine, client: engine.client, dataDir, ports }
}

let hub: Laptop
let server: HubServer
let url: string

async function listen(port = 0): Promise<void> {
  const devices = openDevices({ dataDir: hub.dataDir, now: () => Date.now() })
  const { log } = hub.ports
  server = await startHubServer({
    ...{ hub: hub.engine.hub, log, certificate, host: '127.0.0.1', port, devices },
  })
  url = `https://127.0.0.1:${server.port}`
}

const devicesOf = () => openDevices({ dataDir: hub.dataDir, now: () => Date.now() })

async function joinHub(name: string, schedule = false): Promise<Laptop> {
  const desk = await openLaptop(schedule)
  await pairDesk(desk, name)
  if (!schedule) await sync(desk)
  return desk
}

async function pairDesk(desk: Laptop, name: string): Promise<void> {
  const { code } = await devicesOf().invite()
  const token = await pairWithHub(desk.ports.http, { url, fingerprint, code, name })
  await desk.client.settings.set({ deviceName: name, operatorName: 'Maria' })
  await desk.client.targets.add({
    config: {
      ...{ name: 'hub', adapter: 'marshal', url, auth: 'bearer', settings: { fingerprint } },
      ...{ secrets: { token }, remoteDeletion: 'delete' },
    },
  })
}

async function sync(desk: Laptop, result = 'success') {
  const { runs } = await desk.client.sync.run({ targets: ['hub'] })
  const { errors } =
    runs[0]!.result === result
      ? { errors: [] }
      : await desk.client.sync.runErrors({ id: runs[0]!.id })
  expect(errors).toEqual([])
  expect(runs[0]!.result).toBe(result)
  return runs[0]!
}

type Fields = Readonly<Record<string, FieldValue>>
const set = (laptop: Laptop, entity: EntityName, fields: Fields, id?: string) =>
  laptop.client.records.set({ entity, fields: { ...fields }, ...(id ? { id } : {}) })
const read = (laptop: Laptop, id: string) =>
  laptop.client.records.get({ entity: 'eventParticipant', id })

async function entrant(laptop: Laptop, event: string, lastName: string, number: string | null) {
  const person = await set(laptop, 'person', { lastName })
  return set(laptop, 'eventParticipant', { event, person: person.id, number })
}

/** All there is, without what only the laptop itself says of it. */
async function content(laptop: Laptop) {
  const page = await laptop.engine.hub.changes({ limit: 1000, wait: 0 })
  return page.records
    .map(({ entity, id, deleted, fields }) => JSON.stringify({ entity, id, deleted, fields }))
    .toSorted()
}

let event: string

beforeEach(async () => {
  hub = await openLaptop(false)
  event = (await set(hub, 'event', { name: 'Spring Classic' })).id
  await listen()
  onTestFinished(() => server.close())
})

describe('two desks and a hub', () => {
  it('a desk has everything of the hub under the same ids; a check-in at one is at the other, with who did it', async () => {
    const { id } = await entrant(hub, event, 'Huber', '1')
    const one = await joinHub('Desk 1')
    const two = await joinHub('Desk 2')
    expect(await content(one)).toEqual(await content(hub))
    await set(one, 'eventParticipant', { status: 'checkedIn' }, id)
    await sync(one)
    await sync(two)
    expect(await read(two, id)).toMatchObject({ status: 'checkedIn', modifiedBy: 'Maria @ Desk 1' })
    // Nothing is left to say.
    expect((await sync(two)).outbound).toMatchObject({ created: 0, updated: 0 })
    expect((await sync(one)).outbound).toMatchObject({ created: 0, updated: 0 })
  })

  it('tell each other at once while they run', async () => {
    const { id } = await entrant(hub, event, 'Huber', '1')
    const one = await joinHub('Desk 1', true)
    const two = await joinHub('Desk 2', true)
    await Promise.all([one.engine.start(), two.engine.start()])
    const there = async (laptop: Laptop, status: string | null) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      const look = async () => {
        const found = await read(laptop, id).catch(() => null)
        if (found && (status === null || found['status'] === status)) resolve()
      }
      const end = laptop.engine.onLive(() => void look())
      await look()
      await promise
      end()
    }
    await Promise.all([there(one, null), there(two, null)])
    await set(one, 'eventParticipant', { status: 'checkedIn' }, id)
    await there(two, 'checkedIn')
  })

  it('what both did apart comes together by the rules, and nothing typed is lost', async () => {
    const entries = []
    for (let n = 1; n <= 6; n++) entries.push(await entrant(hub, event, `Runner ${n}`, null))
    const [ladder, team, both, noted, anna, karl] = entries.map(({ id }) => id)
    const one = await joinHub('Desk 1')
    const two = await joinHub('Desk 2')
    const entry = 'eventParticipant'
    await set(one, entry, { status: 'started' }, ladder)
    await set(two, entry, { status: 'checkedIn' }, ladder)
    await set(one, entry, { team: 'LG Nord' }, team)
    await set(two, entry, { team: 'TSV' }, team)
    await set(one, entry, { shirt: 'M' }, both)
    await set(two, entry, { team: 'TSV' }, both)
    await set(one, entry, { notes: 'Knee' }, noted)
    await set(two, entry, { notes: 'Vegan' }, noted)
    await set(one, entry, { number: '123', status: 'checkedIn' }, anna)
    await set(two, entry, { number: '123', status: 'checkedIn' }, karl)
    for (const desk of [one, two, one, two]) await sync(desk)
    expect(await content(one)).toEqual(await content(hub))
    expect(await content(two)).toEqual(await content(hub))
    expect(await read(hub, ladder!)).toMatchObject({ status: 'started' })
    expect(await read(hub, team!)).toMatchObject({ team: 'LG Nord' })
    expect(await read(hub, both!)).toMatchObject({ shirt: 'M', team: 'TSV' })
    expect(await read(hub, noted!)).toMatchObject({ notes: 'Knee\nMaria @ Desk 2: Vegan' })
    expect(await read(hub, anna!)).toMatchObject({ number: '123', status: 'checkedIn' })
    expect(await read(hub, karl!)).toMatchObject({ number: null, status: 'checkedIn' })
    const told = async (laptop: Laptop) =>
      (await laptop.engine.hub.notices()).map(({ recordId }) => recordId).toSorted()
    expect(await told(two)).toEqual([team, karl].toSorted())
    expect(await told(one)).toEqual([])
    expect(await told(hub)).toEqual([team, karl].toSorted())
    // Karl gets another bib: nobody has to look any more.
    await set(two, entry, { number: '871' }, karl)
    expect(await told(two)).toEqual([team])
  })

  it('a deletion comes to the others; one that meets an edit waits for a person', async () => {
    const gone = await entrant(hub, event, 'Gone', null)
    const edited = await entrant(hub, event, 'Edited', null)
    const one = await joinHub('Desk 1')
    const two = await joinHub('Desk 2')
    await one.client.records.remove({ entity: 'eventParticipant', id: gone.id })
    await set(two, 'eventParticipant', { team: 'TSV' }, edited.id)
    await sync(one)
    await sync(two)
    expect((await read(two, gone.id)).deletedOn).not.toBeNull()
    await one.client.records.remove({ entity: 'eventParticipant', id: edited.id })
    await set(two, 'eventParticipant', { shirt: 'M' }, edited.id)
    await sync(two)
    await one.client.sync.run({ targets: ['hub'] })
    expect((await read(hub, edited.id)).deletedOn).toBeNull()
    const { failures } = await one.client.failures.list({ limit: 10 })
    expect(failures[0]?.message).toMatch(/changed by Maria @ Desk 2 .* while it was deleted here/)
    // A person who has read that may delete it all the same.
    await one.client.failures.retry({})
    await sync(one)
    expect((await read(hub, edited.id)).deletedOn).not.toBeNull()
  })

  it('a desk that joins anew after it worked alone lets go of a bib the hub gave to another', async () => {
    const anna = await entrant(hub, event, 'Anna', null)
    const karl = await entrant(hub, event, 'Karl', null)
    const one = await joinHub('Desk 1')
    await one.client.targets.remove({ name: 'hub' })
    await set(hub, 'eventParticipant', { number: '7' }, anna.id)
    await set(one, 'eventParticipant', { number: '7', status: 'checkedIn' }, karl.id)
    await pairDesk(one, 'Desk 1')
    await sync(one)
    await sync(one)
    expect(await content(one)).toEqual(await content(hub))
    expect(await read(hub, karl.id)).toMatchObject({ number: null })
    expect((await one.engine.hub.notices()).map(({ recordId }) => recordId)).toContain(karl.id)
  })

  it('a hub that was away for hours has all of it afterwards, nothing twice', async () => {
    const one = await joinHub('Desk 1')
    const { port } = server
    await server.close()
    const made = []
    for (let n = 0; n < 30; n++)
      made.push(await entrant(one, event, `Walk-up ${n}`, String(500 + n)))
    const { runs } = await one.client.sync.run({ targets: ['hub'] })
    expect(runs[0]!.result).toBe('error')
    await listen(port)
    await sync(one)
    await sync(one)
    expect(await content(hub)).toEqual(await content(one))
    expect((await content(hub)).length).toBe(61)
  })
})

describe('a hub that was restored to an hour ago', () => {
  it('gets back what the desks have seen of it and done since, also under a new desk’s changes', async () => {
    const old = await entrant(hub, event, 'Old', '1')
    const one = await joinHub('Desk 1')
    const two = await joinHub('Desk 2')
    const copy = join(hub.dataDir, 'copy.db')
    await hub.engine.backupTo(copy)
    // The hour: an edit, a walk-up and one at the hub itself, which every desk has seen.
    await set(one, 'eventParticipant', { team: 'LG Nord' }, old.id)
    const walkUp = await entrant(one, event, 'Walk-up', '2')
    await sync(one)
    const atHub = await entrant(hub, event, 'At the hub', '3')
    await sync(one)
    await sync(two)
    const { port } = server
    await server.close()
    await hub.engine.stop()
    const restore = { file: join(hub.dataDir, 'marshal.db'), from: copy, steps: migrations }
    await restoreDatabase({ ...restore, clock: systemClock(), appVersion: '0.0.0-test' })
    hub = await openLaptop(false, hub.dataDir)
    await listen(port)
    expect((await read(hub, old.id))['team']).toBeNull()
    await set(hub, 'eventParticipant', { shirt: 'M' }, old.id)
    for (const desk of [two, one, two]) await sync(desk)
    expect(await content(one)).toEqual(await content(hub))
    expect(await content(two)).toEqual(await content(hub))
    expect(await read(hub, old.id)).toMatchObject({ team: 'LG Nord', shirt: 'M' })
    expect(await read(hub, walkUp.id)).toMatchObject({ number: '2' })
    expect(await read(hub, atHub.id)).toMatchObject({ number: '3' })
  })
})

it('cut off for long, with hundreds of edits on both sides: equal again, each bib once, whoever lost one is named', async () => {
  const entries: string[] = []
  for (let n = 0; n < 60; n++) entries.push((await entrant(hub, event, `Runner ${n}`, null)).id)
  const one = await joinHub('Desk 1')
  const two = await joinHub('Desk 2')
  const edit = async (desk: Laptop, shift: number) => {
    // Thirty are edited by both; five bibs are given by both, to different entrants.
    for (let n = 0; n < 40; n++) {
      const fields = {
        notes: `note ${shift} ${n}`,
        shirt: n % 2 === 0 ? 'M' : 'L',
        team: `T${shift}`,
      }
      await set(desk, 'eventParticipant', fields, entries[(n + shift) % 60])
    }
    for (let n = 0; n < 5; n++)
      await set(
        desk,
        'eventParticipant',
        { number: `${900 + n}` },
        entries[n * 2 + (shift === 0 ? 0 : 1)],
      )
  }
  await edit(one, 0)
  await edit(two, 10)
  for (const desk of [one, two, one, two]) await sync(desk)
  expect(await content(one)).toEqual(await content(hub))
  expect(await content(two)).toEqual(await content(hub))
  const all = (await hub.engine.hub.changes({ limit: 1000, wait: 0 })).records
  const bibs = all.flatMap(({ fields }) =>
    typeof fields['number'] === 'string' ? [fields['number']] : [],
  )
  expect(bibs.toSorted()).toEqual(['900', '901', '902', '903', '904'])
  const named = (await hub.engine.hub.notices()).filter(({ words }) => words.startsWith('Bib'))
  expect(named).toHaveLength(5)
  // Both notes are kept.
  expect((await read(hub, entries[15]!))['notes']).toBe('note 0 15\nMaria @ Desk 2: note 10 5')
})

describe('what is refused', () => {
  const post = (
    path: string,
    body: string,
    headers: Record<string, string> = {},
    pin = fingerprint,
  ) =>
    undiciHttp()
      .open({ connections: 1, allowInsecure: false, pin })
      .request({
        ...{ method: 'POST', url: `${url}${path}`, body },
        headers: { 'content-type': 'application/json', 'x-marshal-hub': '1', ...headers },
      })
  const pair = (code: string, pin = fingerprint) =>
    pairWithHub(undiciHttp(), { url, fingerprint: pin, code, name: 'Desk' })

  it('a wrong code, a code used before, and too many of them', async () => {
    await expect(pair('AAAAA-AAAAA')).rejects.toThrow(/wrong, was used already, or is older/)
    const { code } = await devicesOf().invite()
    expect(await pair(code.toLowerCase().replace('-', ' '))).toMatch(/^[\w-]{16}\./)
    await expect(pair(code)).rejects.toThrow(ProblemError)
    for (let n = 0; n < 7; n++) await expect(pair('AAAAA-AAAAB')).rejects.toThrow(/wrong/)
    await expect(pair('AAAAA-AAAAC')).rejects.toThrow(/Too many/)
    expect(await devicesOf().list()).toHaveLength(1)
  })

  it('a hub with another certificate is told nothing', async () => {
    const other = fingerprintOf(selfSigned().cert)
    const { code } = await devicesOf().invite()
    await expect(pair(code, other)).rejects.toThrow(/another certificate/)
    // The code never left: it is still good.
    expect(await pair(code)).toMatch(/\./)
  })

  it('a revoked desk is told so, and its target rests', async () => {
    const one = await joinHub('Desk 1')
    const [device] = await devicesOf().list()
    expect(await devicesOf().revoke(device!.id)).toBe(true)
    const { runs } = await one.client.sync.run({ targets: ['hub'] })
    expect(runs[0]!.result).toBe('error')
    const { targets } = await one.client.status.get()
    expect(targets[0]).toMatchObject({ state: 'paused' })
  })

  it.each([
    { what: 'without a key', path: '/hub/changes', body: '{"changes":[]}', status: 401 },
    { what: 'of another version', path: '/hub/changes', spoken: '2', status: 426 },
    { what: 'that is no route of the hub', path: '/rpc/records/list', status: 404 },
    { what: 'that is the window', path: '/', status: 404 },
  ])('a request $what', async ({ path, body = '{}', spoken = '1', status }) => {
    const response = await post(path, body, { 'x-marshal-hub': spoken })
    expect(response.status).toBe(status)
    response.cancel()
  })

  it('a page that is far too large, before it is read', async () => {
    const { code } = await devicesOf().invite()
    const authorization = `Bearer ${await pair(code)}`
    const response = await post('/hub/changes', 'x'.repeat(9 * 1024 * 1024), { authorization })
    expect(response.status).toBe(413)
    response.cancel()
    expect(await content(hub)).toHaveLength(1)
  })
})
