/** One data folder, opened for one command: owned, with an engine, and closed again whatever happens. */
import { createEngine, type Engine } from '../../engine/engine.ts'
import { ProblemError, type Problem } from '../../contract/problem.ts'
import type { Log, Secrets } from '../../engine/ports.ts'
import { prepareDataFolder } from '../data-folder.ts'
import type { LogLevel } from '../log-file.ts'
import { acquireOwnership, describeOwner, type Ownership } from '../owner-lock.ts'
import { createPorts, type HostPorts } from '../ports.ts'
import { isUnwritable } from '../unwritable.ts'
import { openSessions, type Sessions } from './http/sessions.ts'
import { createHubDoor, type EdgeHubDoor } from './hub/hub-door.ts'
import { ExitError, exitCodes, judge } from './exit-codes.ts'
import { version } from './version.ts'

export interface Session {
  readonly dataDir: string
  readonly engine: Engine
  readonly ports: HostPorts
  /** Browsers signed in to this data folder. */
  readonly sessions: Sessions
  /** The way in for desks, shut until somebody opens it. */
  readonly hub: EdgeHubDoor
}

export interface SessionOptions {
  readonly dataDir: string
  readonly logLevel: LogLevel
  /** Keeps what travels to and from other systems in `log/http.log`. */
  readonly traceHttp: boolean
  /** True for a host that stays: its scheduler runs once the engine is started. */
  readonly schedule?: boolean
  readonly secrets?: Secrets
  /** Ends `work`, after which the caller starts anew; left out by a caller that does not. */
  readonly restart?: () => void
  /** Told once when a damaged database was replaced by its newest backup. */
  readonly onRecovered: (recovered: NonNullable<Engine['recovered']>) => void
  /** Told once when nothing can be written there and what is there was opened for reading. */
  readonly onOnlyReads: (problem: Problem) => void
}

/**
 * Runs `work` with an engine on this data folder, which no other process may own meanwhile.
 * @throws ExitError 5 when another process owns it; ProblemError when it cannot be opened.
 */
export async function withSession<Result>(
  options: SessionOptions,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const { dataDir } = options
  const orOnlyRead = options.schedule !== true
  const ownership = await (orOnlyRead ? ownWherePossible(dataDir) : own(dataDir))
  try {
    const sessions = await openSessions({ dataDir, now: () => Date.now() })
    const ports = await createPorts({
      dataDir,
      logLevel: options.logLevel,
      traceHttp: options.traceHttp,
      signedIn: sessions,
      orOnlyRead,
      ...(options.secrets ? { secrets: options.secrets } : {}),
      ...(options.restart ? { restart: options.restart } : {}),
    })
    const note = (error: unknown) => noteDefect(ports.log, error)
    process.on('uncaughtExceptionMonitor', note)
    try {
      const { secrets, log } = ports
      const hub = createHubDoor({ dataDir, secrets, log })
      const engine = await createEngine(
        { ...ports, hub },
        {
          host: 'edge',
          version,
          schedule: options.schedule ?? false,
        },
      )
      try {
        if (engine.recovered) options.onRecovered(engine.recovered)
        if (engine.onlyReads) options.onOnlyReads(engine.onlyReads)
        return await work({ dataDir, engine, ports, sessions, hub })
      } finally {
        await engine.stop()
      }
    } catch (error) {
      note(error)
      throw error
    } finally {
      process.off('uncaughtExceptionMonitor', note)
      ports.log.close()
    }
  } finally {
    await ownership?.release()
  }
}

/** People see one line; what is needed to repair it goes into the log. */
function noteDefect(log: Log, error: unknown): void {
  if (judge(error).problem.code !== 'bug') return
  const described = error instanceof Error ? (error.stack ?? error.message) : String(error)
  log.error('Marshal met an error it did not expect', { error: described })
}

async function take(dataDir: string): ReturnType<typeof acquireOwnership> {
  try {
    await prepareDataFolder(dataDir)
    return await acquireOwnership(dataDir, 'edge')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code !== 'ENOSPC' && code !== 'EDQUOT') throw cause
    throw new ProblemError(
      {
        code: 'disk-full',
        message: `The disk that holds ${dataDir} is full, so Marshal cannot work there.`,
        fix: 'Free some space on that disk and try again; nothing saved before is lost.',
      },
      { cause },
    )
  }
}

/** Null where not even the lock can be written: then nothing else can be, and reading takes nothing from anybody. */
async function ownWherePossible(dataDir: string): Promise<Ownership | null> {
  try {
    return await own(dataDir)
  } catch (error) {
    if (isUnwritable(error)) return null
    throw error
  }
}

/** Takes the folder for this process, making it where it is missing. */
export async function own(dataDir: string): Promise<Ownership> {
  const ownership = await take(dataDir)
  if ('owner' in ownership)
    throw new ExitError(exitCodes.owned, {
      code: 'busy',
      message: describeOwner(dataDir, ownership.owner),
    })
  return ownership
}
