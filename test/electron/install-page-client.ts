import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { build, type Rolldown } from 'vite'

let bundle: Promise<string> | null = null

/** Puts page-client.ts into a page as `marshalTest`; page scripts are not subject to the page's policy when a test adds them. */
export async function installPageClient(page: Page): Promise<void> {
  bundle ??= bundlePageClient()
  await page.evaluate(await bundle)
}

async function bundlePageClient(): Promise<string> {
  const built = (await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      lib: {
        entry: join(import.meta.dirname, 'page-client.ts'),
        formats: ['iife'],
        name: 'marshalPageClient',
      },
    },
  })) as Rolldown.RolldownOutput[]
  const [chunk] = built[0]?.output ?? []
  if (chunk === undefined) throw new Error('the page client could not be built')
  return chunk.code
}
