// `npm run new:target NAME`: writes a target that is green, for somebody to change into the real one.
// Options: `--label "As people call it"`, `--kind marketing`.
import { packagedNode, run } from './run.mjs'
import { setUp } from './setup.mjs'

if (!(await setUp())) process.exitCode = 1
else {
  const script = 'scripts/new-target/new-target.ts'
  process.exitCode = await run(packagedNode, [script, ...process.argv.slice(2)])
}
