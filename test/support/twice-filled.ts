/** A laptop whose database may be replaced by an older one, beside a target that goes on. */
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { migrations } from '../../main/engine/db/migrations/index.ts'
import { restoreDatabase } from '../../main/engine/engine.ts'
import { fakeClock } from './fake-clock.ts'
import type { StandInProcess } from './stand-in-process.ts'
import { startTestEngine, type TestEngine, type TestEngineOptions } from './test-engine.ts'
import { secretsFor, targetConfig, type TestTarget } from './test-target.ts'

export interface Laptop<Server extends StandInProcess> {
  readonly server: Server
  /** The engine that runs now; another one after each start. */
  readonly marshal: TestEngine<Server>
  addTarget(config?: Readonly<Record<string, unknown>>): Promise<void>
  /** Removes the target and adds it anew. */
  readdTarget(config?: Readonly<Record<string, unknown>>): Promise<void>
  backUp(): Promise<void>
  /** Stops, puts the backup in place, and starts. */
  restore(): Promise<void>
  /** Stops, damages the file in the middle, and starts: the backup takes its place. */
  damage(): Promise<void>
  restart(options?: Partial<TestEngineOptions<Server>>): Promise<void>
}

export async function laptopBeside<Server extends StandInProcess>(
  target: TestTarget<Server>,
  options: Partial<TestEngineOptions<Server>> = {},
): Promise<Laptop<Server>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'marshal-flow-'))
  const server = await target.standIn()
  onTestFinished(async () => {
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  })
  const file = join(dataDir, 'marshal.db')
  const start = (more: Partial<TestEngineOptions<Server>> = {}) =>
    startTestEngine({ target, standIn: server, dataDir, ...options, ...more })
  let marshal = await start()
  let backup = ''
  const add = async (config: Readonly<Record<string, unknown>> = {}) => {
    const secrets = await secretsFor(target)
    for (const key of await secrets.keys('timing')) {
      await marshal.secrets.set('timing', key, (await secrets.get('timing', key))!)
    }
    await marshal.client.targets.add({ config: { ...targetConfig(target, server.url), ...config } })
  }
  return {
    server,
    get marshal() {
      return marshal
    },
    addTarget: add,
    async readdTarget(config) {
      await marshal.client.targets.remove({ name: 'timing' })
      await add(config)
    },
    async backUp() {
      backup = (await marshal.client.settings.backup()).file
    },
    async restore() {
      await marshal.close()
      const clock = fakeClock()
      await restoreDatabase({ file, from: backup, clock, steps: migrations, appVersion: 'test' })
      marshal = await start()
    },
    async damage() {
      await marshal.close()
      const handle = await open(file, 'r+')
      const { size } = await handle.stat()
      await handle.write(Buffer.alloc(8192, 0x5a), 0, 8192, Math.floor(size / 2))
      await handle.close()
      marshal = await start()
    },
    async restart(more) {
      await marshal.close()
      marshal = await start(more)
    },
  }
}
