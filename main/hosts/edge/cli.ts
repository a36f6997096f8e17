/** What every command of `marshal` shares: global options, the terminal, the data folder, stopping, exit codes. */
import { join } from 'node:path'
import { Option, type Command } from 'commander'
import type { Secrets } from '../../engine/ports.ts'
import { dataFolder } from '../data-folder.ts'
import { logLevels, type LogLevel } from '../log-file.ts'
import { judge, type ExitCode } from './exit-codes.ts'
import { withSession, type Session } from './session.ts'
import { openTerminal, type Terminal, type TerminalStreams } from './terminal.ts'

/** What a command works with. */
export interface Surroundings {
  readonly terminal: Terminal
  readonly dataDir: string
  readonly logLevel: LogLevel
  /** Keeps what travels to and from other systems in `log/http.log`. */
  readonly traceHttp: boolean
  /** Aborted by Ctrl-C or SIGTERM. Work under way ends at its next safe point. */
  readonly stop: AbortSignal
}

export interface EngineWork extends Surroundings {
  readonly session: Session
  readonly client: Session['engine']['client']
}

export interface EngineOptions {
  readonly schedule?: boolean
  readonly secrets?: Secrets
  /** Asked for by the engine when it has to start anew, as after a restore. */
  readonly restart?: () => void
}

interface GlobalOptions {
  readonly data?: string
  readonly json?: boolean
  readonly logLevel?: LogLevel
  readonly traceHttp?: boolean
}

export class Cli {
  readonly #streams: TerminalStreams
  exitCode: ExitCode = 0

  constructor(streams: TerminalStreams) {
    this.#streams = streams
  }

  /** Adds the options every command understands. */
  static addGlobalOptions(program: Command): void {
    program
      .option('--data <dir>', 'data folder (or MARSHAL_DATA)')
      .option('--json', 'one JSON document on stdout, nothing else')
      .addOption(
        new Option('--log-level <level>', 'what goes into log/marshal.log')
          .choices(logLevels)
          .default('info'),
      )
      .option(
        '--trace-http',
        'keeps what travels to and from other systems in log/http.log, personal data included',
      )
  }

  /** Runs a command that needs no engine. Never throws: errors become a line and an exit code. */
  async run(command: Command, work: (around: Surroundings) => Promise<ExitCode>): Promise<void> {
    const globals = command.optsWithGlobals<GlobalOptions>()
    const terminal = openTerminal(globals.json === true, this.#streams)
    const { signal, release } = stopSignal(terminal)
    try {
      const dataDir = dataFolder(globals.data)
      const logLevel = globals.logLevel ?? 'info'
      const traceHttp = globals.traceHttp ?? false
      this.exitCode = await work({ terminal, dataDir, logLevel, traceHttp, stop: signal })
    } catch (error) {
      const { exitCode, problem } = judge(error)
      terminal.fail(problem)
      this.exitCode = exitCode
    } finally {
      release()
      await terminal.flush()
    }
  }

  /** Runs a command on the data folder's engine. */
  async withEngine(
    command: Command,
    work: (around: EngineWork) => Promise<ExitCode>,
    options: EngineOptions = {},
  ): Promise<void> {
    await this.run(command, (around) => openEngine(around, work, options))
  }
}

/** Opens the engine on the data folder for as long as `work` takes. */
export function openEngine(
  around: Surroundings,
  work: (around: EngineWork) => Promise<ExitCode>,
  options: EngineOptions = {},
): Promise<ExitCode> {
  const { dataDir, logLevel, traceHttp, terminal } = around
  return withSession(
    {
      dataDir,
      logLevel,
      traceHttp,
      ...options,
      onRecovered: ({ asideFile, backupFile }) =>
        terminal.say(
          `marshal: The database was damaged; it was kept as ${asideFile}, and ` +
            (backupFile === null
              ? 'a new, empty one was started because there was no backup.'
              : `the newest backup ${backupFile} took its place.`) +
            ' Run "marshal status" and compare before you go on.',
        ),
      onOnlyReads: ({ code }) =>
        terminal.say(
          code === 'disk-full'
            ? `marshal: The disk that holds ${dataDir} is full: what is there is shown, and nothing can be changed. Free some space on it.`
            : `marshal: ${dataDir} cannot be written: what is there is shown, and nothing can be changed. Make it writable to go on working.`,
        ),
    },
    (session) => {
      if (traceHttp && session.engine.onlyReads === null)
        terminal.say(
          `marshal: What travels is kept in ${join(dataDir, 'log', 'http.log')}, with the personal data in it and without secrets. Remove it when you have seen enough.`,
        )
      return work({ ...around, session, client: session.engine.client })
    },
  )
}

/** A second Ctrl-C sooner than this is the same key press, passed on by two processes. */
const sameKeyPressMs = 300

function stopSignal(terminal: Terminal): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController()
  let firstAt = 0
  const onSignal = (name: NodeJS.Signals) => {
    if (!controller.signal.aborted) {
      firstAt = Date.now()
      if (name === 'SIGINT') terminal.say('Stopping … (press Ctrl-C again to end at once)')
      controller.abort()
    } else if (name === 'SIGINT' && Date.now() - firstAt > sameKeyPressMs) process.exit(1)
  }
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  return {
    signal: controller.signal,
    release: () => void process.off('SIGINT', onSignal).off('SIGTERM', onSignal),
  }
}
