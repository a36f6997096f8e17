/** Runs an engine in a process that is killed, and what must be true of the data folder and the server afterwards. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect } from 'vitest'
import type { EntityName } from '../../main/contract/words.ts'
import { systemClock } from '../../main/hosts/system-clock.ts'
import { expectSameAt, fingerprint } from '../support/same-everywhere.ts'
import { standInKey } from '../targets/tagserver/stand-in.ts'
import type { StandInProcess } from '../support/stand-in-process.ts'
import { startTestEngine, type TestEngine } from '../support/test-engine.ts'
import type { PlainTarget, TestTarget } from '../support/test-target.ts'
import type { CrashOrder } from './engine-process.ts'

const script = join(import.meta.dirname, 'engine-process.ts')

export const sentEntities: readonly EntityName[] = [
  'organisation',
  'person',
  'event',
  'race',
  'startGroup',
  'tag',
  'eventParticipant',
  'startGroupParticipant',
]

/** Starts the process. */
export function startProcess(order: Omit<CrashOrder, 'apiKey'>): ChildProcess {
  const whole: CrashOrder = { ...order, apiKey: standInKey }
  return spawn(process.execPath, [script, JSON.stringify(whole)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/** Waits for its end; true when it was killed, false when it came to its own end. */
export async function ended(child: ChildProcess): Promise<boolean> {
  child.stdout?.resume()
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  if (child.signalCode !== 'SIGKILL') expect(child.exitCode).toBe(0)
  return child.signalCode === 'SIGKILL'
}

/** Settles when the process has opened its database and begins. */
export async function begun(child: ChildProcess): Promise<void> {
  for await (const _line of createInterface({ input: child.stdout! })) return
}

/** An engine on a data folder after its process was killed. */
export function reopen<Server extends StandInProcess>(
  target: TestTarget<Server>,
  dataDir: string,
  standIn: Server,
): Promise<TestEngine<Server>> {
  return startTestEngine({ target, dataDir, standIn, clock: systemClock() })
}

/** Runs until nothing is left to send; a few runs must do. */
export async function untilQuiet(marshal: TestEngine): Promise<void> {
  for (let run = 0; run < 8; run++) {
    await marshal.sync()
    if ((await marshal.status()).pending === 0) return
  }
  throw new Error(`Still not quiet: ${JSON.stringify(await marshal.status())}`)
}

/** What every crash must end in: one of everything there, nothing lost here, nothing left to do, and no echo. */
export async function expectWhole<Server extends StandInProcess>(
  target: PlainTarget<Server>,
  marshal: TestEngine<Server>,
  standIn: Server,
  before: Awaited<ReturnType<typeof fingerprint>>,
): Promise<void> {
  expect(await fingerprint(marshal.client, sentEntities)).toEqual(before)
  await expectSameAt(marshal.client, target, standIn)
  expect(await marshal.status()).toMatchObject({ pending: 0, held: 0, failed: 0, conflicts: 0 })
  const run = await marshal.sync()
  expect(run).toMatchObject({
    result: 'success',
    outbound: { created: 0, updated: 0, deleted: 0, skipped: 0 },
    inbound: { created: 0, updated: 0 },
  })
  expect(await marshal.client.settings.check()).toEqual({ ok: true, problems: [] })
}
