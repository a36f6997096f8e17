/** `target …`: the connected systems. */
import type { Command } from 'commander'
import { saidBeside } from '../../../contract/datacollect.ts'
import { ProblemError } from '../../../contract/problem.ts'
import type { TargetView } from '../../../contract/targets.ts'
import { leftOutText } from '../../../contract/words-en.ts'
import type { Cli } from '../cli.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { stateWords } from '../state-words.ts'
import { table } from '../table.ts'
import { readJsonFile, readSecret } from './standard-input.ts'
import { addSignInCommand } from './target-sign-in.ts'

interface ImportOptions {
  readonly name?: string
  readonly url?: string
  readonly entity?: string
  readonly add?: boolean
}

export function addTargetCommand(program: Command, cli: Cli): void {
  const target = program.command('target').description('connected systems')

  target
    .command('add')
    .description('connects a system described in a JSON file (- for stdin)')
    .argument('<file>')
    .action((file: string, _options: unknown, command: Command) =>
      cli.withEngine(command, async ({ client, terminal }) => {
        const added = await client.targets.add({ config: await readJsonFile(file) })
        terminal.result({ target: added }, () => targetLines(added))
        const missing = added.secrets.filter(({ required, stored }) => required && stored === false)
        for (const { key } of missing)
          terminal.say(
            `Its secret ${key} is missing. Set it with: marshal target secret ${added.config.name} ${key}`,
          )
        return exitCodes.ok
      }),
    )

  target
    .command('import')
    .description(
      'reads a synchronisation of OpenConnector, or a configuration of DataCollect (- for stdin)',
    )
    .argument('<file>')
    .option('--name <name>', 'what the target is called')
    .option('--url <url>', 'address, where the file does not have it')
    .option('--entity <entity>', 'which kind of record each of theirs is here')
    .option('--add', 'connects it, at rest; without, it is only shown')
    .action((file: string, options: ImportOptions, command: Command) =>
      cli.withEngine(command, async ({ client, terminal }) => {
        const { add, ...said } = options
        const document = saidBeside((await readJsonFile(file)) as Record<string, unknown>, said)
        const { config, leftOut } = await client.targets.read({ config: document })
        for (const one of leftOut) terminal.say(leftOutText(one))
        if (!add) {
          terminal.result({ config, leftOut }, () => JSON.stringify(config, null, 2))
          return exitCodes.ok
        }
        const added = await client.targets.add({ config: document, paused: true })
        terminal.result({ target: added, leftOut }, () => targetLines(added))
        return exitCodes.ok
      }),
    )

  target
    .command('list')
    .description('all of them')
    .action((_options: unknown, command: Command) =>
      cli.withEngine(command, async ({ client, terminal }) => {
        const targets = await client.targets.list()
        terminal.result({ targets }, () =>
          targets.length === 0
            ? 'No targets yet. Connect one with "marshal target add FILE".'
            : table(
                ['name', 'adapter', 'address', 'direction', 'state'],
                targets.map(({ config, status }) => [
                  config.name,
                  config.adapter,
                  addressWords(config),
                  status.direction,
                  stateWords(status),
                ]),
              ),
        )
        return exitCodes.ok
      }),
    )

  named(target.command('show').description('configuration, secrets by name, and state')).action(
    (name: string, _options: unknown, command: Command) =>
      cli.withEngine(command, async ({ client, terminal }) => {
        const found = await client.targets.get({ name })
        const adapters = await client.targets.adapters()
        const own = adapters.find((adapter) => adapter.name === found.config.adapter)
        const takesWebhooks = own?.webhook === true && found.status.direction !== 'outbound'
        const hook = takesWebhooks ? `/hooks/${encodeURIComponent(name)}` : 'none'
        terminal.result({ target: found }, () => targetLines(found, [['webhooks', hook]]))
        return exitCodes.ok
      }),
  )

  named(target.command('remove').description('disconnects it; the master data stays')).action(
    (name: string, _options: unknown, command: Command) =>
      cli.withEngine(command, async ({ client, terminal }) => {
        await client.targets.remove({ name })
        terminal.result({ removed: name }, () => `${name} is no longer connected.`)
        return exitCodes.ok
      }),
  )

  named(
    target.command('test').description('checks address, TLS, sign-in, permission, clock'),
  ).action((name: string, _options: unknown, command: Command) =>
    cli.withEngine(command, async ({ client, terminal }): Promise<ExitCode> => {
      const report = await client.targets.test({ name })
      terminal.result(report, () =>
        report.steps
          .map(({ step, ok, message }) => `${ok ? '✓' : '✗'} ${step}: ${message}`)
          .join('\n'),
      )
      if (report.ok) return exitCodes.ok
      const onlyClock = report.steps.every(({ step, ok }) => ok || step === 'clock')
      return onlyClock ? exitCodes.unfinished : exitCodes.unreachable
    }),
  )

  named(
    target.command('choices').description('what a setting can be, as the system answers it now'),
  )
    .argument('<setting>', 'for example audience')
    .option('--search <text>', 'part of a name, for a system with many')
    .action((name: string, setting: string, { search }: { search?: string }, command: Command) =>
      cli.withEngine(command, async ({ client, terminal }) => {
        const { choices, problem } = await client.targets.choices({
          ...{ name, setting, search: search ?? '' },
        })
        if (problem) throw new ProblemError(problem)
        terminal.result({ choices }, () =>
          choices.length === 0
            ? 'Nothing was found.'
            : table(
                [setting, 'name', 'about'],
                choices.map(({ value, label, detail }) => [value, label, detail ?? '']),
              ),
        )
        return exitCodes.ok
      }),
    )

  named(target.command('pause').description('nothing is sent or received until resumed')).action(
    (name: string, _options: unknown, command: Command) =>
      cli.withEngine(command, async ({ client, terminal }) => {
        const status = await client.targets.pause({ name })
        terminal.result({ target: status }, () => `${name}: ${stateWords(status)}`)
        return exitCodes.ok
      }),
  )

  named(target.command('resume').description('goes on after a pause')).action(
    (name: string, _options: unknown, command: Command) =>
      cli.withEngine(command, async ({ client, terminal }) => {
        const status = await client.targets.resume({ name })
        terminal.result({ target: status }, () => `${name}: ${stateWords(status)}`)
        return exitCodes.ok
      }),
  )

  named(target.command('export').description('its configuration as JSON, without secrets'))
    .option('--datacollect', 'in the form of DataCollect (externalSync)')
    .action((name: string, { datacollect }: { datacollect?: boolean }, command: Command) =>
      cli.withEngine(command, async ({ client, terminal }) => {
        const config = datacollect
          ? await client.targets.exportDataCollect({ name })
          : await client.targets.export({ name })
        terminal.result(config, () => JSON.stringify(config, null, 2))
        return exitCodes.ok
      }),
    )

  addSignInCommand(target, cli)

  named(target.command('secret').description('reads a secret from stdin and stores it safely'))
    .argument('<key>', 'for example apiKey')
    .action((name: string, key: string, _options: unknown, command: Command) =>
      cli.withEngine(command, async ({ client, session, terminal }) => {
        const value = await readSecret(`${key} of ${name}: `)
        await client.targets.secret({ name, key, value })
        terminal.result({ target: name, key, stored: value !== '' }, () =>
          value === ''
            ? `${key} of ${name} is removed.`
            : `${key} of ${name} is stored ${secretPlaces[session.ports.secrets.kind]}.`,
        )
        return exitCodes.ok
      }),
    )
}

/** Where a secret is now. Without a store it was refused before. */
const secretPlaces = {
  keychain: "in this computer's keychain",
  vault: 'in the encrypted vault file of the data folder',
  memory: 'in memory, until this process ends',
  none: 'nowhere',
} as const

function named(command: Command): Command {
  return command.argument('<name>', 'name of the target')
}

/** Which sensitive fields travel to a target, and which do not. */
export function sensitiveWords({
  config: { sensitive },
  sensitiveKept,
  sensitiveLeftOut,
}: Pick<TargetView, 'config' | 'sensitiveKept' | 'sensitiveLeftOut'>): string {
  const kept = sensitiveKept
    ? ' (as in an earlier version; decide with "sensitive" in its configuration)'
    : ''
  const travel = sensitive.length > 0 ? [`${sensitive.join(', ')} travel${kept}`] : []
  const left = sensitiveLeftOut.length > 0 ? [`left out: ${sensitiveLeftOut.join(', ')}`] : []
  return [...travel, ...left].join('; ') || 'it takes none'
}

const addressWords = ({ url }: TargetView['config']): string => url || 'worked out from the key'

function targetLines(view: TargetView, more: readonly (readonly [string, string])[] = []): string {
  const { config, secrets, status } = view
  const stored = secrets.map(({ key, required, stored }) => {
    if (stored === undefined) return `${key} cannot be read here`
    return `${key} ${stored ? 'stored' : required ? 'missing' : 'not set'}`
  })
  return table(
    ['', config.name],
    [
      ['adapter', config.adapter],
      ['address', addressWords(config)],
      ['sign-in', config.auth],
      ['secrets', stored.join(', ')],
      ['direction', status.direction],
      ['entities', config.entities?.join(' ') ?? 'all'],
      ['sensitive fields', sensitiveWords(view)],
      [
        'schedule',
        `delta ${config.schedule.delta ?? 'never'}, reconcile ${config.schedule.reconcile ?? 'never'}`,
      ],
      ['state', stateWords(status)],
      ['settings', JSON.stringify(config.settings)],
      ...more,
    ],
  )
}
