/**
 * `node measure-edits.ts DATA COUNT`: a week of edits on imported data whose target was synchronised, each sent: how
 * large the database file is before and after.
 */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { importJson, openBenchEngine, report, targetName } from './measuring.ts'

const [dataDir = '', wanted = '50000'] = process.argv.slice(2)
const fileMb = async () => (await stat(join(dataDir, 'marshal.db'))).size / 2 ** 20
const page = 1_000

const beforeMb = await fileMb()
const engine = await openBenchEngine(dataDir)
const { client } = engine
let edits = 0
while (edits < Number(wanted)) {
  for (let after: string | null = null; edits < Number(wanted);) {
    const read: Awaited<ReturnType<typeof client.records.list>> = await client.records.list({
      entity: 'eventParticipant',
      after,
      limit: page,
    })
    const changes = read.records.map(({ id }, at) => ({ id, category: `Edit ${edits + at}` }))
    await importJson(engine, 'eventParticipant', changes)
    edits += changes.length
    after = read.next
    if (after === null) break
  }
  await client.sync.run({ targets: [targetName] })
}
await engine.stop()
report({ beforeMb, afterMb: await fileMb(), edits })
