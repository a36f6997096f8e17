// Builds out/ when a source is newer than it.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packagedNode, root, run, say, since } from './run.mjs'

const sources = ['main', 'preload', 'renderer', 'scripts', 'electron.vite.config.ts']
const marker = join(root, 'out', '.built-from')
const results = [
  'out/main/edge.js',
  'out/main/index.js',
  'out/preload/index.cjs',
  'out/renderer/index.html',
]

/** Builds the desktop app, the command and the window, unless `out/` is up to date. Answers success. */
export async function buildWhenNeeded() {
  const wanted = fingerprint()
  const built = results.every((path) => existsSync(join(root, path)))
  if (built && existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return true
  const start = performance.now()
  say('building')
  const tool = join('node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  if ((await run(packagedNode, [tool, 'build', '--logLevel', 'warn'])) !== 0) return false
  mkdirSync(join(root, 'out'), { recursive: true })
  writeFileSync(marker, wanted)
  say(`built (${since(start)})`)
  return true
}

/** Changes when a source file is added, removed or written, or a package changes its version. */
function fingerprint() {
  const hash = createHash('sha256')
  const add = (path) => {
    const { mtimeMs, size } = statSync(join(root, path))
    hash.update(`${path} ${mtimeMs} ${size}\n`)
  }
  for (const source of [...sources, 'package-lock.json']) {
    if (!existsSync(join(root, source))) continue
    if (!statSync(join(root, source)).isDirectory()) add(source)
    else
      for (const entry of readdirSync(join(root, source), { recursive: true, withFileTypes: true }))
        if (entry.isFile()) add(join(entry.parentPath.slice(root.length + 1), entry.name))
  }
  return hash.digest('hex')
}
