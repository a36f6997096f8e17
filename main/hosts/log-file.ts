/** The logs of this installation: JSON lines in `log/` of the data folder, without secrets. */
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { ProblemError } from '../contract/problem.ts'
import { isUnwritable } from './unwritable.ts'
import type { Log, WireExchange } from '../engine/ports.ts'
import type { Redactor } from './redactor.ts'

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

export interface LogFileOptions {
  readonly level: LogLevel
  readonly redactor: Redactor
  /** A file that has grown past this many bytes is put aside. */
  readonly maxBytes?: number
  /** Files put aside are kept up to this number, oldest removed first. */
  readonly keep?: number
  /** Takes what travels to and from other systems into `log/http.log`. */
  readonly wire?: boolean
  /** A folder that cannot be written gets no log, instead of keeping people from reading their data. */
  readonly orNone?: boolean
  /** Milliseconds since 1970 UTC. */
  readonly now?: () => number
}

export interface LogFile extends Log {
  close(): void
}

/**
 * Opens the log, `log/marshal.log`. Lines are written at once, so that the last words before a crash are there.
 * A new file starts each day (UTC) and when the present one is full. A log that cannot be written
 * (disk full) loses lines, never the work it reports on.
 */
export function openLogFile(dataDir: string, options: LogFileOptions): LogFile {
  const folder = join(dataDir, 'log')
  const file = rotatingFile(folder, 'marshal', options)
  const http = options.wire === true ? rotatingFile(folder, 'http', options) : null
  const logger = pino(
    { level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line: string) => file.write(options.redactor.clean(line)) },
  )
  const line =
    (level: 'debug' | 'info' | 'warn' | 'error'): Log['info'] =>
    (message, details) =>
      details === undefined ? logger[level](message) : logger[level](details, message)
  return {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    ...(http
      ? {
          wire: (exchange: WireExchange) => {
            const time = new Date((options.now ?? Date.now)()).toISOString()
            http.write(`${options.redactor.clean(JSON.stringify({ time, ...exchange }))}\n`)
          },
        }
      : {}),
    close: () => {
      file.close()
      http?.close()
    },
  }
}

interface RotatingFile {
  write(line: string): void
  close(): void
}

/** `name.log` is written to; what was put aside is `name-DAY.N.log`. */
function rotatingFile(folder: string, name: string, options: LogFileOptions): RotatingFile {
  const maxBytes = options.maxBytes ?? 10 * 1024 * 1024
  const now = options.now ?? Date.now
  const current = join(folder, `${name}.log`)
  let open: ReturnType<typeof reopen>
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    open = reopen()
  } catch (error) {
    if (options.orNone === true && isUnwritable(error)) return noFile
    throw inTheWay(error, folder) ?? error
  }

  function reopen(): { readonly fd: number; day: string; bytes: number } {
    const fd = openSync(current, 'a', 0o600)
    const { size, mtimeMs } = fstatSync(fd)
    return { fd, day: dayOf(size > 0 ? mtimeMs : now()), bytes: size }
  }

  function putAside(): void {
    closeSync(open.fd)
    renameSync(current, freeName(folder, `${name}-${open.day}`))
    open = reopen()
    const old = readdirSync(folder)
      .filter(
        (file) => file.startsWith(`${name}-`) && /-\d{4}-\d{2}-\d{2}(\.\d+)?\.log$/.test(file),
      )
      .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    const surplus = old.length - (options.keep ?? 14)
    for (const file of old.slice(0, Math.max(0, surplus))) rmSync(join(folder, file))
  }

  return {
    write(line) {
      try {
        const full = open.bytes > 0 && open.bytes + line.length > maxBytes
        if (full || (open.bytes > 0 && open.day !== dayOf(now()))) putAside()
        if (open.bytes === 0) open.day = dayOf(now())
        open.bytes += writeSync(open.fd, line)
      } catch {
        // Nothing to tell and nobody to tell it to: the log is where it would go.
      }
    },
    close() {
      try {
        closeSync(open.fd)
      } catch {
        // Closed when it was put aside, and no new one could be made.
      }
    },
  }
}

const noFile: RotatingFile = { write: () => {}, close: () => {} }

/** Something of the log's name that is not what a log is; null for any other trouble. */
function inTheWay(error: unknown, folder: string): ProblemError | null {
  const { code, path = folder } = error as NodeJS.ErrnoException
  if (code !== 'EEXIST' && code !== 'ENOTDIR' && code !== 'EISDIR') return null
  return new ProblemError(
    {
      code: 'database',
      message: `Marshal cannot write its log, because ${path} is ${code === 'EISDIR' ? 'a folder, not a file' : 'a file, not a folder'}`,
      fix: 'Move it away or rename it, then start Marshal again.',
    },
    { cause: error },
  )
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

function freeName(folder: string, beginning: string): string {
  for (let number = 1; ; number += 1) {
    const name = join(folder, `${beginning}.${number}.log`)
    if (!existsSync(name)) return name
  }
}
