// Running other programs from the set-up scripts. Plain Node 20, no packages.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

export const root = join(import.meta.dirname, '..')
export const windows = process.platform === 'win32'

const binFolder = join(root, 'node_modules', '.bin')

/** The Node that runs Marshal in this clone: the packaged one (24), whatever the machine has. */
export const packagedNode = join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node')

/** Environment in which `node` and the packages' commands are those of this clone. */
export function cloneEnvironment(extra = {}) {
  return { ...process.env, ...extra, PATH: [binFolder, machinePath()].join(delimiter) }
}

/** Environment for npm itself: it must not run on the Node that it may be about to replace. */
export function machineEnvironment(extra = {}) {
  return { ...process.env, ...extra, PATH: machinePath() }
}

function machinePath() {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.endsWith(join('node_modules', '.bin')))
    .join(delimiter)
}

/**
 * Runs a program with our terminal and waits for its end.
 * Answers its exit code; 1 when a signal or `timeout` (ms) ended it, 127 when it could not start.
 * With `family`, whatever it started and left behind ends with it.
 */
export function run(command, args, options = {}) {
  const { env = cloneEnvironment(), timeout, shell = false, family = false } = options
  return new Promise((resolve) => {
    const detached = family && !windows
    const child = spawn(command, args, { cwd: root, env, shell, stdio: 'inherit', detached })
    const forward = (signal) => {
      if (child.pid === undefined) return
      try {
        process.kill(detached ? -child.pid : child.pid, signal)
      } catch {
        // It has ended already.
      }
    }
    const limit = timeout && setTimeout(() => forward('SIGTERM'), timeout)
    process.on('SIGINT', forward).on('SIGTERM', forward)
    // npm runs us through a shell that passes no signal on: when that shell is gone, end as asked.
    const parent = process.ppid
    const watch = setInterval(() => process.ppid !== parent && forward('SIGTERM'), 500)
    const ended = (code) => {
      clearTimeout(limit)
      if (detached) forward('SIGTERM')
      clearInterval(watch)
      process.off('SIGINT', forward).off('SIGTERM', forward)
      resolve(code)
    }
    child.on('error', () => ended(127))
    child.on('exit', (code) => ended(code ?? 1))
  })
}

/** Whether a command exists on this machine. */
export function onPath(command) {
  return machinePath()
    .split(delimiter)
    .some((folder) => existsSync(join(folder, command)))
}

/** One line of progress, set apart from what the programs print. */
export function say(message) {
  console.error(`marshal: ${message}`)
}

/** "0.4 s", "12 s", "3 min 5 s" since a `performance.now()`. */
export function since(start) {
  const seconds = (performance.now() - start) / 1000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 90) return `${Math.round(seconds)} s`
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
}
