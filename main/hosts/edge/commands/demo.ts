/** `demo`: a marathon-sized event and a timing system to send it to, both invented. */
import { once } from 'node:events'
import { Option, type Command } from 'commander'
import { demoFolder } from '../../data-folder.ts'
import { chooseSecrets } from '../../choose-secrets.ts'
import { loadStandIn } from '../../../stand-ins/stand-ins.ts'
import { openEngine, type Cli, type EngineWork, type Surroundings } from '../cli.ts'
import { readDemoState, standInFile, writeDemoState, type DemoState } from '../demo/demo-state.ts'
import { memorySecrets } from '../demo/memory-secrets.ts'
import { startStandInChild, type StandInChild } from '../demo/stand-in-child.ts'
import { demoEntrants, demoEventName, startListCsv } from '../../../engine/demo/start-list.ts'
import { errorLine, exitCodes, judge, type ExitCode } from '../exit-codes.ts'
import { progressLine } from '../progress-line.ts'
import { serveEngine, type ServingOptions } from '../serving.ts'
import { portOption, wholeNumber } from './arguments.ts'
import { withServingOptions } from './serve.ts'
import { openForCommand } from './stand-in.ts'

interface DemoOptions extends ServingOptions {
  readonly entrants: number
  readonly latency: number
}

interface TimingOptions {
  readonly port: number
  readonly latency: number
  readonly withParent?: boolean
}

const targetName = 'timing-van'
/** Of the stand-in on this computer; it guards invented data. */
const demoKey = 'demo-timing-key'
const usualLatencyMs = 3

export function addDemoCommands(program: Command, cli: Cli): void {
  withServingOptions(
    program
      .command('demo')
      .description('an invented marathon and a timing system beside it, then serve'),
  )
    .option('--entrants <n>', 'size of the start list', wholeNumber(1, 1_000_000), demoEntrants)
    .option(
      '--latency <ms>',
      'time the timing system takes to answer',
      wholeNumber(0, 10_000),
      usualLatencyMs,
    )
    .action((options: DemoOptions, command: Command) =>
      cli.run(command, async (around) => {
        const dataDir = demoFolder(command.optsWithGlobals<{ data?: string }>().data)
        return demo({ ...around, dataDir }, options)
      }),
    )

  program
    .command('demo-timing')
    .description('only the timing system of the demo, for stopping and starting it by hand')
    .option('--port <n>', '0 takes a free one', portOption, 0)
    .option('--latency <ms>', 'time it takes to answer', wholeNumber(0, 10_000), usualLatencyMs)
    .addOption(new Option('--with-parent', 'ends when stdin ends').hideHelp())
    .action((options: TimingOptions, command: Command) =>
      cli.run(command, async (around) => {
        const dataDir = demoFolder(command.optsWithGlobals<{ data?: string }>().data)
        return runTiming({ ...around, dataDir }, options)
      }),
    )
}

async function demo(around: Surroundings, options: DemoOptions): Promise<ExitCode> {
  const { dataDir, terminal } = around
  const state = await readDemoState(dataDir)
  const kept = await chooseSecrets({
    dataDir,
    passphrase: process.env['MARSHAL_PASSPHRASE'],
    ownFolder: true,
  })
  if (kept.kind === 'none')
    terminal.say(
      'There is no keychain here; the key of the invented timing system is kept in memory.',
    )
  const secrets = kept.kind === 'none' ? memorySecrets() : kept
  return openEngine(around, (opened) => play(opened, options, state), { schedule: true, secrets })
}

async function play(
  around: EngineWork,
  options: DemoOptions,
  before: DemoState,
): Promise<ExitCode> {
  const { dataDir, terminal } = around
  if (!before.imported) await importStartList(around, options.entrants)
  const timing = await startStandInChild({
    dataDir,
    port: before.port,
    latencyMs: options.latency,
    onEnd: () =>
      terminal.say(
        `The timing system ended. Start it again with: marshal demo-timing --data "${dataDir}"`,
      ),
  })
  try {
    await writeDemoState(dataDir, { port: timing.port, imported: true })
    await connect(around, timing)
    return await serveEngine(
      around,
      { ...options, also: { timing: timing.url, timingPid: timing.pid } },
      async () => {
        terminal.say(`The timing system (a stand-in) shows what it receives at ${timing.url}/`)
        await startFirstSync(around)
      },
    )
  } finally {
    await timing.stop()
  }
}

async function* csvBytes(entrants: number): AsyncGenerator<Uint8Array> {
  for (const piece of startListCsv(entrants)) yield Buffer.from(piece)
}

async function importStartList({ session, terminal, stop }: EngineWork, entrants: number) {
  terminal.say(
    `Making the "${demoEventName}" with ${entrants.toLocaleString('en-US')} invented entrants …`,
  )
  await session.engine.importFile(
    { name: demoEventName, open: () => csvBytes(entrants) },
    { entity: 'entrant', event: demoEventName, map: {}, rehearse: false },
    (done) => terminal.progress(progressLine('Importing', done, entrants)),
    stop,
  )
}

async function connect({ client }: EngineWork, timing: StandInChild): Promise<void> {
  const known = (await client.targets.list()).find(({ config }) => config.name === targetName)
  if (!known) {
    await client.targets.add({
      config: {
        name: targetName,
        adapter: 'tagserver',
        url: timing.url,
        auth: 'api-key',
        secrets: { apiKey: demoKey },
      },
    })
    return
  }
  await client.targets.secret({ name: targetName, key: 'apiKey', value: demoKey })
  if (known.config.url !== timing.url)
    await client.targets.update({ name: targetName, changes: { url: timing.url } })
}

/** Without waiting for the schedule. A target somebody paused stays paused. */
async function startFirstSync({ client, terminal }: EngineWork): Promise<void> {
  try {
    await client.sync.start({ targets: [targetName] })
  } catch (error) {
    terminal.say(errorLine(judge(error).problem))
  }
}

async function runTiming(around: Surroundings, options: TimingOptions): Promise<ExitCode> {
  const { dataDir, terminal, stop } = around
  const state = await readDemoState(dataDir)
  const server = await openForCommand(await loadStandIn('tagserver'), {
    port: options.port === 0 && !options.withParent ? (state.port ?? 0) : options.port,
    key: demoKey,
    latencyMs: options.latency,
    contentFile: standInFile(dataDir),
  })
  terminal.result({ url: server.url }, () => `${server.url}/`)
  const ends = stop.aborted ? [Promise.resolve([])] : [once(stop, 'abort')]
  if (options.withParent) ends.push(once(process.stdin.resume(), 'close'))
  await Promise.race(ends)
  await server.close()
  return exitCodes.ok
}
