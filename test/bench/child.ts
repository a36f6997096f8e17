/** Measurements in processes of their own, so that each has its own memory. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** Runs one measurement of this folder and reads what it reports. */
export async function child<Result>(script: string, ...args: readonly string[]): Promise<Result> {
  const path = join(import.meta.dirname, script)
  const { stdout } = await execute(process.execPath, [path, ...args], { maxBuffer: 1 << 24 })
  return JSON.parse(stdout) as Result
}

/** Wall time of a command from start to end, milliseconds. */
export async function timed(command: string, args: readonly string[]): Promise<number> {
  const from = performance.now()
  await execute(command, [...args])
  return performance.now() - from
}
