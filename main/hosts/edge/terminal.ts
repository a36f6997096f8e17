/** Where the command writes: results on stdout, everything else on stderr. */
import type { Writable } from 'node:stream'
import { errorLine, type ShownProblem } from './exit-codes.ts'

export interface Terminal {
  /** True with `--json`: stdout carries exactly one JSON document. */
  readonly json: boolean
  /** Prints the result: the JSON document with `--json`, else the lines for people. */
  result(document: unknown, lines: () => string): void
  /** A piece of a result that is written bit by bit. Resolves when there is room for more; false once nobody reads. */
  piece(text: string): Promise<boolean>
  /** A message for people, on stderr. */
  say(text: string): void
  /** One changing line on a terminal, nothing elsewhere. */
  progress(line: string): void
  /** What went wrong: one line on stderr, and with `--json` an `{"error":…}` document on stdout. */
  fail(problem: ShownProblem): void
  /** Resolves when all that was written has left this process. */
  flush(): Promise<void>
}

export interface TerminalStreams {
  readonly out: Writable & { readonly isTTY?: boolean }
  readonly err: Writable & { readonly isTTY?: boolean; readonly columns?: number }
}

const eraseLine = '\r\u001b[2K'

/** @param streams stdout and stderr of the process */
export function openTerminal(json: boolean, streams: TerminalStreams): Terminal {
  const { out, err } = streams
  let progressShown = false
  let documentWritten = false
  // A reader such as `head` may close early: that ends the printing, not the work.
  let outOpen = true
  out.on('error', () => (outOpen = false))
  err.on('error', () => {})

  function clearProgress(): void {
    if (!progressShown) return
    err.write(eraseLine)
    progressShown = false
  }

  const terminal: Terminal = {
    json,
    result(document, lines) {
      clearProgress()
      documentWritten = true
      const text = json ? JSON.stringify(document) : lines()
      if (outOpen && text !== '') out.write(`${text}\n`)
    },
    piece(text) {
      documentWritten = true
      if (!outOpen) return Promise.resolve(false)
      return new Promise((resolve) => {
        out.write(text, (error) => resolve(!error && outOpen))
      })
    },
    say(text) {
      clearProgress()
      err.write(`${text}\n`)
    },
    progress(line) {
      if (!err.isTTY) return
      err.write(eraseLine + line.slice(0, (err.columns || 80) - 1))
      progressShown = true
    },
    fail(problem) {
      clearProgress()
      err.write(`marshal: ${errorLine(problem)}\n`)
      if (json && outOpen && !documentWritten) out.write(`${JSON.stringify({ error: problem })}\n`)
    },
    async flush() {
      clearProgress()
      await Promise.all([out, err].map((stream) => new Promise((done) => stream.write('', done))))
    },
  }
  return terminal
}
