/** A power cut while a target is set up or changed. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { openDatabase } from '../../main/engine/db/open-database.ts'
import { writeScope } from '../../main/engine/store/links/scope.ts'
import { systemClock } from '../../main/hosts/system-clock.ts'
import { startTagServer } from '../targets/tagserver/stand-in.ts'
import { secretsFor, targetConfig } from '../support/test-target.ts'
import { tagserverTarget, startAtTagServer } from '../targets/tagserver/target.ts'

it('a scope that was written and not filled yet is filled at the next start', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'marshal-flow-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  const standIn = await startTagServer()
  onTestFinished(() => standIn.stop())
  const secrets = await secretsFor(tagserverTarget)
  const first = await startAtTagServer({ dataDir, standIn, secrets })
  await first.set('person', { firstName: 'Ana', lastName: 'Silva' })
  await first.client.targets.add({
    config: { ...targetConfig(tagserverTarget, standIn.url), entities: ['tag'] },
  })
  await first.close()

  const database = await openDatabase({
    file: join(dataDir, 'marshal.db'),
    clock: systemClock(),
    appVersion: '0.0.0-test',
  })
  await database.db.transaction().execute(async (trx) => {
    await trx.updateTable('target').set({ entities: '["tag","person"]' }).execute()
    const both = { outbound: true, inbound: false, firstState: 'linked' } as const
    await writeScope(trx, 1, [
      { entity: 'tag', ...both },
      { entity: 'person', ...both },
    ])
  })
  await database.close()

  const again = await startAtTagServer({ dataDir, standIn, secrets })
  expect(await again.status()).toMatchObject({ pending: 1 })
  expect(await again.sync()).toMatchObject({ outbound: { created: 1 } })
})
