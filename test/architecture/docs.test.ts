/** What docs/ says of options, variables, settings and fields is what the code has: nothing is missing, nothing is stale. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { settings } from '../../main/contract/settings.ts'
import { schedule, targetConfig } from '../../main/contract/targets.ts'
import { adapters } from '../../main/engine/targets/registry.ts'
import { Cli } from '../../main/hosts/edge/cli.ts'
import { marshalProgram } from '../../main/hosts/edge/marshal.ts'
import { sectionOf, termsOf } from './doc-tables.ts'
import { projectFiles } from './source-tree.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const sorted = (names: Iterable<string>) => [...new Set(names)].sort()

describe('docs/configuration.md', () => {
  const page = read('docs/configuration.md')
  const termsIn = (heading: string) => sorted(termsOf(sectionOf(page, heading)))

  const withOptions = commandsOf(
    marshalProgram(new Cli({ out: process.stdout, err: process.stderr })),
    ['marshal'],
  ).filter(({ options }) => options.length > 0)

  it.each(withOptions)('names each option of $path', ({ path, options }) => {
    expect(termsIn(`### \`${path}\``)).toEqual(sorted(options))
  })

  it('describes no command that has no options, or is none', () => {
    const described = [...page.matchAll(/^### `(marshal.*)`$/gm)].map(([, path]) => path ?? '')
    expect(sorted(described)).toEqual(sorted(withOptions.map(({ path }) => path)))
  })

  it('names each environment variable that the hosts read', () => {
    const variable = /\benv(?:\.|\['|\[")([A-Z][A-Z0-9_]+)/g
    const read = projectFiles()
      .filter(({ path }) => path.startsWith('main/hosts/'))
      .flatMap(({ text }) => [...text.matchAll(variable)].map(([, name]) => name ?? ''))
    expect(read).toContain('MARSHAL_DATA')
    expect(termsIn('## Environment')).toEqual(sorted(read))
  })

  it('names each setting of a configuration file', () => {
    const nested = Object.keys(schedule.shape).map((name) => `schedule.${name}`)
    const wanted = sorted([...Object.keys(targetConfig.shape), ...nested])
    expect(termsIn('## Configuration file of a target')).toEqual(wanted)
  })

  it('names each setting of an installation', () => {
    const { webhooks, ...plain } = settings.shape
    const nested = Object.keys(webhooks.shape).map((name) => `webhooks.${name}`)
    expect(termsIn('## Settings of this installation')).toEqual(
      sorted([...Object.keys(plain), ...nested]),
    )
  })
})

describe('docs/targets', () => {
  it('has a page for each adapter, and no other', () => {
    const pages = projectFiles().filter(({ path }) => path.startsWith('docs/targets/'))
    expect(sorted(pages.map(({ path }) => path))).toEqual(
      sorted(adapters.map(({ manifest }) => `docs/targets/${manifest.name}.md`)),
    )
  })

  describe.each(adapters.map(({ manifest }) => [manifest.name, manifest] as const))(
    '%s.md',
    (name, manifest) => {
      const { auth, bindings, secrets } = manifest
      const path = `docs/targets/${name}.md`
      const page = existsSync(join(root, path)) ? read(path) : ''
      const termsIn = (heading: string) => sorted(termsOf(sectionOf(page, heading)))

      it('names each setting', () => {
        expect(termsIn('## Settings')).toEqual(sorted(Object.keys(manifest.settings.shape)))
      })

      it('names each secret', () => {
        expect(termsIn('## Secrets')).toEqual(sorted(secrets.map(({ key }) => key)))
      })

      it('names each way to sign in', () => {
        const [line = ''] = /^Sign-in: .*(\n.+)*$/m.exec(page) ?? []
        const named = [...line.matchAll(/`([a-z\d-]+)`/g)].map(([, word]) => word ?? '')
        expect(named).toEqual(expect.arrayContaining([...auth]))
      })

      it('names each field that travels, and no other', () => {
        const travelling = bindings.flatMap(({ entity, fields }) =>
          fields.map((field) => `${entity}.${field}`),
        )
        expect(
          termsIn('## What travels'),
          `${path}, "What travels": one row for each field of the mapping`,
        ).toEqual(sorted(travelling))
      })

      it('says which fields come in and which go out, where they do not go both ways', () => {
        const section = sectionOf(page, '## What travels')
        const directions = new Set(bindings.map(({ direction }) => direction))
        for (const { entity, fields, direction } of directions.size > 1 ? bindings : []) {
          const word = { inbound: 'in', outbound: 'out', both: 'both' }[direction]
          for (const field of fields)
            expect(section).toMatch(
              new RegExp(`^\\| \`${entity}\\.${field}\` \\|[^|]*\\| ${word} \\|`, 'm'),
            )
        }
        const only = directions.size === 1 ? [...directions][0] : undefined
        if (only === 'both') expect(section).toContain('Both ways')
        if (only === 'outbound') expect(section).toContain('Outbound only')
      })
    },
  )
})

describe('links between pages', () => {
  const pages = projectFiles().filter(({ path }) => path.endsWith('.md'))
  const linked = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(([, to]) => ({
      path,
      to: join(dirname(path), to ?? ''),
    })),
  )

  it.each(linked)('$path leads to $to', ({ to }) => {
    expect(existsSync(join(root, to))).toBe(true)
  })

  it('reach each page of docs/ from the README', () => {
    const fromReadme = linked.filter(({ path }) => path === 'README.md').map(({ to }) => to)
    const wanted = pages.map(({ path }) => path).filter((path) => path.startsWith('docs/'))
    expect(wanted.filter((path) => !fromReadme.includes(path))).toEqual([])
  })
})

interface DescribedCommand {
  readonly path: string
  /** Long names of the options people see. */
  readonly options: readonly string[]
}

function commandsOf(command: Command, path: readonly string[]): readonly DescribedCommand[] {
  const options = command.options
    .filter(({ hidden, long }) => !hidden && long !== '--version')
    .flatMap(({ long }) => (long ? [long] : []))
  return [
    { path: path.join(' '), options },
    ...command.commands.flatMap((one) => commandsOf(one, [...path, one.name()])),
  ]
}
