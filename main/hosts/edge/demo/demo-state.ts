/** What the demonstration remembers between two starts. */
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { prepareDataFolder } from '../../data-folder.ts'
import { writeFileAtomically } from '../../write-file-atomically.ts'
import { wrongUse } from '../exit-codes.ts'

const demoState = z.object({
  /** Port of the timing stand-in, null before its first start. */
  port: z.number().int().nullable(),
  /** True once the whole start list is imported; from then on the data belongs to whoever plays with it. */
  imported: z.boolean(),
})
export type DemoState = z.infer<typeof demoState>

const stateFile = (dataDir: string) => join(dataDir, 'demo.json')

/** Where the timing stand-in keeps what it was sent. */
export const standInFile = (dataDir: string) => join(dataDir, 'demo-timing.jsonl')

/**
 * The state of this demonstration; a new one where the folder is empty.
 * @throws ProblemError `wrong-use` for a folder with data that is not a demonstration's
 */
export async function readDemoState(dataDir: string): Promise<DemoState> {
  await prepareDataFolder(dataDir)
  try {
    return demoState.parse(JSON.parse(await readFile(stateFile(dataDir), 'utf8')))
  } catch {
    if (await exists(join(dataDir, 'marshal.db')))
      throw wrongUse(
        `${dataDir} holds data that is not a demonstration's, and invented entrants must not get into it`,
        'Choose an empty folder with --data, or leave it out.',
      )
    const fresh: DemoState = { port: null, imported: false }
    await writeDemoState(dataDir, fresh)
    return fresh
  }
}

export async function writeDemoState(dataDir: string, state: DemoState): Promise<void> {
  await writeFileAtomically(stateFile(dataDir), `${JSON.stringify(state)}\n`)
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file)
    return true
  } catch {
    return false
  }
}
