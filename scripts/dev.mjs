// `npm run dev`: the window with hot reload, and an engine with the demonstration that follows changes in main/.
// What stands behind `--` goes to `marshal demo`; `--port` is the one the window is served at.
import { packagedNode, run } from './run.mjs'
import { setUp } from './setup.mjs'

if (!(await setUp())) process.exitCode = 1
else process.exitCode = await run(packagedNode, ['scripts/dev/serve.ts', ...process.argv.slice(2)])
