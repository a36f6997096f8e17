/** `node measure-import.ts DATA CSV`: one import, in a process of its own so that its memory is its own. */
import { createReadStream } from 'node:fs'
import { measure, openBenchEngine, report } from './measuring.ts'

const [dataDir = '', csv = ''] = process.argv.slice(2)
const engine = await openBenchEngine(dataDir)
const measured = await measure(() =>
  engine.importFile(
    { name: 'entrants.csv', open: () => createReadStream(csv) },
    { entity: 'entrant', event: 'Spring Classic', map: {}, rehearse: false },
    () => {},
    new AbortController().signal,
  ),
)
await engine.stop()
report(measured)
