/** What comes in from a file or from stdin. */
import { once } from 'node:events'
import { readFile, stat } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { ProblemError } from '../../../contract/problem.ts'
import { wrongUse } from '../exit-codes.ts'

/**
 * A JSON document from a file, or from stdin for `-`.
 * @throws ProblemError `wrong-use` naming line and column for malformed JSON; the system's error for a missing file
 */
export async function readJsonFile(file: string): Promise<unknown> {
  const source = file === '-' ? await text(process.stdin) : await readText(file)
  const name = file === '-' ? 'stdin' : file
  const document = source.replace(/^\ufeff/, '')
  try {
    return JSON.parse(document) as unknown
  } catch (cause) {
    throw new ProblemError(
      {
        code: 'wrong-use',
        message: `${name} is not valid JSON${placeOf(cause, document)}`,
        fix: 'Correct it and try again; nothing was changed.',
      },
      { cause },
    )
  }
}

async function readText(file: string): Promise<string> {
  if ((await stat(file)).isDirectory()) throw wrongUse(`${file} is a folder`, 'Name a file in it.')
  return readFile(file, 'utf8')
}

/**
 * A secret from stdin, without the line break at its end. On a terminal it is asked for and not shown.
 */
export async function readSecret(prompt: string): Promise<string> {
  const { stdin, stderr } = process
  if (!stdin.isTTY) return (await text(stdin)).replace(/\r?\n$/, '')
  // Silence first: what is typed the moment the question appears must not be shown either.
  stdin.setRawMode(true)
  stdin.setEncoding('utf8')
  stderr.write(prompt)
  let typed = ''
  try {
    for (;;) {
      const [keys] = (await once(stdin, 'data')) as [string]
      for (const key of keys) {
        if (key === '\r' || key === '\n' || key === '\u0004') return typed
        if (key === '\u0003')
          throw new ProblemError({ code: 'wrong-use', message: 'Stopped; no secret was stored' })
        typed = key === '\u007f' || key === '\b' ? typed.slice(0, -1) : typed + key
      }
    }
  } finally {
    stdin.setRawMode(false)
    stdin.pause()
    stderr.write('\n')
  }
}

/** Node's message quotes the file, which may hold a secret: only the place is taken from it. */
function placeOf(error: unknown, document: string): string {
  const position = /at position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1]
  if (position === undefined) return document.trim() === '' ? ' (it is empty)' : ''
  const before = document.slice(0, Number(position)).split('\n')
  return ` (line ${before.length}, column ${(before.at(-1) ?? '').length + 1})`
}
