// `npm start`: installs what is missing, builds what changed, opens Marshal.
// `npm start -- --demo` opens it with a demo event and local stand-in targets.
import { buildWhenNeeded } from './build.mjs'
import { findElectron } from './electron.mjs'
import { packagedNode, run, say } from './run.mjs'
import { setUp } from './setup.mjs'

const args = process.argv.slice(2)

if (!(await setUp()) || !(await buildWhenNeeded())) process.exitCode = 1
else {
  const electron = await findElectron()
  if (electron.path) process.exitCode = await run(electron.path, ['.', ...args])
  else {
    say(`opening Marshal for the browser, because ${electron.reason}`)
    const command = args.includes('--demo') ? 'demo' : 'serve'
    const rest = args.filter((argument) => argument !== '--demo')
    process.exitCode = await run(packagedNode, ['out/main/edge.js', command, ...rest])
  }
}
