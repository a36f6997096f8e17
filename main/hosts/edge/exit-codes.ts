/** What the `marshal` command answers to the shell. These numbers are a contract with scripts. */
import { ORPCError } from '@orpc/server'
import { CommanderError } from 'commander'
import {
  problem as problemShape,
  ProblemError,
  type Problem,
  type ProblemCode,
} from '../../contract/problem.ts'
import { assertNever } from '../../contract/words.ts'

export const exitCodes = {
  ok: 0,
  /** Finished, but some records failed, are held or in conflict. */
  unfinished: 1,
  wrongUse: 2,
  /** A target did not answer or refused the sign-in. */
  unreachable: 3,
  database: 4,
  owned: 5,
} as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** An error that carries its own exit code; for what no problem code says, such as a folder owned by another process. */
export class ExitError extends ProblemError {
  readonly exitCode: ExitCode
  constructor(exitCode: ExitCode, problem: Problem, options?: { cause?: unknown }) {
    super(problem, options)
    this.exitCode = exitCode
  }
}

/**
 * A problem as this command shows it: those of the contract, and two of its own. `stopped`: somebody ended it early;
 * `bug`: a defect of Marshal.
 */
export interface ShownProblem extends Omit<Problem, 'code'> {
  readonly code: ProblemCode | 'stopped' | 'bug'
}

export interface Judgement {
  readonly exitCode: ExitCode
  readonly problem: ShownProblem
}

export function wrongUse(message: string, fix?: string): ProblemError {
  return new ProblemError({ code: 'wrong-use', message, ...(fix ? { fix } : {}) })
}

/** What an error means to the shell and to a person. A defect is shown with its message and exits 1. */
export function judge(error: unknown): Judgement {
  if (error instanceof ExitError) return { exitCode: error.exitCode, problem: error.problem }
  if (error instanceof ProblemError) return known(error.problem)
  if (error instanceof CommanderError)
    return { exitCode: exitCodes.wrongUse, problem: { code: 'wrong-use', message: error.message } }
  if (error instanceof ORPCError) {
    const shown = problemShape.safeParse(error.data)
    if (shown.success) return known(shown.data)
    if (error.code === 'BAD_REQUEST') return known(invalidInput(error.data))
  }
  if (error instanceof Error && error.name === 'AbortError') return stopped
  const system = systemProblem(error)
  if (system) return known(system)
  return {
    exitCode: exitCodes.unfinished,
    problem: {
      code: 'bug',
      message: `Marshal met an error it did not expect: ${messageOf(error)}.`,
      fix: 'Nothing already saved is lost. Look into log/marshal.log of the data folder, and report this.',
    },
  }
}

/** Work that ends early because somebody wanted it to. */
const stopped: Judgement = {
  exitCode: exitCodes.unfinished,
  problem: {
    code: 'stopped',
    message: 'Stopped before the end; what was done so far stays',
    fix: 'Run the same command again to finish.',
  },
}

/** What was refused because of a pause, with the command that resumes and does it; any other error as it is. */
export function sayingHowToResume(error: unknown, command: string): unknown {
  const { problem } = judge(error)
  if (problem.code !== 'paused') return error
  const { code, message } = problem
  return new ProblemError({ code, message, fix: `Resume and sync with ${command}.` })
}

/** One line: what happened and why, then what to do. The message says it all; `fields` are for forms. */
export function errorLine({ message, fix }: ShownProblem): string {
  return [message, fix ?? '']
    .map(sentence)
    .filter((part) => part !== '')
    .join(' ')
    .replaceAll(/\s*\n\s*/g, ' ')
}

function known(problem: Problem): Judgement {
  return { exitCode: exitCodeOf(problem.code), problem }
}

function exitCodeOf(code: ProblemCode): ExitCode {
  switch (code) {
    case 'not-found':
    case 'invalid':
    case 'taken':
    case 'wrong-use':
    case 'busy':
    case 'paused':
    case 'no-keychain':
      return exitCodes.wrongUse
    case 'unreachable':
    case 'auth':
      return exitCodes.unreachable
    case 'database':
    case 'disk-full':
      return exitCodes.database
    default:
      return assertNever(code)
  }
}

function invalidInput(data: unknown): Problem {
  const issues = (data as { issues?: readonly { path?: readonly unknown[]; message?: string }[] })
    .issues
  const said = (issues ?? []).map(({ path, message }) => {
    const where = (path ?? []).map(String).join('.')
    return where === '' ? (message ?? '') : `${where}: ${message ?? ''}`
  })
  return { code: 'invalid', message: `That is not a valid request (${said.join('; ')})` }
}

/** Errors of the operating system that people can do something about. */
function systemProblem(error: unknown): Problem | null {
  const { code, path } = error instanceof Error ? (error as NodeJS.ErrnoException) : {}
  const where = path ?? 'the file'
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return {
        code: 'disk-full',
        message: 'The disk is full, so this could not be written',
        fix: 'Free some space and run the command again; what was saved before is still there.',
      }
    case 'ENOENT':
      return { code: 'not-found', message: `There is no ${where}`, fix: 'Check the path.' }
    case 'EISDIR':
      return { code: 'wrong-use', message: `${where} is a folder`, fix: 'Name a file in it.' }
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return {
        code: 'wrong-use',
        message: `This user may not use ${where} (${code})`,
        fix: 'Choose another place, or change its permissions.',
      }
    default:
      return null
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function sentence(text: string): string {
  const trimmed = text.trim()
  return /[.!?]\)?$/.test(trimmed) || trimmed === '' ? trimmed : `${trimmed}.`
}
