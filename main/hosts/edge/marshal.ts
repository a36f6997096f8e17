/** The `marshal` command: its sub-commands put together. */
import { Command, CommanderError } from 'commander'
import { Cli } from './cli.ts'
import { addAdaptersCommand } from './commands/adapters.ts'
import { addBackupCommands } from './commands/backup.ts'
import { addCheckCommand } from './commands/check.ts'
import { addConflictsCommand } from './commands/conflicts.ts'
import { addDemoCommands } from './commands/demo.ts'
import { addExportCommand } from './commands/export.ts'
import { addFailuresCommand } from './commands/failures.ts'
import { addImportCommand } from './commands/import.ts'
import { addLogCommand } from './commands/log.ts'
import { addMatchesCommand } from './commands/matches.ts'
import { addMockServerCommand } from './commands/mock-server.ts'
import { addRecordCommand } from './commands/record.ts'
import { addRunsCommand } from './commands/runs.ts'
import { addServeCommand } from './commands/serve.ts'
import { addStatusCommand } from './commands/status.ts'
import { addSyncCommand } from './commands/sync.ts'
import { addTargetCommand } from './commands/target.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
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
  const program = new Command('marshal')
    .description('Race-day master data that works offline and syncs itself.')
    .version(version)
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => void streams.out.write(text),
      writeErr: (text) => void streams.err.write(text.replace(/^error: /, 'marshal: ')),
    })
  Cli.addGlobalOptions(program)
  for (const add of [
    addServeCommand,
    addImportCommand,
    addExportCommand,
    addRecordCommand,
    addAdaptersCommand,
    addTargetCommand,
    addSyncCommand,
    addStatusCommand,
    addRunsCommand,
    addLogCommand,
    addFailuresCommand,
    addConflictsCommand,
    addMatchesCommand,
    addBackupCommands,
    addCheckCommand,
    addMockServerCommand,
    addDemoCommands,
  ])
    add(program, cli)
  try {
    await program.parseAsync(args, { from: 'user' })
    return cli.exitCode
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // Help and version that were asked for are an answer, everything else commander has already explained.
    if (error.exitCode === 0) return exitCodes.ok
    if (args.includes('--json')) {
      const message = error.message.replace(/^error: /, '')
      streams.out.write(`${JSON.stringify({ error: { code: 'wrong-use', message } })}\n`)
    }
    return exitCodes.wrongUse
  }
}
