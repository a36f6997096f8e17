/** `stand-in [NAME]`: plays a system on this computer, to rehearse it without an account. */
import { once } from 'node:events'
import { InvalidArgumentError, type Command } from 'commander'
import {
  faultsOf,
  isStandInName,
  loadStandIn,
  openStandIn,
  readFault,
  standInNames,
  type AskedFault,
  type OpenStandIn,
  type StandIn,
  type StartOptions,
} from '../../../stand-ins/stand-ins.ts'
import type { Cli, Surroundings } from '../cli.ts'
import { exitCodes, wrongUse, type ExitCode } from '../exit-codes.ts'
import { table } from '../table.ts'
import { portOption, repeated, wholeNumber } from './arguments.ts'

/** It guards invented data on this computer. */
const usualKey = 'stand-in-key'

interface Options {
  readonly port?: number
  readonly seed?: number
  readonly key: string
  readonly latency: number
  readonly fault?: readonly AskedFault[]
}

export const seedOption = wholeNumber(0, 2 ** 31)

export function addStandInCommand(program: Command, cli: Cli): void {
  program
    .command('stand-in')
    .description('plays a system on this computer until Ctrl-C; without a name, lists them')
    .argument('[name]')
    .option('--port <n>', '0 takes a free one; each system has its usual one', portOption)
    .option('--seed <n>', 'starts with invented content, the same for the same number', seedOption)
    .option('--key <text>', 'the key, or secret, that it accepts', usualKey)
    .option('--latency <ms>', 'time it takes to answer', wholeNumber(0, 10_000), 0)
    .option(
      '--fault <kind>',
      'what it does wrong, such as lost-answer or lost-answer:20 for each 20th request; can be repeated',
      repeated(faultOption),
    )
    .action((name: string | undefined, options: Options, command: Command) =>
      cli.run(command, (around) =>
        name === undefined ? list(around) : play(around, name, options),
      ),
    )
}

/**
 * Starts a stand-in in this process: on its usual port, empty and without faults unless told otherwise.
 * @throws ProblemError `wrong-use` where its port is taken
 */
export async function openForCommand(
  standIn: StandIn,
  options: Partial<StartOptions>,
): Promise<OpenStandIn> {
  try {
    return await openStandIn(standIn, {
      port: standIn.port,
      key: usualKey,
      seed: null,
      contentFile: null,
      latencyMs: 0,
      faults: [],
      ...options,
    })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
      throw wrongUse((error as Error).message)
    throw error
  }
}

async function list({ terminal }: Surroundings): Promise<ExitCode> {
  const all = await Promise.all(standInNames.map(loadStandIn))
  terminal.result({ standIns: all.map(described) }, () =>
    table(
      ['name', 'system', 'usual port', 'what is played'],
      all.map(({ name, system, port, plays }) => [name, system, String(port), plays[0] ?? '']),
    ),
  )
  return exitCodes.ok
}

async function play(
  { terminal, stop }: Surroundings,
  name: string,
  options: Options,
): Promise<ExitCode> {
  if (!isStandInName(name))
    throw wrongUse(
      `There is no stand-in "${name}"`,
      `There are ${standInNames.join(', ')}; "marshal stand-in" lists them.`,
    )
  const standIn = await loadStandIn(name)
  const faults = options.fault ?? []
  const known = faultsOf(standIn).map((fault) => fault.name)
  const unknown = faults.find((fault) => !known.includes(fault.name))
  if (unknown)
    throw wrongUse(
      `The ${standIn.system} stand-in knows no fault "${unknown.name}"`,
      `It knows ${known.join(', ')}.`,
    )
  const { port, seed = null, key, latency: latencyMs } = options
  const open = await openForCommand(standIn, {
    ...(port === undefined ? {} : { port }),
    ...{ seed, key, latencyMs, faults },
  })
  const target = { adapter: standIn.name, url: open.url, ...standIn.signIn(key) }
  terminal.result({ url: open.url, key, ...described(standIn), target }, () =>
    [open.url, ...Object.entries(target.secrets).map((secret) => secret.join(': '))].join('\n'),
  )
  for (const line of told(standIn, faults)) terminal.say(line)
  if (!stop.aborted) await once(stop, 'abort')
  await open.close()
  return exitCodes.ok
}

/** What a stand-in is, as data. `on`: the share of requests a fault strikes, every nth; null: all that it concerns. */
function described(standIn: StandIn) {
  const { name, system, plays, port } = standIn
  return { name, system, plays, usualPort: port, faults: faultsOf(standIn) }
}

function told(standIn: StandIn, inForce: readonly AskedFault[]): readonly string[] {
  return [
    `${standIn.system}, played by Marshal:`,
    ...standIn.plays.map((sentence) => `  ${sentence}`),
    'Faults for --fault:',
    ...faultsOf(standIn).map(({ name, says, every }) => {
      const often = every === null || every === 1 ? '' : `, every ${every}th request`
      return `  ${name.padEnd(16)} ${says}${often}`
    }),
    inForce.length === 0
      ? 'None of them is in force.'
      : `In force: ${inForce.map((fault) => fault.name).join(', ')}.`,
    'Its content ends with it. Ctrl-C stops it.',
  ]
}

function faultOption(text: string): AskedFault {
  const fault = readFault(text)
  if (!fault)
    throw new InvalidArgumentError('Write it as lost-answer, or lost-answer:20 for each 20th.')
  return fault
}
