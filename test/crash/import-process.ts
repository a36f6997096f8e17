/**
 * Imports a start list and kills itself, as `kill -9` would, when it comes to a given point:
 * `node import-process.ts <data folder> <file> [point]`. Prints the report when it gets that far.
 */
import { createReadStream } from 'node:fs'
import { importFile } from '../../main/engine/import/import-file.ts'
import { uuidIds } from '../../main/hosts/uuid-ids.ts'
import { openTestCore } from '../support/test-core.ts'

const [dataDir = '', file = '', deadlyPoint] = process.argv.slice(2)

const test = await openTestCore({
  dataDir,
  ids: uuidIds(),
  async probe(point) {
    if (point !== deadlyPoint) return
    process.kill(process.pid, 'SIGKILL')
    await new Promise(() => {})
  },
})
const report = await importFile(test.core, () => createReadStream(file), {
  entity: 'entrant',
  event: 'Spring Classic',
  map: {},
  rehearse: false,
  fileName: 'list.csv',
  format: 'csv',
})
await test.close()
process.stdout.write(JSON.stringify(report))
