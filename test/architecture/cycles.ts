/**
 * Import cycles between files. In what we ship, types count too: two files that need each other are one idea, or
 * hide a third. Among tests only values count.
 */
import { importsOf } from './imports.ts'
import type { Breach, SourceFile } from './source-tree.ts'

/** One breach per cycle, at the import that closes it. */
export function findCycles(files: readonly SourceFile[]): readonly Breach[] {
  const known = new Set(files.map(({ path }) => path))
  const edges = new Map(
    files.map((file) => [
      file.path,
      importsOf(file).filter(
        ({ target, typeOnly }) => known.has(target) && !(typeOnly && file.path.startsWith('test/')),
      ),
    ]),
  )
  const done = new Set<string>()
  const trail: string[] = []
  const breaches: Breach[] = []
  const visit = (path: string): void => {
    trail.push(path)
    for (const { target, line } of edges.get(path) ?? []) {
      const start = trail.indexOf(target)
      if (start >= 0) {
        const cycle = [...trail.slice(start), target].join(' -> ')
        breaches.push({ path, line, message: `import cycle: ${cycle}` })
      } else if (!done.has(target)) visit(target)
    }
    trail.pop()
    done.add(path)
  }
  for (const { path } of files) if (!done.has(path)) visit(path)
  return breaches
}
