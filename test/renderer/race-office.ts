/** A window on a race office with entrants and a TagServer stand-in in the timing van. */
import type { Locator, Page } from 'playwright-core'
import { expect, vi } from 'vitest'
import type { TargetStatus } from '../../main/contract/targets.ts'
import { standInKey, startTagServer, type TagServerStandIn } from '../targets/tagserver/stand-in.ts'
import { startWindowSite, type WindowSite } from '../support/window.ts'

export interface RaceOffice {
  readonly site: WindowSite
  readonly timing: TagServerStandIn
  /** Connects the stand-in as `timing-van`; at rest unless told to run. */
  connect(run?: 'run'): Promise<void>
  status(): Promise<TargetStatus>
  /** Settles when the timing van is in this state and has nothing on its way. */
  settled(state: TargetStatus['state']): Promise<TargetStatus>
  /** Nothing connected, and an empty stand-in with its network up. The entrants stay. */
  reset(): Promise<void>
  close(): Promise<void>
}

/** So many entrants with a tag each, in four start groups. */
export function entrantList(count: number): string {
  const rows = Array.from({ length: count }, (_, at) => {
    const n = at + 1
    return `${n},Runner${n},Family${n},F,runner${n}@example.org,Marathon,Wave ${n % 4},T-${n}`
  })
  return ['bib,first_name,last_name,gender,email,race,start_group,tag', ...rows].join('\n')
}

/** Slow polling is for people; a test asks often and gives up late. */
const patiently = { timeout: 20_000, interval: 50 }

/** Starts everything with so many entrants, and nothing connected yet. */
export async function openRaceOffice(entrants: number): Promise<RaceOffice> {
  const [site, timing] = await Promise.all([startWindowSite({ schedule: true }), startTagServer()])
  await site.importEntrants(entrantList(entrants))
  const { client } = site.engine
  const find = async () =>
    (await client.status.get()).targets.find(({ name }) => name === 'timing-van')
  const status = async () => {
    const found = await find()
    if (!found) throw new Error('The timing van is not connected')
    return found
  }
  return {
    site,
    timing,
    status,
    async connect(run) {
      await client.targets.add({
        config: {
          name: 'timing-van',
          adapter: 'tagserver',
          url: timing.url,
          auth: 'api-key',
          secrets: { apiKey: standInKey },
        },
        paused: true,
      })
      if (run) await client.targets.resume({ name: 'timing-van' })
    },
    async settled(state) {
      await vi.waitFor(async () => expect((await find())?.state).toBe(state), patiently)
      return status()
    },
    async reset() {
      for (const { config } of await client.targets.list()) {
        await client.targets.remove({ name: config.name })
      }
      await timing.plug()
      await timing.reset()
      await timing.setKey(standInKey)
    },
    async close() {
      await site.close()
      await timing.stop()
    },
  }
}

/** How many records the stand-in has, all kinds together. */
export async function arrived(timing: TagServerStandIn): Promise<number> {
  return Object.values(await timing.counts()).reduce((sum, n) => sum + n, 0)
}

/** Presses Tab until the element has the focus, as somebody without a mouse would. */
export async function tabTo(page: Page, element: Locator, most = 80): Promise<void> {
  const isThere = () => element.evaluate((node) => node.contains(document.activeElement))
  await element.waitFor()
  for (let pressed = 0; pressed <= most; pressed++) {
    if (await isThere()) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab did not reach ${element.toString()}`)
}
