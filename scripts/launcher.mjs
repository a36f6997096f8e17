#!/usr/bin/env node
// Built as out/main/edge.js: the `marshal` command. It holds nothing but the choice of the Node
// that runs Marshal, so it must parse on any Node that still meets people (18 and later).
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { fileURLToPath } from 'node:url'

const NEEDED_MAJOR = 24
const STARTED_BY_LAUNCHER = 'MARSHAL_STARTED_BY_LAUNCHER'

if (Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR) {
  if (process.env[STARTED_BY_LAUNCHER] && process.channel) {
    // The launcher was killed: nobody could stop us any more, so stop too.
    process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))
    process.channel.unref()
  }
  delete process.env[STARTED_BY_LAUNCHER]
  // What was compiled once is read from beside the program; where that cannot be written, it is compiled each time.
  module.enableCompileCache?.(fileURLToPath(new URL('.compiled', import.meta.url)))
  await import('./edge-host.js')
} else {
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const packaged = fileURLToPath(
    new URL(`../../node_modules/node/bin/node${suffix}`, import.meta.url),
  )
  if (existsSync(packaged)) rerunWith(packaged)
  else {
    console.error(
      `marshal needs Node ${NEEDED_MAJOR} or newer, but this is ${process.version}. ` +
        'Run "npm start" once in the Marshal folder (it installs the right Node there), or install a newer Node.',
    )
    process.exitCode = 2
  }
}

/** Runs the same command line with another Node and ends the way it ended. */
function rerunWith(node) {
  const child = spawn(node, process.argv.slice(1), {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [STARTED_BY_LAUNCHER]: '1' },
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name)
    if (signal) process.kill(process.pid, signal)
    else process.exitCode = code ?? 1
  })
}
