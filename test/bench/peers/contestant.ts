/**
 * Marshal as one of the contestants: the whole engine on a data folder of its own, driven as its hosts drive it. Local
 * writes are imports, a push or a pull is a run.
 */
import { createEngine } from '../../../main/engine/engine.ts'
import { sensitiveChoices } from '../../../main/engine/targets/kit/sensitive.ts'
import { createPorts } from '../../../main/hosts/ports.ts'
import { secretsInMemory } from '../../support/test-core.ts'
import { importJson } from '../measuring.ts'
import { fromFields, harnessAdapter, toFields, type HarnessRecord } from './harness-adapter.ts'

interface Place {
  readonly dir: string
  readonly url: string
}

/** @param digest of records as the harness has them, over everything stored here */
export function contestant(digest: (records: readonly HarnessRecord[]) => string) {
  return async ({ dir, url }: Place) => {
    const secrets = secretsInMemory()
    const ports = await createPorts({ dataDir: dir, secrets, logLevel: 'error' })
    const engine = await createEngine(ports, {
      host: 'edge',
      version: '0.0.0-bench',
      schedule: false,
      adapters: [harnessAdapter],
    })
    const { client } = engine
    const schedule = { delta: null, reconcile: null }
    // Columns of the harness that are kept in fields which are sensitive in Marshal.
    const sensitive = [...sensitiveChoices(harnessAdapter, [])]
    const config = { name: 'harness', adapter: 'harness', url, auth: 'none', sensitive, schedule }
    await client.targets.add({ config })

    const write = async (records: readonly HarnessRecord[]) => {
      const people = records.map((raw) => ({ id: raw['id'], ...toFields(raw) }))
      await importJson(engine, 'person', people)
    }
    const run = async () => {
      const { runs } = await client.sync.run({ targets: ['harness'] })
      if (runs[0]?.result !== 'success') throw new Error(JSON.stringify(runs[0]))
    }
    return {
      seed: write,
      edit: write,
      push: run,
      pull: run,
      // A run does both.
      sync: run,
      async digest() {
        const all: HarnessRecord[] = []
        for (let after: string | null = null; ;) {
          const page: Awaited<ReturnType<typeof client.records.list>> = await client.records.list({
            entity: 'person',
            after,
            limit: 1_000,
          })
          for (const record of page.records) all.push({ id: record.id, ...fromFields(record) })
          after = page.next
          if (after === null) return digest(all)
        }
      },
      async close() {
        await engine.stop()
        ports.log.close()
      },
    }
  }
}
