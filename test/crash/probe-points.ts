/** The places in the engine where a process may be killed, read from its source: a new step without a test fails. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

const engineFolder = join(import.meta.dirname, '../../main/engine')
/** `probe(context, 'push:freeze')`, `probe?.('restore:1:copied')`, probe?.(`import:page:${page}`) */
const call = /\bprobe\??\.?\((?:context, )?[`']([a-z][\w:-]*)/g

/** Every point, without the number of the step. Points of the database layer have a suite of their own. */
export async function probePoints(): Promise<readonly string[]> {
  const found = new Set<string>()
  for (const name of await readdir(engineFolder, { recursive: true })) {
    if (!name.endsWith('.ts') || name.startsWith('db/')) continue
    const source = await readFile(join(engineFolder, name), 'utf8')
    for (const [, point] of source.matchAll(call)) found.add(point!.replace(/:$/, ''))
  }
  return [...found].sort()
}

/** Points of webhooks; they have a file of their own. */
export const webhookPoints = ['webhook:stage', 'webhook:staged', 'webhook:fetch', 'webhook:fetched']
