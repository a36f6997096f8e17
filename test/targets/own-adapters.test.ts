import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { createEngine } from '../../main/engine/engine.ts'
import type { Adapter } from '../../main/engine/targets/kit/adapter.ts'
import { adapters } from '../../main/engine/targets/registry.ts'
import { createPorts } from '../../main/hosts/ports.ts'
import { secretsInMemory } from '../support/test-core.ts'

const [example] = adapters
if (!example) throw new Error('no adapters')

const called = (name: string): Adapter => ({
  ...example,
  manifest: { ...example.manifest, name },
})

async function open(own: readonly Adapter[]) {
  const dataDir = await mkdtemp(join(tmpdir(), 'marshal-adapters-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  const ports = await createPorts({ dataDir, secrets: secretsInMemory(), logLevel: 'error' })
  onTestFinished(() => ports.log.close())
  const options = { host: 'edge', version: '0.0.0-test', schedule: false, adapters: own } as const
  const engine = await createEngine(ports, options)
  onTestFinished(() => engine.stop())
  return engine
}

it('an engine opened with an adapter of its own shows it, and targets can use it', async () => {
  const { client } = await open([called('own')])
  const names = (await client.targets.adapters()).map(({ name }) => name)
  expect(names).toEqual([...adapters.map(({ manifest }) => manifest.name), 'marshal', 'own'])
  const [auth] = example.manifest.auth
  const config = { name: 'mine', adapter: 'own', url: 'http://127.0.0.1:1', auth }
  expect(await client.targets.add({ config })).toMatchObject({
    config: { name: 'mine', adapter: 'own' },
  })
})

it('an adapter of its own cannot take the place of one of the build', async () => {
  await expect(open([example])).rejects.toThrow(example.manifest.name)
})
