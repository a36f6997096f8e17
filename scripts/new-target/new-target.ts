/** Writes a new target: `node scripts/new-target/new-target.ts NAME [--label TEXT] [--kind KIND]`. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { format, resolveConfig } from 'prettier'
import { planTarget, Refused, type Planned, type Wanted } from './plan.ts'

const root = join(import.meta.dirname, '../..')

try {
  const wanted = asked()
  const planned = await formatted(planTarget(root, wanted))
  for (const [path, text] of planned) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  console.log(report(wanted.name, [...planned.keys()]))
} catch (error) {
  if (!(error instanceof Refused)) throw error
  console.error(`${error.message}\nNothing was changed.`)
  process.exitCode = 2
}

function asked(): Wanted {
  const options = { label: { type: 'string' }, kind: { type: 'string' } } as const
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options })
    const [name, ...more] = positionals
    if (name !== undefined && more.length === 0) return { name, ...values }
  } catch (error) {
    throw new Refused(error instanceof Error ? error.message : String(error))
  }
  throw new Refused('Say how the target is called: npm run new:target NAME')
}

/** Before anything is written. */
async function formatted(planned: Planned): Promise<Planned> {
  const texts = [...planned].map(async ([path, text]) => {
    if (path.endsWith('.md')) return [path, text] as const
    const options = await resolveConfig(join(root, path))
    return [path, await format(text, { ...options, filepath: path })] as const
  })
  return new Map(await Promise.all(texts))
}

function report(name: string, paths: readonly string[]): string {
  return `The target ${name} is there. It is green now: npm test -- adapters test/targets/${name}/conformance.test.ts
${paths.map((path) => `  ${path}`).join('\n')}

Next:
  1. Play the real system in main/stand-ins/${name}/stand-in.ts: its paths, its answers, its oddities.
  2. Say the same in main/engine/targets/${name}: sign-in, limits and pages in adapter.ts, fields in mapping.ts, until it is
     green again. What the real system wants to read stands in test/targets/${name}/units/mapping.test.ts.
  3. Write down what whoever connects it has to know: docs/targets/${name}.md, its line in README.md, its words in
     renderer/adapter-words (de, fr, es), and CHANGELOG.md. These look at it:
       npm test -- unit test/architecture/docs.test.ts
       npm test -- unit test/targets/registry.test.ts
       npm test -- adapters test/stand-ins/open-stand-in.test.ts
  4. npx prettier --write on what you changed, then npm test -- format lint types.`
}
