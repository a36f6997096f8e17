/** Where the window was, and whether it goes on syncing without one: `desktop.json` beside Chromium's own files. */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { writeFileAtomically } from '../write-file-atomically.ts'

const rectangle = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(1).max(20_000),
  height: z.number().int().min(1).max(20_000),
})
/** Device-independent pixels. */
export type Rectangle = Readonly<z.infer<typeof rectangle>>

const desktopSettings = z.object({
  bounds: rectangle.nullable().default(null),
  maximised: z.boolean().default(false),
  /** Closing the window leaves Marshal in the tray, syncing. */
  keepRunning: z.boolean().default(true),
  /** The person has been told once that closing does not quit. */
  toldKeepsRunning: z.boolean().default(false),
})
export type DesktopSettings = Readonly<z.infer<typeof desktopSettings>>

export const smallest = { width: 1024, height: 640 } as const
const usual = { width: 1280, height: 800 } as const

/** The stored settings; a missing or damaged file counts as none, it holds nothing worth stopping for. */
export async function readDesktopSettings(file: string): Promise<DesktopSettings> {
  try {
    return desktopSettings.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    return desktopSettings.parse({})
  }
}

export async function writeDesktopSettings(file: string, settings: DesktopSettings): Promise<void> {
  await writeFileAtomically(file, `${JSON.stringify(settings)}\n`)
}

/**
 * Where to open the window: where it was, if enough of its title bar can be reached on a screen that is still there,
 * else in the middle (no x and y).
 *
 * @param workAreas the usable parts of all screens
 */
export function placeOnScreen(
  saved: Rectangle | null,
  workAreas: readonly Rectangle[],
): { width: number; height: number; x?: number; y?: number } {
  if (saved === null) return { ...usual }
  const width = Math.max(smallest.width, saved.width)
  const height = Math.max(smallest.height, saved.height)
  const reachable = workAreas.some(
    (area) =>
      Math.min(saved.x + width, area.x + area.width) - Math.max(saved.x, area.x) >= 200 &&
      saved.y >= area.y - 10 &&
      saved.y <= area.y + area.height - 60,
  )
  return reachable ? { x: saved.x, y: saved.y, width, height } : { width, height }
}
