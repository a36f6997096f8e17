/** The `marshal` command: its sub-commands put together. */
import { Command, CommanderError, type OutputConfiguration } from 'commander'
import { Cli } from './cli.ts'
import { addAdaptersCommand } from './commands/adapters.ts'
import { addBackupCommands } from './commands/backup.ts'
import { addBackupsCommand } from './commands/backups.ts'
import { addCheckCommand } from './commands/check.ts'
import { addConflictsCommand } from './commands/conflicts.ts'
import { addDemoCommands } from './commands/demo.ts'
import { addDiagnosticsCommand } from './commands/diagnostics.ts'
import { addEventLockCommand } from './commands/event-lock.ts'
import { addExportCommand } from './commands/export.ts'
import { addFailuresCommand } from './commands/failures.ts'
import { addHubCommand } from './commands/hub.ts'
import { addImportCommand } from './commands/import.ts'
import { addLogCommand } from './commands/log.ts'
import { addDoublesCommand } from './commands/doubles.ts'
import { addMatchesCommand } from './commands/matches.ts'
import { addMockServerCommand } from './commands/mock-server.ts'
import { addReadinessCommand } from './commands/readiness.ts'
import { addRecordCommand } from './commands/record.ts'
import { addRunsCommand } from './commands/runs.ts'
import { addServeCommand } from './commands/serve.ts'
import { addSessionsCommand } from './commands/sessions.ts'
import { addStandInCommand } from './commands/stand-in.ts'
import { addStatusCommand } from './commands/status.ts'
import { addSyncCommand } from './commands/sync.ts'
import { addTargetCommand } from './commands/target.ts'
import { errorLine, exitCodes, type ExitCode, type ShownProblem } from './exit-codes.ts'
import type { TerminalStreams } from './terminal.ts'
import { version } from './version.ts'

/**
 * Runs one command line and answers with its exit code. Never throws for wrong use.
 * @param args what stands after the program's name
 */
export async function runMarshal(
  args: readonly string[],
  streams: TerminalStreams = { out: process.stdout, err: process.stderr },
): Promise<ExitCode> {
  const cli = new Cli(streams)
  let said = ''
  const program = marshalProgram(cli, {
    writeOut: (text) => (said += text),
    writeErr: (text) => void streams.err.write(text),
    // Told below, in the form every other error has.
    outputError: () => {},
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return cli.exitCode
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    const json = args.includes('--json')
    const print = (document: unknown) => streams.out.write(`${JSON.stringify(document)}\n`)
    if (error.exitCode === 0) {
      // Help and version that were asked for are an answer.
      const what = error.code === 'commander.version' ? 'version' : 'help'
      if (json) print({ [what]: said.trimEnd() })
      else streams.out.write(said)
      return exitCodes.ok
    }
    const problem = wrongLine(error, helpCommand(program, args))
    // Without a command, the help is on stderr already.
    if (error.code !== 'commander.help') streams.err.write(`marshal: ${errorLine(problem)}\n`)
    if (json) print({ error: problem })
    return exitCodes.wrongUse
  }
}

/**
 * Every command with its options.
 * @param output where commander writes help and complaints; sub-commands take it over when they are made
 */
export function marshalProgram(cli: Cli, output: OutputConfiguration = {}): Command {
  const program = new Command('marshal')
    .description('Race-day master data that works offline and syncs itself.')
    .version(version)
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput(output)
  Cli.addGlobalOptions(program)
  for (const add of [
    addServeCommand,
    addHubCommand,
    addSessionsCommand,
    addImportCommand,
    addExportCommand,
    addRecordCommand,
    addAdaptersCommand,
    addTargetCommand,
    addSyncCommand,
    addStatusCommand,
    addReadinessCommand,
    addRunsCommand,
    addLogCommand,
    addFailuresCommand,
    addConflictsCommand,
    addMatchesCommand,
    addDoublesCommand,
    addBackupCommands,
    addBackupsCommand,
    addCheckCommand,
    addDiagnosticsCommand,
    addEventLockCommand,
    addMockServerCommand,
    addStandInCommand,
    addDemoCommands,
  ])
    add(program, cli)
  return program
}

/** A command line commander could not read, as a problem. */
function wrongLine({ code, message }: CommanderError, help: string): ShownProblem {
  const words = code === 'commander.help' ? 'no command is given' : message.replace(/^error: /, '')
  return {
    code: 'wrong-use',
    message: words.charAt(0).toUpperCase() + words.slice(1).replaceAll('\n', ' '),
    fix: `Run "${help}" for what there is.`,
  }
}

/** The help of the command a line was meant for, as far as it can be told. */
function helpCommand(program: Command, args: readonly string[]): string {
  const path = [program]
  for (const arg of args) {
    const found = path.at(-1)?.commands.find((command) => command.name() === arg)
    if (found) path.push(found)
  }
  return `${path.map((command) => command.name()).join(' ')} --help`
}
