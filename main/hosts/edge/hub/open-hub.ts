/** A hub from when a person starts it until it is stopped: its certificate, its listener, and where desks find it. */
import { mkdir, readFile, rm } from 'node:fs/promises'
import { hostname, networkInterfaces } from 'node:os'
import { isIPv4 } from 'node:net'
import { join } from 'node:path'
import { z } from 'zod'
import type { Secrets } from '../../../engine/ports.ts'
import { writeFileAtomically } from '../../write-file-atomically.ts'
import { wrongUse } from '../exit-codes.ts'
import { urlHost } from '../http/names.ts'
import type { Session } from '../session.ts'
import { openDevices } from './devices.ts'
import { startHubServer } from './hub-server.ts'
import { fingerprintOf, selfSigned, type OwnCertificate } from './self-signed.ts'

/** Where desks reach a hub that is running. */
const address = z.object({
  /** Each ends with `#` and the fingerprint of the certificate. */
  urls: z.array(z.string()).min(1),
  /** SHA-256 of the certificate. */
  fingerprint: z.string(),
})
export type HubAddress = z.infer<typeof address>

export interface OpenHub {
  readonly told: HubAddress
  readonly port: number
  close(): Promise<void>
}

/** The place of the certificate's key among the secrets; no target can have this name. */
const place = { target: '@hub', key: 'tlsKey' } as const

const noteOf = (dataDir: string) => join(dataDir, 'hub', 'running.json')

/** Starts listening. Throws `ProblemError` when it cannot, and where there is no place for the key of the certificate. */
export async function openHub(
  { dataDir, engine, ports }: Session,
  { hubHost = '0.0.0.0', hubPort = 4782 }: { readonly hubHost?: string; readonly hubPort?: number },
): Promise<OpenHub> {
  await mkdir(join(dataDir, 'hub'), { recursive: true, mode: 0o700 })
  const certificate = await ownCertificate(dataDir, ports.secrets)
  const server = await startHubServer({
    ...{ hub: engine.hub, log: ports.log, certificate, host: hubHost, port: hubPort },
    devices: openDevices({ dataDir, now: () => Date.now() }),
  })
  const fingerprint = fingerprintOf(certificate.cert)
  const urls = addressesOf(hubHost).map(
    (host) => `https://${urlHost(host)}:${server.port}/#${fingerprint}`,
  )
  const told = { urls, fingerprint }
  await writeFileAtomically(noteOf(dataDir), JSON.stringify(told))
  return {
    told,
    port: server.port,
    async close() {
      await rm(noteOf(dataDir), { force: true })
      await server.close()
    },
  }
}

/** Where the hub of this data folder was reached when it was started last and not stopped since, null for nowhere. */
export async function readHubAddress(dataDir: string): Promise<HubAddress | null> {
  try {
    return address.parse(JSON.parse(await readFile(noteOf(dataDir), 'utf8')))
  } catch {
    return null
  }
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

/** What `marshal hub join` was given: the address without the fingerprint, and the fingerprint. */
export function readJoinUrl(
  text: string,
  given: string | undefined,
): { readonly url: string; readonly fingerprint: string } {
  const url = URL.parse(text)
  if (url?.protocol !== 'https:')
    throw wrongUse(
      `"${text}" is not the address of a hub`,
      'Copy it as "marshal hub invite" shows it.',
    )
  const fingerprint = (given ?? url.hash.slice(1)).replaceAll(':', '').toLowerCase()
  if (!/^[0-9a-f]{64}$/.test(fingerprint))
    throw wrongUse(
      'It is not said how the certificate of the hub is known',
      'Copy the whole address, with the part behind "#", as "marshal hub invite" shows it, in quotes; or give --fingerprint.',
    )
  return { url: url.origin, fingerprint }
}
