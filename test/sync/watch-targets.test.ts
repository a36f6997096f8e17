/** Targets that can be waited for are waited for as they are now, and not beyond the end. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { undiciHttp } from '../../main/hosts/undici-http.ts'
import {
  insertTarget,
  noteTarget,
  type TargetSettings,
} from '../../main/engine/store/runs/targets.ts'
import type { Core } from '../../main/engine/core.ts'
import { createTargetWatch, type TargetWatch } from '../../main/engine/sync/watch-targets.ts'
import type { Adapter } from '../../main/engine/targets/kit/adapter.ts'
import { tagserver } from '../../main/engine/targets/tagserver/adapter.ts'
import { registerAdapters } from '../../main/engine/targets/registry.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

const settings: TargetSettings = {
  ...{ name: 'hub', adapter: 'watchable', url: 'http://127.0.0.1', auth: 'api-key', settings: {} },
  ...{ mode: 'mirror', direction: 'both', conflicts: 'master-wins', remoteDeletion: 'delete' },
  ...{ entities: ['person'], filter: null, mapping: [], owners: {}, sensitive: [] },
  ...{ schedule: { delta: null, reconcile: null }, allowInsecure: false },
}

/** Questions that are held. */
let open: number
/** Answers the held question with an error, or with a place. */
let fail: () => void
let answer: (place: string) => void
/** Targets a run is asked for. */
let asked: string[]
/** TagServer, as if it could be waited for. */
const watchable: Adapter = {
  manifest: { ...tagserver.manifest, name: 'watchable', hub: true },
  connect: async (context) => ({
    ...(await tagserver.connect(context)),
    watch: (_, signal) =>
      new Promise((resolve, reject) => {
        open++
        answer = (place) => {
          open--
          resolve(place)
        }
        fail = () => reject(new Error('away'))
        signal.addEventListener('abort', () => {
          open--
          reject(signal.reason as Error)
        })
      }),
  }),
}

let test: TestCore
let target: number
let watch: TargetWatch
let core: { -readonly [Name in keyof Core]: Core[Name] }
beforeEach(async () => {
  open = 0
  asked = []
  test = await openTestCore({ http: undiciHttp() })
  await test.core.ports.secrets.set('hub', 'apiKey', 'k')
  target = await test.core.db.transaction().execute((trx) => insertTarget(trx, settings, 1))
  core = { ...test.core, adapters: registerAdapters([watchable]) }
  watch = createTargetWatch(
    core,
    () => false,
    (name) => void asked.push(name),
  )
  await watch.start()
  await expect.poll(() => open).toBe(1)
})
afterEach(async () => {
  await watch.stop()
  await test.close()
})

it('a target that is resumed while the targets are read is watched', async () => {
  const { db } = test.core
  await noteTarget(db, target, { pausedReason: { code: 'set-up' } })
  const paused = watch.reload()
  const resumed = noteTarget(db, target, { pausedReason: null }).then(() => watch.reload())
  await Promise.all([paused, resumed])
  await expect.poll(() => open).toBe(1)
})

it('nothing is watched any more after the end, also where the targets were just read', async () => {
  const reload = watch.reload()
  await watch.stop()
  await reload
  // What would still begin begins before the next target is read.
  await noteTarget(test.core.db, target, { pausedReason: null })
  expect(open).toBe(0)
})

it('one that answered and does so no more is told of at once, so that a run says what is wrong; one that never did is not', async () => {
  fail()
  await expect.poll(() => asked).toEqual([])
  await watch.reload()
  await expect.poll(() => open).toBe(1)
  answer('place')
  await expect.poll(() => [asked.length, open]).toEqual([1, 1])
  fail()
  await expect.poll(() => asked).toEqual(['hub', 'hub'])
})

it('ends in peace where the question failed and the database cannot be read', async () => {
  const { reader } = test.core
  const read = new Promise<void>((resolve) => {
    core.reader = new Proxy(reader, {
      get() {
        resolve()
        throw new Error('The database is gone')
      },
    })
  })
  fail()
  await read
  await expect(watch.stop()).resolves.toBeUndefined()
  core.reader = reader
})
