/**
 * `node measure-search.ts DATA`: names typed letter by letter, in all events and in one, through the service and in SQL
 * alone, and the list of events the Desk begins with.
 */
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { openDatabase } from '../../main/engine/db/open-database.ts'
import { searchEntrants } from '../../main/engine/store/desk/find-entrants.ts'
import { systemClock } from '../../main/hosts/system-clock.ts'
import { median, openBenchEngine, percentile, report } from './measuring.ts'

const [dataDir = ''] = process.argv.slice(2)
const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const from = performance.now()
  await work()
  return performance.now() - from
}

const engine = await openBenchEngine(dataDir)
const { client } = engine
const { records } = await client.records.list({ entity: 'person', limit: 60 })
const typed = records.flatMap((person) => {
  const [first, last] = [String(person['firstName']), String(person['lastName'])]
  const name = `${first} ${last}`
  const letters = [2, 3, 5, name.length].map((length) => name.slice(0, length))
  return [...letters, `${first.slice(0, 2)} ${last.slice(0, 2)}`]
})
const events: number[] = []
for (let at = 0; at < 5; at++) events.push(await timed(() => client.desk.events({})))
const [event] = (await client.desk.events({})) as readonly { readonly id: string }[]
const service: number[] = []
for (const query of typed) {
  service.push(await timed(() => client.desk.search({ query, limit: 30 })))
  if (event) {
    service.push(await timed(() => client.desk.search({ query, limit: 30, eventId: event.id })))
  }
}
await engine.stop()

const file = join(dataDir, 'marshal.db')
const database = await openDatabase({ file, clock: systemClock(), appVersion: '0.0.0-bench' })
const sql: number[] = []
for (const query of typed) {
  for (const scope of [null, event?.id ?? null]) {
    sql.push(
      await timed(() => searchEntrants(database.reader, { eventId: scope, query, limit: 30 })),
    )
  }
}
await database.close()
report({
  serviceP95Ms: percentile(service, 0.95),
  sqlP95Ms: percentile(sql, 0.95),
  eventsMs: median(events),
})
