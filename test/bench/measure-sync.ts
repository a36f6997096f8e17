/**
 * `node measure-sync.ts DATA URL`: adds the target, then first push, nothing to do, 1 % changed, and check-ins while
 * everything is sent once more.
 */
import { performance } from 'node:perf_hooks'
import { measure, median, openBenchEngine, percentile, report, targetName } from './measuring.ts'

const [dataDir = '', url = ''] = process.argv.slice(2)
const engine = await openBenchEngine(dataDir)
const { client } = engine
const off = { delta: null, reconcile: null }
const config = { name: targetName, adapter: 'tagserver', url, auth: 'api-key', schedule: off }
await client.targets.add({ config })

const run = async (options: { readonly force?: boolean } = {}) => {
  const { runs } = await client.sync.run({ targets: [targetName], ...options })
  if (runs[0]?.result !== 'success') throw new Error(JSON.stringify(runs[0]?.errors))
  return runs[0].outbound
}

const first = await measure(run)

const nothing: number[] = []
for (let at = 0; at < 15; at++) nothing.push((await measure(run)).wallMs)

const { records: persons } = await client.records.list({ entity: 'person', limit: 320 })
for (const { id } of persons) {
  await client.records.set({ entity: 'person', id, fields: { email: `${id}@example.org` } })
}
const { records: entries } = await client.records.list({ entity: 'eventParticipant', limit: 520 })
for (const { id } of entries.slice(0, 320)) {
  await client.records.set({ entity: 'eventParticipant', id, fields: { category: 'changed' } })
}
const sent = { updated: 0 }
const changed = await measure(async () => {
  sent.updated = (await run()).updated
})

const all = run({ force: true })
const checkIns: number[] = []
for (const { id } of entries.slice(320)) {
  const from = performance.now()
  await client.desk.checkIn({ id })
  checkIns.push(performance.now() - from)
}
await all
await engine.stop()
report({
  first,
  nothingMs: median(nothing),
  changed: { ...changed, updated: sent.updated },
  checkInP95Ms: percentile(checkIns, 0.95),
})
