/** What every measurement shares: an engine on a data folder, and how long the event loop stood still. */
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import type { EntityName } from '../../main/contract/words.ts'
import { createEngine, type Engine } from '../../main/engine/engine.ts'
import type { Clock } from '../../main/engine/ports.ts'
import { createPorts } from '../../main/hosts/ports.ts'
import { secretsInMemory } from '../support/test-core.ts'

/** Key of the stand-in timing system. */
export const benchKey = 'bench-key'
export const targetName = 'timing-van'

/** Wall time and the event loop's delay while something ran, milliseconds; memory at its highest, MB. */
export interface Measured {
  readonly wallMs: number
  readonly delayP99Ms: number
  readonly delayMaxMs: number
  readonly rssMb: number
}

/** Runs `work` once and measures it. */
export async function measure(work: () => Promise<unknown>): Promise<Measured> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const from = performance.now()
  await work()
  const wallMs = performance.now() - from
  delay.disable()
  return {
    wallMs,
    delayP99Ms: delay.percentile(99) / 1e6,
    delayMaxMs: delay.max / 1e6,
    rssMb: process.resourceUsage().maxRSS / 1024,
  }
}

/**
 * An engine as the command line has it, with its secrets in memory.
 * @param clockSpeed how many times as fast its clock goes; above 1, waits it keeps by itself are not what is measured
 */
export async function openBenchEngine(
  dataDir: string,
  { clockSpeed = 1 }: { readonly clockSpeed?: number } = {},
): Promise<Engine> {
  const secrets = secretsInMemory()
  await secrets.set(targetName, 'apiKey', benchKey)
  const ports = await createPorts({ dataDir, secrets, logLevel: 'error' })
  const clock = clockSpeed === 1 ? ports.clock : quickClock(clockSpeed)
  return createEngine(
    { ...ports, clock },
    { host: 'edge', version: '0.0.0-bench', schedule: false },
  )
}

function quickClock(speed: number): Clock {
  const begun = Date.now()
  const from = performance.now()
  return {
    now: () => begun + Math.round((performance.now() - from) * speed),
    timer: (delayMs, callback) => {
      const timer = setTimeout(callback, delayMs / speed)
      return () => clearTimeout(timer)
    },
  }
}

/** Writes records the way people do it in bulk: with their `id` or a natural key each changes, or becomes, a record. */
export async function importJson(
  engine: Engine,
  entity: EntityName,
  records: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  const found = await engine.importFile(
    { name: 'records.json', open: () => oneFile(JSON.stringify(records)) },
    { entity, map: {}, rehearse: false },
    () => {},
    new AbortController().signal,
  )
  if (found.bad.length > 0) throw new Error(JSON.stringify(found.bad[0]))
}

async function* oneFile(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text)
}

/** The value below which `share` of the values lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5)
}

/** Tells the process that started this one what was measured. */
export function report(result: unknown): void {
  process.stdout.write(`${JSON.stringify(result)}\n`)
}
