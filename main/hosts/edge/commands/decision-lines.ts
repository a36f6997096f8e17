/** What became of decisions a person made, as lines and exit code. */
import type { DecisionReport } from '../../../contract/conflicts.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { amount } from '../table.ts'
import type { Terminal } from '../terminal.ts'

/** Prints the report; exit code 1 when something was refused. */
export function reportDecisions(
  terminal: Terminal,
  report: DecisionReport,
  done: string,
): ExitCode {
  const { count, refused } = report
  terminal.result({ count, refused }, () =>
    [`${amount(count)} ${done}.`, ...refused.map(({ id, message }) => `${id}: ${message}`)].join(
      '\n',
    ),
  )
  return refused.length === 0 ? exitCodes.ok : exitCodes.unfinished
}
