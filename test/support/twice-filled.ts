/** A laptop whose database may be replaced by an older one, beside a target that goes on. */
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { migrations } from '../../main/engine/db/migrations/index.ts'
import { restoreDatabase } from '../../main/engine/engine.ts'
import { fakeClock } from './fake-clock.ts'
import { startStandInFor } from './test-engine.ts'
import {
  secretsFor,
  startTestEngine,
  targetConfig,
  type StandIns,
  type TargetKind,
  type TestEngine,
  type TestEngineOptions,
} from './test-engine.ts'

export interface Laptop<Kind extends TargetKind> {
  readonly server: StandIns[Kind]
  /** The engine that runs now; another one after each start. */
  readonly marshal: TestEngine<Kind>
  addTarget(config?: Readonly<Record<string, unknown>>): Promise<void>
  /** Removes the target and adds it anew. */
  readdTarget(config?: Readonly<Record<string, unknown>>): Promise<void>
  backUp(): Promise<void>
  /** Stops, puts the backup in place, and starts. */
  restore(): Promise<void>
  /** Stops, damages the file in the middle, and starts: the backup takes its place. */
  damage(): Promise<void>
  restart(options?: Partial<TestEngineOptions<Kind>>): Promise<void>
}

export async function laptopBeside<Kind extends TargetKind>(
  kind: Kind,
  options: Partial<TestEngineOptions<Kind>> = {},
): Promise<Laptop<Kind>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'marshal-flow-'))
  const server = (await startStandInFor(kind)) as StandIns[Kind]
  onTestFinished(async () => {
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  })
  const file = join(dataDir, 'marshal.db')
  const start = (more: Partial<TestEngineOptions<Kind>> = {}) =>
    startTestEngine<Kind>({ target: kind, standIn: server, dataDir, ...options, ...more })
  let marshal = await start()
  let backup = ''
  const add = async (config: Readonly<Record<string, unknown>> = {}) => {
    const secrets = await secretsFor(kind)
    for (const key of await secrets.keys('timing')) {
      await marshal.secrets.set('timing', key, (await secrets.get('timing', key))!)
    }
    await marshal.client.targets.add({ config: { ...targetConfig(kind, server.url), ...config } })
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
