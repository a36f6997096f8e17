import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { ended, startProcess } from '../crash/killed-engine.ts'
import { emsPeopleHere } from '../targets/ems/at-ems.ts'
import { startEms } from '../targets/ems/stand-in.ts'
import { startTestEngine } from '../support/test-engine.ts'
import { targetConfig } from '../support/test-target.ts'
import { emsTarget } from '../targets/ems/target.ts'

it('a creation that arrived while the process was killed is not held against what was changed here since', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'marshal-interrupted-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  const server = await startEms()
  onTestFinished(() => server.stop())
  const config = { ...targetConfig(emsTarget, server.url), entities: ['person'], mode: 'mirror' }
  const first = await startTestEngine({ target: emsTarget, dataDir, standIn: server })
  await first.client.targets.add({ config: { ...config, conflicts: 'merge-fields' } })
  await first.sync()
  const ana = { firstName: 'Ana', lastName: 'Silva', phone: '+27821111111' }
  const { id } = await first.set('person', ana)
  await first.close()
  expect(
    await ended(startProcess({ dataDir, action: 'sync', point: 'push:settle', time: 1 })),
  ).toBe(true)
  expect(await server.dump('people')).toMatchObject([{ phone: '+27821111111' }])

  const marshal = await startTestEngine({ target: emsTarget, dataDir, standIn: server })
  await marshal.set('person', { phone: '+27822222222' }, id)
  // Not the interrupted run going on: another one, which lists everything.
  const run = await marshal.sync({ kind: 'reconcile' })
  expect(run).toMatchObject({ result: 'success', inbound: { conflicts: 0 } })
  expect(await emsPeopleHere(marshal)).toMatchObject([{ phone: '+27822222222' }])
  expect(await server.dump('people')).toMatchObject([{ phone: '+27822222222' }])
})
