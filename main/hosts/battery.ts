/** The battery as Linux tells of it, in files. Other systems tell a desktop app only whether it runs on one. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Battery } from '../engine/ports.ts'

const powerSupplies = '/sys/class/power_supply'

/**
 * Null where the system does not tell. Several batteries count as one, as full as all of them together on average.
 * @param folder where each supply has a folder of files; tests bring their own
 */
export async function linuxBattery(folder = powerSupplies): Promise<Battery | null> {
  const supplies = await readdir(folder).catch(() => null)
  if (supplies === null) return null
  const known = await Promise.all(supplies.map((name) => readSupply(join(folder, name))))
  // A wireless mouse has a battery too; the computer does not run on it.
  const batteries = known.filter(({ type, scope }) => type === 'Battery' && scope !== 'Device')
  const levels = batteries.flatMap(({ capacity }) => (capacity === null ? [] : [capacity]))
  return {
    present: batteries.length > 0,
    plugged: batteries.every(({ status }) => status !== 'Discharging'),
    percent: levels.length === 0 ? null : Math.round(sum(levels) / levels.length),
  }
}

async function readSupply(folder: string) {
  const read = async (name: string) =>
    (await readFile(join(folder, name), 'utf8').catch(() => '')).trim()
  const capacity = Number.parseInt(await read('capacity'), 10)
  return {
    type: await read('type'),
    scope: await read('scope'),
    status: await read('status'),
    capacity: Number.isNaN(capacity) ? null : Math.min(100, Math.max(0, capacity)),
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
