import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface LogLine {
  readonly msg: string
  readonly level: number
  readonly [detail: string]: unknown
}

/** The lines of the app's log so far. */
export async function readLog(dataDir: string): Promise<readonly LogLine[]> {
  const text = await readFile(join(dataDir, 'log', 'marshal.log'), 'utf8')
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as LogLine)
}
