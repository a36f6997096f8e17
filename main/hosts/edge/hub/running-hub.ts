/**
 * How the command finds the hub that runs on a data folder, and asks it what it hears of its desks. A note in the folder has
 * its address, and a key that only who may read the folder knows.
 */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { hubProtocol, protocolHeader } from '../../../contract/hub.ts'
import { HttpError, type Http } from '../../../engine/ports.ts'
import { writeFileAtomically } from '../../write-file-atomically.ts'

/** Where desks reach a hub that is running. */
const address = z.object({
  /** Each ends with `#` and the fingerprint of the certificate. */
  urls: z.array(z.string()).min(1),
  /** SHA-256 of the certificate. */
  fingerprint: z.string(),
})
export type HubAddress = z.infer<typeof address>

const note = address.extend({ ownKey: z.string() })

/** What it hears of each desk now. */
export const heardDesks = z.object({
  desks: z.array(
    z.object({
      id: z.string(),
      behind: z.number().nullable(),
      clockOffsetMs: z.number().nullable(),
    }),
  ),
})
export type HeardDesks = z.infer<typeof heardDesks>

const noteOf = (dataDir: string) => join(dataDir, 'hub', 'running.json')

/** Says that a hub runs. @param ownKey opens nothing but `/hub/heard` */
export async function noteRunning(
  dataDir: string,
  told: HubAddress & { readonly ownKey: string },
): Promise<void> {
  await writeFileAtomically(noteOf(dataDir), JSON.stringify(told))
}

export async function noteStopped(dataDir: string): Promise<void> {
  await rm(noteOf(dataDir), { force: true })
}

/** Where the hub of this data folder was reached when it was started last and not stopped since, null for nowhere. */
export async function readHubAddress(dataDir: string): Promise<HubAddress | null> {
  const known = await readNote(dataDir)
  return known && { urls: known.urls, fingerprint: known.fingerprint }
}

/** What the hub on this data folder hears of its desks; null where none runs, as after one that was killed. */
export async function askRunningHub(http: Http, dataDir: string): Promise<HeardDesks | null> {
  const known = await readNote(dataDir)
  if (known === null) return null
  const pool = http.open({ connections: 1, allowInsecure: false, pin: known.fingerprint })
  try {
    const response = await pool.request({
      method: 'GET',
      url: new URL('/hub/heard', known.urls[0]).href,
      headers: {
        [protocolHeader]: String(hubProtocol),
        authorization: `Bearer ${known.ownKey}`,
      },
    })
    const pieces: Uint8Array[] = []
    for await (const piece of response.body) pieces.push(piece)
    if (response.status !== 200) return null
    return heardDesks.parse(JSON.parse(Buffer.concat(pieces).toString('utf8')))
  } catch (error) {
    if (error instanceof HttpError) return null
    throw error
  } finally {
    await pool.close()
  }
}

async function readNote(dataDir: string): Promise<z.infer<typeof note> | null> {
  try {
    return note.parse(JSON.parse(await readFile(noteOf(dataDir), 'utf8')))
  } catch {
    return null
  }
}
