/** The way in for desks, from when a person opens it until it is shut: certificate, listener, and where desks find it. */
import { randomBytes } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { hostname, networkInterfaces } from 'node:os'
import { isIPv4 } from 'node:net'
import { join } from 'node:path'
import type { HubAnswers, HubDoor, Log, Secrets } from '../../../engine/ports.ts'
import { writeFileAtomically } from '../../write-file-atomically.ts'
import { urlHost } from '../http/names.ts'
import { openDevices } from './devices.ts'
import { startHubServer, type HubServer } from './hub-server.ts'
import { noteRunning, noteStopped, type HubAddress } from './running-hub.ts'
import { fingerprintOf, selfSigned, type OwnCertificate } from './self-signed.ts'

/** Where to listen. */
export interface HubPlace {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
}

export const usualHubPlace: HubPlace = { host: '0.0.0.0', port: 4782 }

export interface EdgeHubDoor extends HubDoor {
  /** Where it listens when it is opened. */
  listenAt(place: HubPlace): void
  /** Null while it is shut. */
  told(): (HubAddress & { readonly port: number }) | null
}

export interface HubDoorOptions {
  /** Absolute. */
  readonly dataDir: string
  readonly secrets: Secrets
  readonly log: Log
}

/** The place of the certificate's key among the secrets; no target can have this name. */
const place = { target: '@hub', key: 'tlsKey' } as const

interface Open {
  readonly server: HubServer
  readonly address: HubAddress
}

/** The door of a data folder, shut. */
export function createHubDoor({ dataDir, secrets, log }: HubDoorOptions): EdgeHubDoor {
  const devices = openDevices({ dataDir, now: () => Date.now() })
  const listeners = new Set<() => void>()
  const changed = () => {
    for (const listener of listeners) listener()
  }
  let at = usualHubPlace
  let open: Open | null = null
  let turn: Promise<unknown> = Promise.resolve()
  /** One after the other: who opens and shuts at once gets what was asked last. */
  const inTurn = <Done>(work: () => Promise<Done>): Promise<Done> => {
    const done = turn.then(work)
    turn = done.catch(() => undefined)
    return done
  }

  const start = async (answers: HubAnswers): Promise<Open> => {
    await mkdir(join(dataDir, 'hub'), { recursive: true, mode: 0o700 })
    const certificate = await ownCertificate(dataDir, secrets)
    const ownKey = randomBytes(32).toString('base64url')
    const server = await startHubServer({
      ...{ hub: answers, devices, certificate, log, ownKey, onChange: changed },
      ...at,
    })
    const fingerprint = fingerprintOf(certificate.cert)
    const urls = addressesOf(at.host).map(
      (host) => `https://${urlHost(host)}:${server.port}/#${fingerprint}`,
    )
    try {
      await noteRunning(dataDir, { urls, fingerprint, ownKey })
    } catch (error) {
      // Nobody would know of it, or could shut it.
      await server.close()
      throw error
    }
    return { server, address: { urls, fingerprint } }
  }

  return {
    listenAt: (wanted) => void (at = wanted),
    told: () => open && { ...open.address, port: open.server.port },
    urls: () => open?.address.urls ?? null,
    open: (answers) =>
      inTurn(async () => {
        if (open) return
        open = await start(answers)
        // Desks know it by this port from now on.
        at = { ...at, port: open.server.port }
        log.info('Desks are let in', { port: open.server.port })
        changed()
      }),
    shut: () =>
      inTurn(async () => {
        const was = open
        if (!was) return
        open = null
        await noteStopped(dataDir)
        await was.server.close()
        log.info('Desks are let in no more', { port: was.server.port })
        changed()
      }),
    async desks() {
      const known = await devices.list()
      return known.map((device) => ({ ...device, ...heardOf(open, device.id) }))
    },
    invite: () => devices.invite(),
    async revoke(id) {
      const done = await devices.revoke(id)
      if (done) changed()
      return done
    },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

function heardOf(open: Open | null, id: string) {
  return open?.server.heard(id) ?? { here: false, place: null, clockOffsetMs: null }
}

/** The same at every start, so that desks know it again. */
async function ownCertificate(dataDir: string, secrets: Secrets): Promise<OwnCertificate> {
  const file = join(dataDir, 'hub', 'certificate.pem')
  const key = await secrets.get(place.target, place.key)
  const cert = await readFile(file, 'utf8').catch(() => null)
  if (key !== null && cert !== null) return { key, cert }
  const made = selfSigned(hostname().slice(0, 60) || 'marshal', Date.now())
  await secrets.set(place.target, place.key, made.key)
  await writeFileAtomically(file, made.cert)
  return made
}

/** Addresses others in the network can use; those of this computer alone where there are no others. */
function addressesOf(host: string): readonly string[] {
  if (host !== '0.0.0.0' && host !== '::') return [host]
  const found = Object.values(networkInterfaces())
    .flatMap((some) => some ?? [])
    .filter(({ internal, address: one }) => !internal && isIPv4(one))
    .map(({ address: one }) => one)
  return found.length > 0 ? found : ['127.0.0.1']
}
