/** A hub and its desks over real HTTP with TLS, each a whole engine on a folder of its own. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import type { FieldValue } from '../../main/contract/records.ts'
import type { EntityName } from '../../main/contract/words.ts'
import { createEngine, type Engine } from '../../main/engine/engine.ts'
import type { Clock, Secrets } from '../../main/engine/ports.ts'
import { openDevices, type Devices } from '../../main/hosts/edge/hub/devices.ts'
import { createHubDoor, type EdgeHubDoor } from '../../main/hosts/edge/hub/hub-door.ts'
import { startHubServer, type HubServer } from '../../main/hosts/edge/hub/hub-server.ts'
import { pairWithHub } from '../../main/engine/services/devices/pair-with-hub.ts'
import { fingerprintOf, selfSigned } from '../../main/hosts/edge/hub/self-signed.ts'
import { createPorts, type HostPorts } from '../../main/hosts/ports.ts'
import { secretsInMemory } from './test-core.ts'

const certificate = selfSigned()
export const fingerprint = fingerprintOf(certificate.cert)

export interface Laptop {
  readonly engine: Engine
  readonly client: Engine['client']
  readonly dataDir: string
  readonly ports: HostPorts
  /** Opened at a free port of this computer. */
  readonly door: EdgeHubDoor
}

/** A laptop on a folder of its own, or on one that is there. */
export async function openLaptop(
  schedule: boolean,
  at?: string,
  secrets?: Secrets,
  clock?: Clock,
): Promise<Laptop> {
  const dataDir = at ?? (await mkdtemp(join(tmpdir(), 'marshal-laptop-')))
  const ports = await createPorts({
    ...{ dataDir, secrets: secrets ?? secretsInMemory(), logLevel: 'error' },
  })
  const door = createHubDoor({ dataDir, secrets: ports.secrets, log: ports.log })
  door.listenAt({ host: '127.0.0.1', port: 0 })
  const engine = await createEngine(
    { ...ports, ...(clock ? { clock } : {}), hub: door },
    { host: 'edge', version: '0.0.0-test', schedule },
  )
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
  return { engine, client: engine.client, dataDir, ports, door }
}

/** A hub that listens. `laptop` may be another one after a restore; then it listens again. */
export interface TestHub {
  laptop: Laptop
  server: HubServer
  readonly url: string
  listen(port?: number): Promise<void>
  devices(): Devices
}

/** Opens a hub and lets it listen until the test ends. */
export async function openHub(): Promise<TestHub> {
  const laptop = await openLaptop(false)
  const hub: TestHub = {
    laptop,
    server: await serve(laptop, 0),
    get url() {
      return `https://127.0.0.1:${hub.server.port}`
    },
    async listen(port = 0) {
      hub.server = await serve(hub.laptop, port)
    },
    devices: () => devicesOf(hub.laptop),
  }
  onTestFinished(() => hub.server.close())
  return hub
}

const devicesOf = ({ dataDir }: Laptop) => openDevices({ dataDir, now: () => Date.now() })

function serve(laptop: Laptop, port: number): Promise<HubServer> {
  return startHubServer({
    ...{ hub: laptop.engine.hub, log: laptop.ports.log, certificate, host: '127.0.0.1', port },
    devices: devicesOf(laptop),
  })
}

/** A new laptop that is a desk of the hub and has everything it has. */
export async function joinHub(hub: TestHub, name: string, schedule = false): Promise<Laptop> {
  const desk = await openLaptop(schedule)
  await pairDesk(hub, desk, name)
  if (!schedule) await sync(desk)
  return desk
}

/** Makes a laptop a desk of the hub. */
export async function pairDesk(hub: TestHub, desk: Laptop, name: string): Promise<void> {
  const { url } = hub
  const { code } = await hub.devices().invite()
  const token = await pairWithHub(desk.ports.http, { url, fingerprint, code, name })
  await desk.client.settings.set({ deviceName: name, operatorName: 'Maria' })
  await desk.client.targets.add({
    config: {
      ...{ name: 'hub', adapter: 'marshal', url, auth: 'bearer', settings: { fingerprint } },
      ...{ secrets: { token }, remoteDeletion: 'delete' },
    },
  })
}

export async function sync(desk: Laptop, result = 'success') {
  const { runs } = await desk.client.sync.run({ targets: ['hub'] })
  const { errors } =
    runs[0]!.result === result
      ? { errors: [] }
      : await desk.client.sync.runErrors({ id: runs[0]!.id })
  expect(errors).toEqual([])
  expect(runs[0]!.result).toBe(result)
  return runs[0]!
}

export type Fields = Readonly<Record<string, FieldValue>>
export const set = (laptop: Laptop, entity: EntityName, fields: Fields, id?: string) =>
  laptop.client.records.set({ entity, fields: { ...fields }, ...(id ? { id } : {}) })
export const read = (laptop: Laptop, id: string) =>
  laptop.client.records.get({ entity: 'eventParticipant', id })

export async function entrant(
  laptop: Laptop,
  event: string,
  lastName: string,
  number: string | null,
) {
  const person = await set(laptop, 'person', { lastName })
  return set(laptop, 'eventParticipant', { event, person: person.id, number })
}

/** All there is, without what only the laptop itself says of it. */
export async function content(laptop: Laptop) {
  const page = await laptop.engine.hub.changes({ limit: 1000, wait: 0 })
  return page.records
    .map(({ entity, id, deleted, fields }) => JSON.stringify({ entity, id, deleted, fields }))
    .toSorted()
}
