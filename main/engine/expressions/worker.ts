/**
 * Thread that evaluates filters. It gets only the fields a filter names, has no way to the network, the database or the
 * environment, and is killed when a page takes too long or needs too much memory (`boxed-worker.ts`).
 */
import { parentPort, workerData } from 'node:worker_threads'
import type { FieldValue } from '../../contract/records.ts'
import { holds } from './logic.ts'
import type { PageToJudge, WorkerAnswer, WorkerStart } from './worker-messages.ts'

const { conditions } = workerData as WorkerStart

const answer = (message: WorkerAnswer) => parentPort?.postMessage(message)

parentPort?.on('message', (page: PageToJudge) => {
  const rules = conditions[page.entity] ?? []
  answer({
    kind: 'judged',
    kept: page.rows.map((row) => {
      const record = asRecord(page, row)
      return rules.every((rule) => holds(rule, record))
    }),
  })
})

answer({ kind: 'ready' })

/** `{ entity: fields }` without a prototype. Empty fields are absent, so that a default of `var` applies. */
function asRecord({ entity, fields }: PageToJudge, row: readonly FieldValue[]): object {
  const values: Record<string, FieldValue> = Object.create(null)
  fields.forEach((name, at) => {
    const value = row[at]
    if (value !== null && value !== undefined) values[name] = value
  })
  return Object.assign(Object.create(null), { [entity]: values })
}
