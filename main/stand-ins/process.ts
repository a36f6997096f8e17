/**
 * One stand-in as a program: `node main/stand-ins/process.ts NAME [--port N] [--key TEXT] [--seed N] [--latency MS]`.
 * Prints `{"url": …}` when it is ready; see `runStandIn`.
 */
import { parseArgs } from 'node:util'
import { runStandIn } from './kit/stand-in-process.ts'
import { isStandInName, loadStandIn, standInNames } from './stand-ins.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: 'string', default: '0' },
    key: { type: 'string', default: 'stand-in-key' },
    seed: { type: 'string' },
    latency: { type: 'string', default: '0' },
  },
})
const [name = ''] = positionals
if (!isStandInName(name))
  throw new Error(`There is no stand-in "${name}"; there are ${standInNames.join(', ')}.`)
await runStandIn(await loadStandIn(name), {
  port: Number(values.port),
  key: values.key,
  seed: values.seed === undefined ? null : Number(values.seed),
  contentFile: null,
  latencyMs: Number(values.latency),
  faults: [],
})
