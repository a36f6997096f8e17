/** `adapters [NAME]`: what can be connected. */
import type { Command } from 'commander'
import type { AdapterView } from '../../../contract/targets.ts'
import type { Cli } from '../cli.ts'
import { exitCodes, wrongUse } from '../exit-codes.ts'
import { table } from '../table.ts'

export function addAdaptersCommand(program: Command, cli: Cli): void {
  program
    .command('adapters')
    .description('systems that can be connected; with a name, one with its settings')
    .argument('[name]')
    .action((name: string | undefined, _options: unknown, command: Command) =>
      cli.withEngine(command, async ({ client, terminal }) => {
        const all = await client.targets.adapters()
        const shown = name === undefined ? all : all.filter((adapter) => adapter.name === name)
        const [one] = shown
        if (name !== undefined && !one)
          throw wrongUse(
            `There is no adapter "${name}"`,
            `Known adapters: ${all.map((adapter) => adapter.name).join(', ')}.`,
          )
        terminal.result({ adapters: shown }, () =>
          name !== undefined && one ? details(one) : list(all.filter(({ joined }) => !joined)),
        )
        return exitCodes.ok
      }),
    )
}

function list(adapters: readonly AdapterView[]): string {
  return table(
    ['name', 'label', 'kind', 'direction', 'entities'],
    adapters.map(({ name, label, kind, direction, entities }) => [
      name,
      label,
      kind,
      direction,
      entities.join(' '),
    ]),
  )
}

function details(adapter: AdapterView): string {
  const secrets = adapter.secrets.map(({ key, label, required }) => [
    key,
    label,
    required ? 'required' : 'optional',
  ])
  return [
    `${adapter.label} (${adapter.name}): ${adapter.description}`,
    `Kind ${adapter.kind}, direction ${adapter.direction}, sign-in ${adapter.auth.join(' or ')}.`,
    table(
      ['entity', 'there', 'direction', 'changes found by', 'needs first', 'better after'],
      inOrder(adapter).map(({ entity, remoteName, direction, changes, hard, soft }) => [
        entity,
        remoteName,
        direction,
        changes,
        hard.join(' '),
        soft.join(' '),
      ]),
    ),
    secrets.length > 0 ? table(['secret', 'label', ''], secrets) : 'No secrets.',
    `Settings (JSON Schema):\n${JSON.stringify(adapter.settings, null, 2)}`,
  ].join('\n\n')
}

/** The graph as records travel: parents first. */
function inOrder({ entities, graph }: AdapterView): AdapterView['graph'] {
  return graph.toSorted((a, b) => entities.indexOf(a.entity) - entities.indexOf(b.entity))
}
